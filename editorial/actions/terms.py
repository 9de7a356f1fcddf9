"""Terms that other records refer to: specialties, companies, products and audiences."""

from datetime import datetime

from django.db import transaction

from editorial.models import Audience, Company, Product, Specialty, User
from editorial.permissions import is_editor, require
from editorial.record.field_values import append_values

Term = Specialty | Company | Product | Audience


@transaction.atomic
def keep_term(*, term: Term, by: User, now: datetime, reason: str = "") -> Term:
    """Save a new or changed specialty, company, product or audience. Raises NotPermitted unless ``by`` is an editor."""
    require(is_editor(by), "Only editors change specialties, companies, products and audiences.")
    added = term.pk is None
    term.record(by=by, now=now, reason=reason)
    append_values(term, verb="added" if added else "changed", by=by, now=now, reason=reason)
    return term

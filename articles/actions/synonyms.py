"""Terms that find the same."""

from datetime import datetime

from django.db import transaction

from articles.models import Synonym
from articles.searching.plain import words
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor, require


@transaction.atomic
def keep_synonym(*, synonym: Synonym, by: User, now: datetime, reason: str = "") -> Synonym:
    """Save new or changed synonyms. Editors only (NotPermitted); raises Unacceptable for fewer than two terms."""
    require(is_editor(by), "Only editors keep synonyms.")
    synonym.terms = list(dict.fromkeys(" ".join(term.split()) for term in synonym.terms if words(term)))
    if len(synonym.terms) < 2:
        what = "Synonyms are two terms or more, divided by commas."
        raise Unacceptable(what, faults=(Fault("/terms", "too_few", what),))
    return synonym.record(by=by, now=now, reason=reason)

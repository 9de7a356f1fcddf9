"""Autosave: store what a person types into a form, per person, record and form, until the form is sent.

Only its owner can read it. It is not part of any record: it has no history and no ledger entry, and is deleted after
half a year.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Sum

from editorial.exceptions import Fault, PreconditionFailed, Unacceptable
from editorial.models import Unsent, User
from editorial.record.canonical_json import JSONDict

MAX_TYPED = 2_000_000
"""Characters of one form: enough for a draft with more than one text of the largest size."""

MAX_KEPT = 10_000_000
"""Characters of all forms of one person."""

MAX_FORMS = 2_000
"""Forms of one person."""


def unsent_forms(about: Model, *, by: User) -> dict[str, Unsent]:
    """Return what ``by`` typed on the pages of ``about`` and did not send yet, by form."""
    return {unsent.form: unsent for unsent in _forms_of(about, by=by).order_by("form")}


@transaction.atomic
def save_form(
    about: Model, *, form: str, value: JSONDict, seen: datetime | None, by: User, now: datetime
) -> Unsent | None:
    """Store what was typed into ``form`` and return it; an empty ``value`` deletes it and returns None.

    ``seen`` is the ``saved_at`` of what the page shows, None for nothing. Raises PreconditionFailed when the stored
    form has another one: it was typed, sent or deleted meanwhile, in another tab or on another device. Raises
    Unacceptable above the limits of this module.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    stored = _forms_of(about, by=by).filter(form=form).first()
    if (stored.value if stored else {}) == value:
        return stored
    if (stored.saved_at if stored else None) != seen:
        raise PreconditionFailed("Something else was typed here meanwhile, in another tab or on another device.")
    if not value:
        forget_form(about, form=form, by=by)
        return None
    stored = stored or Unsent(owner=by, about=_record_name(about), form=form)
    stored.value, stored.size, stored.saved_at = value, sum(len(str(part)) for part in (*value, *value.values())), now
    _require_within_limits(stored)
    stored.save()
    return stored


def forget_form(about: Model, *, form: str, by: User) -> None:
    """Delete the stored form, because it was sent or emptied."""
    _forms_of(about, by=by).filter(form=form).delete()


def move_forms(before: Model, after: Model, *, by: User, name: Callable[[str], str | None]) -> None:
    """Move forms from the record ``before`` to ``after``, renamed by ``name``; for None a form stays where it is.

    A form that ``after`` already has is not overwritten.
    """
    taken = set(_forms_of(after, by=by).values_list("form", flat=True))
    for unsent in _forms_of(before, by=by).order_by("pk"):
        form = name(unsent.form)
        if form and form not in taken:
            taken.add(form)
            Unsent.objects.filter(pk=unsent.pk).update(about=_record_name(after), form=form)


def transfer_forms(before: User, after: User) -> None:
    """Move the forms of the account ``before`` to ``after``, except those that ``after`` already has."""
    taken = Unsent.objects.filter(owner=after, about=OuterRef("about"), form=OuterRef("form"))
    Unsent.objects.filter(~Exists(taken), owner=before).update(owner=after)


def delete_stale_forms(*, before: datetime) -> int:
    """Delete the forms last saved before that moment; return how many."""
    deleted, _ = Unsent.objects.filter(saved_at__lt=before).delete()
    return deleted


def _forms_of(about: Model, *, by: User) -> QuerySet[Unsent]:
    return Unsent.objects.filter(owner=by, about=_record_name(about))


def _record_name(about: Model) -> str:
    return f"{about._meta.model_name}:{about.pk}"


def _require_within_limits(new: Unsent) -> None:
    others = Unsent.objects.filter(owner=new.owner).exclude(Q(about=new.about) & Q(form=new.form))
    totals = others.aggregate(forms=Count("pk"), size=Sum("size", default=0))
    if new.size <= MAX_TYPED and totals["size"] + new.size <= MAX_KEPT and totals["forms"] < MAX_FORMS:
        return
    fault = Fault("/value", "too_long", f"At most {MAX_TYPED:,} characters are autosaved.")
    raise Unacceptable("This is too long to be autosaved.", faults=(fault,))

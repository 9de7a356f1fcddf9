"""Keeping what is typed, as it is typed: per person, record and form, until the form is sent.

Only its owner is ever given it back. It is no part of any record: no history, no ledger, and after half a year nothing.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Model, Q, QuerySet, Sum

from editorial.exceptions import Fault, PreconditionFailed, Unacceptable
from editorial.models import Unsent, User

MAX_TYPED = 2_000_000
"""Characters of one form: a draft with more than one text of the largest size."""

MAX_KEPT = 10_000_000
"""Characters of all forms of one person."""

MAX_FORMS = 2_000
"""Forms of one person."""


def unsent(about: Model, *, by: User) -> dict[str, Unsent]:
    """What ``by`` typed on the pages of ``about`` and did not send, by form."""
    return {held.form: held for held in _held(about, by=by).order_by("form")}


@transaction.atomic
def keep(
    about: Model, *, form: str, value: dict[str, Any], seen: datetime | None, by: User, now: datetime
) -> Unsent | None:
    """Keep what was typed into ``form``; an empty ``value`` is forgotten, and None returned.

    ``seen`` is when what the page shows was kept, None for never. Raises PreconditionFailed when that is not what is
    held: something was typed, sent or forgotten meanwhile, in another tab or on another device. Raises Unacceptable
    for what is too much.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    held = _held(about, by=by).filter(form=form).first()
    if (held.value if held else {}) == value:
        return held
    if (held.saved_at if held else None) != seen:
        raise PreconditionFailed("Something else was typed here meanwhile, in another tab or on another device.")
    if not value:
        forget(about, form=form, by=by)
        return None
    held = held or Unsent(owner=by, about=_name(about), form=form)
    held.value, held.size, held.saved_at = value, sum(len(str(part)) for part in (*value, *value.values())), now
    _require_bounded(held)
    held.save()
    return held


def forget(about: Model, *, form: str, by: User) -> None:
    """The form was sent: nothing is left to keep."""
    _held(about, by=by).filter(form=form).delete()


def purge(*, before: datetime) -> int:
    """Forget what nobody touched since that moment; returns how many forms."""
    forgotten, _ = Unsent.objects.filter(saved_at__lt=before).delete()
    return forgotten


def _held(about: Model, *, by: User) -> QuerySet[Unsent]:
    return Unsent.objects.filter(owner=by, about=_name(about))


def _name(about: Model) -> str:
    return f"{about._meta.model_name}:{about.pk}"


def _require_bounded(new: Unsent) -> None:
    others = Unsent.objects.filter(owner=new.owner).exclude(Q(about=new.about) & Q(form=new.form))
    held = others.aggregate(forms=Count("pk"), size=Sum("size", default=0))
    if new.size <= MAX_TYPED and held["size"] + new.size <= MAX_KEPT and held["forms"] < MAX_FORMS:
        return
    fault = Fault("/value", "too_long", f"At most {MAX_TYPED:,} characters are kept as they are typed.")
    raise Unacceptable("This is too much to be kept as it is typed.", faults=(fault,))

"""Approvals that lapse by the clock: readers see it at once, front-ends are told."""

from datetime import datetime

from django.db import transaction

from articles.events import tell_lapse, untold
from articles.lifecycle import State
from articles.models import Version
from articles.reading.shown import shown_of
from articles.transitions import lock
from editorial.models import User
from editorial.permissions import is_system, require


def tell_of_lapses(*, by: User, now: datetime) -> list[Version]:
    """Owe front-ends every approval that is past its shelf life, once for each approval; which they were.

    Each in a transaction of its own. Raises NotPermitted for anybody but the house itself.
    """
    require(is_system(by), "Only the house itself tells of lapses.")
    lapsed = untold(Version.objects.filter(state=State.APPROVED, valid_until__lte=now)).order_by("valid_until", "pk")
    return [version for pk in lapsed.values_list("pk", flat=True) if (version := _tell(pk, now=now))]


@transaction.atomic
def _tell(version_id: int, *, now: datetime) -> Version | None:
    """Looked at again under the lock: the version may be suspended or superseded meanwhile."""
    shown = shown_of(lock(version_id).article, at=now)
    return shown.version if shown and shown.version.pk == version_id and tell_lapse(shown) else None

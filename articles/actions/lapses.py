"""Approvals whose shelf life has ended. Readers see it at once; front-ends are notified."""

from datetime import datetime

from articles.lifecycle import State
from articles.models import Version
from articles.published.visible_version import shown_of
from articles.published.webhook_events import tell_lapse, untold
from articles.transitions import lock
from editorial.models import SweepTask, User
from editorial.permissions import is_system, require
from editorial.record.sweeps import sweep


def tell_of_lapses(*, by: User, now: datetime) -> list[Version]:
    """Queue a message to front-ends for every lapsed approval, once for each. Returns the versions.

    Each has its own transaction. Raises NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system announces lapses.")
    lapsed = untold(Version.objects.filter(state=State.APPROVED, valid_until__lte=now)).order_by("valid_until", "pk")
    ids = list(lapsed.values_list("pk", flat=True))
    with sweep(SweepTask.TELL_OF_LAPSES, now=now) as run:
        return [version for version in run.each(Version, ids, lambda pk: _notify_of_lapse(pk, now=now)) if version]


def _notify_of_lapse(version_id: int, *, now: datetime) -> Version | None:
    """Check again under the lock: the version may have been suspended or superseded since."""
    shown = shown_of(lock(version_id).article, at=now)
    return shown.version if shown and shown.version.pk == version_id and tell_lapse(shown) else None

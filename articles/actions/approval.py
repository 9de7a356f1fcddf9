"""Approval, suspension, reinstatement and retraction of a version."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.template.defaultfilters import date as date_format
from django.utils import timezone

from articles.announcements import announce, editors, writers
from articles.lifecycle import Action, State, after
from articles.models import Version
from articles.permissions import require_may
from articles.published.visible_version import shown_among
from articles.published.webhook_events import tell_reworded
from articles.transitions import (
    in_order,
    lock_for,
    move,
    others_of,
    queue_document_writing,
    record,
    record_in_ledger,
    require_not_blocked,
)
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import EditorialPolicy, User
from editorial.permissions import is_system, require
from editorial.policy.requirements import Requirements
from editorial.record.canonical_json import JSONDict
from editorial.record.triggers import refused_by

SHORTEN = "shorten"
"""The ledger's name for the event that an approval gets an earlier end."""

PUBLISHED = "A new version of the policy was published at this moment. Nothing was done; look again, then decide."


def approve(
    version: Version, *, requirements: Requirements, reviewers: list[JSONDict], by: User, now: datetime
) -> Version:
    """Approve a version with ``reviewers`` as its reviewers, and supersede the version approved before.

    The caller holds the article's lock and has checked that ``requirements`` are satisfied; PostgreSQL checks again.
    """
    policy = requirements.policy
    others = others_of(version)
    now = in_order([version, *others], now=now)
    for before in (other for other in others if other.state == State.APPROVED):
        move(before, Action.SUPERSEDE, by=by, now=now, reason=f"version {version.number} was approved")
    version.approved_at, version.policy, version.reviewed_by = now, policy, reviewers
    version.valid_until = now + requirements.shelf_life
    try:
        return move(
            version,
            Action.APPROVE,
            by=by,
            now=now,
            in_force=policy,
            others=others,
            policy=policy.number,
            valid_until=version.valid_until,
            reviewed_by=reviewers,
        )
    except IntegrityError as error:
        if refused_by(error) == "policy_in_force":
            raise Conflict(PUBLISHED, code="policy_changed") from error
        raise


def shorten(version: Version, *, valid_until: datetime, reason: str, by: User, now: datetime) -> Version:
    """Let an approval lapse at ``valid_until``, if it would lapse later. Readers see that day as the next review date.

    The caller holds the article's lock. Raises NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system lets an approval lapse earlier.")
    if version.valid_until and valid_until < version.valid_until:
        before, version.valid_until = version.valid_until, valid_until
        record(version, by=by, now=now, reason=reason)
        record_in_ledger(version, action=SHORTEN, by=by, now=now, reason=reason, before=before, valid_until=valid_until)
        context = {"reason": reason, "lapses": date_format(timezone.localtime(valid_until), "j F Y")}
        announce(version, "approval_dated", to=[*writers(version), *editors()], by=by, now=now, **context)
        transaction.on_commit(queue_document_writing, robust=True)
    return version


def strike_reviewer(version: Version, printed: JSONDict, *, by: User, now: datetime) -> Version:
    """Remove the member who signed as ``printed`` from the published reviewers of an approved version.

    The caller holds the article's lock. Front-ends are notified that readers see a changed document.
    """
    version.reviewed_by = [reviewer for reviewer in version.reviewed_by or [] if reviewer != printed]
    record(version, by=by, now=now, reason="a signature was set aside")
    record_in_ledger(version, action="strike_reviewer", by=by, now=now, reviewed_by=version.reviewed_by)
    shown = shown_among([version, *others_of(version)], policy=EditorialPolicy.objects.newest(at=now), at=now)
    if shown and shown.is_approved and shown.version.pk == version.pk:
        tell_reworded(shown, occasion=f"{version.pk}.{version.revision}")
    return version


@transaction.atomic
def suspend(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Suspend the approval of a version. Readers see Under Review, a caution and ``reason``."""
    return _change_approval(version_id, Action.SUSPEND, reason=reason, by=by, now=now)


@transaction.atomic
def reinstate(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Reinstate the approval of a suspended version. Its shelf life continues unchanged.

    ``reviews.actions.reinstate`` first checks whether it still satisfies the rules; PostgreSQL checks again. Raises
    InvalidTransition when another version has been approved meanwhile.
    """
    return _change_approval(version_id, Action.REINSTATE, reason=reason, by=by, now=now)


@transaction.atomic
def retract(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Retract an approved text permanently. Readers see a tombstone with ``reason`` as its notice."""
    return _change_approval(version_id, Action.RETRACT, reason=reason, by=by, now=now)


def _change_approval(version_id: int, action: Action, *, reason: str, by: User, now: datetime) -> Version:
    require_reason(reason)
    version = lock_for(version_id, by=by)
    require_may(by, action, version.article)
    after(version.state, action)
    require_not_blocked(version, action)
    move(version, action, by=by, now=now, reason=reason.strip())
    kind = "reinstated" if action == Action.REINSTATE else version.state
    announce(version, kind, to=[*writers(version), *editors()], by=by, now=now)
    return version


def require_reason(reason: str) -> None:
    """Raise Unacceptable if ``reason`` is empty."""
    if not reason.strip():
        fault = Fault("/reason", "required", "Give the reason; it becomes part of the record.")
        raise Unacceptable("A reason is needed.", faults=(fault,))

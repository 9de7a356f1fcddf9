"""What becomes of a version after its round: approval, suspension, retraction."""

from datetime import datetime
from typing import Any

from django.db import transaction

from articles.announcements import announce, editors, writers
from articles.lifecycle import Action, State, after
from articles.models import Version
from articles.permissions import require_may
from articles.transitions import lock_for, move, others_of, require_alone
from editorial.exceptions import Fault, Unacceptable
from editorial.models import EditorialPolicy, User


def approve(
    version: Version, *, policy: EditorialPolicy, reviewers: list[dict[str, Any]], by: User, now: datetime
) -> Version:
    """Approve under ``policy`` on the word of ``reviewers``, and supersede the version approved before.

    The caller holds the article's lock and has shown that the policy is satisfied; PostgreSQL counts again.
    """
    others = others_of(version)
    for before in (one for one in others if one.state == State.APPROVED):
        move(before, Action.SUPERSEDE, by=by, now=now, reason=f"version {version.number} was approved")
    version.approved_at, version.policy, version.reviewed_by = now, policy, reviewers
    version.valid_until = now + policy.rule(version.article.risk).shelf_life
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


@transaction.atomic
def suspend(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Take the approval of a version back for the time being; readers see Under Review, a caution and ``reason``."""
    return _standing(version_id, Action.SUSPEND, reason=reason, by=by, now=now)


@transaction.atomic
def reinstate(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Give a suspended version its approval back; its shelf life runs on as before.

    Raises InvalidTransition when another version has been approved meanwhile.
    """
    return _standing(version_id, Action.REINSTATE, reason=reason, by=by, now=now)


@transaction.atomic
def retract(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Withdraw an approved text for good; readers find a tombstone with ``reason`` as its notice."""
    return _standing(version_id, Action.RETRACT, reason=reason, by=by, now=now)


def _standing(version_id: int, action: Action, *, reason: str, by: User, now: datetime) -> Version:
    require_reason(reason)
    version = lock_for(version_id, by=by)
    require_may(by, action, version.article)
    after(version.state, action)
    require_alone(version, action)
    move(version, action, by=by, now=now, reason=reason.strip())
    kind = "reinstated" if action == Action.REINSTATE else version.state
    announce(version, kind, to=[*writers(version), *editors()], by=by, now=now)
    return version


def require_reason(reason: str) -> None:
    """Raise Unacceptable when no reason is given where the record needs one."""
    if not reason.strip():
        fault = Fault("/reason", "required", "Give the reason; it becomes part of the record.")
        raise Unacceptable("A reason is needed.", faults=(fault,))

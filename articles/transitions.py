"""Locking a version and moving it to another state. No other module assigns ``state``."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Protocol

from django.db import transaction

from articles.lifecycle import Act, Action, State, after, blocked_by_other_version
from articles.models import Article, Version
from articles.permissions import may_see_record, require_may
from articles.published.visible_version import Shown, shown_among
from articles.published.webhook_events import tell_readers_side
from editorial.exceptions import NotFound
from editorial.models import EditorialPolicy, User
from editorial.record import ledger
from editorial.record.canonical_json import JSON, timestamp
from editorial.record.wake_up import wake

STAMPS = {State.SUBMITTED: "submitted_at", State.UNDER_REVIEW: "under_review_at"}
"""The field that stores when a state was reached. Readers see these times as review steps."""


def lock(version_id: int) -> Version:
    """Lock the article of a version and return the version, read after locking.

    All changes of an article take this lock first. That puts them in one order and avoids deadlocks.
    Raises NotFound if there is no such version.
    """
    if not lock_article(versions=version_id):
        raise NotFound("There is no such version.")
    return Version.objects.select_related("article", "policy").get(pk=version_id)


def lock_article(**of: int) -> bool:
    """Lock the article with this version or review. Returns False if there is none.

    Whatever is read afterwards is current.
    """
    return bool(Article.objects.select_for_update(no_key=True, of=("self",)).filter(**of).only("pk"))


def lock_for(version_id: int, *, by: User) -> Version:
    """As ``lock``, for a user who may see the article's record. For others, raise OutOfSight as if it did not exist."""
    version = lock(version_id)
    if not may_see_record(by, version.article):
        raise NotFound("There is no such version.")
    return version


def require_not_blocked(version: Version, action: Action | Act) -> None:
    """Raise InvalidTransition while another version of the article blocks ``action``."""
    others = version.article.versions.exclude(pk=version.pk).order_by("number").values_list("number", "state")
    if refusal := blocked_by_other_version(action, others=others):
        raise refusal


def move(
    version: Version,
    action: Action,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    in_force: EditorialPolicy | None = None,
    others: Sequence[Version] | None = None,
    **particulars: JSON | datetime,
) -> Version:
    """Check permission and state, save the new state with history and ledger, and notify front-ends.

    The caller holds the article's lock. ``in_force`` is the policy in force at ``now`` and ``others`` the article's
    other versions, if the caller has read them under that lock. ``particulars`` go into the ledger entry. The change
    is dated by ``in_order``. Raises NotPermitted and InvalidTransition.
    """
    require_may(by, action, version.article)
    before, target = version.state, after(version.state, action)
    is_shown_later = action == Action.SUPERSEDE  # the approval of another version follows in the same transaction
    others = [] if is_shown_later else others_of(version) if others is None else others
    now = in_order([version, *others], now=now)
    find_shown = None if is_shown_later else _shown_version_finder(version, others, in_force=in_force, now=now)
    shown_before = find_shown() if find_shown else None
    version.state, version.state_changed_at, version.state_reason = target, now, reason
    if stamp := STAMPS.get(target):
        setattr(version, stamp, now)
    version.may_move = True
    try:
        record(version, by=by, now=now, reason=reason or action.label)
    finally:
        version.may_move = False
    record_in_ledger(version, action=action, by=by, now=now, before=before, after=target, reason=reason, **particulars)
    transaction.on_commit(queue_document_writing, robust=True)
    if find_shown:
        tell_readers_side(before=shown_before, after=find_shown(), occasion=f"{version.pk}.{version.revision}", now=now)
    return version


class Stateful(Protocol):
    """A record with the time of its last change of state."""

    @property
    def state_changed_at(self) -> datetime: ...


def in_order(records: Iterable[Stateful], *, now: datetime) -> datetime:
    """Return the later of ``now`` and the last change of state of ``records``: this machine's clock may be behind."""
    return max([now, *(record.state_changed_at for record in records)])


def others_of(version: Version) -> list[Version]:
    return list(version.article.versions.exclude(pk=version.pk).select_related("article"))


def _shown_version_finder(
    version: Version, others: Sequence[Version], *, in_force: EditorialPolicy | None, now: datetime
) -> Callable[[], Shown | None]:
    """Return a function that finds the version that readers see. ``move`` calls it before and after the change."""
    policy = in_force or EditorialPolicy.objects.newest(at=now)
    return lambda: shown_among([copy(version), *others], policy=policy, at=now)


def queue_document_writing() -> None:
    """Queue the task that writes cached documents. Until it has run, readers get documents without the cache."""
    wake("articles.tasks.write_documents")


def record(version: Version, *, by: User, now: datetime, reason: str) -> None:
    """Save ``version`` with history as its next revision."""
    version.revision += 0 if version._state.adding else 1
    version.record(by=by, now=now, reason=reason)


def record_in_ledger(version: Version, *, action: str, by: User, now: datetime, **particulars: JSON | datetime) -> None:
    """Append an event about ``version`` to the ledger of its article."""
    json_values = {
        key: timestamp(value) if isinstance(value, datetime) else value for key, value in particulars.items()
    }
    payload = {"version": version.number, "version_id": version.pk, "digest": version.digest, **json_values}
    ledger.append(chain=version.article.chain, action=str(action), by=by, now=now, payload=payload)

"""The one door through which a version changes its state."""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from articles.events import tell_readers_side
from articles.lifecycle import Act, Action, State, after, in_the_way
from articles.models import Article, Version
from articles.permissions import may_see_record, require_may
from articles.reading.shown import Shown, shown_among
from editorial import ledger
from editorial.canonical import timestamp
from editorial.exceptions import OutOfSight
from editorial.models import EditorialPolicy, User

STAMPS = {State.SUBMITTED: "submitted_at", State.UNDER_REVIEW: "under_review_at"}
"""The moment at which a state was reached, kept for the reader's three steps."""


def lock(version_id: int) -> Version:
    """The version, read afresh under the lock of its article, which all work on the article takes first.

    One lock per article puts everything that happens to it in one order and cannot deadlock.
    Raises OutOfSight when there is no such version.
    """
    if not lock_article(versions=version_id):
        raise OutOfSight("There is no such version.")
    return Version.objects.select_related("article", "policy").get(pk=version_id)


def lock_article(**of: int) -> bool:
    """Lock the article with this version or review; False when there is none. What is read afterwards is fresh."""
    return bool(Article.objects.select_for_update(no_key=True, of=("self",)).filter(**of).only("pk"))


def lock_for(version_id: int, *, by: User) -> Version:
    """As ``lock``, for somebody who may see the record of the article; others are told that it isn't there."""
    version = lock(version_id)
    if not may_see_record(by, version.article):
        raise OutOfSight("There is no such version.")
    return version


def require_alone(version: Version, action: Action | Act) -> None:
    """Raise InvalidTransition while another version of the article stands in the way of ``action``."""
    others = version.article.versions.exclude(pk=version.pk).order_by("number").values_list("number", "state")
    if refusal := in_the_way(action, others=others):
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
    **particulars: Any,
) -> Version:
    """Authorise, look up, write state, history and ledger, and tell front-ends. The caller holds the article's lock.

    ``in_force`` is the policy in force at ``now`` and ``others`` the article's other versions, where the caller has
    read them under that lock. ``particulars`` are told to the ledger. Raises NotPermitted and InvalidTransition.
    """
    require_may(by, action, version.article)
    before, target = version.state, after(version.state, action)
    show = None if action == Action.SUPERSEDE else _show(version, others, in_force=in_force, now=now)
    shown = show() if show else None
    version.state, version.state_changed_at, version.state_reason = target, now, reason
    if stamp := STAMPS.get(target):
        setattr(version, stamp, now)
    version.may_move = True
    try:
        record(version, by=by, now=now, reason=reason or action.label)
    finally:
        version.may_move = False
    tell(version, action=action, by=by, now=now, before=before, after=target, reason=reason, **particulars)
    transaction.on_commit(ask_for_writing, robust=True)
    if show:  # not of half an approval, in the same transaction: readers never see it
        tell_readers_side(before=shown, after=show(), occasion=f"{version.pk}.{version.revision}", now=now)
    return version


def others_of(version: Version) -> list[Version]:
    return list(version.article.versions.exclude(pk=version.pk).select_related("article"))


def _show(
    version: Version, others: Sequence[Version] | None, *, in_force: EditorialPolicy | None, now: datetime
) -> Callable[[], Shown | None]:
    """What tells, before and after ``version`` moves, which version of its article readers are shown."""
    beside = others_of(version) if others is None else others
    policy = in_force or EditorialPolicy.objects.newest(at=now)
    return lambda: shown_among([copy(version), *beside], policy=policy, at=now)


def ask_for_writing() -> None:
    """Wake a worker to write what readers are told now. Until it has, they are told from the record itself."""
    current_app.send_task("articles.tasks.write_readings", retry=False, ignore_result=True)


def record(version: Version, *, by: User, now: datetime, reason: str) -> None:
    """Save ``version`` with history as its next revision."""
    version.revision += 0 if version._state.adding else 1
    version.record(by=by, now=now, reason=reason)


def tell(version: Version, *, action: str, by: User, now: datetime, **particulars: Any) -> None:
    """Write what happened to ``version`` to the ledger of its article."""
    plain = {key: timestamp(value) if isinstance(value, datetime) else value for key, value in particulars.items()}
    payload = {"version": version.number, "version_id": version.pk, "digest": version.digest, **plain}
    ledger.append(chain=version.article.chain, action=str(action), by=by, now=now, payload=payload)

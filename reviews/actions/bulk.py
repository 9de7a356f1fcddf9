"""Actions on many rounds at once. Each item runs its own action, so that one refusal does not stop the others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from django.db.models import TextChoices
from django.template.defaultfilters import date as date_format
from django.utils import timezone

from articles.models import Version
from editorial.exceptions import Conflict, Refusal
from editorial.models import User
from reviews.actions.deadlines import extend, remind
from reviews.actions.invitations import invite_best
from reviews.actions.rounds import request_changes
from reviews.models import Review


class Bulk(TextChoices):
    """What can be done to many rounds at once."""

    INVITE_BEST = "invite_best", "Invite the suggested reviewers"
    EXTEND = "extend", "Extend the deadline"
    REMIND = "remind", "Send a reminder"
    CLOSE = "request_changes", "Close the round and request changes"


@dataclass(frozen=True)
class BulkResult:
    """The result for one item. ``refusal`` is empty if it succeeded."""

    version: Version
    words: str
    refusal: str = ""


def do_to_many(
    *,
    versions: Sequence[Version],
    act: Bulk,
    by: User,
    now: datetime,
    due_at: datetime | None = None,
    reason: str = "",
) -> list[BulkResult]:
    """Apply ``act`` to each of ``versions``, or to each of their open reviews. Returns a result for each.

    Extending needs ``due_at`` and ``reason``, closing a round needs ``reason``. Each item has its own transaction.
    """
    outcomes = []
    for version in versions:
        for call in _calls(version, act, due_at=due_at, reason=reason):
            try:
                outcomes.append(BulkResult(version, call(by=by, now=now)))
            except Refusal as refusal:
                outcomes.append(BulkResult(version, "", refusal.detail))
    return outcomes


def _calls(version: Version, act: Bulk, *, due_at: datetime | None, reason: str) -> Iterator[Callable[..., str]]:
    """Yield the calls for one version: a single one, or one for each of its open reviews."""
    whole = {Bulk.INVITE_BEST: partial(_invite, version), Bulk.CLOSE: partial(_close, version, reason=reason)}
    if act in whole:
        yield whole[act]
        return
    of_reviews: Mapping[Bulk, Callable[..., str]] = {
        Bulk.REMIND: _remind,
        Bulk.EXTEND: partial(_extend, due_at=due_at, reason=reason),
    }
    reviews = list(Review.objects.open().filter(version=version).select_related("member__user").order_by("pk"))
    yield from (partial(of_reviews[act], review) for review in reviews)
    if not reviews:
        yield _refuse


def _invite(version: Version, *, by: User, now: datetime) -> str:
    invited = invite_best(version_id=version.pk, by=by, now=now)
    return f"Invited: {', '.join(str(review.member.user) for review in invited)}"


def _close(version: Version, *, reason: str, by: User, now: datetime) -> str:
    request_changes(version_id=version.pk, reason=reason, by=by, now=now)
    return "The round is closed; the writers are asked for changes."


def _remind(review: Review, *, by: User, now: datetime) -> str:
    remind(review_id=review.pk, by=by, now=now)
    return f"{review.member.user} is reminded."


def _extend(review: Review, *, due_at: datetime | None, reason: str, by: User, now: datetime) -> str:
    due_at = cast(datetime, due_at)  # this act needs it
    extend(review_id=review.pk, due_at=due_at, reason=reason, by=by, now=now)
    return f"{review.member.user} has time until {date_format(timezone.localtime(due_at), 'j M Y')}."


def _refuse(*, by: User, now: datetime) -> str:  # noqa: ARG001 - called as the others are
    raise Conflict("No review of it is open.", code="nothing_open")

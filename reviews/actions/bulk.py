"""What an editor does to many rounds at once: each by an action of its own, so that one refusal stops nothing else."""

from collections.abc import Callable, Iterator, Sequence
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
from reviews.actions.inviting import invite_best
from reviews.actions.rounds import request_changes
from reviews.models import Review


class Bulk(TextChoices):
    """What can be done to many."""

    INVITE_BEST = "invite_best", "Invite the best set"
    EXTEND = "extend", "Give more time"
    REMIND = "remind", "Remind by mail"
    CLOSE = "request_changes", "Close the round: ask for changes"


@dataclass(frozen=True)
class Outcome:
    """What became of one thing that was to be done: ``refusal`` is empty when it was done."""

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
) -> list[Outcome]:
    """Do ``act`` to each of ``versions``, or to each open review of it, and tell of each what became of it.

    More time needs ``due_at`` and ``reason``, closing a round ``reason``. Each is a transaction of its own.
    """
    outcomes = []
    for version in versions:
        for call in _calls(version, act, due_at=due_at, reason=reason):
            try:
                outcomes.append(Outcome(version, call(by=by, now=now)))
            except Refusal as refusal:
                outcomes.append(Outcome(version, "", refusal.detail))
    return outcomes


def _calls(version: Version, act: Bulk, *, due_at: datetime | None, reason: str) -> Iterator[Callable[..., str]]:
    """What is to be done to one version: one call, or one for each open review of it."""
    if act == Bulk.INVITE_BEST:
        yield partial(_invite, version)
    elif act == Bulk.CLOSE:
        yield partial(_close, version, reason=reason)
    else:
        reviews = list(Review.objects.open().filter(version=version).select_related("member__user").order_by("pk"))
        for review in reviews:
            yield partial(_remind, review) if act == Bulk.REMIND else partial(_extend, review, due_at, reason=reason)
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


def _extend(review: Review, due_at: datetime | None, *, reason: str, by: User, now: datetime) -> str:
    due_at = cast(datetime, due_at)  # this act needs it
    extend(review_id=review.pk, due_at=due_at, reason=reason, by=by, now=now)
    return f"{review.member.user} has time until {date_format(timezone.localtime(due_at), 'j M Y')}."


def _refuse(*, by: User, now: datetime) -> str:  # noqa: ARG001 - called as the others are
    raise Conflict("No review of it is open.", code="nothing_open")

"""What follows on a rung besides telling: done by the same actions as people use, as the house itself."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from articles import actions as articles
from articles.models import Version
from editorial.exceptions import Refusal
from editorial.models import EditorialPolicy, User
from editorial.models.ladder import Consequence, Moment
from reviews.actions import lapse
from reviews.models import Reminder
from reviews.reminders.subjects import at


def settle(*, now: datetime) -> int:
    """Do what follows on every rung that was taken; returns how much was done.

    Each in a transaction of its own that ends with its being settled, so it is done once. What is no longer so by now,
    or what the action refuses, is settled without being done.
    """
    done = 0
    for pk in _unsettled():
        with transaction.atomic():
            done += _settle(pk, now=now)
    return done


def _unsettled() -> list[int]:
    waiting = Reminder.objects.filter(settled_at=None).exclude(consequence="").order_by("pk")
    return list(waiting.values_list("pk", flat=True))


def _settle(reminder_id: int, *, now: datetime) -> bool:
    free = Reminder.objects.select_for_update(skip_locked=True, no_key=True)
    reminder = free.filter(pk=reminder_id, settled_at=None).first()
    if reminder is None:
        return False
    done = _is_still_so(reminder, now=now) and _follow(reminder, now=now)
    reminder.settled_at = now
    reminder.save(update_fields=["settled_at"])
    return done


def _is_still_so(reminder: Reminder, *, now: datetime) -> bool:
    policy = EditorialPolicy.objects.required(at=now)
    present = at(Moment(reminder.moment), [reminder.subject], policy=policy, now=now)
    return present.get(reminder.subject) == reminder.anchor


def _follow(reminder: Reminder, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            FOLLOWS[Consequence(reminder.consequence)](reminder.subject, now)
    except Refusal:
        return False
    return True


def _lapse(review_id: int, now: datetime) -> None:
    lapse(review_id=review_id, by=User.objects.system(), now=now)


def _next_member(review_id: int, now: datetime) -> None:
    lapse(review_id=review_id, by=User.objects.system(), now=now, offer_seat=True)


def _re_review(version_id: int, now: datetime) -> None:
    """A draft like the approved version; its verdicts are carried over as far as they hold."""
    if not Version.objects.under_way_after(Version.objects.get(pk=version_id)).exists():
        articles.revise(version_id=version_id, by=User.objects.system(), now=now)


FOLLOWS: Mapping[Consequence, Callable[[int, datetime], None]] = {
    Consequence.LAPSE: _lapse,
    Consequence.NEXT_MEMBER: _next_member,
    Consequence.RE_REVIEW: _re_review,
}

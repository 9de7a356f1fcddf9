"""Consequences of a rung besides the mail. The system user does them with the same actions as people."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from articles import actions as articles
from articles.models import Version
from editorial.exceptions import Refusal
from editorial.models import EditorialPolicy, SweepTask, User
from editorial.models.reminder_ladder import Consequence, Moment
from editorial.record.sweeps import sweep
from reviews.actions import lapse
from reviews.models import Reminder
from reviews.reminders.subjects_sql import subjects_at


def apply_consequences(*, now: datetime) -> int:
    """Apply the consequence of every rung that was taken. Returns how many were applied.

    Each runs in its own transaction, which also marks it as settled, so it runs once. A consequence that is outdated,
    or that its action refuses, is marked as settled without effect.
    """
    waiting = Reminder.objects.filter(settled_at=None).exclude(consequence="").order_by("pk")
    with sweep(SweepTask.APPLY_CONSEQUENCES, now=now) as run:
        return sum(run.each(Reminder, list(waiting.values_list("pk", flat=True)), lambda pk: _apply(pk, now=now)))


def _apply(reminder_id: int, *, now: datetime) -> bool:
    free = Reminder.objects.select_for_update(skip_locked=True, no_key=True)
    reminder = free.filter(pk=reminder_id, settled_at=None).first()
    if reminder is None:
        return False
    policy = EditorialPolicy.objects.required(at=now)
    present = subjects_at(Moment(reminder.moment), [reminder.subject], policy=policy, now=now)
    done = present.get(reminder.subject) == reminder.anchor and _run(reminder, now=now)
    reminder.settled_at = now
    reminder.save(update_fields=["settled_at"])
    return done


def _run(reminder: Reminder, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            CONSEQUENCES[Consequence(reminder.consequence)](reminder.subject, now)
    except Refusal:
        return False
    return True


def _lapse(review_id: int, now: datetime) -> None:
    lapse(review_id=review_id, by=User.objects.system(), now=now)


def _next_member(review_id: int, now: datetime) -> None:
    lapse(review_id=review_id, by=User.objects.system(), now=now, offer_seat=True)


def _re_review(version_id: int, now: datetime) -> None:
    """Create a draft of the approved version. Its verdicts are carried over as far as they count."""
    if not Version.objects.under_way_after(Version.objects.get(pk=version_id)).exists():
        articles.revise(version_id=version_id, by=User.objects.system(), now=now)


CONSEQUENCES: Mapping[Consequence, Callable[[int, datetime], None]] = {
    Consequence.LAPSE: _lapse,
    Consequence.NEXT_MEMBER: _next_member,
    Consequence.RE_REVIEW: _re_review,
}

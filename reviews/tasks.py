"""Work of reviewing outside the request."""

from celery import shared_task
from django.utils import timezone

from articles.lifecycle import IN_REVIEW, State
from articles.models import Version
from editorial.models import User
from reviews import actions, consolidation, reminders
from reviews.actions.inviting import fill_seats_of


@shared_task
def settle_rounds() -> int:
    """Decide every round that what is signed decides by now; returns how many were decided.

    A signature decides at once. A new policy or another risk tier may ask less than before, and nobody signs then.
    """
    settled = [consolidation.settle(version_id=pk, now=timezone.now()) for pk in consolidation.undecided()]
    return sum(version.state != State.UNDER_REVIEW for version in settled)


@shared_task
def sweep_reminders() -> int:
    """Take every rung of the ladder that is due, do what follows, and owe each person one mail; how many were taken.

    Finds what is due in PostgreSQL, so a night without workers is caught up, and two sweeps at once do no harm.
    """
    now = timezone.now()
    reminders.put_off(now=now)
    taken = reminders.claim(now=now)
    reminders.settle(now=now)
    reminders.compose(now=now)
    return taken


@shared_task
def follow_retractions() -> int:
    """Do whatever the newest list of retractions asks for and was not done; how many versions were suspended.

    Completes an import that was killed, and catches works that were corrected or merged since.
    """
    return len(actions.follow_retractions(by=User.objects.system(), now=timezone.now()).suspended)


@shared_task
def fill_seats() -> int:
    """Invite whom a round lacks, where the policy in force invites by itself; returns how many were invited.

    Finds what was submitted since, and seats that nobody was free for before.
    """
    waiting = Version.objects.filter(state__in=IN_REVIEW).order_by("submitted_at", "pk").values_list("pk", flat=True)
    return sum(len(fill_seats_of(version_id=pk, now=timezone.now())) for pk in waiting)

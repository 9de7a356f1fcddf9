"""Celery tasks of the review app."""

from celery import shared_task
from django.utils import timezone

from editorial.models import User
from reviews import actions, reminders
from reviews.actions.empty_seats import notify_of_empty_seats
from reviews.actions.invitations import fill_empty_seats
from reviews.actions.late_conflicts import notify_of_conflicts
from reviews.actions.leaving import hand_on_reviews as hand_on_reviews_of_leavers


@shared_task
def take_due_rungs() -> int:
    """Postpone dates for absences, then take every due rung. Returns the number of rungs.

    It finds due rungs in PostgreSQL. So a missed night is caught up, and two sweeps at once do no harm. Rungs are taken
    even if the postponing fails as a whole. Consequences and mails follow in tasks of their own, which beat also sends.
    """
    now = timezone.now()
    try:
        reminders.postpone_dates(now=now)
    finally:
        taken = reminders.take_due_rungs(now=now)
    if taken:
        apply_consequences.delay()
        compose_mails.delay()
    return taken


@shared_task
def apply_consequences() -> int:
    """Apply the consequences of the rungs that were taken. Returns how many."""
    return reminders.apply_consequences(now=timezone.now())


@shared_task
def compose_mails() -> int:
    """Create one mail for each recipient of reminders. Returns the number of recipients."""
    return reminders.compose_mails(now=timezone.now())


@shared_task
def mark_approvals() -> int:
    """Mark approvals that do not satisfy the rules in force, and treat them as the policy says. Returns how many.

    Publishing a policy and raising a risk tier do this at once. The task catches an approval signed at the same moment.
    """
    return len(actions.mark_approvals(by=User.objects.system(), now=timezone.now()))


@shared_task
def follow_retractions() -> int:
    """Apply the newest retraction list as far as that has not been done. Returns how many versions were suspended.

    It completes an interrupted import, and catches works that were corrected or merged since.
    """
    return len(actions.follow_retractions(by=User.objects.system(), now=timezone.now()).suspended)


@shared_task
def follow_conflicts() -> int:
    """Notify editors of late conflicts of interest, once each. Returns how many reviews have one now.

    The cause can be a new interest, a product added to an article, an ORCID iD, or text that the member wrote.
    """
    return notify_of_conflicts(now=timezone.now())


@shared_task
def follow_empty_seats() -> int:
    """Notify editors, once each, of open reviews whose member can no longer sign. Returns how many there are."""
    return notify_of_empty_seats(now=timezone.now())


@shared_task
def hand_on_reviews() -> int:
    """Hand on the open reviews of people who left the board or whose account was closed. Returns how many.

    A change of a term or an account wakes this task at once. Beat sends it for terms that end by their date.
    """
    return hand_on_reviews_of_leavers(now=timezone.now())


@shared_task
def fill_seats() -> int:
    """Invite members for empty seats where the policy in force says so. Returns how many were invited.

    It finds versions submitted since, and seats for which nobody was free before.
    """
    return len(fill_empty_seats(now=timezone.now()))

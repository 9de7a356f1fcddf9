"""What follows on a rung besides telling: by the real actions, once, and only while it is still so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Version
from editorial.exceptions import Conflict, InvalidTransition, NotPermitted
from editorial.models import LedgerEntry, Notice, User
from editorial.models.reminder_ladder import Consequence, Moment, ReminderRecipient
from reviews import actions, reminders
from reviews.lifecycle import State as ReviewState
from reviews.models import Reminder, Review
from reviews.reminders import consequences
from tests.e2e.site_processes import until
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import noon, step

pytestmark = pytest.mark.django_db

ANSWER, REVIEW, LAPSES = Moment.ANSWER_DUE, Moment.REVIEW_DUE, Moment.APPROVAL_LAPSES
EDITOR = ReminderRecipient.EDITOR


def somebody_waits() -> bool:
    """For a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def taken(moment: Moment, offset: int, consequence: Consequence, *, at, **fields):
    """A review or approved version for which a rung with ``consequence`` was taken, and when."""
    factories.make_policy(rungs=[step(moment, offset, EDITOR, consequence=consequence)], **fields)
    record = factories.make_approved() if moment == LAPSES else factories.make_review_at(at)
    anchors = {ANSWER: "respond_by", REVIEW: "due_at", LAPSES: "valid_until"}
    moment_of_it = noon(getattr(record, anchors[moment]), offset)
    assert reminders.take_due_rungs(now=moment_of_it) == 1
    return record, moment_of_it


@pytest.mark.parametrize(
    ("moment", "state", "reason"),
    [
        (ANSWER, ReviewState.INVITED, "The invitation was not answered in time."),
        (REVIEW, ReviewState.ACCEPTED, "The review was not signed in time."),
    ],
)
def test_review_lapses_by_the_house_itself_once_and_its_member_is_told(moment, state, reason):
    review, now = taken(moment, 1, Consequence.LAPSE, at=state)
    assert reminders.apply_consequences(now=now) == 1
    assert reminders.apply_consequences(now=now) == 0
    review.refresh_from_db()
    assert (review.state, review.state_reason) == (ReviewState.LAPSED, reason)
    assert LedgerEntry.objects.get(action="review.lapse").actor == User.objects.system()
    assert Notice.objects.filter(kind="review_closed", recipient=review.member.user).count() == 1
    assert Reminder.objects.get().settled_at == now


def test_seat_of_a_review_that_lapsed_is_offered_to_the_next_member():
    factories.make_member("ben")
    review, now = taken(ANSWER, 1, Consequence.NEXT_MEMBER, at=ReviewState.INVITED, quorum=1)
    reminders.apply_consequences(now=now)
    assert Review.objects.get(state=ReviewState.INVITED).member.user.username == "ben"
    assert Review.objects.get(pk=review.pk).state == ReviewState.LAPSED


def test_member_who_answers_between_taking_and_doing_keeps_the_review():
    review, now = taken(ANSWER, 1, Consequence.LAPSE, at=ReviewState.INVITED)
    actions.accept(review_id=review.pk, by=review.member.user, now=now)
    assert reminders.apply_consequences(now=now) == 0
    assert Review.objects.get().state == ReviewState.ACCEPTED
    assert Reminder.objects.get().settled_at == now


def test_date_that_is_put_off_between_taking_and_doing_holds(edith):
    review, now = taken(ANSWER, 1, Consequence.LAPSE, at=ReviewState.INVITED)
    actions.extend(review_id=review.pk, due_at=now + timedelta(days=3), by=edith, now=now, reason="More time.")
    assert reminders.apply_consequences(now=now) == 0
    assert Review.objects.get().state == ReviewState.INVITED


def test_next_review_of_an_approved_version_is_prepared_by_the_house_with_what_was_checked_carried_over():
    version, now = taken(LAPSES, -90, Consequence.RE_REVIEW, at=None)
    assert reminders.apply_consequences(now=now) == 1
    draft = Version.objects.get(state=State.DRAFT)
    assert (draft.based_on, draft.article) == (version, version.article)
    assert draft.history.latest().history_user == User.objects.system()
    assert Version.objects.get(pk=version.pk).is_validly_approved(at=now)


@pytest.mark.parametrize("is_submitted", [False, True])
def test_next_review_that_somebody_began_is_left_alone(wanda, is_submitted):
    version, now = taken(LAPSES, -90, Consequence.RE_REVIEW, at=None)
    draft = articles.revise(version_id=version.pk, by=wanda, now=now)
    if is_submitted:
        articles.edit(version_id=draft.pk, question="Can IVIG hurt?", by=wanda, now=now)
        articles.submit(version_id=draft.pk, by=wanda, now=now)
    reminders.apply_consequences(now=now)
    assert Version.objects.count() == 2
    assert Reminder.objects.get().settled_at == now


def test_next_review_is_prepared_beside_changes_that_were_requested_of_an_older_version(edith, wanda):
    factories.make_policy(rungs=[step(LAPSES, -30, EDITOR, consequence=Consequence.RE_REVIEW)])
    old = factories.make_version_at(State.CHANGES_REQUESTED)
    draft = articles.revise(version_id=old.pk, by=wanda, now=NOW)
    articles.edit(version_id=draft.pk, question="Can IVIG cause low back pain?", by=wanda, now=NOW)
    newer = articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    approved = factories.approve(newer)
    now = noon(approved.valid_until, -30)
    assert reminders.take_due_rungs(now=now) == 1
    assert reminders.apply_consequences(now=now) == 1
    assert approved.article.versions.latest("number").based_on == approved


def test_rung_that_is_settled_elsewhere_is_passed_over():
    _review, now = taken(ANSWER, 1, Consequence.LAPSE, at=ReviewState.INVITED)
    unsettled = list(Reminder.objects.filter(settled_at=None).values_list("pk", flat=True))
    reminders.apply_consequences(now=now)
    assert [consequences._apply(pk, now=now) for pk in unsettled] == [False]


# --- lapse ------------------------------------------------------------------------------------------------------------


def test_review_lapses_after_its_time_only_and_by_the_house_alone(ada, edith):
    review = factories.make_review_at(ReviewState.INVITED)
    late = review.respond_by + timedelta(hours=1)
    with pytest.raises(Conflict, match="Its time is not over"):
        actions.lapse(review_id=review.pk, by=User.objects.system(), now=NOW)
    with pytest.raises(NotPermitted):
        actions.lapse(review_id=review.pk, by=edith, now=late)
    assert actions.lapse(review_id=review.pk, by=User.objects.system(), now=late).state == ReviewState.LAPSED


def test_review_that_is_over_does_not_lapse():
    review = factories.make_review_at(ReviewState.DECLINED)
    with pytest.raises(InvalidTransition):
        actions.lapse(review_id=review.pk, by=User.objects.system(), now=review.due_at)


@pytest.mark.django_db(transaction=True)
def test_member_who_answers_while_the_house_is_about_to_lapse_the_review_keeps_it():
    review, now = taken(ANSWER, 1, Consequence.LAPSE, at=ReviewState.INVITED)

    def settle() -> int:
        try:
            return reminders.apply_consequences(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.accept(review_id=review.pk, by=review.member.user, now=now)
            settled = pool.submit(settle)
            until(somebody_waits)
        assert settled.result(timeout=60) == 0
    assert Review.objects.get().state == ReviewState.ACCEPTED
    assert Reminder.objects.get().settled_at == now

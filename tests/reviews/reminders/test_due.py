"""Which rungs are taken: each on its day, once for each date, for whoever is at its moment."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles import actions as articles
from articles.lifecycle import State
from editorial.actions import draft_next_policy, keep_policy, publish_policy, remove_policy_row
from editorial.models import Absence, MailChoice
from editorial.models.reminder_ladder import Moment, OffsetUnit, ReminderRecipient
from reviews import actions, reminders
from reviews.lifecycle import State as ReviewState
from reviews.models import Letter, Reminder, Review
from reviews.reminders import due
from tests.faults.test_concurrency import at_once
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import noon, outcomes, step, told

pytestmark = pytest.mark.django_db

MEMBER, WRITER, EDITOR, CHAIR = (
    ReminderRecipient.MEMBER,
    ReminderRecipient.WRITER,
    ReminderRecipient.EDITOR,
    ReminderRecipient.CHAIR,
)
ANSWER, REVIEW = Moment.ANSWER_DUE, Moment.REVIEW_DUE


def invited(*rungs, **fields) -> Review:
    factories.make_policy(rungs=rungs, **fields)
    return factories.make_review_at(ReviewState.INVITED)


def test_rung_is_taken_on_its_day_and_once():
    review = invited(step(ANSWER, -2, MEMBER))
    assert reminders.take_due_rungs(now=noon(review.respond_by, -3)) == 0
    assert reminders.take_due_rungs(now=noon(review.respond_by, -2).replace(hour=6)) == 0
    assert reminders.take_due_rungs(now=noon(review.respond_by, -2)) == 1
    assert reminders.take_due_rungs(now=noon(review.respond_by, -2)) == 0
    taken = Reminder.objects.get()
    assert (taken.subject, taken.anchor, taken.outcome) == (review.pk, review.respond_by, "called")
    assert str(taken) == f"an invitation has to be answered: {review.pk}"
    assert str(Letter.objects.get()) == f"{taken} to {review.member.user}"


def test_nothing_is_taken_without_a_policy_in_force():
    assert reminders.take_due_rungs(now=NOW) == 0


def test_working_days_are_counted_as_such():
    review = invited(step(ANSWER, -2, MEMBER, unit=OffsetUnit.WORKING_DAYS))
    assert review.respond_by.date() == date(2026, 3, 9)
    assert reminders.take_due_rungs(now=noon(review.respond_by, -5)) == 0
    assert reminders.take_due_rungs(now=noon(review.respond_by, -4)) == 1


@pytest.mark.parametrize(
    ("recipient", "username"), [(MEMBER, "ada"), (WRITER, "wanda"), (EDITOR, "edith"), (CHAIR, "edith")]
)
def test_letter_is_owed_to_whom_the_rung_names(recipient, username):
    review = invited(step(ANSWER, 0, recipient))
    reminders.take_due_rungs(now=noon(review.respond_by))
    assert {user.username for user in told()} == {username}


def test_chair_is_told_while_in_office_and_nobody_without_an_address():
    review = invited(step(ANSWER, 0, CHAIR))
    chair = factories.make_member("cleo", is_chair=True)
    factories.make_member("dora", is_chair=True, term_to=date(2026, 1, 1))
    chair.user.email = ""
    chair.user.save()
    factories.make_member("gita", is_chair=True)
    reminders.take_due_rungs(now=noon(review.respond_by))
    assert {user.username for user in told()} == {"gita"}


def test_of_several_rungs_that_are_due_at_once_only_the_last_is_told():
    review = invited(step(ANSWER, -2, MEMBER), step(ANSWER, 0, MEMBER), step(ANSWER, 0, EDITOR))
    assert reminders.take_due_rungs(now=noon(review.respond_by, 1)) == 3
    last = Reminder.objects.filter(rung__offset=0)
    assert {one.rung.recipient: one.outcome for one in last} == {"member": "called", "editor": "called"}
    assert Reminder.objects.get(rung__offset=-2).outcome == "overtaken"
    assert Letter.objects.count() == 2


def test_rung_whose_day_was_over_before_its_subject_came_to_be_tells_nobody():
    review = invited(step(ANSWER, -30, MEMBER))
    assert reminders.take_due_rungs(now=noon(review.respond_by, -3)) == 1
    assert outcomes() == {-30: "passed"}
    assert not told()


def test_date_that_is_put_off_is_told_of_anew_but_not_on_a_day_that_was_told(edith):
    review = invited(step(ANSWER, -2, MEMBER))
    reminders.take_due_rungs(now=noon(review.respond_by, -1))
    later = {"by": edith, "now": noon(review.respond_by, -1), "reason": "More time."}
    moved = actions.extend(review_id=review.pk, due_at=review.respond_by + timedelta(days=1), **later)
    assert reminders.take_due_rungs(now=noon(moved.respond_by, -2)) == 1
    assert outcomes() == {-2: "passed"}
    moved = actions.extend(review_id=review.pk, due_at=moved.respond_by + timedelta(days=5), **later)
    assert reminders.take_due_rungs(now=noon(moved.respond_by, -2)) == 1
    assert outcomes() == {-2: "called"}


def test_change_of_the_ladder_sends_nothing_again(edith):
    review = invited(step(ANSWER, -2, MEMBER))
    reminders.take_due_rungs(now=noon(review.respond_by, -2))
    draft = draft_next_policy(by=edith, now=NOW)
    one = draft.rungs.get()
    one.offset, one.text = -1, "Soon: $about."
    keep_policy(record=one, by=edith, now=NOW)
    publish_policy(policy_id=draft.pk, by=edith, now=noon(review.respond_by, -2))
    assert reminders.take_due_rungs(now=noon(review.respond_by, -1)) == 0


def test_new_rung_does_not_tell_what_was_due_before_it(edith):
    review = invited()
    draft = draft_next_policy(by=edith, now=NOW)
    for default in draft.rungs.all():
        remove_policy_row(row=default, by=edith, now=NOW)
    for offset in (-2, 0):
        rung = draft.rungs.model(policy=draft, **vars(step(ANSWER, offset, MEMBER)))
        keep_policy(record=rung, by=edith, now=NOW)
    publish_policy(policy_id=draft.pk, by=edith, now=noon(review.respond_by, -1))
    assert reminders.take_due_rungs(now=noon(review.respond_by, -1)) == 1
    assert reminders.take_due_rungs(now=noon(review.respond_by)) == 1
    assert outcomes() == {-2: "passed", 0: "called"}


def test_working_days_stand_in_their_place_among_days():
    review = invited(step(ANSWER, -3, MEMBER, unit=OffsetUnit.WORKING_DAYS), step(ANSWER, -4, MEMBER))
    reminders.take_due_rungs(now=noon(review.respond_by))
    assert outcomes() == {-3: "overtaken", -4: "called"}


def test_member_who_is_away_is_reminded_when_back():
    review = invited(step(ANSWER, -2, MEMBER))
    first = noon(review.respond_by, -3).date()
    Absence.objects.create(member=review.member, first_day=first, last_day=first + timedelta(days=2))
    assert reminders.take_due_rungs(now=noon(review.respond_by, -2)) == 0
    assert reminders.take_due_rungs(now=noon(review.respond_by)) == 1


def test_batches_take_everything_and_each_of_the_same_date_once(monkeypatch):
    monkeypatch.setattr(due, "BATCH", 1)
    factories.make_policy(rungs=[step(ANSWER, 0, MEMBER)])
    for slug in ("one", "two", "three"):
        review = factories.make_invitation(factories.make_submitted(slug))
    assert reminders.take_due_rungs(now=noon(review.respond_by)) == 3
    assert Letter.objects.count() == 3


# --- who is at each moment --------------------------------------------------------------------------------------------


def of_a_review(moment):
    now, edith = NOW + timedelta(hours=1), factories.make_user("edith", is_editor=True)
    if moment == ANSWER:
        review = factories.make_review_at(ReviewState.INVITED)
        return review.pk, review.respond_by, lambda: actions.cancel(review_id=review.pk, by=edith, now=now)
    review = factories.make_review_at(ReviewState.ACCEPTED)
    return review.pk, review.due_at, lambda: factories.sign(review, now=now)


def of_a_member(moment):
    member = factories.make_member("ada", licence_expires_on=NOW.date())

    def end():
        member.term_to = date(2020, 1, 2)
        member.record(by=factories.make_user("edith", is_editor=True), now=NOW)

    if moment == Moment.LICENCE_EXPIRES:
        return member.pk, NOW.replace(hour=0), end
    return member.pk, member.statements.get().stated_at + timedelta(days=365), end


def of_a_comment(_moment):
    now, wanda = NOW + timedelta(hours=1), factories.make_user("wanda", is_writer=True)
    review = factories.make_review_at(ReviewState.ACCEPTED)
    remark = actions.comment(review_id=review.pk, text="The dose?", by=review.member.user, now=NOW)
    factories.sign(review)
    edith = factories.make_user("edith", is_editor=True)
    version = actions.request_changes(version_id=review.version_id, by=edith, now=NOW, reason="The dose.")
    return version.pk, NOW, lambda: actions.answer(comment_id=remark.pk, text="Done.", by=wanda, now=now)


def of_a_report(_moment):
    version, edith = factories.make_approved(), factories.make_user("edith", is_editor=True)
    report = articles.report(article=version.article, version=version, text="The dose?", email="", now=NOW)
    decide = {"report_id": report.pk, "reason": "It is right.", "by": edith, "now": NOW}
    return report.pk, NOW + timedelta(days=3), lambda: articles.decline_report(**decide)


STATES = {
    Moment.UNASSIGNED: State.SUBMITTED,
    Moment.CHANGES_REQUESTED: State.CHANGES_REQUESTED,
    Moment.DRAFT_UNTOUCHED: State.DRAFT,
    Moment.APPROVAL_LAPSES: State.APPROVED,
}


def of_a_version(moment):
    version, now = factories.make_version_at(STATES[moment]), NOW + timedelta(hours=1)
    wanda, edith = factories.make_user("wanda", is_writer=True), factories.make_user("edith", is_editor=True)
    ends = {
        Moment.UNASSIGNED: lambda: factories.make_invitation(version, now=now),
        Moment.CHANGES_REQUESTED: lambda: articles.revise(version_id=version.pk, by=wanda, now=now),
        Moment.DRAFT_UNTOUCHED: lambda: articles.submit(version_id=version.pk, by=wanda, now=now),
        Moment.APPROVAL_LAPSES: lambda: articles.suspend(version_id=version.pk, by=edith, now=now, reason="Doubt."),
    }
    return version.pk, version.valid_until or NOW, ends[moment]


SUBJECTS = {
    **dict.fromkeys(Moment, of_a_version),
    ANSWER: of_a_review,
    REVIEW: of_a_review,
    Moment.COMMENT_UNANSWERED: of_a_comment,
    Moment.LICENCE_EXPIRES: of_a_member,
    Moment.STATEMENT_EXPIRES: of_a_member,
    Moment.REPORT_UNTRIAGED: of_a_report,
}
"""By moment, what makes somebody be at it: the subject, the date that is counted from, and what ends it."""


@pytest.mark.parametrize("moment", Moment)
def test_rung_is_taken_for_who_is_at_its_moment_and_not_afterwards(moment):
    factories.make_policy(rungs=[step(moment, 1, EDITOR)])
    subject, anchor, end = SUBJECTS[moment](moment)
    assert reminders.take_due_rungs(now=noon(anchor, 0)) == 0
    with transaction.atomic():
        assert reminders.take_due_rungs(now=noon(anchor, 1)) == 1
        assert Reminder.objects.get().subject == subject
        assert {user.username for user in told()} == {"edith"}
        transaction.set_rollback(True)
    end()
    assert reminders.take_due_rungs(now=noon(anchor, 1)) == 0


def test_writers_are_told_of_a_version_and_members_of_their_papers():
    factories.make_policy(rungs=[step(Moment.DRAFT_UNTOUCHED, 1, WRITER), step(Moment.LICENCE_EXPIRES, 1, MEMBER)])
    factories.make_member("ada", licence_expires_on=NOW.date())
    factories.make_draft()
    reminders.take_due_rungs(now=noon(NOW, 1))
    assert {user.username for user in told()} == {"wanda", "ada"}


# --- what people chose ------------------------------------------------------------------------------------------------


def test_letters_wait_for_the_hour_that_their_reader_chose_but_no_escalation_does():
    review = invited(step(ANSWER, 0, MEMBER), step(ANSWER, 0, EDITOR))
    for user in (review.member.user, factories.make_user("edith")):
        MailChoice(user=user, delivery="digest", hour=15).record(by=user, now=NOW)
    reminders.take_due_rungs(now=noon(review.respond_by))
    waits = {one.recipient.username: one.not_before for one in Letter.objects.all()}
    assert waits == {"ada": noon(review.respond_by).replace(hour=15), "edith": noon(review.respond_by)}


def test_letter_goes_at_once_to_who_chose_that():
    review = invited(step(ANSWER, 0, MEMBER))
    ada = review.member.user
    MailChoice(user=ada, quiet_weekdays=["sunday"]).record(by=ada, now=NOW)
    reminders.take_due_rungs(now=noon(review.respond_by))
    assert Letter.objects.get().not_before == noon(review.respond_by)


# --- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_take_each_rung_once():
    factories.make_policy(rungs=[step(ANSWER, 0, MEMBER)])
    for number in range(12):
        review = factories.make_invitation(factories.make_submitted(f"article-{number}"))
    assert at_once(*[lambda: reminders.take_due_rungs(now=noon(review.respond_by))] * 8) == {"done": 8}
    assert Reminder.objects.count() == Letter.objects.count() == 12


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM reviews_reminder",
        "UPDATE reviews_reminder SET anchor = now()",
        "DELETE FROM reviews_letter",
        "UPDATE reviews_letter SET recipient_id = recipient_id + 1",
    ],
)
def test_what_was_taken_is_held_by_the_database(sql):
    review = invited(step(ANSWER, 0, MEMBER))
    reminders.take_due_rungs(now=noon(review.respond_by))
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(sql)

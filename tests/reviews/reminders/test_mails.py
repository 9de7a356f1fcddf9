"""One mail for each person, and what it says when it is sent."""

from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection

from editorial.admin.formatting import address
from editorial.mail import notices as delivery
from editorial.mail.smtp import MailConnection
from editorial.models import Notice
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from reviews import actions, reminders
from reviews.lifecycle import State as ReviewState
from reviews.models import Letter, Review
from reviews.reminders import mails
from reviews.reminders.subjects_in_words import days_away
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import noon, notices, step, sweep_reminders

pytestmark = pytest.mark.django_db

ANSWER, MEMBER, EDITOR = Moment.ANSWER_DUE, ReminderRecipient.MEMBER, ReminderRecipient.EDITOR


def owed(*, slugs=("one",)) -> tuple[Review, Notice]:
    """Ada's newest invitation, of which a notice is owed, with as many others as there are ``slugs``."""
    factories.make_policy(rungs=[step(ANSWER, 0, MEMBER)])
    for slug in slugs:
        review = factories.make_invitation(factories.make_submitted(slug))
    reminders.take_due_rungs(now=noon(review.respond_by))
    reminders.compose_mails(now=noon(review.respond_by))
    (notice,) = notices()
    return review, notice


def sent(notice: Notice, *, at) -> bool:
    outbox.outbox.clear()
    with MailConnection() as connection:
        return delivery.deliver(mail_id=notice.pk, now=at, connection=connection)


def test_person_gets_one_mail_of_everything_that_is_due():
    review, notice = owed(slugs=("one", "two", "three"))
    assert reminders.compose_mails(now=noon(review.respond_by)) == 0
    assert sent(notice, at=noon(review.respond_by))
    (message,) = outbox.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "3 reminders"
    assert message.body.count("Can IVIG cause back pain? by Monday, 9 March 2026 (today).") == 3
    for one in Review.objects.all():
        assert f"/admin/reviews/review/{one.pk}/change/" in message.body


def test_mail_of_one_thing_says_it_in_its_subject():
    review, notice = owed()
    assert sent(notice, at=noon(review.respond_by))
    assert outbox.outbox[0].subject == "Reminder: Can IVIG cause back pain? by Monday, 9 March 2026 (today)."


def test_words_say_what_is_so_when_the_mail_goes_out():
    review, notice = owed()
    assert sent(notice, at=noon(review.respond_by, 2))
    assert "(2 days ago)" in outbox.outbox[0].body


def test_mail_of_what_was_decided_meanwhile_is_not_sent():
    review, notice = owed()
    actions.accept(review_id=review.pk, by=review.member.user, now=NOW)
    assert not sent(notice, at=noon(review.respond_by))
    assert not sent(notice, at=noon(review.respond_by))
    notice.refresh_from_db()
    assert (notice.sent_at, notice.dropped_at, outbox.outbox) == (None, noon(review.respond_by), [])
    assert Letter.objects.get().dropped_at == notice.dropped_at


def test_mail_leaves_out_what_was_decided_or_put_off_meanwhile(edith):
    review, notice = owed(slugs=("one", "two", "three"))
    first, second, _third = Review.objects.order_by("pk")
    actions.decline(review_id=first.pk, by=review.member.user, now=NOW, reason="No time.")
    later = review.respond_by + timedelta(days=9)
    actions.extend(review_id=second.pk, due_at=later, by=edith, now=NOW, reason="More time.")
    assert sent(notice, at=noon(review.respond_by))
    assert outbox.outbox[0].subject.startswith("Reminder: Can IVIG")
    assert Letter.objects.exclude(dropped_at=None).count() == 2


def test_escalation_names_the_member_and_papers_name_whose_they_are():
    now = NOW + timedelta(days=1)
    factories.make_policy(
        rungs=[
            step(ANSWER, 0, EDITOR, text="$member has not answered on $about."),
            step(Moment.LICENCE_EXPIRES, 1, EDITOR, text="The licence of $member ended on $due."),
            step(Moment.DRAFT_UNTOUCHED, 1, EDITOR, text="“$about” lies since $due."),
        ]
    )
    review = factories.make_invitation(factories.make_submitted())
    member = factories.make_member("ben", licence_expires_on=NOW.date())
    draft = factories.make_draft("drafted", question="How much?")
    reminders.take_due_rungs(now=noon(review.respond_by))
    reminders.compose_mails(now=now + timedelta(days=7))
    (notice,) = notices()
    lines = {line["text"]: line["path"] for line in reminders.current_lines(notice, noon(review.respond_by))["lines"]}
    assert lines == {
        "Ada Example has not answered on Can IVIG cause back pain?.": address(review),
        "The licence of Ben Example ended on Monday, 2 March 2026.": address(member),
        "“How much?” lies since Monday, 2 March 2026.": address(draft),
    }


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "in 1 day"), (3, "in 3 days"), (-1, "1 day ago")])
def test_days_are_told_in_words(days, words):
    assert days_away(days) == words


def test_letters_are_put_together_by_one_worker_at_a_time():
    factories.make_policy(rungs=[step(ANSWER, 0, MEMBER)])
    review = factories.make_invitation(factories.make_submitted())
    reminders.take_due_rungs(now=noon(review.respond_by))
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [mails.LOCK_KEY])
        assert reminders.compose_mails(now=noon(review.respond_by)) == 0
    assert reminders.compose_mails(now=noon(review.respond_by)) == 1


def test_sweep_takes_does_and_owes_in_one_go():
    factories.make_policy(rungs=[step(ANSWER, 1, MEMBER)])
    review = factories.make_review_at(ReviewState.INVITED)
    with time_machine.travel(noon(review.respond_by, 1), tick=False):
        assert sweep_reminders() == 1
        assert sweep_reminders() == 0
    assert len(notices()) == 1


def test_three_days_without_a_worker_are_caught_up_with_one_mail_for_each_person():
    rungs = [step(ANSWER, offset, recipient) for offset in (-2, -1, 0) for recipient in (MEMBER, EDITOR)]
    factories.make_policy(rungs=[*rungs, step(Moment.DRAFT_UNTOUCHED, 5, ReminderRecipient.WRITER)])
    for slug in ("one", "two"):
        review = factories.make_invitation(factories.make_submitted(slug))
        factories.make_draft(f"draft-{slug}")
    with time_machine.travel(noon(review.respond_by), tick=False):
        assert sweep_reminders() == 14
    assert sorted(notice.recipient.username for notice in notices()) == ["ada", "edith", "wanda"]
    for notice in notices():
        assert sent(notice, at=noon(review.respond_by))
        assert len(Letter.objects.filter(notice=notice)) == 2

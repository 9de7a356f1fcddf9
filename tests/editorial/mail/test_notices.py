"""Who is told, who is led where, and what becomes of a notice that cannot be sent."""

import re
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.template.loader import get_template

from editorial.mail import notices
from editorial.mail.smtp import MailConnection, is_final, is_silence
from editorial.mail.sweep import LEASE
from editorial.models import Notice
from editorial.record.delivery_queue import JITTER
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision
from tests.support import factories
from tests.support.factories import NOW, make_user


@pytest.mark.parametrize("decision", Decision)
def test_no_notice_says_how_a_member_voted(db, decision):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    factories.make_accepted(review.version, "ben")
    factories.sign(review, decision)
    told = notices.mail(Notice.objects.select_related("recipient").get(kind="review_signed"))
    said = f"{told.subject} {told.body}".lower().replace("/change/", "/")
    assert not re.search(r"approv|change|read it all", said)


def test_each_signer_is_led_to_their_own_review(db):
    version = factories.make_approved()
    for review in version.reviews.select_related("member__user"):
        notice = Notice.objects.get(kind="approved", recipient=review.member.user)
        assert notice.context["path"].endswith(f"/review/{review.pk}/change/")
    writer = Notice.objects.get(kind="approved", recipient__username="wanda")
    assert writer.context["path"].endswith(f"/version/{version.pk}/change/")


def owe(kind, username="wanda"):
    user = make_user(username)
    context = {"question": "Why?", "number": 1, "path": "/x/", "by": "Edith", "reason": ""}
    notices.owe(kind=kind, recipients=[user], subject="version:1", occasion="1", context=context, now=NOW)
    return Notice.objects.get(kind=kind, recipient=user)


def deliver(now=NOW):
    with MailConnection() as connection:
        return [notices.deliver(mail_id=pk, now=now, connection=connection) for pk in claim(now)]


def claim(now=NOW):
    return notices.claim(now=now, limit=9)


def test_notice_without_a_template_is_a_recorded_failure_and_stops_no_other(db):
    lost, good = owe("no_such_kind"), owe("approved")
    assert deliver() == [False, True]
    lost.refresh_from_db()
    assert (lost.sent_at, lost.last_error) == (None, "TemplateDoesNotExist: notices/no_such_kind.txt")
    assert notices.RETRY_AFTER[0] <= lost.not_before - NOW <= notices.RETRY_AFTER[0] * (1 + JITTER)
    assert [message.to for message in mail.outbox] == [[good.recipient.email]]


def test_urgent_notices_go_out_before_older_ones(db):
    for kind in ("approved", "submitted", "suspended", "no_such_kind", "reminders"):
        owe(kind)
    claimed = [Notice.objects.get(pk=pk).kind for pk in claim()]
    assert claimed == ["suspended", "reminders", "approved", "submitted", "no_such_kind"]


def test_each_urgent_kind_has_a_template():
    for kind in notices.URGENT:
        assert get_template(f"notices/{kind}.txt")


def test_notice_that_was_sent_is_not_sent_again(db):
    notice = owe("approved")
    assert deliver() == [True]
    assert not notices.deliver(mail_id=notice.pk, now=NOW, connection=MailConnection())
    assert len(mail.outbox) == 1


def test_notice_to_an_impossible_address_is_a_recorded_failure(db):
    notice = owe("approved")
    notice.recipient.email = "wanda@example.org\nBcc: all@example.org"
    notice.recipient.record(by=notice.recipient, now=NOW)
    assert deliver() == [False]
    notice.refresh_from_db()
    assert notice.last_error.startswith("BadHeaderError")


def test_notice_that_keeps_failing_is_abandoned_and_not_lost(db):
    notice, now = owe("no_such_kind"), NOW
    for _ in range(len(notices.RETRY_AFTER) + 1):
        assert deliver(now) == [False]
        now += timedelta(days=2)
    notice.refresh_from_db()
    assert notice.abandoned_at
    assert claim(now) == []


def test_notice_to_an_account_without_address_is_given_up_and_not_taken_for_sent(db):
    notice = owe("approved")
    notice.recipient.email = ""
    notice.recipient.record(by=notice.recipient, now=NOW)
    assert deliver() == [False]
    notice.refresh_from_db()
    assert (notice.sent_at, notice.abandoned_at) == (None, NOW)
    assert notice.last_error == "NobodyToSendToError: The account has no address."


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (SMTPRecipientsRefused({"a@b.c": (550, b"no")}), True),
        (SMTPRecipientsRefused({"a@b.c": (450, b"later")}), False),
        (SMTPDataError(554, b"spam"), True),
        (SMTPDataError(452, b"full"), False),
        (SMTPSenderRefused(550, b"who?", "x"), False),
    ],
)
def test_refusals_for_good_are_told_from_those_for_now(error, final):
    assert is_final(error) is final


@pytest.mark.parametrize(
    ("error", "silence"),
    [
        (SMTPServerDisconnected("Connection unexpectedly closed: timed out"), True),
        (SMTPSenderRefused(421, b"closing", "x"), True),
        (BrokenPipeError(), True),
        (SoftTimeLimitExceeded(), True),
        (SMTPDataError(451, b"later"), False),
        (SMTPRecipientsRefused({"a@b.c": (450, b"later")}), False),
        (ValueError(), False),
    ],
)
def test_silence_of_the_server_is_told_from_an_answer(error, silence):
    assert is_silence(error) is silence


def test_claim_is_a_lease_and_no_attempt(db):
    notice = owe("approved")
    for times in range(7):
        assert claim(NOW + times * LEASE) == [notice.pk]
        assert claim(NOW + (times + 1) * LEASE - timedelta(seconds=1)) == []
    notice.refresh_from_db()
    assert (notice.attempts, notice.not_before) == (0, NOW)

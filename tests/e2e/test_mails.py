"""Mails in a browser, in both themes, and answers to invitations from them without a login."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from editorial.mail import notices
from editorial.models import Notice
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from reviews import reminders
from reviews.lifecycle import State
from reviews.models import Review
from tests.e2e.test_accessibility import faults
from tests.support import factories
from tests.support.reminder_ladders import noon, step


@pytest.fixture
def review(transactional_db, settings, live_server) -> Review:
    settings.SITE_URL = live_server.url
    factories.make_policy(rungs=[step(Moment.ANSWER_DUE, -1, ReminderRecipient.MEMBER)])
    now = timezone.now()
    return factories.make_invitation(factories.make_submitted(now=now), now=now)


def read(page: Page, kind: str) -> str:
    """Open the newest mail of a kind as a mail program shows it. Return its plain text."""
    mail = notices.mail(Notice.objects.select_related("recipient").filter(kind=kind).latest("pk"))
    (html, _), *_ = mail.alternatives
    page.set_content(html)
    return mail.body


def press(page: Page, answer: str) -> None:
    page.get_by_role("link", name=f"/{answer}/").click()
    page.wait_for_url(f"**/{answer}/**")


def state(review: Review) -> str:
    return Review.objects.values_list("state", flat=True).get(pk=review.pk)


def test_invitation_is_accepted_from_its_mail_by_who_is_logged_in_nowhere(review, open_page):
    page = open_page()
    read(page, "invitation")
    press(page, "accept")
    expect(page.get_by_role("heading", level=1)).to_contain_text("review")
    assert state(review) == State.INVITED
    page.get_by_role("button", name="Accept").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("accepted")
    assert state(review) == State.ACCEPTED


def test_invitation_is_declined_from_its_mail_with_a_reason(review, open_page):
    page = open_page()
    read(page, "invitation")
    press(page, "decline")
    page.get_by_role("textbox").fill("No time before summer.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("main")).to_contain_text("declined")
    assert (state(review), Review.objects.get().state_reason) == (State.DECLINED, "No time before summer.")


def test_link_of_another_member_is_refused_in_words_and_changes_nothing(review, forgiving):
    page = forgiving(factories.make_member("ben").user)
    read(page, "invitation")
    press(page, "accept")
    expect(page.get_by_role("main")).to_contain_text("sent to someone else")
    assert state(review) == State.INVITED
    assert faults(page) == []


def test_mails_and_the_pages_behind_them_are_for_everybody(review, forgiving):
    now = noon(review.respond_by, -1)
    assert reminders.take_due_rungs(now=now) == 1
    reminders.compose_mails(now=now)
    notice = Notice.objects.get(kind="reminders")
    notice.context = reminders.current_lines(notice, now)
    notice.save()
    page = forgiving(factories.make_user("nobody"))
    page.context.clear_cookies()
    for kind in ("invitation", "reminders"):
        assert review.version.question in " ".join(read(page, kind).split())
        assert faults(page) == []
    for answer in ("accept", "decline"):
        read(page, "invitation")
        press(page, answer)
        assert faults(page) == []
    page.get_by_role("button", name="Decline").click()
    assert faults(page) == []
    page.get_by_role("textbox").fill("No time.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("main")).to_contain_text("declined")
    assert faults(page) == []

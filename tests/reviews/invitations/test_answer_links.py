"""Answering an invitation from its mail: what a link does, what it refuses, and where its secret never stands."""

import io
import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from editorial.exceptions import Conflict
from editorial.http.private_pages import private_page, refused_on
from editorial.mail import notices
from editorial.models import LedgerEntry, Notice
from reviews import actions
from reviews.lifecycle import State
from reviews.models import AnswerLink, Review
from tests.admin.test_flow import do
from tests.support import factories
from tests.support.api import nothing_stored, rows
from tests.support.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def review():
    return factories.make_review_at(State.INVITED)


def link_of(review, answer="accept"):
    mail = notices.mail(Notice.objects.select_related("recipient").filter(kind="invitation").latest("pk"))
    return re.search(rf"/answer/\S+/{answer}/", mail.body)[0]


def state(review):
    return Review.objects.get(pk=review.pk).state


def test_every_attempt_at_the_mail_has_the_same_link(review):
    assert link_of(review) == link_of(review)


def test_opening_changes_nothing_and_is_private(client, review):
    link = link_of(review)
    with nothing_stored():
        answers = [client.get(link), client.head(link), client.get(link_of(review, "decline"))]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert (answers[0]["Referrer-Policy"], answers[0]["Cache-Control"]) == ("no-referrer", "no-store")
    assert state(review) == State.INVITED


def test_accepting_by_link_is_told_to_the_ledger_and_once(client, review):
    link = link_of(review)
    assert "You have accepted the review" in client.post(link).content.decode()
    assert state(review) == State.ACCEPTED
    assert LedgerEntry.objects.get(action="review.accept").payload["via"] == "link"
    with nothing_stored():
        assert client.post(link).status_code == client.get(link).status_code == 409


def test_declining_asks_for_a_reason(client, review):
    link = link_of(review, "decline")
    assert client.post(link, {"reason": " "}).status_code == 422
    assert client.post(link, {"reason": "No time."}).status_code == 200
    assert (state(review), Review.objects.get().state_reason) == (State.DECLINED, "No time.")


def test_refused_links_change_nothing(client, review, ben, edith):
    link = link_of(review)
    client.force_login(ben)
    assert client.post(link).status_code == 403
    client.logout()
    assert client.post(link.replace("/answer/", "/answer/x")).status_code == 404
    with time_machine.travel(review.respond_by, tick=False):
        assert client.post(link).status_code == 410
    actions.revoke_links(review_id=review.pk, by=edith, now=NOW)
    assert client.post(link).status_code == 410
    assert state(review) == State.INVITED


def test_more_time_mails_another_link(client, review, edith):
    link = link_of(review)
    later = review.respond_by + timedelta(days=3)
    actions.extend(review_id=review.pk, due_at=later, reason="A holiday.", by=edith, now=NOW)
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="review_extended"))
    assert "/answer/" in mail.body
    assert link not in mail.body


def test_secret_stands_in_no_row_and_no_line_of_the_log(client, review, ben):
    link = link_of(review)
    secret = link.split("/")[2]
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    lines = io.StringIO()
    before = handler.setStream(lines)
    try:
        client.delete(link)
        client.post(link_of(review, "decline"))
        client.force_login(ben)
        client.get(link)
        client.get(f"/calendar/{secret}.ics")
    finally:
        handler.setStream(before)
    assert "/answer/[hidden]/" in lines.getvalue()
    assert secret not in lines.getvalue()
    with connection.cursor() as cursor:
        for table in rows():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret}%"])
            assert cursor.fetchone() == (0,), table


def test_editor_withdraws_the_links_from_the_page_of_the_review_once(client, review, edith):
    assert do(client, edith, review, "revoke_links").status_code == 302
    assert AnswerLink.objects.get().revoked_by == edith
    assert str(AnswerLink.objects.get()) == f"Link to answer {review}"
    with pytest.raises(Conflict, match="withdrawn already"):
        actions.revoke_links(review_id=review.pk, by=edith, now=NOW)


def test_guessing_is_slowed_down_and_says_when_to_come_back(client, review):
    answers = [client.get(f"/answer/guess-{number}/accept/") for number in range(200)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused["Retry-After"]) > 0
    assert refused["Cache-Control"] == answers[0]["Cache-Control"]


def test_fault_of_ours_is_no_refusal(rf):
    with pytest.raises(ZeroDivisionError):
        private_page(refused_on("answering/refused.html"))(lambda _request: 1 / 0)(rf.get("/"))

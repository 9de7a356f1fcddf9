"""What no mail and no line of the log says: how somebody voted, what they said of the text, and any secret."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from rest_framework.test import APIClient

from editorial.actions import renew_calendar
from editorial.calendar import feeds
from editorial.models import User
from editorial.tasks import sweep_notices
from reviews.lifecycle import State
from reviews.models import Decision, Review
from tests.support import factories
from tests.support.factories import NOW, PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

COMMENT, STATEMENT, ANSWER = "Sixty of them were mice.", "I would not give it.", "A table of doses."
REASON = "My brother wrote one of the works."


@dataclass
class Night:
    """What went out while people worked, and the secrets that they were given or typed."""

    log: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """Each mail whole, with its headers and the parts decoded."""
        return [
            "\n".join([str(one.message()), one.body, *(alternative.content for alternative in one.alternatives)])
            for one in self.mails
        ]


def known(user: User, night: Night) -> APIClient:
    """A client that logs in as front-ends do."""
    client = APIClient()
    token = client.post("/api/v1/tokens/", {"username": user.username, "password": PASSWORD}).json()["token"]
    night.secrets[f"token of {user}"] = token
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def judge(review: Review, client: APIClient, decision: str) -> None:
    """Comment, answer what the policy asks, and sign."""
    address = f"/api/v1/reviews/{review.pk}/"
    assert client.post(f"{address}comments/", {"text": COMMENT}).status_code == 201
    (question,) = client.get(f"{address}checklist/").json()["checklist"]
    answered = client.post(f"{address}checklist/", {"checklist": {str(question["id"]): ANSWER}})
    assert answered.status_code == 200
    shown = client.get(address)
    body = {"decision": decision, "digest": review.version.digest, "statement": STATEMENT, "password": PASSWORD}
    signed = client.post(f"{address}sign/", body, headers={"If-Match": shown["ETag"]})
    assert signed.status_code == 200, signed.content


def follow_link(night: Night, answer: str, review: Review, **typed: str) -> None:
    """Answer an invitation from its mail, by a browser that is logged in nowhere, and once more than is asked for."""
    sweep_notices()
    email = review.member.user.email
    invitation = next(one for one in mail.outbox if "Invitation" in one.subject and one.to == [email])
    link = re.search(rf"/answer/(\S+)/{answer}/", invitation.body)
    night.secrets[f"link of {email}"] = link[1]
    assert APIClient().get(link[0]).status_code == 200
    assert [APIClient().post(link[0], typed, format="multipart").status_code for _ in range(2)] == [200, 409]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the one handler of the house writes, in its own format."""
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    lines = io.StringIO()
    before = handler.setStream(lines)
    yield lines
    handler.setStream(before)


@pytest.fixture(params=[Decision.APPROVE, Decision.REQUEST_CHANGES])
def night(request, log, client) -> Night:
    night = Night(secrets={"password": PASSWORD})
    with time_machine.travel(NOW, tick=False):
        factories.make_policy()
        version = factories.make_submitted()
        invited = [factories.make_invitation(version, name) for name in ("ada", "ben")]
        for review in invited:
            follow_link(night, "accept", review)
        for review in invited:
            judge(review, known(review.member.user, night), request.param)
        other = factories.make_invitation(factories.make_submitted("another"), "cleo")
        follow_link(night, "decline", other, reason=REASON)
        feed = feeds.feed_token(renew_calendar(member_id=review.member_id, by=review.member.user, now=NOW))
        night.secrets["calendar"] = feed
        assert client.get(f"/calendar/{feed}.ics").status_code == 200
        client.post("/account/login/", {"login": "ada", "password": PASSWORD})
        night.secrets["session"] = client.cookies["sessionid"].value
        client.get("/admin/")
        sweep_notices()
    night.mails, night.log = list(mail.outbox), log.getvalue()
    assert Review.objects.filter(state=State.SIGNED).count() == 2
    return night


def test_no_secret_and_no_word_of_a_review_stands_in_the_log(night):
    assert "/answer/[hidden]/" in night.log
    words = {"comment": COMMENT, "statement": STATEMENT, "answer": ANSWER, "reason": REASON}
    assert [name for name, secret in {**night.secrets, **words}.items() if secret in night.log] == []


def test_no_mail_says_how_anybody_voted_or_what_they_said(night):
    subjects = " ".join(one.subject for one in night.mails)
    assert all(words in subjects for words in ("Invitation", "Review signed", "Review declined"))
    said = [COMMENT, STATEMENT, ANSWER, *(choice.label for choice in Decision), *Decision.values]
    votes = re.compile("|".join(rf"\b{re.escape(words)}\b" for words in said))
    assert [votes.search(text)[0] for text in night.texts() if votes.search(text)] == []


def test_secret_stands_in_no_mail_but_the_link_in_the_one_of_whom_it_is_for(night):
    found = {
        (name, one.to[0])
        for (name, secret), (one, text) in product(night.secrets.items(), zip(night.mails, night.texts(), strict=True))
        if secret in text
    }
    assert found == {(f"link of {user}@example.org", f"{user}@example.org") for user in ("ada", "ben", "cleo")}

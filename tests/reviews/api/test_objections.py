"""Objections over HTTP: listed for a version and for a reviewer, and ended."""

import pytest

from reviews.models import ClaimCheck, Comment, Review
from tests.reviews.desk.test_objections import REWORDED, object_to
from tests.reviews.desk.test_unsigned_work import cancel
from tests.support import factories
from tests.support.api import action, client, refused
from tests.support.verdicts import check, claims_of, sent

API = "/api/v1"


@pytest.fixture
def objected(policy) -> Review:
    """Ada blocks and contradicts the first claim, and is called off; Ben asks for changes."""
    review = factories.make_accepted(sent())
    object_to(review)
    check(review, claims_of(review.version)[0], "contradicts", note="No.")
    cancel(review)
    factories.sign(factories.make_accepted(review.version, "ben"), "request_changes")
    return review


def test_open_objections_are_listed_as_they_meet_the_version(objected, edith, cleo):
    second = sent(REWORDED, after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    for user, url in (
        (edith, f"{API}/versions/{second.pk}/objections/"),
        (cleo, f"{API}/reviews/{mine.pk}/objections/"),
    ):
        shown = client(user).get(url).json()
        assert [(one["kind"], one["stands"], one["unsigned"]) for one in shown["open"]] == [
            ("comment", False, True),
            ("verdict", False, True),
        ]
        assert shown["open"][1] == {
            "kind": "verdict",
            "id": ClaimCheck.objects.get().pk,
            "author": "Ada Example",
            "version": 1,
            "unsigned": True,
            "made_at": "2026-03-02T09:00:00Z",
            "verdict": "contradicts",
            "text": "No.",
            "stands": False,
            "before": "Pain is common.",
            "now": "Pain is rare.",
            "claim": claims_of(second)[0].pk,
        }


def test_objections_are_not_for_those_who_left_the_round(objected, ada):
    refused(client(ada).get(f"{API}/reviews/{objected.pk}/objections/"), 404)


def test_changes_are_accepted_over_http(objected, cleo):
    second = sent(REWORDED, after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    comment, found = Comment.objects.get(is_blocking=True), ClaimCheck.objects.get()
    assert client(cleo).post(f"{API}/comments/{comment.pk}/accept-change/", {}).json()["id"] == comment.pk
    answer = client(cleo).post(f"{API}/claim-checks/{found.pk}/accept-change/", {"reason": "Better."})
    assert (answer.status_code, answer.json()["id"]) == (200, found.pk)
    assert client(cleo).get(f"{API}/reviews/{mine.pk}/objections/").json() == {"open": [], "ended": []}
    refused(client(cleo).post(f"{API}/comments/{comment.pk}/accept-change/", {}), 409, code="ended")


def test_ended_objections_say_how_by_whom_and_why(objected, edith, ada):
    comment, found = Comment.objects.get(is_blocking=True), ClaimCheck.objects.get()
    refused(client(edith).post(f"{API}/comments/{comment.pk}/resolve/", {}), 422, pointer="/reason")
    ruled = client(edith).post(f"{API}/comments/{comment.pk}/resolve/", {"reason": "The label says so."}).json()
    assert (ruled["resolution"], ruled["resolution_reason"]) == ("ruled", "The label says so.")
    withdrawn = client(ada).post(f"{API}/claim-checks/{found.pk}/withdraw/", {}).json()
    assert withdrawn["ruling"]["kind"] == "withdrawn"
    shown = client(edith).get(f"{API}/versions/{objected.version_id}/objections/").json()
    assert shown["open"] == []
    told = {one["kind"]: (one["how"], one["ended_by"], one["text"]) for one in shown["ended"]}
    assert told == {
        "comment": ("ruled", "Edith Example", "The dose is lethal."),
        "verdict": ("withdrawn", "Ada Example", "Pain is common."),
    }


def test_unsigned_work_is_handed_over_once(objected, ada, edith):
    shown = client(ada).get(f"{API}/reviews/{objected.pk}/").json()
    assert action(shown, "hand_over")["allowed"]
    url = f"{API}/reviews/{objected.pk}/hand-over/"
    assert client(ada).post(url, {"handed_over": False}).json()["handed_over"] is False
    refused(client(ada).post(url, {"handed_over": True}), 409, code="nothing_to_hand_over")
    refused(client(edith).post(url, {"handed_over": True}), 403)

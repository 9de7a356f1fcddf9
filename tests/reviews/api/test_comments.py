"""What members write down, over HTTP: comments, verdicts on claims, signatures, and who reads them when."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Claim
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.lifecycle import State
from reviews.models import Comment, Review
from tests.support import factories
from tests.support.api import client, nothing_stored, refused


@pytest.fixture
def review(db) -> Review:
    """Ada's, accepted."""
    return factories.make_review_at(State.ACCEPTED)


def url(review: Review, what: str = "comments") -> str:
    return f"/api/v1/reviews/{review.pk}/{what}/"


def comment(review: Review, *, by=None, **fields):
    return client(by or review.member.user).post(url(review), {"text": "Which dose?", **fields})


def say(review: Review, text: str = "Which dose?", **fields) -> Comment:
    said = {"by": review.member.user, "now": factories.NOW, **fields}
    return actions.comment(review_id=review.pk, text=text, **said)


def test_comment_is_added_with_its_anchor(review):
    claim = Claim.objects.order_by("pk").first()
    response = comment(review, claim=claim.pk, quote="back pain", blocking=True)
    assert response.status_code == 201
    shown = response.json()
    assert (shown["author"], shown["claim"], shown["quote"], shown["blocking"]) == (
        "Ada Example",
        claim.pk,
        "back pain",
        True,
    )


def test_comment_answers_another_one(review):
    first = comment(review).json()
    assert comment(review, parent=first["id"]).json()["parent"] == first["id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", None),
        ("text", "x" * 20_001),
        ("claim", 10**9),
        ("claim", 0),
        ("parent", 10**9),
        ("blocking", "perhaps"),
        ("author", "ben"),
    ],
)
def test_comment_that_does_not_do_names_the_field(field, value, review):
    with nothing_stored():
        refused(comment(review, **{field: value}), 422, pointer=f"/{field}")


def test_comment_by_the_editor_is_not_permitted(review, edith):
    with nothing_stored():
        refused(comment(review, by=edith), 403)


def test_comment_in_a_signed_review_conflicts_with_its_state(review):
    factories.sign(review)
    with nothing_stored():
        refused(comment(review), 409, code="invalid_transition")


def test_comment_replayed_with_its_key_is_made_once(review):
    for _ in range(2):
        client(review.member.user).post(url(review), {"text": "Why?"}, headers={"Idempotency-Key": "one"})
    assert Comment.objects.count() == 1


def test_comments_of_an_unsigned_review_are_read_by_their_author_alone(review, ben, edith, wanda):
    say(review)
    other = factories.make_accepted(review.version, "ben")
    assert len(client(review.member.user).get(url(review)).json()["results"]) == 1
    assert client(ben).get(url(other)).json()["results"] == []
    assert client(edith).get(url(review)).json()["results"] == []
    assert client(wanda).get(f"/api/v1/versions/{review.version_id}/comments/").json()["results"] == []


def test_comments_of_a_signed_review_are_read_by_writers_editors_and_who_signed_too(review, ben, edith, wanda):
    say(review)
    factories.sign(review)
    other = factories.make_accepted(review.version, "ben")
    assert client(ben).get(url(other)).json()["results"] == []
    factories.sign(other)
    assert [row["text"] for row in client(ben).get(url(other)).json()["results"]] == ["Which dose?"]
    assert len(client(edith).get(url(review)).json()["results"]) == 1
    assert len(client(wanda).get(f"/api/v1/versions/{review.version_id}/comments/").json()["results"]) == 1


@pytest.mark.parametrize("count", [1, 3, 30])
def test_lists_ask_the_same_number_of_queries_however_long_they_are(count, review, edith):
    claims = list(Claim.objects.order_by("pk"))
    for number in range(count):
        say(review, f"Remark {number}", anchor=Anchor(claim_id=claims[number % 2].pk))
    factories.sign(review)
    asked = {}
    for what in (url(review), f"/api/v1/versions/{review.version_id}/comments/"):
        known = client(edith)
        with CaptureQueriesContext(connection) as queries:
            assert len(known.get(what, {"page_size": 50}).json()["results"]) == count
        asked[what] = len(queries)
    assert list(asked.values()) == [2, 4]


def test_resolving_stamps_the_comment(review, ada):
    said = say(review, is_blocking=True)
    shown = client(ada).post(f"/api/v1/comments/{said.pk}/resolve/").json()
    assert (shown["resolved_by"], bool(shown["resolved_at"])) == ("Ada Example", True)


def test_resolving_twice_conflicts(review, ada):
    said = say(review)
    client(ada).post(f"/api/v1/comments/{said.pk}/resolve/")
    with nothing_stored():
        refused(client(ada).post(f"/api/v1/comments/{said.pk}/resolve/"), 409, code="invalid_transition")


def test_resolving_by_a_writer_is_not_permitted_once_seen_and_not_found_before(review, wanda):
    said = say(review)
    refused(client(wanda).post(f"/api/v1/comments/{said.pk}/resolve/"), 404)
    factories.sign(review)
    refused(client(wanda).post(f"/api/v1/comments/{said.pk}/resolve/"), 403)


# --- verdicts on claims ---------------------------------------------------------------------------------------------


def check(review: Review, **fields):
    claim = Claim.objects.order_by("pk").first()
    sent = {"claim": claim.pk, "reference": "orbach2005", "verdict": "supports", **fields}
    return client(review.member.user).post(url(review, "claim-checks"), sent)


def test_verdict_is_kept_and_replaced_by_a_later_one(review):
    assert check(review).status_code == 200
    shown = check(review, verdict="partly", locator="p. 12", note="Only in adults.").json()
    assert (shown["verdict"], shown["locator"], shown["reference"]) == ("partly", "p. 12", "orbach2005")
    assert len(client(review.member.user).get(url(review, "claim-checks")).json()["results"]) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("claim", 10**9),
        ("reference", "stiehm2013"),
        ("reference", "nobody1900"),
        ("reference", 7),
        ("verdict", "perhaps"),
        ("locator", "x" * 201),
    ],
)
def test_verdict_that_does_not_do_names_the_field(field, value, review):
    with nothing_stored():
        refused(check(review, **{field: value}), 422, pointer=f"/{field}")


def test_verdicts_of_an_unsigned_review_are_not_shown_to_editors(review, edith):
    check(review)
    assert client(edith).get(url(review, "claim-checks")).json()["results"] == []
    factories.sign(review)
    assert len(client(edith).get(url(review, "claim-checks")).json()["results"]) == 1


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_of_verdicts_asks_the_same_number_of_queries_however_long_it_is(count, wanda, ada, policy):
    draft = factories.make_draft()
    keys = [factories.make_reference(f"work{number}").key for number in range(count)]
    texts = factories.make_texts(" ".join(f"Statement {key} holds [@{key}]." for key in keys))
    factories.articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=factories.NOW)
    factories.articles.submit(version_id=draft.pk, by=wanda, now=factories.NOW)
    review = factories.make_accepted(draft)
    for claim in Claim.objects.prefetch_related("references"):
        (work,) = claim.references.all()
        said = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": "supports"}
        actions.check_claim(review_id=review.pk, **said, by=ada, now=factories.NOW)
    with CaptureQueriesContext(connection) as asked:
        listed = client(ada).get(url(review, "claim-checks"), {"page_size": 50}).json()["results"]
    assert len(listed) == count
    assert len(asked) == 3


# --- signatures -----------------------------------------------------------------------------------------------------


def test_signatures_over_a_version_are_read_by_its_writer_once_given(review, wanda):
    address = f"/api/v1/versions/{review.version_id}/signatures/"
    assert client(wanda).get(address).json()["results"] == []
    factories.sign(review)
    (shown,) = client(wanda).get(address).json()["results"]
    assert (shown["name"], shown["decision"], shown["policy"]) == ("Ada Example", "approve", 1)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_of_signatures_asks_the_same_number_of_queries_however_long_it_is(count, edith):
    factories.make_policy(quorum=40)
    version = factories.make_submitted()
    for number in range(count):
        factories.sign(factories.make_accepted(version, f"member{number}"))
    with CaptureQueriesContext(connection) as asked:
        listed = client(edith).get(f"/api/v1/versions/{version.pk}/signatures/", {"page_size": 50}).json()["results"]
    assert len(listed) == count
    assert len(asked) == 4

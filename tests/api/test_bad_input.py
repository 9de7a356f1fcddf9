"""What no client should send: each is a 4xx that names the place, stores nothing by halves, and runs nowhere."""

import json
from html.parser import HTMLParser

import pytest
from django.db import IntegrityError, transaction

from articles.models import Version
from articles.text.content import MAX_BODY
from editorial.http.problems import problem_of
from editorial.models import Specialty
from reviews.lifecycle import State
from reviews.models import Review
from tests.support import factories
from tests.support.api import client, nothing_stored, refused

URL = "/api/v1/articles/"
HOSTILE = """# Pain <script>alert(1)</script>

<script>alert(2)</script><img src=x onerror=alert(3)> [link](javascript:alert(4)) <a href="javascript:alert(5)">x</a>

<div onclick="alert(6)"><div><p style="x">nested<iframe src="//evil.example"></iframe></div>

![image](https://evil.example/x.png) [data](data:text/html,<script>alert(7)</script>)

It hurts [@orbach2005, <b>p. 1</b>].
"""


class Found(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]


@pytest.fixture(autouse=True)
def library(db) -> None:
    factories.make_texts()


def handed_in(**text) -> dict:
    rendition = {"audience": "professional", "summary": "Yes.", "body": "It can [@orbach2005].", "primary": True}
    return {"slug": "ivig", "question": "Can IVIG cause back pain?", "renditions": [{**rendition, **text}]}


def post(user, body: dict):
    return client(user).post(URL, body)


def post_raw(user, body: bytes, content_type: str = "application/json"):
    return client(user).generic("POST", URL, body, content_type=content_type)


def test_body_of_more_than_a_mebibyte_names_the_field(wanda):
    with nothing_stored():
        refused(post(wanda, handed_in(body="x" * (MAX_BODY + 1))), 422, pointer="/renditions/0/body")


def test_body_of_a_mebibyte_is_stored(wanda):
    assert post(wanda, handed_in(body="word " * (MAX_BODY // 5))).status_code == 201


def test_request_of_more_than_the_limit_is_too_large(wanda, settings):
    with nothing_stored():
        refused(post(wanda, handed_in(body="x" * settings.MAX_REQUEST_BYTES)), 413, code="too_large")


def test_summary_that_is_a_second_text_names_the_field(wanda):
    with nothing_stored():
        refused(post(wanda, handed_in(summary="x" * 5001)), 422, pointer="/renditions/0/summary")


def test_two_thousand_citations_name_the_field(wanda):
    with nothing_stored():
        problem = refused(post(wanda, handed_in(body="It can [@orbach2005]. " * 2000)), 422)
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/renditions/0/body", "too_many_citations")
    }


def test_key_that_is_not_in_the_library_is_stored_and_refused_at_submission(wanda, policy):
    created = post(wanda, handed_in(body="One.\n\nTwo [@nobody1900]."))
    assert created.status_code == 201
    submitted = client(wanda).post(f"/api/v1/versions/{created.json()['id']}/submit/")
    with nothing_stored():
        problem = refused(submitted, 422, code="preflight", pointer="/renditions/0/body")
    assert problem["errors"][0]["code"] == "dangling_citation"
    assert "Line 3: [@nobody1900]" in problem["errors"][0]["detail"]


def test_listed_work_that_is_not_in_the_library_names_its_place(wanda):
    created = post(wanda, handed_in())
    with nothing_stored():
        answer = client(wanda).patch(
            created["Location"], {"listed": ["nobody1900"]}, headers={"If-Match": created["ETag"]}
        )
        refused(answer, 422, pointer="/listed/0")


def test_nul_in_a_text_names_the_field(wanda):
    with nothing_stored():
        refused(post(wanda, handed_in(body="a\x00b")), 422, pointer="/renditions/0/body")


def test_half_of_a_surrogate_pair_names_the_field(wanda):
    raw = json.dumps(handed_in()).replace("It can", "It \\ud800 can").encode()
    with nothing_stored():
        refused(post_raw(wanda, raw), 422, pointer="/renditions/0/body")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (json.dumps(handed_in()).encode().replace(b"It can", b"It \xff can"), "not_utf8"),
        (b'{"slug": ', "not_json"),
        (b'{"slug": NaN}', "not_json"),
        (b'{"slug": "a", "slug": "b"}', "duplicate_key"),
        (b"[" * 100 + b"]" * 100, "too_deep"),
    ],
)
def test_body_that_cannot_be_read_is_malformed(raw, code, wanda):
    with nothing_stored():
        refused(post_raw(wanda, raw), 400, code=code)


def test_body_that_is_a_form_is_of_the_wrong_type(wanda):
    with nothing_stored():
        refused(post_raw(wanda, b"slug=ivig", "application/x-www-form-urlencoded"), 415)


@pytest.mark.parametrize("raw", [b"[]", b'"ivig"', b"7", b"null"])
def test_body_that_is_no_object_is_refused_whole(raw, wanda):
    with nothing_stored():
        refused(post_raw(wanda, raw), 422, pointer="")


def test_everything_that_is_wrong_is_told_at_once(wanda):
    body = {**handed_in(), "slug": "two words", "risk": "extreme", "unheard": "of"}
    with nothing_stored():
        problem = refused(post(wanda, body), 422)
    assert {error["pointer"] for error in problem["errors"]} == {"/slug", "/risk", "/unheard"}


@pytest.mark.parametrize("text", [{"body": "x" * (MAX_BODY + 1)}, {"audience": "martians"}, {"summary": None}])
def test_edit_that_does_not_do_leaves_the_draft_as_it_was(text, wanda):
    version = factories.make_draft()
    body = {"question": "Other?", "renditions": handed_in(**text)["renditions"]}
    with nothing_stored():
        response = client(wanda).patch(f"/api/v1/versions/{version.pk}/", body, headers={"If-Match": version.etag})
        refused(response, 422)
    stored = factories.reread(version)
    assert (stored.question, stored.etag) == (version.question, version.etag)


def test_method_that_an_address_does_not_take_is_told_which_it_does(wanda):
    response = client(wanda).delete(URL)
    refused(response, 405)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_form_of_answer_that_is_not_there_is_refused_readably(wanda):
    refused(client(wanda).get("/api/v1/versions/", headers={"Accept": "text/csv"}), 406)


def test_address_with_a_nul_or_broken_utf_8_is_malformed(wanda):
    for address in ("/api/v1/versions/?article=%00", "/api/v1/references/a%00b/", "/api/v1/references/a%ffb/"):
        refused(client(wanda).get(address), 400)


def test_cursor_of_another_list_names_the_parameter(wanda):
    for number in range(2):
        factories.make_draft(f"article-{number}")
    cursor = client(wanda).get("/api/v1/versions/", {"page_size": 1}).json()["next"].split("cursor=")[1].split("&")[0]
    refused(client(wanda).get(f"/api/v1/references/?cursor={cursor}"), 422, pointer="/cursor")


def test_key_for_idempotency_that_cannot_be_read_is_malformed(wanda):
    body = {"slug": "ivig", "question": "Why?"}
    with nothing_stored():
        refused(client(wanda).post(URL, body, headers={"Idempotency-Key": "two words"}), 400)


def test_hostile_markdown_is_kept_as_written_and_shown_harmless(wanda, ada, policy):
    response = post(wanda, handed_in(body=HOSTILE))
    version = Version.objects.get(pk=response.json()["id"])
    assert response.json()["renditions"][0]["body"].startswith("# Pain <script>alert(1)</script>")
    client(wanda).post(f"/api/v1/versions/{version.pk}/submit/")
    review = factories.make_invitation(factories.reread(version))
    (shown,) = client(ada).get(f"/api/v1/reviews/{review.pk}/").json()["version"]["renditions"]
    found = Found(shown["html"])
    assert found.tags == {"h2", "p", "sup", "a"}
    assert found.attributes == {"id", "class", "href", "rel"}
    assert found.links == ["https://evil.example/x.png", "#ref-1"]


def test_hostile_comment_is_text_and_nothing_else():
    review = factories.make_review_at(State.ACCEPTED)
    known = client(review.member.user)
    known.post(f"/api/v1/reviews/{review.pk}/comments/", {"text": "<script>alert(1)</script>"})
    response = known.get(f"/api/v1/reviews/{review.pk}/comments/")
    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Review.objects.get().comments.get().text == "<script>alert(1)</script>"


def test_same_thing_made_by_two_at_once_conflicts_and_other_broken_rules_are_bugs():
    factories.make_specialty("immunology")
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        Specialty.objects.create(code="immunology", name="Again")
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Specialty.objects.create(code="x", name=None)
    assert (problem_of(twice.value).status, problem_of(twice.value).code) == (409, "made_meanwhile")
    assert problem_of(broken.value) is None

"""The same article as Markdown, as a list of works, for FHIR: never more than the document says."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import time_machine
from django.utils.html import strip_tags

from articles.interchange.formats import READERS
from articles.lifecycle import State
from articles.models.importing import Format
from articles.reading.alternates import MEDIA_TYPES
from articles.reading.forms import WRITERS
from articles.reading.forms.markdown import from_html
from articles.reading.forms.works import retraction
from articles.reading.wording import day_of
from articles.rendering import MARKDOWN, render, whole
from articles.tasks import write_readings
from editorial.http.accepting import preferred
from tests import factories
from tests.api import refused
from tests.readers import HIDDEN, HOSTILE, LAPSE, LATER, SLUG, publish

pytestmark = pytest.mark.django_db

ARTICLE = f"/api/v1/articles/{SLUG}/"
SHOWN = [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SUSPENDED]
PUBLISHED = Path(__file__).parent / "data" / "published"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def form(suffix: str) -> str:
    return f"/api/v1/articles/{SLUG}.{suffix}"


# --- which form ------------------------------------------------------------------------------------------------------

OFFERED = ["application/json", "text/html", "text/markdown"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/html"),
        ("text/markdown;q=0.5, text/html;q=0.4", "text/markdown"),
        ("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", "text/markdown"),
        ("*/*, application/json;q=0", "text/html"),
        ("TEXT/Markdown ; Q=1.000", "text/markdown"),
        ('text/markdown; variant="a,b;q=0"', "text/markdown"),
        ("nonsense, text/markdown", "text/markdown"),
        ("text/markdown;q=2, text/html;q=0.001", "text/html"),
        ("text/markdown;q=0", None),
        ("image/png", None),
        ("nonsense", None),
    ],
)
def test_header_chooses_by_weight_and_the_closest_range(header, expected):
    assert preferred(header, offered=OFFERED) == expected


@pytest.mark.parametrize("suffix", [suffix for suffix in MEDIA_TYPES if suffix != "html"])
def test_form_by_ending_and_by_header_is_the_same(api, suffix):
    factories.make_version_at(State.APPROVED)
    named, accepted = api.get(form(suffix)), api.get(ARTICLE, headers={"Accept": MEDIA_TYPES[suffix]})
    assert named.status_code == accepted.status_code == 200
    assert named.content == accepted.content
    assert (named["ETag"], named["Link"]) == (accepted["ETag"], accepted["Link"])
    assert named["Content-Type"].partition(";")[0] == MEDIA_TYPES[suffix]
    assert (named["Vary"], named["Cache-Control"]) == ("Accept", "public, max-age=0, must-revalidate")
    assert named["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize("is_written", [False, True])
def test_each_form_says_where_the_others_are_with_a_tag_of_its_own(api, is_written):
    factories.make_version_at(State.APPROVED)
    if is_written:
        write_readings()
    answers = [api.get(ARTICLE), *(api.get(form(suffix)) for suffix in WRITERS)]
    assert len({answer["ETag"] for answer in answers}) == len(answers)
    (links,) = {answer["Link"] for answer in answers}
    assert links.count('rel="alternate"') == len(MEDIA_TYPES)
    assert f'<http://127.0.0.1:8000{form("md")}>; rel="alternate"; type="text/markdown"' in links
    page = api.get(f"/articles/{SLUG}/").text
    for one in answers[0].json()["alternates"]:
        assert f'<link rel="alternate" type="{one["type"]}" href="{one["url"]}">' in page


@pytest.mark.parametrize("suffix", [suffix for suffix in MEDIA_TYPES if suffix != "html"])
def test_form_that_is_known_is_not_sent_again(api, clock, suffix):
    factories.make_version_at(State.APPROVED)
    tag = api.get(form(suffix))["ETag"]
    answer = api.get(form(suffix), headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    clock.move_to(LAPSE)
    is_about_works = suffix in ("csl.json", "ris", "bib")
    assert api.get(form(suffix), headers={"If-None-Match": tag}).status_code == (304 if is_about_works else 200)


def test_browser_is_led_to_the_page_of_the_audience(api, policy):
    publish(codes=["patient"])
    for answer in (
        api.get(form("html"), {"audience": "patient"}),
        api.get(ARTICLE, {"audience": "patient"}, headers={"Accept": "text/html,*/*;q=0.8"}),
    ):
        assert answer.status_code == 303
        assert answer["Location"] == f"http://127.0.0.1:8000/articles/{SLUG}/?audience=patient"
        assert answer["Vary"] == "Accept"


def test_form_nobody_knows_is_refused(api):
    factories.make_version_at(State.APPROVED)
    refused(api.get(form("docx")), 404)
    refused(api.get(ARTICLE, headers={"Accept": "image/png"}), 406, code="not_acceptable")
    refused(api.get(form("md"), headers={"Accept": "image/png"}, data={"fields": "slug"}), 422)
    refused(api.get(form("md"), {"audience": "nobody"}), 422, code="unknown_audience")
    assert api.get(form("json"), {"fields": "slug"}).json() == {"slug": SLUG}


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_form_of_what_is_hidden_is_not_found_and_of_what_is_retracted_is_gone(api, suffix):
    factories.make_version_at(State.RETRACTED)
    gone = refused(api.get(form(suffix)), 410, code="retracted")
    assert gone["notice"] == "For the test."
    for state in HIDDEN:
        slug = factories.make_version_at(state, f"is-{state}").article.slug
        refused(api.get(f"/api/v1/articles/{slug}.{suffix}"), 404)


def test_form_costs_no_more_however_many_works(api, policy, django_assert_num_queries):
    for count in (1, 30):
        for number in range(count):
            factories.make_reference(f"w{count}-{number}")
        publish(" ".join(f"[@w{count}-{number}]" for number in range(count)), slug=f"a{count}")
    write_readings()
    for count in (1, 30):
        with django_assert_num_queries(2):
            api.get(f"/api/v1/articles/a{count}.ris")
        with django_assert_num_queries(1):
            api.get(f"/api/v1/articles/a{count}.md")


# --- Markdown --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", SHOWN)
def test_markdown_says_all_that_the_page_says_of_the_review(api, state):
    factories.make_version_at(state)
    told, text = api.get(ARTICLE).json(), api.get(form("md")).text
    words = " ".join(strip_tags(MARKDOWN.render(text)).split())
    review = told["review"]
    said = [told["question"], review["statement"], review["caution"], told["summary"], told["disclaimer"]]
    said += [person["name"] for person in review["reviewed_by"]]
    said += [reference["text"] for reference in told["references"]]
    said += [f"{step['label']}: {day_of(step['at']) or 'not'}" for step in review["steps"]]
    said += [day_of(review["last_reviewed"]), day_of(review["next_review_due"]), day_of(told["updated_at"])]
    for sentence in said:
        assert plain(sentence or "") in words
    for url in (told["html"], told["history"], told["policy"]["url"], told["report"]["url"], told["digest"]):
        assert url in text
    assert ("Caution." in words) is (state != State.APPROVED)
    assert ("Reviewed by" in words) is (state == State.APPROVED)


def plain(sentence: str) -> str:
    return " ".join(strip_tags(MARKDOWN.render(sentence)).split()) if "<" in sentence else " ".join(sentence.split())


def test_markdown_is_for_the_audience_and_says_when_another_text_stands_in(api, policy):
    publish(codes=["patient"])
    factories.make_audience("student")
    text = api.get(form("md"), {"audience": "student"}).text
    assert "Note: There is no text for “Student” yet" in text
    assert "For “Patient”: <http://127.0.0.1:8000/articles" not in text
    assert f"<http://127.0.0.1:8000{ARTICLE}?audience=patient>" in text


BODY = """1\\. No list, 1. \\# none

# Heading *with* `code`

A **strong**, *weak* and ~~struck~~ `co``de` [link](https://example.org/a_(b) "t")\\
- after a break [@orbach2005, p. 12; @orbach2005].

> Quoted
>
> - in a list
>   1. deep
>   2. deeper

7. seven

   with a paragraph
8. eight

```
<b>`code`
```

***

| a | b \\| c |
|---|---|
| 1 | *2* |

<https://example.org/x> &amp; \\<script> [ref]: x
"""


@pytest.mark.parametrize("body", [BODY, HOSTILE, factories.BODY, ""])
def test_markdown_of_a_text_renders_to_the_same_words_and_structure(body):
    html = whole(render(body, numbers={"orbach2005": 1}))
    again = whole(render(from_html(html), numbers={}))
    assert strip_tags(again).replace("[", "").replace("]", "").split() == plain_words(html)
    for tag in (
        "<ul>",
        "<ol",
        "<li>",
        "<em>",
        "<strong>",
        "<s>",
        "<code>",
        "<pre>",
        "<blockquote>",
        "<td>",
        "<hr",
        "<br",
    ):
        assert len(re.findall(rf"<{tag}\b", again)) == len(re.findall(rf"<{tag}\b", html))
    assert "<script" not in again


def plain_words(html: str) -> list[str]:
    return strip_tags(html.replace('<sup class="citation">', " ")).replace("[", "").replace("]", "").split()


# --- works -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "kind"), [("csl.json", Format.CSL_JSON), ("ris", Format.RIS), ("bib", Format.BIBTEX)]
)
def test_works_are_those_of_the_document_and_are_read_again(api, suffix, kind):
    factories.make_version_at(State.APPROVED)
    told, found = api.get(ARTICLE).json(), list(READERS[kind](api.get(form(suffix)).text))
    assert [one.csl["DOI"].lower() for one in found] == [reference["doi"] for reference in told["references"]]
    assert [one.csl["note"] for one in found] == [f"{retraction(work)}." for work in told["references"]]


@pytest.mark.parametrize(
    ("status", "as_of", "notices", "words"),
    [
        ("unknown", None, [], "Not known whether it was retracted"),
        ("clear", "2026-03-01", [], "No retraction known on 1 March 2026"),
        ("clear", "2026-03-01", [1], "Not retracted as of 1 March 2026"),
        ("retracted", "2026-03-01", [], "Retracted as of 1 March 2026"),
        ("retracted", None, [], "Retracted"),
    ],
)
def test_retraction_is_told_as_the_page_tells_it(status, as_of, notices, words):
    assert retraction({"retraction": {"status": status, "as_of": as_of, "notices": notices}}) == words


# --- FHIR ------------------------------------------------------------------------------------------------------------


def assessment(api) -> dict:
    found = json.loads(api.get(form("fhir.json")).content)
    jsonschema.validate(found, json.loads((PUBLISHED / "fhir-r5-artifact-assessment.json").read_text()))
    return found


@pytest.mark.parametrize("state", SHOWN)
def test_assessment_is_fhir_and_says_how_the_review_stands(api, state):
    factories.make_version_at(state)
    review, found = api.get(ARTICLE).json()["review"], assessment(api)
    stands = state == State.APPROVED
    assert ("disposition" in found) is ("approvalDate" in found) is ("lastReviewDate" in found) is stands
    step = {"submitted": "submitted", "under_review": "triaged", "approved": "published"}[review["status"]]
    assert found["workflowStatus"] == step
    status, *others = found["content"]
    assert status["summary"] == review["statement"]
    said = [other["summary"] for other in others]
    assert said == (["Reviewed and approved"] * len(review["reviewed_by"]) if stands else [review["caution"]])
    assert [other["author"]["display"].partition(",")[0] for other in others if stands] == [
        person["name"] for person in review["reviewed_by"] if stands
    ]


def test_assessment_of_an_approval_that_lapsed_claims_none(api, clock):
    factories.make_version_at(State.APPROVED)
    assert assessment(api)["disposition"] == "persuasive"
    clock.move_to(LAPSE)
    found = assessment(api)
    assert "disposition" not in found
    assert found["workflowStatus"] == "triaged"


def test_control_characters_leave_no_trace_in_any_form(api, policy):
    publish(question="Is it\x07 \x1bsafe\x0c?")
    for suffix in ("md", "fhir.json"):
        assert not {"\x07", "\x1b", "\x0c"} & set(api.get(form(suffix)).text)
    assert "\\u0007" not in api.get(form("fhir.json")).text
    assert "safe" in assessment(api)["title"]

"""An article in other forms: by suffix, by Accept, each as true as the document it is made from."""

from datetime import timedelta

import jsonschema
import pytest
import time_machine

from articles.library.formats.registry import records
from articles.lifecycle import State
from articles.models import Reference
from articles.models.reference_imports import ImportFormat as Works
from articles.published.markdown import as_markdown
from articles.published.media_types import FORMATS
from articles.text.rendering import join_sections, render
from tests.support import factories
from tests.support.api import refused
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, HOSTILE, LAPSE, LATER, publish, told
from tests.support.schemas import fhir_faults

pytestmark = pytest.mark.django_db

ARTICLE = "/api/v1/articles/ivig-back-pain/"
FILE = "/api/v1/articles/ivig-back-pain"
FILES = sorted(set(FORMATS) - {"html"})
PUBLIC = [
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.CHANGES_REQUESTED,
    State.APPROVED,
    State.SUPERSEDED,
    State.SUSPENDED,
]


@pytest.fixture
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


# --- which form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FILES)
def test_each_form_is_at_its_suffix_and_at_its_media_type(api, at_later, suffix):
    factories.make_version_at(State.APPROVED)
    media_type = FORMATS[suffix].media_type
    by_suffix = api.get(f"{FILE}.{suffix}", HTTP_ACCEPT="text/nothing")
    by_accept = api.get(ARTICLE, HTTP_ACCEPT=f"text/nothing, {media_type}")
    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.content == by_accept.content
    assert by_suffix["ETag"] == by_accept["ETag"]
    for answer in (by_suffix, by_accept):
        assert answer["Content-Type"].startswith(media_type)
        assert answer["Vary"] == "Accept, Audience-Preference"
        assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert answer["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"


def test_page_is_where_a_browser_is_led(api, policy, at_later):
    publish(codes=["patient"])
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for answer in (
        api.get(ARTICLE, {"audience": "patient"}, HTTP_ACCEPT=browser),
        api.get(f"{FILE}.html?audience=patient"),
    ):
        assert (answer.status_code, answer["Vary"]) == (303, "Accept")
        assert answer["Location"] == "http://127.0.0.1:8000/articles/ivig-back-pain/?audience=patient"


def test_what_nobody_can_give_is_refused_with_what_there_is(api, at_later):
    factories.make_version_at(State.APPROVED)
    answer = api.get(ARTICLE, HTTP_ACCEPT="image/png")
    assert "text/markdown" in refused(answer, 406, code="not_acceptable")["detail"]
    assert answer["Vary"] == "Accept"
    refused(api.get(f"{FILE}.docx"), 404)


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize("state", [*HIDDEN, State.RETRACTED])
def test_no_form_gives_what_readers_may_not_see(api, at_later, suffix, state):
    factories.make_version_at(state)
    answer = api.get(f"{FILE}.{suffix}")
    assert answer.status_code == (410 if state == State.RETRACTED else 404)
    assert answer["Content-Type"] == "application/problem+json"
    assert "Intravenous" not in answer.text


def test_each_form_has_its_own_tag_and_leads_to_the_others(api, at_later):
    factories.make_version_at(State.APPROVED)
    answers = {suffix: api.get(f"{FILE}.{suffix}") for suffix in FILES}
    assert len({answer["ETag"] for answer in answers.values()}) == len(FILES)
    for suffix, answer in answers.items():
        assert not answer["ETag"].startswith("W/")
        assert api.get(f"{FILE}.{suffix}", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
        if suffix != "json":
            assert answer["Link"].count('rel="alternate"') == len(FORMATS) - 1
            assert f'type="{FORMATS[suffix].media_type}"' not in answer["Link"]
    page = api.get("/articles/ivig-back-pain/").text
    for other in answers["json"].json()["alternates"]:
        assert (f'type="{other["type"]}" href="{other["url"]}"' in page) is (other["type"] != "text/html")
        assert other["url"] in answers["ris" if other["url"].endswith(".md") else "md"]["Link"]


@pytest.mark.parametrize("suffix", ["json", "md", "fhir.json"])
def test_form_that_was_kept_is_sent_again_after_the_lapse(api, suffix):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE - timedelta(seconds=1), tick=False):
        tag = api.get(f"{FILE}.{suffix}")["ETag"]
    with time_machine.travel(LAPSE, tick=False):
        answer = api.get(f"{FILE}.{suffix}", HTTP_IF_NONE_MATCH=tag)
    assert answer.status_code == 200
    assert "lapsed on 2 March 2027" in answer.text


def test_files_have_names(api, at_later):
    factories.make_version_at(State.APPROVED)
    said = {suffix: api.get(f"{FILE}.{suffix}").headers.get("Content-Disposition") for suffix in ("json", "md", "ris")}
    assert said["md"] == 'inline; filename="ivig-back-pain.md"'
    assert said["ris"] == 'attachment; filename="ivig-back-pain.ris"'


def test_unknown_audience_is_refused_in_every_form(api, at_later):
    factories.make_version_at(State.APPROVED)
    for suffix in FORMATS:
        refused(api.get(f"{FILE}.{suffix}?audience=nobody"), 422, pointer="/audience")


def test_schema_tells_works_in_csl_json_as_the_list_that_they_are(api, at_later):
    factories.make_version_at(State.APPROVED)
    described = api.get("/api/v1/schema/").json()["paths"]["/api/v1/articles/{slug}.{suffix}"]["get"]["responses"][
        "200"
    ]
    told = described["content"][FORMATS["csl.json"].media_type]["schema"]
    assert jsonschema.Draft202012Validator(told).is_valid(api.get(f"{FILE}.csl.json").json())


# --- Markdown --------------------------------------------------------------------------------------------------------


def flat(text: str) -> str:
    return text.replace("\\", "")


@pytest.mark.parametrize("state", PUBLIC)
def test_markdown_says_all_that_the_document_says_of_the_review(api, at_later, state):
    factories.make_version_at(state)
    document, text = api.get(ARTICLE).json(), flat(api.get(f"{FILE}.md").text)
    review = document["review"]
    label = next(step["label"] for step in review["steps"] if step["step"] == review["status"])
    assert text.startswith(f"# {document['question']}\n\n**{review['statement']}.**\n\n")
    assert f"- Status: {label}\n" in text
    assert ("**Caution**" in text) is (review["caution"] is not None)
    assert (review["caution"] or "") in text.replace("\n>\n> ", "\n\n")
    assert ("Reviewed by: Ada Example, MD, PhD; Ben" in text) is bool(review["reviewed_by"])
    assert ("Last reviewed: 2 March 2026" in text) is bool(review["last_reviewed"])
    assert f"version {document['policy']['version']}](<{document['policy']['url']}>)" in text
    for words in (
        document["summary"],
        document["disclaimer"],
        document["digest"],
        document["html"],
        document["self"],
        f"{document['html'].partition('?')[0]}history/",
    ):
        assert words in text
    for reference in document["references"]:
        assert f"[{reference['number']}] *" in text
        assert reference["text"] in text


def test_markdown_of_a_lapsed_approval_carries_the_caution_and_no_names(api):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE, tick=False):
        text = api.get(f"{FILE}.md").text
    assert "> **Caution**" in text
    assert "Reviewed by" not in text
    assert "Approved: not at present" in text
    assert "Review was due: 2 March 2027" in text


def test_markdown_numbers_citations_with_their_places(api, at_later):
    factories.make_version_at(State.APPROVED)
    text = api.get(f"{FILE}.md").text
    assert "can cause back pain [1]. It is mild [1; 2, p. 12]." in text


def test_markdown_of_hostile_text_is_inert(api, policy, at_later):
    publish(HOSTILE, codes=["patient"])
    text = api.get(f"{FILE}.md?audience=patient").text
    assert (
        "Also written for: [Professional](<http://127.0.0.1:8000/articles/ivig-back-pain/?audience=professional>)"
        in text
    )
    html = join_sections(render(text, numbers={}))
    for live in ("<script", "<img", "<div", 'href="javascript', 'href="data', "![d]"):
        assert live not in html
    assert "\\<script\\>" in text


NOTICE = {"label": "Correction", "date": "2020-01-15", "url": "https://doi.org/10.1000/notice"}


@pytest.mark.parametrize(
    ("status", "notices", "words"),
    [
        (
            "unknown",
            [],
            "Not checked for retractions yet, so it is not known whether any of these works was retracted.",
        ),
        ("clear", [], "Checked for retractions as of 2 March 2026.\n\n"),
        ("clear", [], "Not known whether it was retracted."),
        (
            "clear",
            [NOTICE],
            "**Correction** on 15 January 2020: [read the notice](<https://doi.org/10.1000/notice>)\\\n",
        ),
        ("clear", [NOTICE], "Not retracted as of 2 March 2026."),
        ("retracted", [NOTICE | {"date": None, "url": None}], "**Correction**\\\n"),
    ],
)
def test_markdown_tells_of_retractions_and_notices_as_the_page_does(status, notices, words):
    factories.make_version_at(State.APPROVED)
    document = told()
    retraction = {"status": status, "as_of": "2026-03-02", "notices": notices}
    document["references"][0]["retraction"] = retraction
    assert words in as_markdown(document, body="")


def test_markdown_of_a_text_that_cites_nothing_has_no_list_of_references():
    factories.make_version_at(State.APPROVED)
    assert "## References" not in as_markdown(told() | {"references": []}, body="")


def test_markdown_says_when_there_is_no_text_for_an_audience(api, at_later):
    factories.make_audience("student")
    factories.make_version_at(State.APPROVED)
    assert "*There is no text for “Student” yet" in api.get(f"{FILE}.md?audience=student").text


# --- references ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "form"), [("csl.json", Works.CSL_JSON), ("ris", Works.RIS), ("bib", Works.BIBTEX)])
def test_references_are_read_back_as_they_are_told(api, at_later, suffix, form):
    factories.make_reference("orbach2005", note="Bought by Edith.", abstract="Ours to read only.")
    factories.make_version_at(State.APPROVED)
    content = api.get(f"{FILE}.{suffix}").content
    found = list(records(content, form=form))
    assert [work.csl["title"] for work in found] == ["Title of orbach2005", "Title of stiehm2013"]
    assert b"Edith" not in content
    assert b"Ours" not in content


# --- FHIR ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "workflow", "disposition"),
    [
        (State.SUBMITTED, "submitted", None),
        (State.UNDER_REVIEW, "triaged", None),
        (State.CHANGES_REQUESTED, "resolved-change-required", "not-persuasive-with-modification"),
        (State.APPROVED, "resolved-no-change", "persuasive"),
        (State.SUSPENDED, "waiting-for-input", None),
    ],
)
def test_fhir_is_as_hl7_defines_it_and_true_to_the_state(api, at_later, state, workflow, disposition):
    factories.make_version_at(state)
    document, assessment = api.get(ARTICLE).json(), api.get(f"{FILE}.fhir.json").json()
    assert fhir_faults(assessment) == []
    assert (assessment["workflowStatus"], assessment.get("disposition")) == (workflow, disposition)
    assert assessment["artifactUri"] == document["html"]
    types = [content["type"]["text"] for content in assessment["content"]]
    assert types.count("Approval") == len(document["review"]["reviewed_by"])
    assert ("Caution" in types) is (document["review"]["caution"] is not None)
    assert ("approvalDate" in assessment) is (state == State.APPROVED)
    (status,) = assessment["content"][0]["classifier"]
    assert status["coding"][0]["code"] == document["review"]["status"]
    cites = [work["label"] for work in assessment["content"][0]["relatedArtifact"] if work["type"] == "cites"]
    assert cites == [str(reference["number"]) for reference in document["references"]]


def test_fhir_of_a_lapsed_approval_claims_none(api):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE, tick=False):
        assessment = api.get(f"{FILE}.fhir.json").json()
    assert fhir_faults(assessment) == []
    assert assessment["workflowStatus"] == "waiting-for-input"
    assert assessment["lastReviewDate"] == "2026-03-02"
    assert not {"approvalDate", "disposition"} & set(assessment)


def test_the_schema_of_fhir_refuses_what_it_does_not_know():
    good = {"resourceType": "ArtifactAssessment", "artifactUri": "https://example.org"}
    for wrong in ({"workflowStatus": "done"}, {"content": [{"informationType": "opinion"}]}, {"status": "active"}):
        assert fhir_faults(good | wrong)


@pytest.mark.parametrize("suffix", ["md", "csl.json", "ris", "bib", "fhir.json"])
def test_work_that_was_retracted_says_so_in_every_form(api, at_later, suffix):
    factories.make_version_at(State.APPROVED)
    work = Reference.objects.get(key="stiehm2013")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=factories.make_user("edith"), now=NOW, reason="told")
    assert api.get(f"{FILE}.{suffix}").text.count("RETRACTED") == 1

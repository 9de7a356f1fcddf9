"""What readers are told beside the review: policy, audience, references, and what is left of a retracted article."""

from datetime import timedelta

import pytest

from articles import actions, published
from articles.lifecycle import State
from articles.models import Reference
from editorial.exceptions import Gone, Unacceptable
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import LAPSE, LATER, told

pytestmark = pytest.mark.django_db


# --- policy, audience, references ------------------------------------------------------------------------------------


def test_document_of_a_pending_version_names_the_policy_in_force_of_an_approved_one_its_own():
    factories.make_version_at(State.APPROVED)
    factories.make_policy(number=2, in_force_from=NOW + timedelta(hours=1), caution="Careful.")
    assert told()["policy"]["version"] == 1
    assert told(at=LAPSE)["review"]["caution"].startswith("Careful. ")
    factories.make_submitted("other")
    assert published.recorded("other", audience=None, at=LATER)[0]["policy"]["version"] == 2


def two_audiences() -> None:
    version = factories.make_draft()
    factories.make_audience("patient", position=2)
    texts = [*factories.make_texts(), factories.Text("patient", "Maybe.", "It can hurt [@stiehm2013].")]
    wanda = factories.make_user("wanda")
    actions.edit(version_id=version.pk, texts=texts, by=wanda, now=NOW)
    actions.submit(version_id=version.pk, by=wanda, now=NOW)


def test_document_for_an_audience_gives_its_text(policy):
    two_audiences()
    document = told(audience="patient")
    assert (document["audience"]["code"], document["summary"]) == ("patient", "Maybe.")
    assert document["disclaimer"] == "For the patient reader."
    assert [(row["code"], row["selected"]) for row in document["audiences"]] == [
        ("professional", False),
        ("patient", True),
    ]
    assert document["html"] == "http://127.0.0.1:8000/articles/ivig-back-pain/?audience=patient"


def test_document_for_an_audience_lists_the_works_that_its_text_cites_under_their_numbers(policy):
    two_audiences()
    assert [(work["number"], work["anchors"]) for work in told(audience="patient")["references"]] == [(2, ["cite-2-1"])]
    assert [(work["number"], work["anchors"]) for work in told()["references"]] == [
        (1, ["cite-1-1", "cite-1-2"]),
        (2, ["cite-2-1"]),
    ]


def test_document_lists_every_work_of_a_range(policy):
    for name in ("w1", "w2", "w3"):
        factories.make_reference(name)
    texts = [factories.Text("professional", "Yes.", "So [@w1; @w3] [@w2].", is_primary=True)]
    wanda = factories.make_user("wanda")
    version = factories.make_draft()
    actions.edit(version_id=version.pk, texts=texts, by=wanda, now=NOW)
    actions.submit(version_id=version.pk, by=wanda, now=NOW)
    found = told()["references"]
    assert [(work["number"], work["anchors"]) for work in found] == [(n, [f"cite-{n}-1"]) for n in (1, 2, 3)]


def test_document_for_an_audience_without_a_text_gives_the_primary_one_and_says_so():
    factories.make_version_at(State.SUBMITTED)
    factories.make_audience("student")
    document = told(audience="student")
    assert document["audience"] == {"code": "professional", "name": "Professional", "instead_of": "student"}
    assert document["audience_note"] == "There is no text for “Student” yet; this one is for “Professional”."


@pytest.mark.parametrize("audience", ["", "nobody", "<script>"])
def test_document_for_an_unknown_audience_is_refused_by_name(audience):
    factories.make_version_at(State.SUBMITTED)
    with pytest.raises(Unacceptable) as refusal:
        told(audience=audience)
    assert refusal.value.faults[0].pointer == "/audience"


def cite(**csl) -> dict:
    """The one reference of an article that cites a work with this record."""
    factories.make_policy()
    factories.make_reference("w1", **csl)
    version = factories.make_draft()
    texts = [factories.Text("professional", "Yes.", 'So [@w1]. <a id="cite-9-9">x</a>', is_primary=True)]
    wanda = factories.make_user("wanda")
    actions.edit(version_id=version.pk, texts=texts, by=wanda, now=NOW)
    actions.submit(version_id=version.pk, by=wanda, now=NOW)
    (work,) = told()["references"]
    return work


@pytest.mark.parametrize(
    ("csl", "url"),
    [
        ({"DOI": "10.1385/CRIAI:29:3:173"}, "https://doi.org/10.1385/criai:29:3:173"),
        ({"DOI": "10.1002/(sici)1097?a#b"}, "https://doi.org/10.1002/(sici)1097%3Fa%23b"),
        ({"PMID": "16391392"}, "https://pubmed.ncbi.nlm.nih.gov/16391392/"),
        ({"URL": "https://example.org/a?b=c"}, "https://example.org/a?b=c"),
        ({"URL": "javascript:alert(1)"}, None),
        ({"URL": "data:text/html,x"}, None),
        ({"URL": 'https://example.org/"><script>'}, None),
        ({"URL": "https://[broken"}, None),
        ({"URL": "https:///nowhere"}, None),
        ({}, None),
    ],
)
def test_reference_leads_to_a_web_address_or_nowhere(csl, url):
    assert cite(**csl)["url"] == url


def test_reference_tells_what_kind_of_work_it_is_and_that_nobody_looked_it_up():
    work = cite(DOI="10.1385/CRIAI:29:3:173", PMID="16391392")
    assert (work["kind"], work["kind_label"]) == ("research", "research article")
    assert (work["doi"], work["pmid"]) == ("10.1385/criai:29:3:173", "16391392")
    assert work["retraction"] == {"status": "unknown", "as_of": None, "notices": []}


def test_entity_tag_changes_when_a_work_is_found_to_be_retracted():
    factories.make_version_at(State.APPROVED)
    before = told()
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=factories.make_user("edith"), now=NOW)
    shown = {"status": "retracted", "as_of": "2026-03-02", "notices": []}
    assert told()["references"][0]["retraction"] == shown
    assert published.entity_tag(told()) != published.entity_tag(before)


# --- what is left of a retracted article -----------------------------------------------------------------------------


def test_document_of_a_retracted_version_is_gone_with_the_notice():
    factories.make_version_at(State.RETRACTED)
    with pytest.raises(Gone) as refusal:
        told()
    assert refusal.value.detail == "“Can IVIG cause back pain?” was retracted on 2 March 2026: For the test."

"""What pre-flight finds in a draft."""

import pytest

from articles import actions as articles
from articles.content import Text
from articles.models import Reference, Version
from articles.preflight import Severity, preflight, refusing
from editorial.exceptions import Unacceptable
from tests import factories
from tests.factories import BODY, NOW


@pytest.fixture
def draft(policy):
    return factories.make_draft()


def found(version: Version) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.code, finding.pointer) for finding in preflight(version)]


def test_preflight_of_a_whole_draft_only_warns(draft):
    assert found(draft) == [
        (Severity.WARNING, "no_identifier", "/citations/0"),
        (Severity.WARNING, "no_identifier", "/citations/1"),
    ]
    assert refusing(preflight(draft)) == []


@pytest.mark.parametrize("field", ["doi", "pmid", "kind"])
def test_identified_works_and_kinds_without_identifiers_are_fine(draft, field):
    for number, work in enumerate(Reference.objects.all()):
        setattr(work, field, {"doi": f"10.1000/{number}", "pmid": str(number + 1), "kind": "textbook"}[field])
        work.save()
    assert found(draft) == []


def test_preflight_finds_what_is_missing(draft, wanda):
    articles.edit(version_id=draft.pk, question=" ", texts=[], by=wanda, now=NOW)
    version = factories.reread(draft)
    assert found(version) == [("error", "no_question", "/question"), ("error", "no_text", "/renditions")]


def test_preflight_finds_empty_and_uncited_texts(draft, wanda):
    factories.make_audience("patient")
    texts = [Text("professional", " ", "Yes.", is_primary=True), Text("patient", "Yes.", " ")]
    articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    assert found(draft) == [
        ("error", "no_summary", "/renditions/0/summary"),
        ("error", "no_body", "/renditions/1/body"),
        ("error", "no_citation", "/citations"),
    ]


def test_submit_refuses_a_retracted_work_with_finding_and_remedy(draft, wanda):
    work = Reference.objects.get(key="stiehm2013")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.save()
    with pytest.raises(Unacceptable) as refusal:
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert refusal.value.code == "preflight"
    (fault,) = refusal.value.faults
    assert (fault.pointer, fault.code) == ("/citations/1", "retracted_work")
    assert fault.detail.endswith("was retracted. Cite another work.")
    cleaned = [Text("professional", "Yes.", BODY.replace("; @stiehm2013, p. 12", ""), is_primary=True)]
    articles.edit(version_id=draft.pk, texts=cleaned, by=wanda, now=NOW)
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW).state == "submitted"

"""What pre-flight finds in a draft, and where."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions as articles
from articles.models import Reference, Version
from articles.preflight import Code, Finding, Severity, preflight, refusing, warnings
from articles.preflight.findings import MOST, sorted_findings
from articles.preflight.links import fault
from articles.text.content import Text
from editorial.exceptions import Unacceptable
from editorial.models import Audience
from tests.support import factories
from tests.support.factories import BODY, NOW
from tests.support.retraction_lists import make_list, make_record

SENTENCE = "It was seen by many people in the course of their lives, and they told others of it. "


@pytest.fixture
def draft(policy):
    """Cites two works of which nothing is left to ask."""
    version = factories.make_draft()
    for number, work in enumerate(Reference.objects.order_by("key"), start=1):
        change(work.key, doi=f"10.1000/{number}", retraction="clear", retraction_as_of=NOW.date())
    return version


def change(key: str, **fields) -> Reference:
    work = Reference.objects.get(key=key)
    for name, value in fields.items():
        setattr(work, name, value)
    work.save()
    return work


def write(version: Version, body: str = BODY, *, summary: str = "Yes.", patient: str = "", **fields) -> Version:
    texts = [Text("professional", summary, body, is_primary=True)]
    texts += [Text("patient", "Yes.", patient)] if patient else []
    writer = factories.make_user("wanda")
    return articles.edit(version_id=version.pk, texts=texts, by=writer, now=NOW, **fields)


def found(version: Version) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.pointer, finding.line) for finding in preflight(factories.reread(version), now=NOW)]


def details(version: Version) -> list[str]:
    return [finding.detail for finding in preflight(factories.reread(version), now=NOW)]


def test_preflight_of_a_draft_without_faults_finds_nothing(draft):
    assert found(draft) == []


def test_preflight_of_works_that_nobody_looked_at_only_warns(policy):
    version = factories.make_draft()
    assert found(version) == [
        ("retraction_unknown", "/citations/0", None),
        ("no_identifier", "/citations/0", None),
        ("retraction_unknown", "/citations/1", None),
        ("no_identifier", "/citations/1", None),
    ]
    assert refusing(preflight(version, now=NOW)) == []


def test_preflight_without_a_policy_goes_by_errors_alone(db):
    assert refusing(preflight(factories.make_draft(), now=NOW)) == []


# --- what is missing ------------------------------------------------------------------------------------------------


def test_preflight_finds_what_is_missing(draft, wanda):
    articles.edit(version_id=draft.pk, question=" ", texts=[], by=wanda, now=NOW)
    assert found(draft) == [("no_question", "/question", None), ("no_text", "/renditions", None)]


def test_preflight_finds_empty_and_uncited_texts(draft, wanda):
    factories.make_audience("patient")
    texts = [Text("professional", " ", "Yes.", is_primary=True), Text("patient", "Yes.", " ")]
    articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    assert found(draft) == [
        ("no_summary", "/renditions/0/summary", None),
        ("no_body", "/renditions/1/body", None),
        ("no_citation", "/citations", None),
    ]


def test_preflight_names_audiences_without_a_text(draft):
    factories.make_audience("patient", name="People with a disease")
    assert found(draft) == [("missing_text", "/renditions", None)]
    assert details(draft) == ["There is no text for “People with a disease”; they are shown the primary one."]


def test_preflight_says_whose_text_stands_in_by_the_order_of_the_policy(draft):
    factories.make_audience("patient")
    factories.make_audience("caregiver")
    fallbacks = {"caregiver": "patient", "patient": "professional"}
    factories.make_policy(number=2, in_force_from=NOW - timedelta(days=1), fallbacks=fallbacks)
    assert details(draft) == [
        "There is no text for “Caregiver”; they are shown the one for “Professional”.",
        "There is no text for “Patient”; they are shown the one for “Professional”.",
    ]


def test_preflight_before_the_first_policy_says_that_the_primary_text_is_shown(db):
    factories.make_audience("patient")
    said = [words for words in details(factories.make_draft()) if "“Patient”" in words]
    assert said == ["There is no text for “Patient”; they are shown the primary one."]


# --- citations ------------------------------------------------------------------------------------------------------


def test_preflight_names_dangling_citations_at_their_line(draft):
    factories.make_audience("patient")
    write(draft, BODY + "\nIt\nlasts [@nobody;\n@orbach2005] and [@nobody, p. 3].", patient="So [@5].")
    assert found(draft) == [
        ("dangling_citation", "/renditions/0/body", 4),
        ("dangling_citation", "/renditions/0/body", 5),
        ("dangling_citation", "/renditions/1/body", 1),
    ]
    assert details(draft)[2] == "Line 1: [@5] matches no work in the library."


@pytest.mark.parametrize("marker", ["[5]", "[2, 3]", "[4\u20136]", "[^1]", "[see @smith2020]", "[@]x [@a b]", "[@a;]"])
def test_preflight_names_what_only_reads_like_a_citation(draft, marker):
    write(
        draft, f"# Title {marker}\n\n{BODY}\nIt\nis so {marker}.", summary=f"Yes {marker}.", question=f"Why {marker}?"
    )
    assert set(found(draft)) == {
        ("unread_marker", "/question", 1),
        ("unread_marker", "/renditions/0/summary", 1),
        ("unread_marker", "/renditions/0/body", 1),
        ("unread_marker", "/renditions/0/body", 6),
    }


@pytest.mark.parametrize("words", ["`[5]`", "[write](mailto:a@example.org)", "[me a@b.org]", "[18F]-FDG", "(4 to 6)"])
def test_preflight_leaves_other_brackets_alone(draft, words):
    write(draft, f"{BODY}\nSo {words}.")
    assert found(draft) == []


def test_preflight_names_listed_works_that_are_cited_nowhere(draft):
    factories.make_reference("smith2020")
    write(draft, listed=["orbach2005", "smith2020"])
    assert found(draft) == [("uncited_work", "/listed/1", None)]
    assert details(draft)[0].startswith("“Title of smith2020” is listed")
    write(draft, listed=[])
    assert found(draft) == []


def test_preflight_names_a_listed_key_that_is_no_work(draft):
    draft.listed = ["gone"]
    assert [finding.detail for finding in preflight(draft, now=NOW)] == [
        "“gone” is listed with this article but not cited."
    ]


def test_listed_works_stay_with_the_revision(draft, wanda):
    write(draft, listed=["orbach2005"])
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert articles.revise(version_id=draft.pk, by=wanda, now=NOW).listed == ["orbach2005"]


# --- works ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["doi", "pmid", "kind"])
def test_identified_works_and_kinds_without_identifiers_are_fine(draft, field):
    value = {"doi": "10.1000/x", "pmid": "3", "kind": "textbook"}[field]
    change("orbach2005", **{"doi": None, "pmid": None, field: value})
    assert found(draft) == []


def test_preflight_names_a_merged_record_and_the_key_to_use(draft):
    kept = factories.make_reference("orbach2005a", title="The same", DOI="10.1000/kept")
    change("orbach2005", merged_into=kept)
    assert found(draft) == [("merged_work", "/citations/0", None)]
    assert preflight(draft, now=NOW)[0].remedy == "Cite [@orbach2005a] instead."
    change("orbach2005a", retraction="retracted", retraction_as_of=NOW.date())
    assert ("retracted_work", "/citations/0", None) in found(draft)


@pytest.mark.parametrize(
    ("nature", "code", "detail"),
    [
        (
            "expression_of_concern",
            "concern_raised",
            "An expression of concern was published about “Title of stiehm2013”.",
        ),
        ("correction", "corrected_work", "A correction of “Title of stiehm2013” was published."),
    ],
)
def test_preflight_names_what_was_published_about_a_work(draft, nature, code, detail):
    make_list()
    make_record(nature=nature, doi="10.1000/2")
    assert found(draft) == [(code, "/citations/1", None)]
    assert details(draft)[0].startswith(detail)


def test_preflight_names_a_superseded_guideline_and_its_successor(draft):
    newer = factories.make_reference("guide2024", title="Guide, second edition")
    change("stiehm2013", superseded_by=newer, kind="guideline")
    assert found(draft) == [("superseded_work", "/citations/1", None)]
    assert "“Guide, second edition”" in details(draft)[0]


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, False),
        ({"title": "Title  of ORBACH2005."}, True),
        ({"title": "Title of orbach2005", "issued": {"date-parts": [[2006]]}}, False),
        ({"title": "Title of orbach2005", "volume": "30"}, False),
        ({"title": "Title of orbach2005", "issued": {}}, False),
        ({"title": "Title of orbach2005", "PMID": "8"}, False),
    ],
)
def test_preflight_finds_one_work_cited_as_two(policy, wanda, fields, same):
    factories.make_reference("orbach2005", PMID="7")
    factories.make_reference("stiehm2013", **fields)
    assert (("duplicate_work", "/citations/1", None) in found(factories.make_draft())) == same


def test_preflight_finds_a_merged_record_beside_the_one_it_became(draft):
    change("orbach2005", merged_into=Reference.objects.get(key="stiehm2013"))
    assert found(draft) == [("merged_work", "/citations/0", None), ("duplicate_work", "/citations/1", None)]


@pytest.mark.parametrize(
    ("fields", "ours"),
    [
        ({"URL": "https://www.answers.example.org/page"}, True),
        ({"publisher": " house of  ANSWERS "}, True),
        ({"container-title": "House of Answers"}, True),
        ({"author": [{"literal": "The House of Answers."}]}, True),
        ({"author": [{"family": "Roe", "given": "Jane"}, {"literal": "Answers Medical Team"}]}, True),
        ({"author": [{"given": "Answers", "family": "Medical Team"}]}, True),
        ({"editor": [{"literal": "ANSWERS medical team"}]}, True),
        ({"publisher": "Old Name, Inc."}, True),
        ({"container-title": "The Old Name Inc"}, True),
        ({"publisher": "House of Answers Press"}, False),
        ({"publisher": "The"}, False),
        ({"author": [{"family": "House"}]}, False),
        ({"author": "House of Answers"}, False),
        ({"author": ["House of Answers"]}, False),
        ({"URL": "https://other.example.org/", "publisher": ["House of Answers"]}, False),
        ({"URL": "https://[broken"}, False),
        ({"URL": 7}, False),
    ],
)
def test_preflight_finds_own_content_recorded_as_something_else(draft, settings, fields, ours):
    settings.SITE_URL, settings.SITE_NAME = "https://answers.example.org", "House of Answers"
    settings.SITE_NAMES = ["Answers Medical Team", "Old Name, Inc.", ""]
    work = Reference.objects.get(key="stiehm2013")
    change("stiehm2013", csl={**work.csl, **fields}, kind="guideline")
    assert (("own_content", "/citations/1", None) in found(draft)) == ours
    change("stiehm2013", kind="own_content")
    assert found(draft) == []


@pytest.mark.parametrize(
    ("ages", "year", "code"),
    [
        ({"research": 20}, 2005, "old_work"),
        ({"research": 21}, 2005, None),
        ({"guideline": 5}, 2005, None),
        ({"research": "5"}, 2005, None),
        ({"research": 20}, None, "undated_work"),
        ({}, None, None),
    ],
)
def test_preflight_finds_works_older_than_the_policy_allows(db, ages, year, code):
    factories.make_policy(work_ages=ages)
    version = factories.make_draft()
    change("orbach2005", year=year)
    change("stiehm2013", year=2026)
    aged = [item for item in found(version) if item[0] in ("old_work", "undated_work")]
    assert aged == ([(code, "/citations/0", None)] if code else [])


# --- how it reads ---------------------------------------------------------------------------------------------------


def aim_at(grade: int) -> None:
    audience = Audience.objects.get()
    audience.target_grade = grade
    audience.save()


def test_preflight_finds_a_text_above_the_grade_of_its_audience(draft):
    aim_at(3)
    write(draft, (SENTENCE * 2 + "\n\n") + "Intravenous immunoglobulin causes complications [@orbach2005]. " * 40)
    (finding,) = preflight(factories.reread(draft), now=NOW)
    assert (finding.code, finding.pointer) == ("reading_grade", "/renditions/0/body")
    assert re.search(r"target of 3 \(Flesch-Kincaid \d+\.\d, SMOG \d+\.\d; \d+ words in 42 sentences\)", finding.detail)
    write(draft, "So it is [@orbach2005].")
    assert found(draft) == []


def test_preflight_tells_no_smog_grade_of_a_short_text(draft):
    aim_at(1)
    assert "SMOG" not in details(draft)[0]


def test_preflight_finds_very_long_sentences(draft):
    write(draft, f"{BODY}\nFirst. {' '.join(['word'] * 41)}.\n\n- {' '.join(['word'] * 40)}")
    assert found(draft) == [("long_sentence", "/renditions/0/body", 3)]
    assert details(draft)[0].endswith("…”")


def test_preflight_finds_clinical_statements_that_cite_nothing(draft):
    write(draft, f"{BODY}\nIt is known.\nGive 2 g/kg over five days.")
    assert found(draft) == [("uncited_claim", "/renditions/0/body", 4)]
    assert details(draft) == ["Line 4: nothing is cited at “Give 2 g/kg over five days.”"]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://example.com/a", ""),
        ("https://93.184.215.14/", ""),
        ("mailto:board@example.com", ""),
        ("http://example.com", "is not https"),
        ("ftp://example.com", "is not https"),
        ("/about", "names no host"),
        ("#part", "names no host"),
        ("https://[::1", "is no address"),
        ("https://127.0.0.1:8000/admin/x", "leads into the admin"),
        ("http://127.0.0.1:8000/answers", ""),
        ("https://10.0.0.8/x", "leads to a private address"),
        ("https://[fd00::1]/x", "leads to a private address"),
        ("https://2130706433/", "leads to a private address"),
        ("https://0x7f.1/", "leads to a private address"),
        ("https://wiki/x", "leads to a private address"),
        ("https://wiki.local./x", "leads to a private address"),
        ("https://www.bit.ly/x", "hides where it leads"),
        ("https://bank.example.com@evil.com/", "carries a user name, as forged addresses do"),
    ],
)
def test_questionable_links_are_told_from_the_address(address, why):
    assert fault(address) == why


def test_preflight_finds_questionable_links_at_their_line(draft):
    write(draft, f"{BODY}\nSee\n[here](http://example.com)\nor [there](javascript:x()).\n\n[x](https://example.com)")
    assert found(draft) == [
        ("questionable_link", "/renditions/0/body", 4),
        ("questionable_link", "/renditions/0/body", 5),
    ]


# --- the list as a whole --------------------------------------------------------------------------------------------


def test_warning_refuses_when_the_policy_names_it(db, wanda):
    factories.make_policy(preflight_refuses=["no_identifier", "not_a_code"])
    version = factories.make_draft()
    assert {finding.code for finding in refusing(preflight(version, now=NOW))} == {Code.NO_IDENTIFIER}
    with pytest.raises(Unacceptable) as refusal:
        articles.submit(version_id=version.pk, by=wanda, now=NOW)
    assert [fault.pointer for fault in refusal.value.faults] == ["/citations/0", "/citations/1"]


def test_findings_stand_by_part_and_line_and_errors_first():
    places = ["/listed/0", "/citations/10", "/citations/9", "/renditions/1/body", "/renditions", "/question"]
    told = [Finding(Code.OLD_WORK, place, "", "") for place in places]
    told += [Finding(code, "/citations/9", "", "") for code in (Code.UNDATED_WORK, Code.OWN_CONTENT)]
    told += [Finding(Code.LONG_SENTENCE, "/renditions/1/body", "", "", line) for line in (12, 2)]
    ordered = sorted_findings(told, refused=[])
    assert [(finding.pointer, finding.line) for finding in ordered] == [
        ("/question", None),
        ("/renditions", None),
        ("/renditions/1/body", None),
        ("/renditions/1/body", 2),
        ("/renditions/1/body", 12),
        ("/citations/9", None),
        ("/citations/9", None),
        ("/citations/9", None),
        ("/citations/10", None),
        ("/listed/0", None),
    ]
    assert ordered[5].code == Code.OWN_CONTENT


def test_findings_of_one_kind_are_told_a_hundred_times_and_then_counted():
    told = [Finding(Code.LONG_SENTENCE, "/renditions/0/body", "Long.", "", line) for line in range(MOST + 7)]
    ordered = sorted_findings(told, refused=[])
    assert (len(ordered), ordered[-1].detail) == (MOST, "Long. There are 7 more findings of this kind.")
    assert ordered[-2].detail == sorted_findings(told[:MOST], refused=[])[-1].detail == "Long."


def test_preflight_asks_the_same_number_of_queries_whatever_it_reads(draft):
    counts = []
    make_list()
    for number in (1, 30):
        keys = [factories.make_reference(f"k{n}").key for n in range(number)]
        write(draft, "".join(f"Give 5 mg [@{key}].\n\nStop [@no{key}].\n\n" for key in keys))
        with CaptureQueriesContext(connection) as queries:
            preflight(draft, now=NOW)
        counts.append(len(queries))
    assert counts == [8, 8]


def test_submit_refuses_a_retracted_work_with_finding_and_remedy(draft, wanda):
    change("stiehm2013", retraction="retracted")
    with pytest.raises(Unacceptable) as refusal:
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert refusal.value.code == "preflight"
    (fault,) = refusal.value.faults
    assert (fault.pointer, fault.code) == ("/citations/1", "retracted_work")
    assert fault.detail.endswith("was retracted. Cite another work.")
    cleaned = BODY.replace("; @stiehm2013, p. 12", "")
    write(draft, cleaned)
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW).state == "submitted"


def test_documentation_lists_every_code_with_its_severity():
    page = (Path(django_settings.BASE_DIR) / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (error|warning) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [
        (code.value, str(Finding(code, "", "", "").severity), code.label[0].upper() + code.label[1:]) for code in Code
    ]
    assert {value for value, _ in warnings()} == {code for code, severity, _ in rows if severity == Severity.WARNING}

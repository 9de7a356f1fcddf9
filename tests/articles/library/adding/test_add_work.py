"""What is known of a work that is about to be added: by the library, by Crossref and PubMed, by what was pasted."""

from datetime import date

import pytest

from articles.library.adding.add_work import NOTHING_PASTED, free_key, present_work, suggest
from tests.support import factories
from tests.support.paths import DATA

pytestmark = pytest.mark.django_db

DOI, PMID = "10.1385/criai:29:3:173", "16391392"
TODAY = date(2026, 3, 4)


def test_doi_is_looked_up_where_an_address_is_set(outside):
    outside.says((DATA / "crossref.json").read_bytes())
    found = suggest(f"https://doi.org/{DOI}", today=TODAY)
    assert (found.csl["type"], found.csl["volume"], found.csl["DOI"]) == ("article-journal", "29", DOI)
    assert found.remarks == ("The fields were filled in from Crossref. Check them before you add the work.",)


def test_pmid_is_looked_up_and_found_in_the_library_by_its_doi(outside):
    work = factories.make_reference(DOI=DOI)
    outside.says((DATA / "pubmed.txt").read_bytes())
    found = suggest(PMID, today=TODAY)
    assert (found.present, found.csl["PMID"]) == (work, PMID)
    assert suggest(PMID, today=TODAY, anyway=True).present is None


def test_pmcid_is_looked_up_by_the_pmid_that_pubmed_s_search_gives(outside):
    record = (DATA / "pubmed.txt").read_bytes().replace(b"\nSO  -", b"\nPMC - PMC123456\nSO  -")
    outside.says_in_turn(b'{"esearchresult": {"idlist": ["16391392"]}}', record)
    found = suggest("PMC123456", today=TODAY)
    assert (found.csl["PMID"], found.csl["PMCID"]) == (PMID, "PMC123456")
    assert found.remarks == ("The fields were filled in from PubMed. Check them before you add the work.",)


def test_isbn_is_not_looked_up_and_the_page_says_so(outside):
    found = suggest("978-3-16-148410-0", today=TODAY)
    assert found.csl == {"type": "book", "ISBN": "9783161484100"}
    said = "ISBNs are not looked up. Fill in the fields of the book; its ISBN, 9783161484100, is there already."
    assert (found.remarks, outside.asked) == ((said,), [])


@pytest.mark.parametrize(
    ("body", "status", "remark"),
    [
        (b"", 404, f"Crossref does not know this work. This is the DOI {DOI}. Nothing else is known of it here"),
        (b"", 500, "Crossref could not be used: it answered 500. This is the DOI"),
        (b"{}", 200, "Crossref could not be used: what it says is not"),
    ],
)
def test_without_an_answer_the_form_is_filled_in_by_hand(outside, body, status, remark):
    outside.says(body, status)
    found = suggest(DOI, today=TODAY)
    assert found.csl == {"type": "article-journal", "DOI": DOI}
    assert found.remarks[0].startswith(remark)


def test_nobody_is_asked_without_an_address(outside, settings):
    settings.CROSSREF_URL = ""
    found = suggest(f"Roe J. On pain. BMJ. 2021;7:1. doi: {DOI}", today=TODAY)
    assert (outside.asked, found.csl["title"]) == ([], "On pain")
    assert found.remarks == ("The fields were filled in from what you pasted. Check them before you add the work.",)


def test_work_that_the_library_has_is_not_looked_up(outside):
    work = factories.make_reference(DOI=DOI)
    assert suggest(DOI, today=TODAY).present == work
    assert outside.asked == []


def test_page_was_seen_today_unless_its_record_says_when():
    assert suggest("https://x.example/a", today=TODAY).csl["accessed"] == {"date-parts": [[2026, 3, 4]]}
    record = '{"id": "a", "type": "webpage", "title": "A", "accessed": {"date-parts": [[2020]]}}'
    assert suggest(record, today=TODAY).csl["accessed"] == {"date-parts": [[2020]]}


@pytest.mark.parametrize(("text", "fault"), [("", NOTHING_PASTED), ("TY  - JOUR\nER  - ", "This looks like RIS")])
def test_what_cannot_be_read_has_a_fault(text, fault):
    assert suggest(text, today=TODAY).fault.startswith(fault)


def test_work_is_recognised_by_title_and_year_but_not_as_itself():
    work = factories.make_reference("orbach2005")
    assert present_work({**work.csl, "id": ""}) == work
    assert present_work(work.csl, but=work.pk) is None
    assert present_work({"title": "Another"}) is None


def test_item_of_two_works_is_none_of_them():
    factories.make_reference("one", DOI="10.1000/1")
    factories.make_reference("two", PMID="2")
    assert present_work({"title": "A", "DOI": "10.1000/1", "PMID": "2"}) is None


def test_key_is_made_of_author_year_and_title_and_is_free():
    csl = {"title": "Pain relief", "author": [{"family": "Roe"}], "issued": {"date-parts": [[2020]]}}
    assert free_key(csl) == "roe2020pain"
    factories.make_reference("roe2020pain")
    assert free_key(csl) == "roe2020paina"
    for letter in "abcdefghijklmnopqrstuvwxyz":
        factories.make_reference(f"roe2020pain{letter}")
    assert free_key(csl).startswith("roe2020pain-")

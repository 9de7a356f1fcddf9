"""What a person pastes to add a work is recognised."""

import pytest

from articles.library.adding.pasted import PastedKind, recognise
from articles.library.formats.records import MAX_RECORD
from articles.library.formats.registry import READERS
from tests.articles.library.formats.test_recognised_files import XML

DOI = "10.1385/criai:29:3:173"
NBIB = "PMID- 16391392\nTI  - On pain\nPT  - Journal Article\nSO  - J Pain. 2005;1:2\n"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("10.1385/CRIAI:29:3:173", "doi", DOI),
        (" doi: 10.1385/criai:29:3:173. ", "doi", DOI),
        ("https://doi.org/10.1385/criai:29:3:173", "doi", DOI),
        ("https://www.nejm.example/doi/full/10.1056/NEJMoa2034577?x=1", "doi", "10.1056/nejmoa2034577"),
        ("https://x.example/doi/pdf/10.1002/abc.123.pdf", "doi", "10.1002/abc.123"),
        ("https://x.example/doi/10.1002%2Fabc.123/full/", "doi", "10.1002/abc.123"),
        ("16391392", "pmid", "16391392"),
        ("PMID: 16391392", "pmid", "16391392"),
        ("https://pubmed.ncbi.nlm.nih.gov/16391392/?dopt=Abstract", "pmid", "16391392"),
        ("www.ncbi.nlm.nih.gov/pubmed/16391392", "pmid", "16391392"),
        ("PMC1234567", "pmcid", "PMC1234567"),
        ("PMCID: PMC1234567", "pmcid", "PMC1234567"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123/", "pmcid", "PMC123"),
        ("0306406152", "isbn", "9780306406157"),
        ("ISBN 978-0-306-40615-7", "isbn", "9780306406157"),
        ("978 0 306 40615 7", "isbn", "9780306406157"),
        ("NCT01234567", "trial", "NCT01234567"),
        ("https://clinicaltrials.gov/study/NCT01234567", "trial", "NCT01234567"),
        ("https://register.example/NCT01234567", "address", "https://register.example/NCT01234567"),
        ("https://clinicaltrials.gov/about", "address", "https://clinicaltrials.gov/about"),
        ("www.who.int/publications/9789240", "address", "https://www.who.int/publications/9789240"),
        ("https://[::1/x.example", "citation", ""),
    ],
)
def test_identifiers_and_addresses_are_recognised(text, kind, value):
    found = recognise(text)
    assert (found.kind, found.value, found.fault) == (kind, value, "")


def test_address_whose_host_cannot_be_read_is_an_address():
    assert recognise("https://a.example:99999999999/x").kind is PastedKind.CITATION
    assert recognise("https://x.example/a[b").csl == {"type": "webpage", "URL": "https://x.example/a[b"}


def test_trial_and_isbn_say_what_work_they_are_of():
    assert recognise("NCT01234567").csl == {
        "type": "webpage",
        "container-title": "ClinicalTrials.gov",
        "URL": "https://clinicaltrials.gov/study/NCT01234567",
        "number": "NCT01234567",
        "custom": {"nct": "NCT01234567"},
    }
    assert recognise("0306406152").csl == {"type": "book", "ISBN": "9780306406157"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("@article{a, title={On pain}, year=2020}", "On pain"),
        ("TY  - JOUR\r\nTI  - On pain\r\nER  - \r\n", "On pain"),
        (NBIB, "On pain"),
        ('[{"id": "a", "type": "book", "title": "On pain"}]', "On pain"),
    ],
)
def test_record_is_read_by_its_format(text, title):
    found = recognise(text)
    assert (found.kind, found.csl["title"], found.remarks) == (PastedKind.RECORD, title, ())


@pytest.mark.parametrize(
    ("text", "title", "form"),
    [
        (XML[XML.index("<PubmedArticleSet>") :], "CO<sub>2</sub> in <i>in vivo</i> & salt", "nbib"),
        (
            "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>On pain</ArticleTitle>"
            "</Article></MedlineCitation></PubmedArticle>",
            "On pain",
            "nbib",
        ),
        ("FN Clarivate Analytics Web of Science\r\nVR 1.0\r\nPT J\r\nTI On pain\r\nER\r\n", "On pain", "ris"),
        ("PT J\nAU Roe, J\nTI On pain\nPY 2020\nER\n", "On pain", "ris"),
        ("VN  - Ovid Technologies\nDB  - Embase\nTI  - On pain\n", "On pain", "ris"),
        ("<1>\nDB  - Ovid MEDLINE(R)\nTI  - On pain\n", "On pain", "ris"),
    ],
)
def test_record_of_a_database_is_read_by_what_it_begins_with(text, title, form):
    found = recognise(text)
    assert (found.kind, found.value, found.fault, found.csl["title"]) == (PastedKind.RECORD, form, "", title)


@pytest.mark.parametrize(
    "text", ["FN Roe. On pain. BMJ. 2021;7:1.", "PT J Smith.\nOn pain.", "VR 1 and pain", "DB of pain", "<1> On pain"]
)
def test_citation_that_begins_like_a_record_is_a_citation(text):
    assert recognise(text).kind is PastedKind.CITATION


@pytest.mark.parametrize("error", [KeyError, RecursionError, ValueError])
@pytest.mark.parametrize("text", ["TY  - JOUR\nTI  - On pain\nER  - \n", "TY  - BOOK", "TY  -x"])
def test_reader_that_fails_is_a_fault_and_no_exception(monkeypatch, error, text):
    def fail(_text):
        raise error("never shown")
        yield

    monkeypatch.setitem(READERS, "ris", fail)
    fault = f"This looks like RIS, but it cannot be read. After line 0 nothing could be read ({error.__name__})."
    assert recognise(text).fault == fault


def test_pasted_record_without_its_end_is_read():
    found = recognise("TY  - JOUR\nTI  - T\nPY  - 2001")
    assert (found.kind, found.csl["title"], len(found.remarks)) == ("record", "T", 1)


def test_first_of_several_records_is_taken_and_the_others_are_named():
    found = recognise("@book{a, title={One}}\n@book{b, title={Two}}")
    assert found.csl["title"] == "One"
    assert found.remarks == ("Only the first of 2 records was taken. Import several records as a file.",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("TY  - JOUR\nER  - \n", "This looks like RIS, but it cannot be read."),
        ('{"id": "a"', "This looks like CSL-JSON, but it cannot be read."),
        ("@comment{nothing}", "This looks like BibTeX, but it has no record."),
        ("x" * (MAX_RECORD + 1), "One record has at most 262,144 characters. Import it as a file."),
    ],
)
def test_record_that_cannot_be_read_has_a_fault(text, fault):
    assert recognise(text).fault.startswith(fault)


def test_citation_is_known_by_the_identifier_in_it():
    found = recognise("Roe J. On pain. BMJ. 2021;7:1. doi: 10.1000/xyz")
    assert (found.kind, found.value, found.csl["title"]) == (PastedKind.DOI, "10.1000/xyz", "On pain")
    assert recognise("Roe J. On pain. BMJ. 2021;7:1. PMID: 12").kind is PastedKind.PMID
    assert recognise("Roe J. On pain. BMJ. 2021;7:1. PMC12").kind is PastedKind.PMCID


def test_nothing_and_a_title_are_told_apart():
    assert recognise(" \x00\n").kind is PastedKind.NOTHING
    assert recognise("0306406153 is no ISBN").csl["title"] == "0306406153 is no ISBN"
    assert recognise("030640615X").kind is PastedKind.CITATION

"""RIS as databases and reference managers write it: nothing that the library has a place for is lost in silence."""

import pytest

from articles.library.formats import registry
from articles.library.vancouver import reference


def read(*lines: str):
    """Return the only record of a file with these lines. Without a TY line it is an article."""
    typed = lines if any(line.startswith("TY") for line in lines) else ("TY  - JOUR", *lines)
    (found,) = registry.records("\n".join(["", *typed, "ER  - ", ""]).encode(), form="ris")
    assert not found.fault
    return found


def csl(*lines: str):
    return {"title": "T", **read("TI  - T", *lines).csl}


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["DA  - AUG 11", "PY  - 2022"], [[2022, 8, 11]]),
        (["Y1  - 2019/05//", "PY  - 2019"], [[2019, 5]]),
        (["PY  - 2019", "DA  - 20190503"], [[2019, 5, 3]]),
        (["PY  - 2019", "Y1  - 1-5 June 2019"], [[2019, 6, 1], [2019, 6, 5]]),
        (["DA  - 2022/13/01"], [[2022, 1, 13]]),
        (["Y1  - Aug 2022"], [[2022, 8]]),
        (["PY  - 2012-August-08"], [[2012, 8, 8]]),
    ],
)
def test_all_dates_of_a_record_are_combined(lines, issued):
    assert csl(*lines)["issued"] == {"date-parts": issued}


def test_date_that_is_not_wholly_read_is_kept_as_written_and_said():
    found = read("TI  - T", "PY  - 2022/02/30", "DA  - 2021/12/30", "Y2  - 2024/03/05/10:20:30")
    assert found.csl["issued"] == {"date-parts": [[2022, 2]]}
    assert found.csl["custom"] == {"told": {"issued": "2022/02/30"}}
    assert found.csl["accessed"] == {"date-parts": [[2024, 3, 5]]}
    assert found.remarks == (
        "The date “2022/02/30” was read as 2022-02.",
        "The year 2022 was taken, and not that of “2021/12/30”.",
    )


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["T2  - Journal of Nothing", "JO  - J. Noth."], ("Journal of Nothing", "J. Noth.")),
        (["T2  - J. Noth.", "JO  - Journal of Nothing"], ("Journal of Nothing", "J. Noth.")),
        (["JF  - Journal of Nothing", "JO  - J. Noth.", "JA  - J Noth"], ("Journal of Nothing", "J Noth")),
        (["T2  - JOURNAL OF NOTHING", "JI  - J. Noth."], ("JOURNAL OF NOTHING", "J. Noth.")),
        (["T2  - Journal of Nothing", "JO  - Journal of nothing"], ("Journal of Nothing", None)),
        (["JO  - Journal of Nothing"], ("Journal of Nothing", None)),
        (["TY  - CHAP", "BT  - The book", "JO  - Book"], ("Book", None)),
        (["TY  - CHAP", "BT  - The book"], ("The book", None)),
        (["TY  - CONF", "T2  - The conference", "C3  - Its proceedings"], ("Its proceedings", None)),
        (["TY  - CONF", "T2  - The conference", "C3  - NCT01234567"], ("The conference", None)),
        (["TY  - BOOK", "BT  - The book"], (None, None)),
        (["TY  - BOOK", "T2  - Series", "T3  - Larger series"], ("Series", None)),
    ],
)
def test_journal_or_book_is_told_from_its_abbreviation(lines, names):
    item = csl(*lines)
    assert (item.get("container-title"), item.get("container-title-short")) == names


def test_series_of_a_book_and_event_of_a_paper_are_kept():
    assert csl("TY  - BOOK", "T2  - Lectures on nothing")["collection-title"] == "Lectures on nothing"
    assert csl("TY  - RPRT", "T2  - Technical reports")["collection-title"] == "Technical reports"
    assert csl("TY  - BOOK", "T2  - A", "T3  - B")["collection-title"] == "B"
    assert csl("TY  - CONF", "T2  - The conference", "C3  - Its proceedings")["event-title"] == "The conference"
    assert "event-title" not in csl("TY  - CONF", "C3  - Its proceedings")


@pytest.mark.parametrize(
    ("lines", "page", "number"),
    [
        (["C7  - 19272"], "19272", None),
        (["C7  - Article number 19272"], "19272", None),
        (["C7  - Art. No. e19272"], "e19272", None),
        (["SP  - S93", "EP  - S99", "C7  - 19272"], "S93-S99", "19272"),
        (["SP  - 19272", "C7  - 19272"], "19272", None),
        (["SP  - 133-42"], "133-142", None),
        (["SP  - 1093", "EP  - 9"], "1093-1099", None),
        (["SP  - e100-12"], "e100-e112", None),
        (["SP  - 448", "EP  - 448"], "448", None),
        (["SP  - 448-448"], "448", None),
        (["SP  - 1221", "EP  - +"], "1221", None),
        (["SP  - 1221-+"], "1221", None),
        (["SP  - 93-99", "EP  - 99"], "93-99", None),
        (["EP  - 99"], "99", None),
        (["SP  - 9-105"], "9-105", None),
        (["TY  - BOOK", "C7  - 19272"], None, None),
    ],
)
def test_pages_and_numbers_of_articles_are_read(lines, page, number):
    item = csl(*lines)
    assert (item.get("page"), item.get("number")) == (page, number)


def test_publisher_and_place_of_web_of_science_are_read():
    item = csl("PU  - NOTHING PRESS", "PI  - BONN", "KW  - fever", "KW  - Salt", "KW  - fever", "more salt")
    assert (item["publisher"], item["publisher-place"]) == ("NOTHING PRESS", "BONN")
    assert item["keyword"] == "fever; Salt; more salt"


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        (["DP  - NLM", "AN  - 25000001"], "25000001"),
        (["DB  - Ovid MEDLINE(R)", "AN  - 25000001"], "25000001"),
        (["DB  - PubMed", "AN  - 25000001"], "25000001"),
        (["AN  - MEDLINE:25000001", "DB  - Clarivate"], "25000001"),
        (["DB  - Scopus", "C2  - 25000001"], "25000001"),
        (["U1  - 25000001", "UR  - https://app.dimensions.ai/details/publication/pub.1"], "25000001"),
        (["U1  - 25000001", "DP  - Dimensions"], "25000001"),
        (["U1  - 25000001[pmid]", "DB  - PMC"], "25000001"),
        (["DB  - Embase", "C5  - 25000001", "AN  - 2012345678"], "25000001"),
        (["N1  - PMID: 25000001"], "25000001"),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/25000001/"], "25000001"),
        (["DB  - EBSCO", "AN  - 25000001", "U1  - 25000001"], None),
        (["AN  - 25000001"], None),
        (["DB  - Web of Science MEDLINE", "AN  - WOS:000325000001"], None),
        (["DP  - NLM", "AN  - PMC25000001"], None),
        (["C2  - 2019"], None),
    ],
)
def test_pmid_is_found_where_each_producer_puts_it(lines, pmid):
    assert csl(*lines).get("PMID") == pmid


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["ID  - 25000001 [https://www.ncbi.nlm.nih.gov/pubmed/?term=25000001]"], {"PMID": "25000001"}),
        (["ET  - 2022/08/01"], {}),
        (["ET  - 2nd"], {"edition": "2nd"}),
        (["TY  - BOOK", "ET  - 2022"], {"edition": "2022"}),
        (["ID  - roe2022"], {"id": "roe2022"}),
        (["SN  - 1614-9785", "EI  - 1559-0267"], {"ISSN": "1614-9785, 1559-0267"}),
        (["KW  - *salt", "KW  - salt"], {"keyword": "salt"}),
    ],
)
def test_field_that_a_producer_uses_for_something_else_is_read_as_that(lines, expected):
    kind = {"type": "book" if "TY  - BOOK" in lines else "article-journal"}
    assert csl(*lines) == {"title": "T", **kind, **expected}


@pytest.mark.parametrize(
    ("lines", "pmcid"),
    [
        (["C2  - PMC7000001"], "PMC7000001"),
        (["U2  - PMC7000001[pmcid]"], "PMC7000001"),
        (["AN  - PMC7000001"], "PMC7000001"),
        (["UR  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7000001/"], "PMC7000001"),
        (["C2  - PMC-7"], "PMC-7"),
        (["C2  - 7000001"], None),
    ],
)
def test_pmcid_is_found_where_each_producer_puts_it(lines, pmcid):
    assert csl(*lines).get("PMCID") == pmcid


@pytest.mark.parametrize("accession", ["1234567x", "25000001A", "123456z"])
def test_misprinted_accession_number_is_kept_as_written_and_said(accession):
    found = read("TI  - T", f"AN  - {accession}")
    assert found.csl == {"type": "article-journal", "title": "T", "custom": {"told": {"PMID": accession}}}
    assert found.remarks == (f"The accession number “{accession}” is no PMID, and was left out.",)
    assert not read("TI  - T", f"AN  - {accession}", "DB  - EBSCO").remarks


@pytest.mark.parametrize(
    ("lines", "doi", "genre"),
    [
        (["L3  - 10.1000/a"], "10.1000/a", None),
        (["L3  - https://doi.org/10.1000/a"], "10.1000/a", None),
        (["M3  - doi: 10.1000/a"], "10.1000/a", None),
        (["M3  - Article", "DO  - 10.1000/a"], "10.1000/a", "Article"),
        (["M3  - Article"], None, "Article"),
        (["UR  - http://dx.doi.org/10.1000/a"], "10.1000/a", None),
        (["DO  - see publisher website", "M3  - Article"], "see publisher website", "Article"),
    ],
)
def test_doi_is_found_in_other_fields(lines, doi, genre):
    item = csl(*lines)
    assert (item.get("DOI"), item.get("genre")) == (doi, genre)


@pytest.mark.parametrize(
    ("kind", "number", "fields"),
    [
        ("CHAP", "0066-4308", {"ISSN": "0066-4308"}),
        ("BOOK", "0066-4308", {"ISSN": "0066-4308"}),
        ("CONF", "978-3-16-148410-0", {"ISBN": "978-3-16-148410-0"}),
        (
            "CONF",
            "1614-9785 978-3-16-148410-0; 978-0-306-40615-7",
            {"ISSN": "1614-9785", "ISBN": "978-3-16-148410-0, 978-0-306-40615-7"},
        ),
        ("BOOK", "0-306-40615-2\\978-0-306-40615-7", {"ISBN": "0-306-40615-2, 978-0-306-40615-7"}),
        ("RPRT", "WHO/12345", {"number": "12345"}),
        ("PAT", "US1234567", {"number": "US1234567"}),
    ],
)
def test_serial_numbers_and_those_of_books_are_told_apart(kind, number, fields):
    found = read(f"TY  - {kind}", "TI  - T", f"SN  - {number}")
    assert {name: found.csl.get(name) for name in fields} == fields
    assert found.remarks == ()


@pytest.mark.parametrize(("kind", "variable"), [("JOUR", "ISSN"), ("BOOK", "ISBN"), ("CHAP", "ISBN"), ("WEB", "ISSN")])
def test_number_that_is_none_is_kept_as_written_and_said(kind, variable):
    found = read(f"TY  - {kind}", "TI  - T", "SN  - 12345; 1614-9785")
    assert found.csl["custom"] == {"told": {variable: "12345"}}
    assert found.csl["ISSN"] == "1614-9785"
    assert found.remarks == ("“12345” is neither an ISSN nor an ISBN, and was left out.",)


def test_number_of_a_report_is_its_issue_before_its_serial_number():
    assert csl("TY  - RPRT", "IS  - 7", "SN  - 12345")["number"] == "7"


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        (["TY  - BOOK", "A2  - Roe, J"], {"editor": ["Roe"]}),
        (["TY  - BOOK", "A3  - Roe, J", "A2  - Poe, B"], {"editor": ["Roe"], "collection-editor": ["Poe"]}),
        (["TY  - CHAP", "A2  - Roe, J", "A3  - Poe, B"], {"editor": ["Roe"], "collection-editor": ["Poe"]}),
        (["TY  - EDBOOK", "AU  - Roe, J"], {"editor": ["Roe"]}),
        (["AU  - Poe, B", "A4  - Roe, J"], {"author": ["Poe"], "translator": ["Roe"]}),
        (["A1  - Poe, B", "CA  - A caption"], {"author": ["Poe"]}),
    ],
)
def test_people_have_the_role_of_their_tag(lines, people):
    item = csl(*lines)
    roles = ("author", "editor", "collection-editor", "translator")
    assert {role: [name["family"] for name in item[role]] for role in roles if role in item} == people


def test_name_that_cannot_be_taken_apart_is_said():
    assert read("TI  - T", "AU  - A, B, C, D").remarks == ("The name “A, B, C, D” was kept as it is written.",)


def test_month_and_year_initials_and_abbreviation_are_printed():
    lines = ["AU  - Wiggins, SM", "AU  - O'Brien, KH", "TI  - T", "JO  - J. Am. Coll. Noth."]
    lines += ["T2  - Journal of the American College of Nothing", "DA  - AUG 11", "PY  - 2022", "VL  - 42"]
    printed = reference(read(*lines, "IS  - Suppl 2", "SP  - S93", "EP  - S99", "C7  - 19272").csl)
    assert printed.startswith("Wiggins SM, O'Brien KH. T. J")
    assert "2022;42" in printed


# --- lines and records ----------------------------------------------------------------------------------------------


def records(text: str):
    return list(registry.records(text.encode(), form="ris"))


LATE = """C1  - 1001
AU  - Muster, Anna
TI  - Late
JO  - Journal of Nothing
TY  - JOUR
ER  -
AU  - Beispiel, Bert
TI  - Never
JO  - Journal of Nothing
ER  -
TI  - Nothing of the kind
PB  - Nothing Press
ER  -
T2  - Journal of Nothing
VL  - 3
TI  - In a volume
ER  -
"""


def test_type_may_come_late_or_never():
    late, never, other, volume = records(LATE)
    assert [found.csl["type"] for found in (late, never, other, volume)] == [
        *("article-journal", "article-journal", "document", "article-journal")
    ]
    assert late.remarks == ()
    assert never.remarks == volume.remarks == ("It has no type (TY), and was read as an article.",)
    assert other.remarks == ("It has no type (TY), and was read as a document.",)
    assert [found.line for found in (late, never)] == [1, 7]


@pytest.mark.parametrize("kind", ["WHATEVER", "XYZ", "Journal Article"])
def test_type_that_is_not_known_is_said(kind):
    found = read(f"TY  - {kind}", "TI  - T")
    assert found.csl["type"] == "document"
    assert found.remarks == (f"Its type “{kind}” is not known; it is now a document.",)


@pytest.mark.parametrize(
    "text",
    [
        "TY - JOUR\nTI - T\nAB - one - two\nPY - 2001\nER - \n",
        "TY - JOUR\nTI - T\nPY - 2001\nER -",
        "  TY  - JOUR\n  TI  - T\n  PY  - 2001\n  ER  - \n",
        "TY   - JOUR\nTI   - T\nPY   - 2001\nER   - \n",
        "TY-\tJOUR\nTI-\tT\nPY-\t2001\nER-\n",
    ],
)
def test_lines_with_other_blanks_are_read(text):
    (found,) = records(text)
    assert (found.csl["title"], found.csl["issued"]) == ("T", {"date-parts": [[2001]]})


def test_lines_between_records_are_passed_over():
    text = "Provider: Ovid\n\n1. \nTY  - JOUR\nTI  - T\nER  - \n\n<2>\nDatabase: Embase\n"
    text += "TY  - JOUR\nTI  - U\nER  - \nER  - \nend"
    assert [found.csl["title"] for found in records(text)] == ["T", "U"]


def test_last_record_without_its_end_is_read_with_a_remark():
    text = "TY  - JOUR\nTI  - One\nER  - \n\nTY  - JOUR\nTI  - Two\nPY  - 2001\n\n"
    one, two = registry.records(text.encode(), form="ris")
    assert (one.remarks, two.csl["issued"]) == ((), {"date-parts": [[2001]]})
    assert two.remarks == ("It has no ER at its end. The file ends there, so check whether fields are missing.",)

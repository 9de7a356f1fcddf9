"""NBIB as PubMed writes it, with its books."""

import pytest

from articles.library.formats import registry

CHAPTER = """PMID- 25000001
OWN - NLM
STAT- Publisher
DP  - 2000
TI  - A made-up chapter about a hormone
BTI - Fictext
FAU - Roe, Jane
AU  - Roe J
PT  - Book Chapter
AID - NBK000001 [bookaccession]
"""


def read(text: str):
    return list(registry.records(text.encode(), form="nbib"))


def csl(*lines: str):
    (found,) = read("\n".join(["PMID- 7", "TI  - T", *lines, "SO  - x", ""]))
    return found.csl


def test_chapter_ends_with_its_accession_number():
    (found,) = read(CHAPTER)
    assert found.csl == {
        "type": "chapter",
        "title": "A made-up chapter about a hormone",
        "container-title": "Fictext",
        "issued": {"date-parts": [[2000]]},
        "author": [{"family": "Roe", "given": "Jane"}],
        "PMID": "25000001",
    }


@pytest.mark.parametrize(
    "end",
    ["AID - NBK1 [bookaccession]", "AID - NBK1 [bookaccession]\nAID - 10.1000/a [doi]", "AID - NBK1\nSO  - Fictext"],
)
def test_book_may_end_in_several_ways(end):
    (found, following) = read(f"PMID- 7\nBTI - Fictext\nPT  - Book\n{end}\n\n{CHAPTER}")
    assert (found.csl["type"], found.csl["title"], following.fault) == ("book", "Fictext", "")


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("BTI - Fictext\nFAU - Roe, Jane", "AID"),
        ("PT  - Book Chapter\nFAU - Roe, Jane", "AID"),
        ("PT  - Journal Article\nAID - 10.1000/a [doi]", "SO"),
        ("JT  - Journal\nFAU - Roe, Jane", "SO"),
    ],
)
def test_record_is_cut_off_without_what_its_kind_ends_with(lines, last):
    fault = f"It ends before its last field, {last}: it was cut off."
    whole_line, mid_line = f"PMID- 7\nTI  - T\n{lines}\n", f"PMID- 7\nTI  - T\n{lines}"
    assert [found.fault for found in read(f"{whole_line}\n{mid_line}")] == [fault, fault]


def test_last_record_that_lacks_only_its_last_field_is_read_with_a_remark():
    (found,) = read("PMID- 7\nTI  - T\nFAU - Roe, Jane\n\n")
    assert (found.csl["title"], found.csl["author"]) == ("T", [{"family": "Roe", "given": "Jane"}])
    said = "It ends before its last field, SO. The file ends there, so check whether fields are missing."
    assert found.remarks == (said,)
    assert read("PMID- 7\nFAU - Roe, Jane\n")[0].fault


def test_pmid_behind_other_fields_begins_no_record_of_its_own():
    (found,) = read("OWN - NLM\nPMID- 7\nTI  - T\nSO  - J\n")
    assert (found.line, found.csl["PMID"], found.csl["title"]) == (1, "7", "T")


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["DP  - 2022 Aug 11"], {"date-parts": [[2022, 8, 11]]}),
        (["DP  - 1998 Dec-1999 Jan"], {"date-parts": [[1998, 12], [1999, 1]]}),
        (["DP  - 2000 Spring"], {"date-parts": [[2000]], "season": 1}),
        (["DP  - 2000 Jul 15-Aug 1"], {"date-parts": [[2000, 7, 15], [2000, 8, 1]]}),
        (["DP  - 2022 Aug", "DEP - 20211230"], {"date-parts": [[2022, 8]]}),
        (["DP  - in press", "DEP - 20211230"], {"date-parts": [[2021, 12, 30]]}),
        (["DEP - 20211230"], {"date-parts": [[2021, 12, 30]]}),
        (["DP  - in press"], {"literal": "in press"}),
        ([], None),
    ],
)
def test_date_of_publication_is_read(lines, issued):
    assert csl(*lines).get("issued") == issued


def test_date_that_is_not_wholly_read_is_kept_as_written_and_said():
    (found,) = read("PMID- 7\nTI  - T\nDP  - 2022 Feb 30\nSO  - x")
    assert found.csl["custom"] == {"told": {"issued": "2022 Feb 30"}}
    assert found.remarks == ("The date “2022 Feb 30” was read as 2022-02.",)


@pytest.mark.parametrize(
    ("lines", "page"),
    [
        (["PG  - S93-9"], "S93-S99"),
        (["PG  - e100"], "e100"),
        (["PG  - 448-448"], "448"),
        (["LID - 19272 [pii]"], "19272"),
        (["LID - e19272 [pii]", "PG  - 7"], "7"),
        (["LID - S0140-6736(20)30001-1 [pii]", "LID - 10.1000/a [doi]"], None),
    ],
)
def test_pages_or_the_number_of_the_article_are_read(lines, page):
    assert csl(*lines).get("page") == page


def test_keywords_and_every_isbn_are_read():
    item = csl(
        "MH  - *Fever", "MH  - Humans", "OT  - salt", "OT  - Humans", "ISBN- 9783161484100 (Print)", "ISBN- 0306406152"
    )
    assert item["keyword"] == "Fever; Humans; salt"
    assert item["ISBN"] == "9783161484100, 0306406152"


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        (["IS  - 1614-9785 (Print)", "IS  - 1559-0267 (Linking)"], {"ISSN": "1614-9785"}),
        (["IS  - 1614-9785, 1559-0267 (Linking)"], {"ISSN": "1614-9785, 1559-0267"}),
        (["IS  - 16149785"], {"ISSN": "1614-9785"}),
        (["IS  - 1614-978 (Print)", "ISBN- 12345"], {"ISSN": "1614-978", "ISBN": "12345"}),
    ],
)
def test_serial_number_is_read_as_written(lines, numbers):
    item = csl(*lines)
    assert {name: item[name] for name in ("ISSN", "ISBN") if name in item} == numbers


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (["FAU - King, Martin L Jr", "AU  - King ML Jr"], {"family": "King", "given": "Martin L", "suffix": "Jr"}),
        (["AU  - O'Brien KH"], {"family": "O'Brien", "given": "KH"}),
        (["AU  - van der Berg JH"], {"family": "van der Berg", "given": "JH"}),
        (["CN  - Agency for X, Y, and Z"], {"literal": "Agency for X, Y, and Z"}),
        (["CN  - Roe, Poe"], {"literal": "Roe, Poe"}),
    ],
)
def test_author_is_read(lines, author):
    assert csl(*lines)["author"] == [author]


def test_what_names_lose_is_said():
    (found,) = read("PMID- 7\nTI  - T\nFAU - Roe, Jane, MD\nFAU - et al.\nFAU - , ,\nFED - A, B, C, D\nSO  - x")
    assert found.csl["author"] == [{"family": "Roe", "given": "Jane"}]
    assert found.remarks == (
        "“MD” was left out of the name “Roe, Jane, MD”.",
        "The authors after “et al.” are not named.",
        "The name “A, B, C, D” was kept as it is written.",
    )

"""BibTeX as CSL-JSON."""

from pathlib import Path

import pytest

from articles.library.formats.bibtex import read_bibtex
from articles.library.formats.file_faults import Unreadable

PATH = Path("works.bib")


def read(text):
    return [one.csl for one in read_bibtex(text, path=PATH)]


def only(fields, kind="article"):
    return read(f"@{kind}{{k, {fields}}}")[0]


def faults(text):
    with pytest.raises(Unreadable) as refused:
        read_bibtex(text, path=PATH)
    return [str(fault) for fault in refused.value.faults]


def test_article_every_known_field_is_mapped():
    item = only(
        "title={On {DNA}}, journal={J. of X}, shortjournal={JX}, volume=3, number={4}, pages={10--19}, year=2005,"
        " month=dec, doi={https://doi.org/10.1000/A_b%c}, pmid={123}, url={https://x.org/?a=1&b=%20}, issn={1234-5678},"
        " keywords={a, kind:research}, publisher={P}, address={Oxford}, note={n}"
    )
    assert item == {
        "id": "k",
        "type": "article-journal",
        "title": "On DNA",
        "container-title": "J. of X",
        "container-title-short": "JX",
        "volume": "3",
        "issue": "4",
        "page": "10-19",
        "issued": {"date-parts": [[2005, 12]]},
        "DOI": "10.1000/A_b%c",
        "PMID": "123",
        "URL": "https://x.org/?a=1&b=%20",
        "ISSN": "1234-5678",
        "keyword": "a",
        "custom": {"kind": "research"},
        "publisher": "P",
        "publisher-place": "Oxford",
        "note": "n",
    }


@pytest.mark.parametrize(
    ("name", "person"),
    [
        (r"M{\"u}ller, J{\'o}zsef", {"family": "Müller", "given": "József"}),
        ("Ludwig van Beethoven", {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}),
        ("de Boer, Rudolf A.", {"family": "Boer", "given": "Rudolf A.", "non-dropping-particle": "de"}),
        ("King, Jr., Martin", {"family": "King", "given": "Martin", "suffix": "Jr."}),
        ("{World Health Organization}", {"literal": "World Health Organization"}),
        (r"\L{}ukasiewicz, Jan", {"family": "Łukasiewicz", "given": "Jan"}),
    ],
)
def test_author_name_is_taken_apart(name, person):
    assert only(f"author={{{name} and others}}")["author"] == [person]


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ("year=2005", {"date-parts": [[2005]]}),
        ("year={2005}, month={4}", {"date-parts": [[2005, 4]]}),
        ("year={2005}, month={13}", {"date-parts": [[2005]]}),
        ("year={2005}, month={Spring}", {"date-parts": [[2005]], "season": 1}),
        ("date={2005-04-09}", {"date-parts": [[2005, 4, 9]]}),
        ("date={2005-04}, year={1999}", {"date-parts": [[2005, 4]]}),
        ("year={in press}", {"literal": "in press"}),
        ("title={x}", None),
    ],
)
def test_date_is_kept_as_far_as_it_is_known(fields, issued):
    assert only(fields).get("issued") == issued


@pytest.mark.parametrize(
    ("kind", "csl"), [("Book", "book"), ("incollection", "chapter"), ("online", "webpage"), ("odd", "document")]
)
def test_type_is_mapped(kind, csl):
    assert only("title={x}", kind)["type"] == csl


def test_number_of_a_report_is_no_issue():
    item = only("title={x}, number={7}, institution={WHO}", "techreport")
    assert (item["number"], item["publisher"], "issue" in item) == ("7", "WHO", False)


def test_string_abbreviation_is_resolved():
    assert (
        read('@string{lan = "The Lancet"}\n@article{k, title={T}, journal=lan}')[0]["container-title"] == "The Lancet"
    )


def test_crossref_hands_down_what_is_missing():
    chapter, book = read(
        "@inbook{c, title={Part}, crossref={b}}\n@book{b, title={Whole}, publisher={P}, year=2001, author={A B}}"
    )
    assert (chapter["title"], chapter["container-title"], chapter["publisher"]) == ("Part", "Whole", "P")
    assert book["title"] == "Whole"


def test_crossref_in_a_circle_is_refused_with_the_record():
    text = "@book{a, crossref={b}}\n@book{b, crossref={a}}\n@book{c, crossref={c}}"
    assert faults(text) == [
        "works.bib:1: a: its crossref leads back to a",
        "works.bib:2: b: its crossref leads back to b",
        "works.bib:3: c: its crossref leads back to c",
    ]


def test_crossref_to_a_book_without_title_hands_down_the_rest():
    assert read("@inbook{c, crossref={b}}\n@book{b, year=2001}")[0]["issued"] == {"date-parts": [[2001]]}


def test_broken_entries_are_all_named_with_their_lines():
    text = "@article{a, title={x}}\n@article{b, title={open\n@article{, title={y}\n@article{d, title={z}}\n"
    assert faults(text) == [
        "works.bib:2: b: it is not BibTeX: the entry that begins here is not closed or broken",
        "works.bib:3: references: it is not BibTeX: the entry that begins here is not closed or broken",
    ]


def test_braces_nested_too_deeply_are_refused():
    assert faults("@article{k, title={" + "{" * 3000 + "}" * 3000 + "}}") == [
        "works.bib:1: k: its braces are nested too deeply"
    ]

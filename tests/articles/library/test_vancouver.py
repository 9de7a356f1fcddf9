import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.vancouver import reference

ORBACH = {
    "type": "article-journal",
    "title": "Intravenous  immunoglobulin",
    "author": [{"family": "Orbach", "given": "Hedi"}, {"family": "Katz", "given": "Uriel J."}],
    "container-title": "Clinical Reviews",
    "container-title-short": "Clin Rev",
    "issued": {"date-parts": [[2005, 12, 1]]},
    "volume": "29",
    "issue": "3",
    "page": "173-184",
    "DOI": "10.1385/criai:29:3:173",
    "PMID": "16391392",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["type", "title", "author", "editor", "issued", "accessed", "container-title", "page", "volume", "publisher"]
FIELDS += ["DOI", "URL", "edition", "number", "custom"]


def of(**fields) -> str:
    return reference({**ORBACH, **fields})


def test_reference_to_an_article_is_written_as_the_nlm_does():
    assert reference(ORBACH) == (
        "Orbach H, Katz UJ. Intravenous immunoglobulin. Clin Rev. 2005;29(3):173-84. "
        "doi: 10.1385/criai:29:3:173. PMID: 16391392."
    )


@pytest.mark.parametrize(
    ("number", "names"), [(6, "A A, B A, C A, D A, E A, F A. "), (7, "A A, B A, C A, D A, E A, F A, et al. ")]
)
def test_reference_with_more_than_six_authors_names_six(number, names):
    authors = [{"family": family, "given": "Ann"} for family in "ABCDEFG"[:number]]
    assert of(author=authors).startswith(names + "Intravenous")


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"literal": "FUTURE II Study Group"}, "FUTURE II Study Group. "),
        ({"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}, "van Beethoven L. "),
        ({"family": "King", "given": "Martin-Luther", "suffix": "Jr."}, "King ML Jr. "),
        ({"family": "Plato"}, "Plato. "),
        ({"family": ["no", "name"]}, ""),
        ("Orbach H", ""),
    ],
)
def test_reference_by_one_author_writes_the_name(person, name):
    assert of(author=[person]).startswith(name + "Intravenous")


@pytest.mark.parametrize(
    ("pages", "written"),
    [
        ("173-184", "173-84"),
        ("173\u2013184", "173-84"),
        ("98-102", "98-102"),
        ("12-12", "12-12"),
        ("e38-e81", "e38-e81"),
        ("S1-S46", "S1-S46"),
        ("740517", "740517"),
    ],
)
def test_reference_shortens_the_last_page(pages, written):
    assert f":{written}. doi" in of(page=pages)


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ({"date-parts": [["2005", "12"]]}, "2005;29"),
        ({"date-parts": [["2005Dec"]]}, "[date unknown];29"),
        ({"date-parts": [["2005Dec"]], "raw": "2005Dec"}, "2005;29"),
        ({"literal": "Winter 1999"}, "1999;29"),
        ({"raw": "120056"}, "[date unknown];29"),
        ({"date-parts": [[True]]}, "[date unknown];29"),
        ({"date-parts": [{}]}, "[date unknown];29"),
        (2005, "[date unknown];29"),
        (None, "[date unknown];29"),
    ],
)
def test_reference_writes_the_year_alone_or_says_that_it_is_unknown(issued, written):
    assert f"Clin Rev. {written}(3)" in of(issued=issued)


def test_reference_without_numbers_ends_with_the_year():
    bare = {"title": "T?", "container-title": "DailyMed", "issued": {"date-parts": [[2022, 4]]}}
    assert (
        reference({**bare, "URL": "https://example.org/a"})
        == "T? DailyMed. 2022. Available from: https://example.org/a"
    )


def test_reference_to_a_book_names_place_and_publisher():
    book = {"type": "book", "title": "Immunology", "issued": {"date-parts": [[2001]]}, "page": "5-7"}
    assert reference({**book, "publisher": "Wiley"}) == "Immunology. Wiley; 2001. p. 5-7."
    assert reference({**book, "publisher": "W", "publisher-place": "Bonn"}) == "Immunology. Bonn: W; 2001. p. 5-7."
    assert reference(book) == "Immunology. 2001. p. 5-7."


def test_reference_to_a_chapter_names_the_book():
    chapter = {"type": "chapter", "title": "IVIG", "container-title": "Drugs", "issued": {"date-parts": [[2001]]}}
    assert reference(chapter) == "IVIG. In: Drugs. 2001."
    edited = {**chapter, "editor": [{"family": "Katz", "given": "U"}]}
    assert reference(edited) == "IVIG. In: Katz U, editor. Drugs. 2001."
    assert reference({"type": "chapter", "title": "IVIG"}) == "IVIG. [date unknown]."


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_reference_to_anything_that_is_json_is_one_line_of_text(csl):
    assert "\n" not in reference(csl)


WHO = [{"literal": "World Health Organization"}]
Y2024 = {"date-parts": [[2024, 3]]}
READ = {"date-parts": [["2024", "03", 5]]}


@pytest.mark.parametrize(
    ("csl", "written"),
    [
        (  # a guideline by an organisation
            {
                "type": "report",
                "title": "IVIG guideline",
                "author": WHO,
                "publisher": "WHO",
                "publisher-place": "Geneva",
            }
            | {"issued": Y2024, "number": "WHO/7", "URL": "https://who.int/7"},
            "World Health Organization. IVIG guideline. Geneva: WHO; 2024. Report No.: WHO/7. "
            "Available from: https://who.int/7",
        ),
        (  # a drug label
            {"type": "document", "title": "Privigen.", "author": [{"literal": "CSL Behring"}], "issued": Y2024}
            | {"custom": {"kind": "drug_label"}, "publisher": "CSL Behring LLC", "publisher-place": "Kankakee (IL)"},
            "CSL Behring. Privigen [package insert]. Kankakee (IL): CSL Behring LLC; 2024.",
        ),
        (  # a book in its third edition, with editors for authors
            {"type": "book", "title": "Immunology", "edition": "3", "publisher": "Wiley", "volume": 2}
            | {"editor": [{"family": "Katz", "given": "U"}], "issued": Y2024},
            "Katz U, editor. Immunology. 3rd ed. Wiley; 2024. Vol. 2.",
        ),
        (  # a web page that changes
            {"type": "webpage", "title": "About IVIG", "URL": "https://example.org/ivig", "accessed": READ},
            "About IVIG [Internet]. [date unknown] [cited 2024 Mar 5]. Available from: https://example.org/ivig",
        ),
        (
            {"type": "dataset", "title": "Infusions", "publisher": "Zenodo", "issued": Y2024, "DOI": "10.5281/z.1"},
            "Infusions [dataset]. Zenodo; 2024. doi: 10.5281/z.1.",
        ),
        ({}, "[date unknown]."),
        ({"type": "webpage"}, "[date unknown]."),
    ],
)
def test_reference_to_what_is_no_article_is_written_as_the_nlm_does(csl, written):
    assert reference(csl) == written


@pytest.mark.parametrize(
    ("edition", "written"),
    [
        ("1", ""),
        ("2", " 2nd ed."),
        (11, " 11th ed."),
        ("21", " 21st ed."),
        ("rev. ed.", " rev. ed."),
        ("New", " New ed."),
    ],
)
def test_reference_writes_the_edition(edition, written):
    assert reference({"title": "T", "edition": edition}) == f"T.{written} [date unknown]."


@pytest.mark.parametrize(
    ("accessed", "written"),
    [
        ({"date-parts": [[2024, 13, 1]]}, " [cited 2024]"),
        ({"date-parts": [[2024, 12, 32]]}, " [cited 2024 Dec]"),
        ({"date-parts": [["yesterday"]]}, ""),
        ({"date-parts": [[]]}, ""),
        ({"date-parts": [7]}, ""),
        ({"date-parts": 7}, ""),
        ("2024", ""),
    ],
)
def test_reference_says_when_a_page_was_read_as_far_as_it_is_known(accessed, written):
    assert reference({"title": "T", "accessed": accessed}) == f"T. [date unknown]{written}."

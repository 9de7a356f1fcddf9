import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.vancouver import reference, reference_html

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
        ({"family": "Gilstrap", "given": "Larry", "suffix": "III"}, "Gilstrap L 3rd. "),
        ({"family": "Gilstrap", "given": "Larry", "suffix": "iv, M.D."}, "Gilstrap L 4th. "),
        ({"family": "Gilstrap", "given": "Larry", "suffix": "2nd"}, "Gilstrap L 2nd. "),
        ({"family": "Gilstrap", "given": "Larry", "suffix": "Ph.D."}, "Gilstrap L. "),
        ({"literal": "Smith &amp; <i>Sons</i>"}, "Smith & Sons. "),
        ({"family": "Plato"}, "Plato. "),
        ({"family": "Anonymous"}, ""),
        ({"literal": "[Anonymous]"}, ""),
        ({"literal": "No authors listed."}, ""),
        ({"literal": "Alcoholics Anonymous"}, "Alcoholics Anonymous. "),
        ({"literal": "et al."}, ""),
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
        ("12-12", "12"),
        ("e38-e81", "e38-81"),
        ("S1-S46", "S1-46"),
        ("S93-99", "S93-9"),
        ("e100-e112", "e100-12"),
        ("S448-S448", "S448"),
        ("A9-B10", "A9-B10"),
        ("184-173", "184-173"),
        ("1183-92", "1183-92"),
        ("12-13-12-25", "12-13-12-25"),
        ("pp. 5-7", "5-7"),
        ("Article ID 4821", "4821"),
        ("art. no. e15", "e15"),
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


@pytest.mark.parametrize(
    ("short", "written"),
    [
        ("J. Am. Coll. Noth.", "J Am Coll Noth"),
        ("J.Am.Coll.Noth.", "J Am Coll Noth"),
        ("Proc. Natl. Acad. Sci. U.S.A.", "Proc Natl Acad Sci U S A"),
        ("Medicine (Baltim.)", "Medicine (Baltim)"),
        ("Noth. Res.: Off. J.", "Noth Res: Off J"),
        ("G3.2 example.org", "G3.2 example.org"),
    ],
)
def test_reference_names_a_journal_without_points(short, written):
    short_title = of(**{"container-title-short": short})
    full_title = of(**{"container-title-short": "", "container-title": short})
    assert f". {written}. 2005;29" in short_title
    assert short_title == full_title


@pytest.mark.parametrize(
    ("volume", "issue", "written"),
    [
        ("42", "Suppl. 2", "42 Suppl 2"),
        ("42", "supplement", "42 Suppl"),
        ("42", "Suppl_2", "42 Suppl 2"),
        ("42", "4_suppl_2", "42(4 Suppl 2)"),
        ("42", "4, Suppl. 1, Pt. 2", "42(4 Suppl 1 Pt 2)"),
        ("42", "no. 3", "42(3)"),
        ("Vol. 42", "Special issue", "42(Spec No)"),
        ("", "Suppl 2", "(Suppl 2)"),
        ("83 Part 2", "4", "83 Pt 2(4)"),
        ("83, pt 2", "", "83(Pt 2)"),
        ("ahead-of-print", "3", "(3)"),
    ],
)
def test_reference_writes_supplements_and_parts_as_the_nlm_does(volume, issue, written):
    assert f" 2005;{written}:173-84." in of(volume=volume, issue=issue)


def test_reference_parts_organisations_by_semicolons_and_counts_names():
    group, person = {"literal": "Agency for X, Y, and Z"}, {"family": "Roe", "given": "A"}
    book = {"type": "book", "title": "T", "editor": [group]}
    assert reference(book) == "Agency for X, Y, and Z, editor. T. [date unknown]."
    assert reference({**book, "editor": [group, person]}).startswith("Agency for X, Y, and Z; Roe A, editors. T.")
    seven = [{"family": name} for name in "ABCDEFG"]
    assert reference({**book, "editor": seven}).startswith("A, B, C, D, E, F, et al., editors. T.")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        *(("ger", ". German."), ("de-DE", ". German."), ("Norwegian", ". Norwegian."), ("nb_NO", ". Norwegian.")),
        *(("en", "."), ("eng", "."), ("English", "."), ("klingon", "."), ("", ".")),
    ],
)
def test_reference_names_a_language_that_is_not_english(language, written):
    assert of(DOI="", PMID="", language=language).endswith(f":173-84{written}")


@pytest.mark.parametrize(
    ("title", "text", "html"),
    [
        ("CO<sub>2</sub>", "CO₂", "CO<sub>2</sub>"),
        ("T<sub>max</sub> and 10<sup>9.5</sup>", "Tmax and 10(9.5)", "T<sub>max</sub> and 10<sup>9.5</sup>"),
        ("<sup>99m</sup>Tc, x<sup>-n</sup>", "(99m)Tc, x⁻ⁿ", "<sup>99m</sup>Tc, x<sup>-n</sup>"),
        ("the 1<sup>st</sup> one", "the 1st one", "the 1<sup>st</sup> one"),
        ("<jats:italic>E. coli</jats:italic>", "E. coli", "<i>E. coli</i>"),
        ('<span class="nocase">pH</span> <B>7</B>', "pH 7", "pH <b>7</b>"),
        ("a &lt;i&gt;b&lt;/i&gt; &amp;amp; c&eacute;", "a b & cé", "a <i>b</i> &amp; cé"),
        ("p < 0.05, q <0.1 and r> 2", "p < 0.05, q <0.1 and r> 2", "p &lt; 0.05, q &lt;0.1 and r&gt; 2"),
        ("<i>open <sub>2", "open ₂", "<i>open <sub>2</sub></i>"),
        ("closed</i> <i>a<b>c</i>d</b>", "closed acd", "closed <i>a<b>c</b></i>d"),
        ("AT&T; R&copyright &#0; \ufdd0x", "AT&T; R&copyright \ufffd x", "AT&amp;T; R&amp;copyright \ufffd x"),
        (
            "<script>alert(1)</script><img src=x onerror=y>",
            "<script>alert(1)</script><img src=x onerror=y>",
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;",
        ),
    ],
)
def test_reference_shows_markup_and_entities_of_a_title(title, text, html):
    csl = {"type": "webpage", "title": title, "issued": {"date-parts": [[2001]]}}
    assert reference(csl) == f"{text} [Internet]. 2001."
    assert reference_html(csl) == f"{html} [Internet]. 2001."


def test_identifiers_and_addresses_are_shown_as_they_are():
    sici = "10.1002/(SICI)1097-0258(19980815)17:15<i>1::AID>3.0.CO;2-2&lt;"
    assert reference({"title": "T", "DOI": sici}) == f"T. [date unknown]. doi: {sici}."
    url = "https://example.org/<i>?a=1&lt;=2\ufdd0"
    assert reference_html({"title": "T", "URL": url}) == (
        "T. [date unknown]. Available from: https://example.org/&lt;i&gt;?a=1&amp;lt;=2"
    )


@pytest.mark.parametrize(
    ("title", "written"),
    [("What?", "What?"), ("He said \u201cno.\u201d", "He said \u201cno.\u201d"), ("<i>In vivo!</i>", "In vivo!")],
)
def test_title_that_ends_like_a_sentence_gets_no_full_stop(title, written):
    assert reference({"title": title}) == f"{written} [date unknown]."


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
    assert "<" not in reference_html(csl)


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
            "World Health Organization. IVIG guideline. Geneva: WHO; 2024 Mar. Report No.: WHO/7. "
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
            "Katz U, editor. Immunology. 3rd ed. Vol. 2. Wiley; 2024.",
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
        ("112th edition", " 112th ed."),
        ("3. Aufl.", " 3rd ed."),
        ("Fourth edition", " 4th ed."),
        ("1st ed.", ""),
        ("First", ""),
        ("2., \u00fcberarb. Aufl.", " 2., \u00fcberarb. Aufl."),
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

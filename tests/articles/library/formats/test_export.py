"""What is written is read back with the same parts, by us and by other readers of the formats."""

import bibtexparser
import nbib
import pybtex.database
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats import registry
from articles.library.formats.names import people

ORGANISATIONS = [
    "Agency for X, Y, and Z",
    "WHO, Geneva",
    "Department of Nothing, Section B, Unit 7",
    "Hepatitis C",
    "Diabetes UK",
    "Nothing, Inc.",
    "Roe, Jane",
    "Muster A",
]
PEOPLE = [
    {"family": "Muster", "given": "Anna M."},
    {"family": "King", "given": "Martin", "suffix": "Jr."},
    {"family": "Strap", "given": "L. C.", "suffix": "III"},
    {"family": "O'Brien", "given": "K. H."},
    {"family": "Garcia Lopez", "given": "María José"},
]
FORMATS = ["bibtex", "ris", "nbib"]
WORK = {"id": "work1", "type": "article-journal", "title": "T", "container-title": "Journal of Nothing"}


def written(form: str, *items: dict) -> str:
    return "".join(registry.WRITERS[form](items))


def again(form: str, item: dict) -> dict:
    (found,) = registry.records(written(form, item).encode(), form=form)
    assert found.remarks == ()
    return found.csl


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("role", ["author", "editor"])
@pytest.mark.parametrize("name", ORGANISATIONS)
def test_organisation_comes_back_as_an_organisation(form, role, name):
    assert again(form, {**WORK, role: [{"literal": name}]})[role] == [{"literal": name}]


@pytest.mark.parametrize("form", FORMATS)
@given(name=st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["C"]), min_size=3))
def test_any_organisation_s_name_stays_whole(form, name):
    name = " ".join(f"The {name} group".split())
    assert again(form, {**WORK, "author": [{"literal": name}]})["author"] == [{"literal": name}]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("person", PEOPLE)
def test_person_comes_back_with_the_same_parts(form, person):
    assert again(form, {**WORK, "author": [person]})["author"] == [person]


def test_name_of_one_word_and_words_that_bibtex_reads_are_kept_apart():
    for person in ({"family": "Plato"}, {"family": "And", "given": "Others"}, {"family": "de Boer", "given": "R, S"}):
        assert again("bibtex", {**WORK, "author": [person]})["author"] == [person]


def test_name_without_any_letter_is_left_out():
    assert people(["\x1f", " ,"]) == ([], [])
    assert again("ris", {**WORK, "author": [{"literal": "\x1f"}, {}, 7]}) == again("ris", WORK)


@pytest.mark.parametrize(
    ("parts", "ris", "bibtex"),
    [
        ([2005], ["PY  - 2005"], ["year = {2005}"]),
        ([2005, 4], ["PY  - 2005", "DA  - 2005/04/"], ["year = {2005}", "month = apr"]),
        (
            [2005, 12, 9],
            ["PY  - 2005", "DA  - 2005/12/09"],
            ["date = {2005-12-09}", "year = {2005}", "month = dec"],
        ),
    ],
)
def test_year_stands_alone_in_the_field_that_every_reader_takes_it_from(parts, ris, bibtex):
    item = {**WORK, "issued": {"date-parts": [parts]}}
    assert [line for line in written("ris", item).splitlines() if line.startswith(("PY", "DA"))] == ris
    dates = ("  date", "  year", "  month")
    lines = [line.strip(" ,") for line in written("bibtex", item).splitlines() if line.startswith(dates)]
    assert lines == bibtex
    for form in FORMATS:
        assert again(form, item)["issued"] == item["issued"]


def test_people_of_a_book_come_back_in_their_roles():
    roles = {role: [{"family": family, "given": "A"}] for role, family in (("editor", "Roe"), ("translator", "Poe"))}
    book = {"id": "b", "type": "book", "title": "T", **roles}
    assert again("ris", book) == book
    with_series = {**book, "collection-editor": [{"family": "Doe", "given": "A"}]}
    assert again("ris", with_series) == with_series
    chapter = {**with_series, "type": "chapter"}
    assert again("ris", chapter) == chapter


@pytest.mark.parametrize(
    "more",
    [
        {"type": "bill"},
        {"type": "post-weblog"},
        {"type": "entry-dictionary"},
        {"type": "motion_picture"},
        {"type": "patent", "number": "71"},
        {"type": "report", "number": "7/2020"},
        {"type": "book", "ISBN": "9783161484100", "ISSN": "0066-4308"},
        {"type": "article-journal", "page": "S93-S99", "keyword": "salt; kidney"},
        {"type": "article-journal", "page": "e100-e112", "number": "19272"},
        {"type": "paper-conference", "container-title": "Nothing counted", "event-title": "9th Meeting"},
        {"type": "paper-conference", "container-title": "Nothing counted", "custom": {"nct": "NCT01234567"}},
        {"type": "webpage", "accessed": {"date-parts": [[2024, 3, 5]]}, "URL": "https://example.org/a"},
    ],
)
def test_ris_has_a_place_for_what_it_read(more):
    item = {"id": "a", "title": "T", **more}
    assert again("ris", item) == item


@pytest.mark.parametrize("page", ["12\u201315", "12 - 15"])
def test_ris_parts_pages_at_any_dash(page):
    assert "SP  - 12\nEP  - 15\n" in written("ris", {**WORK, "page": page})


@pytest.mark.parametrize("form", FORMATS)
def test_number_of_an_article_without_pages_is_its_place(form):
    assert again(form, {**WORK, "number": "e6"})["page"] == "e6"


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("CO<sub>2</sub> &amp; 10<sup>9</sup>/L", r"CO\textsubscript{2} \& 10\textsuperscript{9}/L"),
        ("<i>E. coli</i> <b>now</b>", r"\textit{E. coli} \textbf{now}"),
        ("p < 0.05 & 50 % of <script>", r"p < 0.05 \& 50 \% of <script>"),
        ("<i>open", r"\textit{open}"),
        ("{one} pair", r"\{one\} pair"),
        ("}no{ pair", r"$\rbrace$no$\lbrace$ pair"),
        ("one { only", r"one $\lbrace$ only"),
    ],
)
def test_bibtex_has_latex_for_markup(title, latex):
    assert f"  title = {{{latex}}}" in written("bibtex", {**WORK, "title": title})


@pytest.mark.parametrize(
    ("item", "begins"),
    [
        ({"type": "thesis"}, "@phdthesis{a,"),
        ({"type": "thesis", "genre": "Master's thesis"}, "@mastersthesis{a,"),
        ({"type": "article-newspaper"}, "@article{a,"),
        ({"id": "a#b%c"}, "@article{a-b-c-"),
        ({"id": "#"}, "@article{work2001title-"),
        ({"id": ""}, "@article{work2001title-"),
    ],
)
def test_bibtex_entry_has_a_type_and_a_key_that_readers_know(item, begins):
    work = {"id": "a", "type": "article-journal", "title": "Title", "author": [{"family": "Work"}]}
    work |= {"issued": {"date-parts": [[2001]]}}
    assert written("bibtex", {**work, **item}).startswith(begins)


def test_bibtex_names_publishers_as_each_type_does_and_keeps_numbers_of_articles():
    assert "  school = {U}" in written("bibtex", {**WORK, "type": "thesis", "publisher": "U"})
    assert "  institution = {WHO}" in written("bibtex", {**WORK, "type": "report", "publisher": "WHO"})
    assert "  eid = {e6}" in written("bibtex", {**WORK, "page": "1-9", "number": "e6"})
    assert "  pages = {1--9}" in written("bibtex", {**WORK, "page": "1\u20139"})


# --- other readers --------------------------------------------------------------------------------------------------

FULL = {
    **WORK,
    "author": [*PEOPLE, {"literal": "Agency for X, Y, and Z"}],
    "issued": {"date-parts": [[2005, 12, 9]]},
    "volume": "29",
    "issue": "3",
    "page": "173-184",
    "DOI": "10.1000/a_b",
    "PMID": "25000001",
    "ISSN": "0066-4308",
}


def test_rispy_reads_what_is_written():
    (read,) = rispy.loads(written("ris", FULL))
    assert read["authors"] == [
        *("Muster, Anna M.", "King, Martin, Jr.", "Strap, L. C., III", "O'Brien, K. H.", "Garcia Lopez, María José"),
        "Agency for X,, Y,, and Z",
    ]
    assert (read["year"], read["date"], read["start_page"], read["end_page"]) == ("2005", "2005/12/09", "173", "184")
    assert (read["volume"], read["number"], read["doi"], read["issn"]) == ("29", "3", "10.1000/a_b", "0066-4308")


def test_pybtex_reads_what_is_written():
    read = pybtex.database.parse_string(written("bibtex", FULL), "bibtex").entries["work1"]
    first, king, _, brien, lopez, agency = read.persons["author"]
    assert (first.first_names, first.middle_names, first.last_names) == (["Anna"], ["M."], ["Muster"])
    assert (king.lineage_names, king.last_names) == (["Jr."], ["King"])
    assert brien.first_names + brien.middle_names == ["K.", "H."]
    assert lopez.last_names == ["Garcia", "Lopez"]
    assert agency.last_names == ["{Agency for X, Y, and Z}"]
    assert (read.fields["year"], read.fields["month"], read.fields["pages"]) == ("2005", "December", "173--184")
    assert (read.fields["doi"], read.fields["volume"], read.fields["number"]) == ("10.1000/a_b", "29", "3")


def test_bibtexparser_reads_what_is_written():
    library = bibtexparser.parse_string(written("bibtex", FULL, {**FULL, "id": "work2"}))
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == ["work1", "work2"]
    assert library.entries[0]["author"].split(" and ")[-1:] == ["Z}"]
    assert (library.entries[0]["year"], library.entries[0]["month"]) == ("2005", "dec")


def test_nbib_reads_what_is_written():
    (read,) = nbib.read(written("nbib", FULL))
    assert read["authors"][0] == {"author": "Muster, Anna M.", "first_name": "Anna M.", "last_name": "Muster"}
    assert read["authors"][1] == {"author": "King, Martin Jr.", "first_name": "Martin Jr.", "last_name": "King"}
    assert read["corporate_author"] == "Agency for X, Y, and Z"
    assert (read["publication_date"], read["doi"], read["pubmed_id"]) == ("2005 Dec 9", "10.1000/a_b", 25000001)
    assert (read["pages"], read["linking_issn"]) == ("173-184", "0066-4308")


RANGES = [
    ({"date-parts": [[2019], [2020]]}, "DA  - 2019///to 2020", "DP  - 2019-2020", "date = {2019/2020}"),
    (
        {"date-parts": [[2019, 12], [2020, 1]]},
        "DA  - 2019/12//to 2020-01",
        "DP  - 2019 Dec-2020 Jan",
        "date = {2019-12/2020-01}",
    ),
    (
        {"date-parts": [[2019, 6, 1], [2019, 6, 5]]},
        "DA  - 2019/06/01/to 2019-06-05",
        "DP  - 2019 Jun 1-2019 Jun 5",
        "date = {2019-06-01/2019-06-05}",
    ),
    ({"date-parts": [[2019]], "season": 3}, "DA  - 2019///Autumn", "DP  - 2019 Autumn", "date = {2019-23}"),
]


@pytest.mark.parametrize(("issued", "ris", "nbib", "bibtex"), RANGES)
def test_end_of_a_range_and_season_come_back(issued, ris, nbib, bibtex):
    item = {**WORK, "issued": issued}
    for form, line in (("ris", ris), ("nbib", nbib), ("bibtex", bibtex)):
        assert line in written(form, item)
        assert again(form, item)["issued"] == issued


def test_season_beside_a_month_is_left_out():
    assert "DA  - 2019/06/\n" in written("ris", {**WORK, "issued": {"date-parts": [[2019, 6]], "season": "2"}})


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("CO<sub>2</sub> &amp; 10<sup>9</sup>/L", "CO₂ & 10⁹/L"),
        ("<i>E. coli</i> <b>now</b>", "E. coli now"),
        ("T<sub>max</sub> and 10<sup>9.5</sup>", "Tmax and 10(9.5)"),
        ("p < 0.05 in <script>", "p < 0.05 in <script>"),
    ],
)
@pytest.mark.parametrize("form", ["ris", "nbib"])
def test_formats_without_markup_get_unicode_or_plain_letters(form, marked, plain):
    item = {**WORK, "title": marked, "abstract": marked, "URL": "https://example.org/?a=1&amp;b=2"}
    text = written(form, item)
    assert text.count(plain) == 2
    assert "<sub>" not in text
    assert ("URL" not in again(form, item)) or again(form, item)["URL"] == item["URL"]

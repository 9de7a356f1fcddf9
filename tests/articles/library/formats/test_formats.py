"""Works in and out: each format reads what it writes, and bad files name their bad records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats import bibtex_authors, registry
from articles.library.formats.citation_keys import is_citable, key_of
from articles.library.formats.csv_export import csv_lines
from articles.library.formats.records import MAX_RECORD
from articles.models.reference_imports import ImportFormat
from tests.support import works

WORD = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Z", "C"]), min_size=1, max_size=8
)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
NAME = st.text(st.characters(min_codepoint=97, max_codepoint=0x17F, categories=["Ll"]), min_size=1, max_size=8)
PERSON = st.fixed_dictionaries({"family": NAME.map(str.title), "given": NAME.map(str.title)})
GROUP = st.fixed_dictionaries({"literal": NAME.map(lambda name: f"The {name} Group")})
DATE = st.tuples(st.integers(1500, 2099), st.integers(1, 12), st.integers(1, 28))
PARTS = st.builds(lambda parts, length: {"date-parts": [list(parts[:length])]}, DATE, st.integers(1, 3))
COMMON = {
    "author": st.lists(PERSON | GROUP, min_size=1, max_size=8),
    "issued": PARTS,
    "volume": NAME,
    "issue": NAME,
    "page": st.tuples(st.integers(100, 199), st.integers(200, 299)).map("{0[0]}-{0[1]}".format),
    "container-title": TEXT,
    "container-title-short": TEXT,
    "publisher": TEXT,
    "language": NAME,
    "DOI": NAME.map("10.1000/{}".format),
    "PMID": st.integers(1, 10**8).map(str),
    "custom": st.just({"nct": "NCT01234567"}),
}
ITEM = st.fixed_dictionaries(
    {"id": st.from_regex(r"[a-z]{1,8}[0-9]{4}", fullmatch=True), "title": TEXT}, optional=COMMON
)


def read(form, content):
    return list(registry.records(content if isinstance(content, bytes) else content.encode(), form=form))


def faults(form, content):
    return [(found.line, found.label, found.fault) for found in read(form, content) if found.fault]


@pytest.mark.parametrize("form", [ImportFormat.BIBTEX, ImportFormat.RIS, ImportFormat.NBIB])
@given(item=ITEM)
def test_what_a_format_can_carry_comes_back_as_it_went(form, item):
    item = {**item, "type": "article-journal"}
    (found,) = read(form, "".join(registry.WRITERS[form]([item])))
    assert {"id": item["id"], **found.csl} == item


@given(items=st.lists(ITEM | st.dictionaries(st.from_regex(r"x-[a-z]{1,5}", fullmatch=True), TEXT), max_size=3))
def test_csl_json_comes_back_exactly(items):
    items = [{"id": str(number), **item, "type": "book", "title": "T"} for number, item in enumerate(items)]
    assert [
        found.csl for found in read(ImportFormat.CSL_JSON, "".join(registry.WRITERS[ImportFormat.CSL_JSON](items)))
    ] == items


@pytest.mark.parametrize("form", ImportFormat.values)
@given(content=st.text() | st.binary() | st.from_regex(r"([\[\]{}\",:@a=#\n]|TY  - |ER  - |PMID- |SO  - )*"))
def test_reading_anything_raises_nothing(form, content):
    for found in read(form, content):
        assert found.fault or found.csl["title"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("book", {"ISBN": "9783161484100", "edition": "2", "publisher-place": "Bonn", "collection-title": "S"}),
        ("chapter", {"editor": [{"family": "Katz", "given": "U"}], "container-title": "B", "abstract": "A"}),
    ],
)
@pytest.mark.parametrize("form", [ImportFormat.BIBTEX, ImportFormat.RIS, ImportFormat.NBIB])
def test_books_and_chapters_come_back_as_they_went(form, kind, more):
    item = {"id": "a", "type": kind, "title": "T", "issued": {"date-parts": [[2001]]}, **more}
    (found,) = read(form, "".join(registry.WRITERS[form]([item])))
    assert {"id": "a", **found.csl} == item


@pytest.mark.parametrize("form", [ImportFormat.BIBTEX, ImportFormat.RIS, ImportFormat.NBIB])
def test_what_is_no_text_and_no_name_is_left_out(form):
    odd = {"id": "a", "type": "report", "title": "T", "number": "7", "page": True, "issued": {"literal": "in press"}}
    odd |= {"author": [7, {}, {"given": "Plato"}], "editor": "E", "custom": 7, "accessed": {"date-parts": [[2024, 3]]}}
    (found,) = read(form, "".join(registry.WRITERS[form]([odd])))
    assert (found.csl["title"], found.csl["issued"]) == ("T", {"literal": "in press"})
    assert [name.get("literal") for name in found.csl.get("author", [])] in ([], ["Plato"])


def test_dates_that_cannot_be_read_are_left_out_or_kept_in_words():
    for date in ({"date-parts": [[2024, 13]]}, {"date-parts": [["2024"]]}):
        item = {"id": "a", "type": "thesis", "title": "T", "issued": date, "accessed": 7}
        assert read("ris", "".join(registry.WRITERS["ris"]([item])))[0].csl["issued"] == {"date-parts": [[2024]]}
    assert read("ris", "TY  - GEN\nTI  - T\nPY  - 0000\nER  - \n")[0].csl["issued"] == {"literal": "0000"}
    day = read("ris", "TY  - GEN\nTI  - T\nDA  - 2011/02/03\nER  - \n")[0].csl["issued"]
    assert day == {"date-parts": [[2011, 2, 3]]}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("7", (1, "The file is not a list of CSL-JSON items.")),
        (
            '{"id": 1, "type": "book", "title": "T"} x',
            (1, "Something follows the item. Put several items in a list: […]."),
        ),
        ('[{"id": 1, "type": "book", "title": "T"}] x', (1, "Something follows the list.")),
        ("[\n7]", (2, "It is not a CSL-JSON item.")),
        ('[{"id": []}]', (1, "Its id is not text.")),
        ('[{"id": "a", "title": "T"}]', (1, "It has no type.")),
        ('[{"id": "a", "type": 7, "title": "T"}]', (1, "Its type is not text.")),
        ('[{"id": "a", "type": "book", "title": "T", "author": "A"}]', (1, "Its author is not a list of names.")),
        ('[{"id": "a", "type": "book", "title": "T", "issued": 2005}]', (1, "Its issued is not a date.")),
        ('[{"id": "a", "type": "book", "title": "T", "volume": {}}]', (1, "Its volume is not text.")),
        ('[{"id": "a", "type": "book", "title": "a\\u0000b"}]', (1, "It holds a NUL character.")),
        (
            '[{"id": "a", "type": "book", "title": "T", "x": NaN}]',
            (1, "It holds too large a number, or a value that JSON has no form for."),
        ),
        (
            '[{"id": "a", "type": "book", "title": "T", "x": ' + "[" * 40 + "]" * 40 + "}]",
            (1, "It is nested deeper than 32 levels."),
        ),
        ("[" + "[" * 9000, (1, "It is nested too deeply.")),
        ("[\n  {},\n  {\n", (3, "It is not JSON: Expecting property name enclosed in double quotes in line 4.")),
        ('[{"id": "a", "type": "book", "title": "T"}', (1, "The list is not JSON after this record.")),
        ('[{"id": "a", "type": "book", "title": "T"} {}]', (1, "The list is not JSON after this record.")),
        ('[{"id": "a", "type": "book", "title": "T"},]', (1, "The list is not JSON after this record.")),
        ('["' + "x" * MAX_RECORD, (1, "It is not JSON, or has more than 262,144 characters.")),
    ],
)
def test_csl_json_that_does_not_do_is_named_by_line(content, found):
    assert [(line, fault) for line, _, fault in faults("csl-json", content)][-1] == found


def test_csl_json_with_one_item_and_no_list_is_read():
    assert read("csl-json", '\ufeff {"id": 1, "type": "book", "title": "T"}\n')[0].csl["id"] == "1"
    assert read("csl-json", " ")[0].fault


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("TY  - JOUR\nID  - a\nTI  - T\nTY  - JOUR\nTI  - U\nER  - \n", (1, "a", "It has no ER at its end.")),
        ("TI  - T\nPY  - 2001", (1, "T", "It has no ER at its end.")),
        ("TY  - JOUR\nPY  - 2001\n", (1, "", "It has no ER at its end.")),
        ("C1  - 7\nER  - \n", (1, "", "It has no title.")),
        ("\nTY  - JOUR\nTI  - T\n more", (2, "T more", "It has no ER at its end.")),
        ("TY  - JOUR\nAB  - " + "x" * MAX_RECORD + "\nmore\nER  - \n", (1, "", "It is too large.")),
        ("TY  - JOUR\nTI  - a\0b\nER  - \n", (1, "a\0b", "It holds a NUL character.")),
    ],
)
def test_ris_that_does_not_do_is_named_by_line(content, found):
    assert faults("ris", content)[0] == found


def test_ris_reads_what_other_programs_write():
    text = "TY  - EJOUR\r\nT1  - T\r\nJA  - J\r\nC1  - kind:guideline\r\nC2  - PMC7\r\nC3  - NCT01234567\r\n"
    text += "SN  - 1234-5678\r\n"
    text += "AN  - 77\r\nDP  - PubMed\r\nA1  - King, Martin, Jr.\r\nED  - Katz, U\r\nER  -\r\nstray\r\n"
    assert read("ris", text)[0].csl == {
        "type": "article-journal",
        "title": "T",
        "container-title-short": "J",
        "PMCID": "PMC7",
        "PMID": "77",
        "ISSN": "1234-5678",
        "custom": {"kind": "guideline", "nct": "NCT01234567"},
        "author": [{"family": "King", "given": "Martin", "suffix": "Jr."}],
        "editor": [{"family": "Katz", "given": "U"}],
    }
    assert read("ris", "TY  - RPRT\nTI  - T\nIS  - 7\nER  - ")[0].csl == {"type": "report", "title": "T", "number": "7"}


NBIB = """PMID- 16391392
TI  - Intravenous
      immunoglobulin.
PG  - 173-84
LID - S1 [pii]
AID - 10.1385/criai [doi]
FAU - Orbach, Hedi
AUID- ORCID: 0000-0002-1825-0097
AUID- ISNI: 0000000121032683
CN  - WHO, Geneva
PT  - Journal Article
PT  - Practice Guideline
SI  - ClinicalTrials.gov/NCT01234567
SI  - GENBANK/X
DP  - 2005 Dec 9
IS  - 1080-0549 (Print)
SO  - x
"""


def test_nbib_reads_what_pubmed_writes():
    assert read("nbib", NBIB)[0].csl == {
        "type": "article-journal",
        "PMID": "16391392",
        "title": "Intravenous immunoglobulin.",
        "page": "173-184",
        "DOI": "10.1385/criai",
        "ISSN": "1080-0549",
        "issued": {"date-parts": [[2005, 12, 9]]},
        "author": [
            {"family": "Orbach", "given": "Hedi", "ORCID": "https://orcid.org/0000-0002-1825-0097"},
            {"literal": "WHO, Geneva"},
        ],
        "custom": {"publication-types": ["Journal Article", "Practice Guideline"], "nct": "NCT01234567"},
    }
    short = read("nbib", "stray\nTI  - T\nAU  - Orbach H\nDP  - 2005 Win\nSO  - x")[0].csl
    assert (short["author"], short["issued"]) == (
        [{"family": "Orbach", "given": "H"}],
        {"date-parts": [[2005]], "season": 4},
    )


def test_nbib_writes_the_orcid_ids_that_it_reads():
    item = read("nbib", NBIB)[0].csl
    again = read("nbib", "".join(registry.WRITERS["nbib"]([item])))[0].csl
    assert again["author"] == item["author"]


def test_nbib_record_that_was_cut_off_or_is_too_large_is_named_by_line():
    cut = NBIB[: NBIB.index("SO  -")] + NBIB.replace("16391392", "7")
    assert faults("nbib", cut) == [(1, "16391392", "It ends before its last field, SO: it was cut off.")]
    assert faults("nbib", "AB  - " + "x" * MAX_RECORD + "\nSO  - x") == [(1, "", "It is too large.")]
    kept = {
        "id": "a",
        "type": "article-journal",
        "title": "T",
        "custom": {"publication-types": ["Journal Article", "X"]},
    }
    assert read("nbib", "".join(registry.WRITERS["nbib"]([kept])))[0].csl["custom"] == kept["custom"]


def test_bibtex_joins_abbreviations_and_no_bomb_of_them_goes_off():
    text = '@string{a = "The"}\n@string{b = a # " Lancet"}\n@article{k, title={T}, journal = b # {!}}'
    assert read("bibtex", text)[0].csl["container-title"] == "The Lancet!"
    bomb = '@string{a0 = "' + "x" * 100 + '"}\n'
    bomb += "".join(f"@string{{a{n} = a{n - 1} # a{n - 1} # a{n - 1} # a{n - 1}}}\n" for n in range(1, 40))
    assert faults("bibtex", bomb + "@article{k, title = a39 # a39}")[0][2] == "Its abbreviation a3 is too long."


def test_bibtex_in_which_each_entry_leads_on_to_the_next_is_cut_short():
    text = "".join(f"@book{{b{n}, title={{T}}, crossref={{b{n + 1}}}}}\n" for n in range(12)) + "@book{b12, title={T}}"
    assert "more than 10 entries" in faults("bibtex", text)[0][2]
    assert len(faults("bibtex", text)) == 2


def test_bibtex_writes_particles_and_braces_that_it_reads():
    people = [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"family": "King", "given": "M", "suffix": "Jr."},
    ]
    item = {"id": "a", "type": "x", "title": "{T} -- ``q'' \\", "author": people, "URL": "https://x.org/a b"}
    item |= {"custom": {"kind": "guideline"}, "accessed": {"literal": "today"}}
    found = read("bibtex", "".join(registry.WRITERS["bibtex"]([item])))[0].csl
    assert found == {**item, "type": "webpage", "URL": "https://x.org/a%20b"}
    odd = {**item, "author": [{"family": "Boer", "given": "R", "non-dropping-particle": "De"}]}
    assert "De Boer, R" in "".join(registry.WRITERS["bibtex"]([odd]))
    assert bibtex_authors._is_one_group("{a}{b}") is False


def test_file_with_more_records_than_are_taken_says_where_it_stops(monkeypatch):
    monkeypatch.setattr(registry, "MAX_RECORDS", 2)
    *_, last = read("ris", works.file("ris", 3))
    assert last.fault == "A file has at most 2 records; from here on none was read."


@pytest.mark.parametrize(
    ("csl", "key"),
    [
        ({"id": "smith2020"}, "smith2020"),
        ({"id": "Smith & Müller 2020:"}, "Smith-Muller-2020"),
        ({"id": "日本", "PMID": 77}, "pmid77"),
        (
            {"author": [{"family": "de la Müller"}], "title": "On IVIG trials", "issued": {"date-parts": [[2005]]}},
            "delamuller2005ivig",
        ),
        ({"author": "x", "title": "Trial"}, "trial"),
        ({"author": [7], "title": "Trial"}, "trial"),
    ],
)
def test_key_is_the_file_s_own_or_made_from_the_record(csl, key):
    assert key_of(csl) == key
    assert is_citable(key)


def test_key_of_a_record_that_says_nothing_is_made_from_all_of_it():
    assert key_of({"title": "日本"}).startswith("work-")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_that_would_be_a_formula_is_text(begins):
    (line,) = csv_lines([[f"{begins}1+1", None, 7]])
    assert line.lstrip('"').startswith(f"'{begins}1+1")

"""The fields, names and dates of BibTeX and biblatex as CSL-JSON."""

import pytest

from articles.library.formats.bibtex import read


def found(fields, kind="article"):
    (record,) = read(f"@{kind}{{k, title={{T}}, {fields}}}")
    return record


def csl(fields, kind="article"):
    item = found(fields, kind).csl
    return {name: value for name, value in item.items() if name not in ("id", "type", "title")}


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "literal"),
    [
        ("Muster, Anna, Jr., PhD, and others", "Muster, Anna, Jr., PhD"),
        ("Roe, Jane,", "Roe, Jane"),
        ("a, b, c, d", "a, b, c, d"),
        ("Smith J, Doe A, Roe B, Poe C", "Smith J, Doe A, Roe B, Poe C"),
    ],
)
def test_name_that_cannot_be_taken_apart_is_kept_as_written_and_said(names, literal):
    record = found(f"author={{{names} and {{World Organisation of Nothing, Section B}} and Roe, R}}")
    assert record.csl["author"] == [
        {"literal": literal},
        {"literal": "World Organisation of Nothing, Section B"},
        {"family": "Roe", "given": "R"},
    ]
    (remark,) = record.remarks
    assert remark.startswith(f"The name “{literal}")
    assert remark.endswith("” was kept as it is written.")


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (
            "family=Berg, given=Jan, prefix=van der",
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
        ),
        (
            "prefix=de, useprefix=false, family=Boer, given=Rudolf, given-i=R, suffix=Jr",
            {"family": "Boer", "given": "Rudolf", "dropping-particle": "de", "suffix": "Jr"},
        ),
        ('family="Smith, Jones", given={\\\'E}va', {"family": "Smith, Jones", "given": "Éva"}),
        ("family=Muster, useprefix=false", {"family": "Muster"}),
        ("given=Anna", {"family": "given=Anna"}),
        ("family=Muster, odd", {"family": "family=Muster", "given": "odd"}),
        ("Muster, {\\'E}va and others", {"family": "Muster", "given": "Éva"}),
        ("Muster, A and et al.", {"family": "Muster", "given": "A"}),
        ("Muster, A and Others, and", {"family": "Muster", "given": "A"}),
        ('{M{\\"u}ster GmbH}', {"literal": "Müster GmbH"}),
    ],
)
def test_name_is_taken_apart(names, people):
    record = found(f"author={{{names}}}")
    assert (record.csl["author"], record.remarks) == ([people], ())


def test_name_with_a_single_brace_is_kept_as_written_and_said():
    (record,) = read('@misc{k, title={T}, author="Mu}ster, Anna"}')
    assert record.csl["author"] == [{"literal": "Muster, Anna"}]
    assert record.remarks == ("The name “Muster, Anna” was kept as it is written.",)


def test_names_that_semicolons_part_are_several():
    assert csl("author={Roe, Jane; Doe, John and Poe, E}")["author"] == [
        {"family": "Roe", "given": "Jane"},
        {"family": "Doe", "given": "John"},
        {"family": "Poe", "given": "E"},
    ]


@pytest.mark.parametrize("names", ["{}", "others", "and", "~", "{} and {\\relax}"])
def test_empty_names_are_none(names):
    assert all(any(person.values()) for person in csl(f"author={{{names}}}").get("author", []))


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ('year=2022, month = "8"', {"date-parts": [[2022, 8]]}),
        ("year=2022, month = {11~aug}", {"date-parts": [[2022, 8, 11]]}),
        ('year=2022, month = aug # "~11"', {"date-parts": [[2022, 8, 11]]}),
        ("year=2022, month = 08, day = 11", {"date-parts": [[2022, 8, 11]]}),
        ("year=2022, month = jul # {/} # aug", {"date-parts": [[2022, 7], [2022, 8]]}),
        ("year={2022 Aug}", {"date-parts": [[2022, 8]]}),
        ("year={2020/2021}", {"date-parts": [[2020], [2021]]}),
        ("year={1999--2000}", {"date-parts": [[1999], [2000]]}),
        ("date={2020-08-11/2020-08-13}", {"date-parts": [[2020, 8, 11], [2020, 8, 13]]}),
        ("date={2020/..}", {"date-parts": [[2020]]}),
        ("date={2020-21}", {"date-parts": [[2020]], "season": 1}),
        ("date={2020-24}", {"date-parts": [[2020]], "season": 4}),
        ("date={2020}, month={8}", {"date-parts": [[2020, 8]]}),
        ("date={forthcoming}, year={2024}", {"date-parts": [[2024]]}),
        ("year={c2001}", {"date-parts": [[2001]]}),
        ("month={aug}", None),
        ("day={11}, year=2001", {"date-parts": [[2001]]}),
    ],
)
def test_date_is_what_all_its_fields_say(fields, issued):
    assert csl(fields).get("issued") == issued


def test_date_without_a_year_is_kept_in_words_and_said():
    record = found("year={in press}, urldate={2001-02-03}")
    assert record.csl["issued"] == {"literal": "in press"}
    assert record.csl["accessed"] == {"date-parts": [[2001, 2, 3]]}
    assert record.remarks == ("The date “in press” has no year that can be read.",)


# --- fields ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "item"),
    [
        ("article", "number=1, issue={Spring}", {"issue": "1"}),
        ("article", "issue={Spring}", {"issue": "Spring"}),
        ("article", "number=2, issue=2", {"issue": "2"}),
        ("book", "series={S}, number=3", {"collection-title": "S", "collection-number": "3"}),
        ("inproceedings", "series={S}, number=3", {"collection-title": "S", "collection-number": "3"}),
        ("inproceedings", "number=3", {"issue": "3"}),
        ("manual", "number=3", {"number": "3"}),
        ("article", "eid={e1}", {"page": "e1"}),
        ("article", "pages={1--9}, article-number={77}", {"page": "1-9", "number": "77"}),
        ("article", "pages={77}, art_number={77}", {"page": "77"}),
        ("article", "pages={e100–12}", {"page": "e100-e112"}),
        ("article", "eprint={123}, eprinttype={pubmed}", {"PMID": "123"}),
        ("article", "eprint={PMC12}, archiveprefix={PMC}", {"PMCID": "PMC12"}),
        ("article", "eprint={10.1/x}, eprinttype={doi}, doi={10.1/y}", {"DOI": "10.1/y"}),
        ("article", "eprint={x1}, eprinttype={jstor}", {"archive": "jstor", "archive_location": "x1"}),
        ("article", "pubmed_id={7}, pmid={8}", {"PMID": "8"}),
        ("article", "doi={https://doi.org/10.1/a{\\_}b}", {"DOI": "10.1/a_b"}),
        ("article", "note={PMID: 123; PMCID: PMC45, read}", {"PMID": "123", "PMCID": "PMC45", "note": "read"}),
        ("article", "note={PMID: 123}, pmid={9}", {"PMID": "9"}),
        ("article", "issn={0140-6736 (Print) 1474-547X}", {"ISSN": "0140-6736, 1474-547X"}),
        ("book", "isbn={978-3-16-148410-0, 0140-6736}", {"ISSN": "0140-6736", "ISBN": "978-3-16-148410-0"}),
        ("misc", "howpublished={\\url{https://a.org/x_y}}", {"URL": "https://a.org/x_y"}),
        ("misc", "howpublished={Poster}", {"publisher": "Poster"}),
        ("misc", "howpublished={Poster}, publisher={P}", {"publisher": "P"}),
        ("article", "journaltitle={J}, journalsubtitle={S}", {"container-title": "J: S"}),
        ("article", "journal-iso={J.}, eissn={0140-6736}", {"container-title-short": "J.", "ISSN": "0140-6736"}),
        ("book", "booktitle={T}", {}),
        ("incollection", "booktitle={What?}, booksubtitle={That}", {"container-title": "What? That"}),
        ("thesis", "type={Diploma}", {"genre": "Diploma"}),
        ("mastersthesis", "x=1", {"genre": "Master's thesis"}),
        ("techreport", "type={techreport}", {"genre": "Technical report"}),
        ("article", "type={Review}", {}),
        ("article", "keywords={b, a; b, kind:review}", {"keyword": "b; a", "custom": {"kind": "review"}}),
        ("article", "nct={NCT01234567}", {"custom": {"nct": "NCT01234567"}}),
        ("online", "titleaddon={Site}, organization={O}", {"container-title": "Site", "publisher": "O"}),
        ("article", "subtitle={S}", {}),
    ],
)  # fmt: skip
def test_field_has_its_place(kind, fields, item):
    assert csl(fields, kind) == item


@pytest.mark.parametrize(
    ("kind", "fields", "type_"),
    [
        ("suppbook", "", "chapter"),
        ("inreference", "", "entry-encyclopedia"),
        ("mvcollection", "", "book"),
        ("jurisdiction", "", "legal_case"),
        ("article", "entrysubtype={Newspaper}", "article-newspaper"),
        ("article", "entrysubtype={odd}", "article-journal"),
        ("misc", "url={https://a.org}, urldate={2020-01-01}", "webpage"),
        ("misc", "url={https://a.org}, urldate={2020-01-01}, doi={10.1/x}", "document"),
        ("misc", "url={https://a.org}", "document"),
        ("misc", "publisher={medRxiv}", "article"),
        ("unpublished", "eprint={1}", "article"),
        ("article", "journal={bioRxiv}", "article"),
        ("article", "journal={J}, eprint={1}", "article-journal"),
        ("book", "publisher={SSRN}", "book"),
    ],
)
def test_type_follows_from_entry_and_fields(kind, fields, type_):
    assert found(fields, kind).csl["type"] == type_


LATEX = "LaTeX commands that are not known were left out, and the text in them kept: \\baz, \\foo."


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ("publisher={P}, institution={I}", "The field institution, “I”, was left out: another one has its place."),
        ("journal={A}, booktitle={B}", "The field booktitle, “B”, was left out: another one has its place."),
        ("location={A}, address={B}", "The field address, “B”, was left out: another one has its place."),
        ("number=1, issue={Spring}", "The field issue, “Spring”, was left out: another one has its place."),
        ("editora={Roe, J}", "The field editora, “Roe, J”, was left out: CSL-JSON has no place for it."),
        ("url={https://a.org https://b.org}", "The address https://b.org was left out: a work has one."),
        ("note={\\foo{x}}, series={\\baz}", LATEX),
        ("issn={12345}", "“12345” is neither an ISSN nor an ISBN, and was left out."),
        ("date={2005}, year={1999}", "The year 2005 was taken, and not that of “1999”."),
    ],
)  # fmt: skip
def test_what_is_left_out_is_said(fields, remark):
    assert found(fields).remarks == (remark,)


@pytest.mark.parametrize(("field", "variable"), [("issn", "ISSN"), ("isbn", "ISBN")])
def test_number_that_cannot_be_read_is_kept_as_written(field, variable):
    assert csl(f"{field}={{12345}}")["custom"] == {"told": {variable: "12345"}}


def test_title_and_subtitle_are_one_and_a_book_title_stands_in_for_a_title():
    (whole,) = read("@book{k, title={T}, subtitle={S}}")
    (proceedings,) = read("@proceedings{k, booktitle={P}}")
    (article,) = read("@article{k, journal={J}}")
    assert (whole.csl["title"], proceedings.csl["title"], article.csl.get("title")) == ("T: S", "P", None)


def test_macros_of_real_files_keep_their_words():
    record = found(
        r"note={See \href{https://example.org/a}{the correction}}, abstract={p \textless 0.05, CO$_2$ and 10$^{9}$/L}"
    )
    assert (record.csl["note"], record.csl["abstract"]) == ("See the correction", "p < 0.05, CO₂ and 10⁹/L")
    assert record.remarks == ()


def remark_of(name):
    return f"The name “{name}” has no comma, and was read as that of an organisation."


@pytest.mark.parametrize(
    "name",
    [
        "World Health Organization",
        "Centers for Disease Control and Prevention",
        "National Institute for Health and Care Excellence",
        "Department of Health and Human Services",
        "Food and Agriculture Organization",
        "Food and Drug Administration",
        "U.S. Food and Drug Administration",
        "US Food and Drug Administration",
        "The Food and Drug Administration",
        "UK Health and Safety Executive",
        "United States Food and Drug Administration",
        "Health and Safety Executive",
        "Medicines and Healthcare Products Regulatory Agency",
        "Science and Technology Council",
        "Safety and Health Directorate",
        "Research and Development Department",
        "Drug and Therapeutics Agency",
        "Alcohol and Gambling Authority",
        "Food and Veterinary Office",
        "Food and Agriculture Organization of the United Nations",
        "The Cochrane Collaboration",
        'Institut f{\\"u}r Qualit{\\"a}t im Gesundheitswesen',
        "Ministry of Health",
    ],
)
def test_organisation_without_braces_is_told_by_its_words_and_said(name):
    record = found(f"author={{{name} and Roe, Jane}}")
    literal = name.replace('{\\"u}', "ü").replace('{\\"a}', "ä")
    assert record.csl["author"] == [{"literal": literal}, {"family": "Roe", "given": "Jane"}]
    assert record.remarks == (remark_of(literal),)


def test_and_between_two_organisations_parts_them():
    societies = ("European Society of Cardiology", "American Heart Association")
    record = found(f"author={{{' and '.join(societies)} and Ministry of Health and Roe, J.}}")
    assert [one["literal"] for one in record.csl["author"][:3]] == [*societies, "Ministry of Health"]
    assert len(record.csl["author"]) == 4


@pytest.mark.parametrize(
    "names",
    [
        ("Plato", "World Health Organization"),
        ("Aristotle", "European Commission"),
        ("UK Biobank", "World Health Organization"),
        ("Jane Food", "Drug Administration"),
        ("Galen", "International Agency for Research on Cancer"),
        ("Novartis", "United Nations Office for Safety"),
        ("Bayer", "Pfizer Inc"),
        ("UNICEF", "Food Standards Agency"),
        ("Cochrane", "National Institute for Health"),
        ("Hippocrates", "Board"),
        ("Roe, Jane", "Agriculture Organization"),
        ("Jane Roe", "Agriculture Organization"),
        ("Food", "Roe, Jane"),
    ],
)
def test_and_between_a_single_word_and_another_name_parts_them(names):
    assert len(found(f"author={{{' and '.join(names)}}}").csl["author"]) == 2


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Philip Board", {"family": "Board", "given": "Philip"}),
        ("Philip G. Board", {"family": "Board", "given": "Philip G."}),
        ("Group, Anna", {"family": "Group", "given": "Anna"}),
        ("Plato", {"family": "Plato"}),
    ],
)
def test_person_whose_name_has_such_a_word_stays_a_person(name, person):
    record = found(f"author={{{name}}}")
    assert (record.csl["author"], record.remarks) == ([person], ())

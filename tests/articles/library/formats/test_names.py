"""Names of people and organisations, as databases write them in one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats.names import people


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("Wiggins, SM", "Wiggins", "SM"),
        ("O'Brien, KH", "O'Brien", "KH"),
        ("Roe, MD", "Roe", "MD"),
        ("van der Berg, J. H.", "van der Berg", "J. H."),
        ("王, 小明", "王", "小明"),
        ("Petrov, IV", "Petrov", "IV"),
        ("Roe, Jane,", "Roe", "Jane"),
        ("  Roe ,  Jane  ", "Roe", "Jane"),
        # without a comma
        ("O'Brien KH", "O'Brien", "KH"),
        ("van der Berg JH", "van der Berg", "JH"),
        ("Roe-Poe J.-B.", "Roe-Poe", "J.-B."),
        ("Garcia Lopez MJ", "Garcia Lopez", "MJ"),
        ("Orbach H", "Orbach", "H"),
    ],
)
def test_name_of_a_person_is_taken_apart(written, family, given):
    assert people([written]) == ([{"family": family, "given": given}], [])


@pytest.mark.parametrize(
    "written",
    [
        *(
            "King, Martin L, Jr.",
            "King, Jr., Martin L",
            "King, Martin L Jr.",
            "King, Martin L, III",
            "King, Martin L III",
        ),
        *("King, Martin L, 3rd", "King, Martin L 3rd"),
    ],
)
def test_suffix_is_recognised_wherever_it_stands(written):
    ((person,), remarks) = people([written])
    assert (person["family"], person["given"], person["suffix"] in written, remarks) == ("King", "Martin L", True, [])


def test_suffix_behind_initials_is_recognised():
    assert people(["King ML Jr"]) == ([{"family": "King", "given": "ML", "suffix": "Jr"}], [])


@pytest.mark.parametrize(
    ("written", "particle"),
    [("Berg, Jan van der", "van der"), ("Souza, Maria de", "de"), ("Beethoven, Ludwig van", "van")],
)
def test_particle_behind_given_names_is_no_given_name(written, particle):
    ((person,), _) = people([written])
    assert (person["dropping-particle"], len(person["given"].split())) == (particle, 1)


@pytest.mark.parametrize("written", ["Working Group A", "Study Group AB", "Cochrane Network JH"])
def test_words_of_an_organisation_count_more_than_what_looks_like_initials(written):
    said = f"The name “{written}” has no comma, and was read as that of an organisation."
    assert people([written]) == ([{"literal": written}], [said])


def test_family_name_that_organisations_have_too_stays_that_of_a_person():
    assert people(["Board PG", "Group B."])[0] == [
        {"family": "Board", "given": "PG"},
        {"family": "Group", "given": "B."},
    ]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "Agency for X, Y, and Z",
            "Department of Health, UK",
            "Royal College of Nothing, London",
            "A, B & C",
            "A, & C",
        ),
        *("World Health Organization", "FUTURE II Study Group", "FUTURE II", "Oxfam UK", "Unit AB CD EF G", "Plato"),
        *("The group A", "王小明", "王 小明", "Ada Lovelace", "OECD A"),
    ],
)
def test_organisation_or_name_that_cannot_be_taken_apart_is_kept_whole(written):
    assert people([written]) == ([{"literal": written}], [])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Agency,, for X", "Agency, for X"),
        ("World Health Organization,", "World Health Organization"),
        ("Oxfam AB,", "Oxfam AB"),
        ("A,, B,", "A, B"),
    ],
)
def test_organisation_with_the_signs_of_endnote_is_read_without_them(written, kept):
    assert people([written]) == ([{"literal": kept}], [])


@pytest.mark.parametrize("written", ["A, B, C, D", "Roe, Jane, Poe, Bob, Doe", "Roe, Jane, of Nowhere"])
def test_name_with_too_many_commas_is_kept_and_said(written):
    assert people([written]) == ([{"literal": written}], [f"The name “{written}” was kept as it is written."])


def test_remark_quotes_no_more_than_the_beginning_of_a_long_name():
    _, (remark,) = people(["A, B, " + "C" * 1000 + ", D"])
    assert remark == "The name “A, B, " + "C" * 194 + "…” was kept as it is written."


@pytest.mark.parametrize("degree", ["MD", "PhD", "M.D., Ph.D.", "MSc"])
def test_degree_is_left_out_and_said(degree):
    said = f"“{degree}” was left out of the name “Roe, Jane, {degree}”."
    assert people([f"Roe, Jane, {degree}"]) == ([{"family": "Roe", "given": "Jane"}], [said])


@pytest.mark.parametrize("others", ["et al.", "et al", "and others", "Others"])
def test_authors_who_are_not_named_are_said(others):
    assert people(["Roe, J", others]) == (
        [{"family": "Roe", "given": "J"}],
        [f"The authors after “{others}” are not named."],
    )


@pytest.mark.parametrize("written", ["Roe, J; Poe, B", "Roe, J.;Poe, B.;", "Roe J; Poe B"])
def test_people_in_one_field_are_parted(written):
    names, _ = people([written])
    assert [name["family"] for name in names] == ["Roe", "Poe"]


def test_organisation_with_a_semicolon_is_not_parted():
    assert people(["Group for A; and B"])[0] == [{"literal": "Group for A; and B"}]


@given(st.text(alphabet="AaBé王,.;& -'JrI") | st.text())
def test_reading_any_name_raises_nothing(written):
    names, _ = people([written])
    assert all(value for name in names for value in name.values())

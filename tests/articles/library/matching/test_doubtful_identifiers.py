"""Identifiers that cannot be read are left out of a record, kept as told, and named."""

import pytest

from articles.library import identifiers
from articles.library.matching.doubtful_identifiers import leave_out, told_of, with_readable_identifiers

WORK = {"type": "book", "title": "Two printings of one made-up book"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"ISBN": "978-3-16-148410-0"}, {"ISBN": "978-3-16-148410-0"}),
        ({"ISSN": "0066-4308", "DOI": "10.1000/X", "PMID": 7}, {"ISSN": "0066-4308", "DOI": "10.1000/X", "PMID": 7}),
        ({"ISBN": "0066-4308"}, {"ISSN": "0066-4308"}),
        ({"ISSN": "9783161484100"}, {"ISBN": "9783161484100"}),
        (
            {"ISSN": "1614-9785 978-3-16-148410-0; 978-0-306-40615-7"},
            {"ISSN": "1614-9785", "ISBN": "978-3-16-148410-0 978-0-306-40615-7"},
        ),
        ({"ISBN": "0-306-40615-2\\978-0-306-40615-7"}, {"ISBN": "0-306-40615-2 978-0-306-40615-7"}),
        ({"ISBN": "978 3 16 148410 0 (pbk), 9783161484100"}, {"ISBN": "978-3-16-148410-0 9783161484100"}),
        ({"ISBN": "9783161484100; 9783161484100"}, {"ISBN": "9783161484100"}),
        ({"ISBN": "", "ISSN": None}, {"ISBN": "", "ISSN": None}),
        ({"custom": "text"}, {"custom": "text"}),
    ],
)
def test_identifiers_that_can_be_read_stay(given, read):
    assert with_readable_identifiers({**WORK, **given}) == ({**WORK, **read}, [])


@pytest.mark.parametrize(
    ("given", "read", "remark"),
    [
        ({"ISBN": "978-3-16-148410-7"}, {}, "The ISBN “978-3-16-148410-7” cannot be read and was left out."),
        ({"ISSN": "0066-4309"}, {}, "The ISSN “0066-4309” cannot be read and was left out."),
        ({"PMID": "1234567x"}, {}, "The PMID “1234567x” cannot be read and was left out."),
        ({"PMCID": "PMCx"}, {}, "The PMCID “PMCx” cannot be read and was left out."),
        ({"DOI": "see publisher website"}, {}, "The DOI “see publisher website” cannot be read and was left out."),
        ({"DOI": "10/abcd"}, {}, "The DOI “10/abcd” cannot be read and was left out."),
        (
            {"ISBN": "9783161484100; 978-3-16-148410-7"},
            {"ISBN": "9783161484100"},
            "The ISBN “978-3-16-148410-7” cannot be read and was left out.",
        ),
    ],
)
def test_identifier_that_cannot_be_read_is_told(given, read, remark):
    csl, remarks = with_readable_identifiers({**WORK, **given})
    (told,) = told_of(csl).items()
    assert csl == {**WORK, **read, "custom": {"told": dict([told])}}
    assert remarks == [remark]
    assert f"{told[0]} “{told[1]}”" in remark
    assert with_readable_identifiers(csl) == (csl, [])
    assert identifiers.read(csl)[1] == {}


def test_number_of_a_trial_that_cannot_be_read_is_told():
    csl, remarks = with_readable_identifiers({**WORK, "custom": {"nct": "NCT7", "kind": "research"}})
    assert csl["custom"] == {"kind": "research", "told": {"custom/nct": "NCT7"}}
    assert remarks == ["The ClinicalTrials.gov number “NCT7” cannot be read and was left out."]


def test_identifiers_that_are_told_later_join_the_others():
    csl = leave_out({**WORK, "DOI": "10.1000/x", "custom": {"told": {"PMID": "x"}}}, {"DOI": "10.1000/x"})
    assert csl == {**WORK, "custom": {"told": {"PMID": "x", "DOI": "10.1000/x"}}}
    assert leave_out({**csl, "PMID": "y"}, {"PMID": "y"})["custom"] == {"told": {"PMID": "x; y", "DOI": "10.1000/x"}}
    assert leave_out({**csl, "PMID": "x"}, {"PMID": "x"}) == csl
    assert told_of({"custom": {"told": "x"}}) == {}

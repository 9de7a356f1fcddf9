"""When two records are one work."""

from itertools import product

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from articles.library.matching.same_work import IDENTIFIERS, same_work
from tests.support.factories import csl

WORK = csl("orbach2005", **{"container-title": "New England Journal of Medicine"})
GIVEN = {**WORK, "DOI": "10.1000/X", "PMID": "123"}


def without(work: dict, *names: str) -> dict:
    return {name: value for name, value in work.items() if name not in names}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (GIVEN, {**csl("other", title="Another"), "DOI": "10.1000/x"}, True),
        (GIVEN, {**csl("other", title="Another"), "PMID": "123"}, True),
        (GIVEN, {**WORK, "DOI": "10.1000/y", "PMID": "123"}, False),
        (GIVEN, {**WORK, "DOI": "10.1000/x", "PMID": "124"}, False),
        (WORK, WORK, False),
    ],
)
def test_records_of_the_library_are_one_work_by_doi_or_pmid_and_never_against_one(before, after, expected):
    assert same_work(before, after, same_record=False) is expected


@pytest.mark.parametrize(
    "fields",
    [
        {"PMID": "123"},
        {"DOI": "10.1000/x"},
        {"container-title": "N Engl J Med"},
        {"container-title": "N. Engl. J. Med."},
        {"container-title": "NEJM", "container-title-short": "N Engl J Med"},
        {"title": "TITLE of Orbach2005."},
        {"author": [{"family": "Orbach", "given": "H."}, {"family": "New"}]},
        {"issued": {"date-parts": [[2005]]}},
        {"issued": {"date-parts": [[2005, "12", 3]]}},
        {"volume": "30", "page": "1-2"},
        {"ISBN": "978-3-16-148410-0", "edition": "2"},
        {"custom": {"nct": "NCT01234567"}},
    ],
)
def test_record_with_fields_added_spelt_out_or_abbreviated_is_the_same_work(fields):
    assert same_work(WORK, {**WORK, **fields}, same_record=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Title of another"},
        {"issued": {"date-parts": [[2006, 12]]}},
        {"issued": {"date-parts": [[2005, 11]]}},
        {"issued": {"raw": "in press"}},
        {"author": [{"family": "Stiehm"}]},
        {"author": []},
        {"container-title": "Lancet"},
        {"container-title": ""},
    ],
)
def test_record_with_a_distinguishing_field_changed_or_removed_is_another_work(fields):
    assert not same_work(WORK, {**WORK, **fields}, same_record=True)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"DOI": "10.1000/x"}, {}, False),
        ({"PMID": "1", "DOI": "10.1000/x"}, {"PMID": "1"}, True),
        ({"edition": "2"}, {"edition": "3"}, False),
        ({"ISBN": "978-3-16-148410-0"}, {"ISBN": "9783161484100"}, True),
        ({"custom": {"nct": "NCT01234567"}}, {"custom": {"nct": "NCT99999999"}}, False),
        ({"author": [{"literal": "WHO"}]}, {"author": [{"literal": "World Health Organization"}]}, True),
        ({"author": [{"family": "Müller"}]}, {"author": [{"family": "Muller"}]}, True),
        ({"container-title": "JAMA"}, {"container-title": "Journal of the American Medical Association"}, True),
        (
            {"container-title": "Proc Natl Acad Sci"},
            {"container-title": "Proceedings of the National Academy of Sciences"},
            True,
        ),
        ({"container-title": "Lancet"}, {"container-title": "The Lancet Oncology"}, False),
        ({"container-title": "!"}, {"container-title": "?"}, False),
        ({"issued": {"raw": "2005"}}, {"issued": {"raw": "2005"}}, True),
        ({"issued": {}}, {"issued": {"date-parts": [[2005]]}}, True),
        ({"title": "CO2"}, {"title": "CO₂"}, False),
        ({"title": "≥"}, {"title": "≤"}, False),
    ],
)
def test_one_record_is_compared_field_by_field(before, after, expected):
    bare = without(WORK, "author", "container-title", "issued")
    assert same_work({**bare, **before}, {**bare, **after}, same_record=True) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"literal": "Aug 2022"}, {"date-parts": [[2022, 8]]}, True),
        ({"date-parts": [[2022, 8]]}, {"raw": "2022 August"}, True),
        ({"literal": "Aug 2022"}, {"literal": "2022/08/00"}, True),
        ({"literal": "2012-August-08"}, {"date-parts": [["2012", "8", "8"]]}, True),
        ({"literal": "Spring 2000"}, {"date-parts": [[2000]], "season": 1}, True),
        ({"literal": "Spring 2000"}, {"date-parts": [[2000, 4]]}, True),
        ({"literal": "2022/02/30"}, {"date-parts": [[2022, 2]]}, True),
        ({"literal": "2022, updated in March"}, {"date-parts": [[2022]]}, True),
        ({"literal": "2022, updated in March"}, {"literal": "2022, updated in June"}, False),
        ({"literal": "Spring 2000"}, {"literal": "Autumn 2000"}, False),
        ({"literal": "Aug 2022"}, {"date-parts": [[2023, 8]]}, False),
        ({"literal": "Aug 2022"}, {"date-parts": [[2022, 9]]}, False),
        ({"literal": "Aug 2022"}, {"literal": "Aug 2021"}, False),
        ({"literal": "Aug 2022"}, {}, False),
        ({"literal": "in press"}, {"literal": "in press"}, True),
        ({"literal": "in press"}, {"date-parts": [[2022]]}, False),
    ],
)
def test_dates_in_words_are_compared_as_what_they_say(before, after, expected):
    assert same_work({**WORK, "issued": before}, {**WORK, "issued": after}, same_record=True) is expected


SAYS = ("", " ", "10.1000/A", "10.1000/a", " 10.1000/a\t", "10.1000/b", None)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_postgresql_compares_identifiers_as_python_does(db, name):
    """Exactly, for two records; for one record it refuses nothing that Python takes for the same work."""
    for one, other in product(SAYS, repeat=2):
        before, after = {**WORK, name: one}, {**WORK, name: other}
        assert may_be_same(before, after, False) == same_work(before, after, same_record=False), (one, other)
        assert may_be_same(before, after, True) or not same_work(before, after, same_record=True), (one, other)
    assert not may_be_same({name: "1"}, {name: "2"}, True)


def may_be_same(before: dict, after: dict, same_record: bool) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT imprimatur_same_work(%s, %s, %s)", [Jsonb(before), Jsonb(after), same_record])
        return cursor.fetchone()[0]

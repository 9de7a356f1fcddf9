"""Which work of the library a record is: 300 made pairs, and each rule by itself."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from articles.library.matching.work_comparison import compare
from articles.library.matching.work_index import WorkIndex, place_of, title_letters
from articles.models import Reference

Item = dict[str, Any]

SUBJECTS = (
    "Fièvre et marais salants: étude d\u2019une cohorte fictive",
    "Müdigkeit bei erfundenen Patienten \u2013 eine Übersichtsarbeit",
    "Effect of \u03b1-nothing on CO₂ in made-up adults: a randomised trial",
    "Long-term outcomes & safety of imaginary infusions in children",
    "Prevalence of fictional pain after invented surgery",
)
AUTHORS = (("García-Márquez", "José"), ("von Pawel", "J."), ("O\u2019Brien", "Kathleen H"), ("Østergård", "Åse"))
JOURNALS = (
    ("The Journal of Clinical Nothing", "J Clin Noth"),
    ("Zeitschrift für erfundene Medizin", "Z Erfund Med"),
    ("Annals of Made-up Internal Medicine", "Ann Made-up Intern Med"),
)


def work(number: int) -> Item:
    """Return one of twenty made-up works."""
    family, given = AUTHORS[number % 4]
    journal, short = JOURNALS[number % 3]
    return {
        "id": f"work{number}",
        "type": "article-journal",
        "title": SUBJECTS[number % 5],
        "author": [{"family": family, "given": given}, {"family": "Roe", "given": "Jane"}],
        "container-title": journal,
        "container-title-short": short,
        "issued": {"date-parts": [[2000 + number, 3]]},
        "volume": str(30 + number),
        "issue": "4",
        "page": f"{83 + number}-{90 + number}",
        "DOI": f"10.1000/made-up.{number}",
    }


def without(item: Item, *names: str) -> Item:
    return {name: value for name, value in item.items() if name not in names}


def ascii_only(text: str) -> str:
    return unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O")).encode("ascii", "ignore").decode()


def family(item: Item, name: str) -> Item:
    return {**item, "author": [{"family": name, "given": "X"}, *item["author"][1:]]}


BARE = ("DOI", "container-title-short")

SAME: dict[str, Callable[[Item], Item]] = {
    "volume with its supplement": lambda one: {**without(one, "DOI"), "volume": f"{one['volume']} (Supplement 1)"},
    "no accents": lambda one: {
        **family(without(one, *BARE), ascii_only(one["author"][0]["family"])),
        "title": ascii_only(one["title"].replace("\u03b1", "alpha").replace("\u2019", "'")),
        "container-title": ascii_only(one["container-title"]),
    },
    "no particle": lambda one: family(without(one, "DOI"), one["author"][0]["family"].split(" ")[-1].upper()),
    "brackets and language": lambda one: {**without(one, "DOI"), "title": f"[{one['title']}]. [Japanese]"},
    "zeros before the page": lambda one: {**without(one, *BARE), "page": f"00{one['page']}"},
    "journal abbreviated": lambda one: {**without(one, *BARE), "container-title": one["container-title-short"]},
    "markup and other signs": lambda one: {
        **without(one, "DOI"),
        "title": f"<i>{one['title'].upper()}</i>".replace("&AMP;", "and").replace(": ", ". ").replace("&", "and"),
    },
    "only the DOI of a resolver": lambda one: {
        **without(one, "volume", "page", "issue"),
        "DOI": f"http://dx.doi.org/{one['DOI'].upper()}",
    },
    "published online the year before": lambda one: {
        **without(one, "DOI"),
        "issued": {"date-parts": [[one["issued"]["date-parts"][0][0] - 1]]},
    },
    "author as one name": lambda one: {
        **without(one, "DOI"),
        "author": [{"literal": one["author"][0]["family"] + " X"}],
    },
}

OTHER: dict[str, Callable[[Item], Item]] = {
    "another abstract with the DOI of the supplement": lambda one: {
        **family(one, "Poe"),
        "title": "Another made-up abstract about kidneys",
        "page": "S557",
    },
    "another work of this title and year": lambda one: {
        **family(without(one, *BARE), "Poe"),
        "container-title": "Bulletin of Fiction",
        "volume": "2",
        "page": "7-9",
    },
    "an erratum with its DOI": lambda one: {**one, "title": f"Erratum: {one['title']}", "page": "700"},
    "a preprint": lambda one: {
        **without(one, "volume", "issue", "page", "container-title-short"),
        "container-title": "medRxiv",
        "DOI": "10.1101/2020.01.01.20000001",
    },
    "an abstract in a supplement": lambda one: {
        **without(one, *BARE),
        "container-title": "Value in Fiction",
        "volume": "12",
        "page": "A23",
    },
}


def library(*items: Item) -> WorkIndex:
    return WorkIndex(Reference(key=item["id"], csl=item, doi=item.get("DOI"), pmid=item.get("PMID")) for item in items)


@pytest.mark.parametrize("change", SAME)
def test_one_work_in_another_spelling_is_matched(change):
    """200 pairs in ten spellings: all of them."""
    for number in range(20):
        match = library(*map(work, range(20))).match({**SAME[change](work(number)), "id": "new"})
        assert match, (number, compare(work(number), SAME[change](work(number))))
        assert match.reference.key == f"work{number}"


@pytest.mark.parametrize("change", OTHER)
def test_another_work_is_never_matched(change):
    """100 pairs of five kinds: none of them."""
    for number in range(20):
        assert library(*map(work, range(20))).match({**OTHER[change](work(number)), "id": "new"}) is None, number


@pytest.mark.parametrize("number", range(20))
def test_work_with_two_dois_is_not_matched_but_offered(number):
    one, other = work(number), {**work(number), "DOI": "10.1000/other"}
    assert library(one).match(other) is None
    found = compare(one, other)
    assert (found.is_possibly_same, found.differing) == (True, ("DOI",))


def test_match_says_what_agrees_and_what_differs():
    one = work(2)
    match = library(one).match({**one, "page": "7"})
    assert match.reason == "By DOI; title, first author, year, journal or book, volume and issue agree."
    assert match.remarks == ("Its pages differ from the record of “work2”.",)
    match = library(one).match({**without(one, "DOI"), "title": "A title of quite another kind"})
    assert match is None
    match = library(one).match({**without(one, "DOI"), "title": one["title"].replace("randomised", "randomized")})
    assert match.by == "first author, volume and pages"


def test_record_with_identifiers_of_two_equal_works_is_matched_with_the_first_and_says_so():
    one, other = {**work(2), "id": "a"}, {**without(work(2), "DOI"), "id": "b", "PMID": "77"}
    match = library(one, other).match({**work(2), "PMID": "77"})
    assert (match.reference.key, match.by) == ("a", "DOI")
    assert match.remarks == ("Its PMID is that of “b”: the library may have this work twice.",)


def test_identifier_of_a_contradicted_work_is_told():
    one = work(2)
    other = {**family(one, "Poe"), "title": "Another made-up abstract", "page": "S557"}
    told, remarks = library(one).contradicted(other)
    assert told == {"DOI": "10.1000/made-up.2"}
    assert remarks == [
        "Its DOI 10.1000/made-up.2 is that of “work2”, but title, first author and pages differ: "
        "it was left out, and both works are listed for an editor."
    ]
    assert library(one).contradicted(one) == ({}, [])
    assert library(one).contradicted(without(other, "DOI")) == ({}, [])


def test_record_among_many_of_one_title_is_found_again():
    editorial = {"type": "article-journal", "title": "Editorial"}
    editorials = [{**editorial, "issue": str(number), "id": str(number)} for number in range(500)]
    index = library(*editorials)
    found = [index.match({**one, "id": "new"}) for one in editorials]
    assert [match and match.reference.key for match in found] == [one["id"] for one in editorials]
    assert index.match({**editorial, "issue": "x"}) is None


TITLES = [
    "[A title]. [Japanese]",
    "Title  <i>in</i> vivo [see comments].",
    "Été \u2013 Ÿ",
    "  ",
    "ЛЕЧЕНИЕ",
    "ÅBC 王小明, \u03b1",
    "[Japanese]",
]
PLACES = [{"volume": "038 (Suppl 1)", "page": "S083-9"}, {"volume": "x", "page": "1"}, {"volume": 3, "page": 7}, {}]


def in_sql(function: str, csl: Item) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce({function}(%s), '')", [Jsonb(csl)])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("title", TITLES)
def test_postgresql_reads_titles_as_python_does(db, title):
    assert in_sql("imprimatur_title_letters", {"title": title}) == title_letters({"title": title})


@pytest.mark.parametrize("place", PLACES)
def test_postgresql_reads_places_as_python_does(db, place):
    assert in_sql("imprimatur_place", place) == place_of(place)


@given(one=st.text(), other=st.text())
def test_comparing_never_fails_and_says_the_same_from_both_sides(one, other):
    pair = [
        {"title": text, "author": [{"family": text}], "volume": text, "page": text, "issue": text}
        for text in (one, other)
    ]
    assert compare(*pair).marks == compare(*reversed(pair)).marks

"""Works found while a writer types."""

import pytest

from articles import actions as articles
from articles.library.autocomplete import MOST, works_matching
from articles.models import Reference
from articles.models.markup_search import bare
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db


def found(query):
    return [work.key for work in works_matching(query)]


@pytest.fixture
def library():
    factories.make_reference("orbach2005", title="Safety of IVIG", DOI="10.1000/xyz123")
    factories.make_reference("stiehm2013", title="Adverse effects", author=[{"family": "Stiehm"}])
    factories.make_reference("nobody1999", title="Safety without authors", author=[])


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("orbach", ["orbach2005"]),
        ("stiehm adverse", ["stiehm2013"]),
        ("10.1000/XYZ", ["orbach2005"]),
        ("safety", ["nobody1999", "orbach2005"]),
        ("Stiehm safety", []),
        ("100%", []),
        ("\x00orbach", ["orbach2005"]),
    ],
)
def test_every_word_stands_in_key_title_author_or_doi(library, query, keys):
    assert found(query) == keys


@pytest.mark.parametrize(
    "title", ["CO<sub>2</sub> &amp; R&amp;D", "CO₂ & R&D", "CO2 & R&D", "<i>co</i><jats:sub>2</jats:sub> & R&D"]
)
@pytest.mark.parametrize("query", ["CO2", "co₂", "CO<sub>2</sub>", "R&D", "CO2 r&amp;d", "<i>CO</i>2"])
def test_markup_and_spelling_of_digits_make_no_difference(title, query):
    factories.make_reference("marked", title=title, author=[{"family": "\N{FULLWIDTH LATIN CAPITAL LETTER R}oe"}])
    factories.make_reference("other", title="CO and R2D")
    assert found(query) == ["marked"]
    assert found(f"{query} roe") == ["marked"]


@pytest.mark.parametrize(("query", "keys"), [("9%", ["b"]), ("9_", ["c"]), ("\\", ["d"]), ("<0.05", ["e"])])
def test_characters_of_patterns_and_comparisons_are_letters(query, keys):
    for key, title in zip("abcde", ["90", "9%", "9_", "a\\b", "p &lt;0.05 and <0.1"], strict=True):
        factories.make_reference(key, title=title)
    assert found(query) == keys


TITLES = [
    "10<sup>9</sup>/L",
    "ﬁne ½ Ⅳ",
    '<span class="nocase">HIV</span>',
    "&amp;lt;b&amp;gt;",
    "<b",
    "a<i>b</I >c",
    "<u>x</u>",
]


@pytest.mark.parametrize("title", TITLES)
def test_postgresql_reads_a_title_as_python_does(title):
    factories.make_reference("one", title=title)
    assert Reference.objects.filter(title__mentions=title).exists()
    assert Reference.objects.filter(title__mentions=bare(title).upper()).exists()
    assert not Reference.objects.filter(title__mentions=f"{title}x").exists()


def test_key_that_begins_with_the_query_comes_first(library):
    factories.make_reference("safety2001", title="Another")
    assert found("safety")[0] == "safety2001"


def test_no_words_find_the_newest_works_and_not_more_than_are_shown():
    for number in range(MOST + 3):
        factories.make_reference(f"work{number:02}", issued={"date-parts": [[1990 + number]]})
    assert found("")[0] == f"work{MOST + 2}"
    assert len(found("")) == MOST


def test_merged_work_is_not_offered(library, edith):
    loser, winner = factories.make_reference("orbach2005"), factories.make_reference("stiehm2013")
    articles.merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    assert found("orbach2005") == []

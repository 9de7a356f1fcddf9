"""What two records of works say about each other, mark by mark, and what follows from it."""

import pytest

from articles.library.matching.spelling import letters
from articles.library.matching.work_comparison import compare, in_words
from articles.library.matching.work_nature import nature_of
from tests.support.factories import csl

WORK = csl("a", title="A made-up trial of nothing in adults", issue="4")


def mark(name: str, one: dict, other: dict) -> str:
    found = compare({**WORK, **one}, {**WORK, **other}).marks.get(name)
    return found.value if found else "unknown"


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("title", {"title": "[A trial of nothing]. [Japanese]"}, {"title": "A Trial of: Nothing."}, "agrees"),
        ("title", {"title": "RETRACTED: A trial of nothing"}, {"title": "A trial of nothing"}, "agrees"),
        ("title", {"title": "Trial of IFN-\u03b1 & CO₂"}, {"title": "Trial of IFN-alpha and CO2"}, "agrees"),
        ("title", {"title": "Κλινική μελέτη"}, {"title": "Κλινικη μελετη"}, "agrees"),
        ("title", {"title": "A trial of &lt;i&gt;nothing"}, {"title": "A trial of <i>nothing</i>"}, "agrees"),
        ("title", {"title": "A made-up trial of nothing in adults: phase 2"}, {}, "near"),
        ("title", {"title": "A made-up trial of nothing in adluts"}, {}, "near"),
        ("title", {"title": "A made-up trial of nothing in 12 adults"}, {}, "differs"),
        ("title", {"title": "On kidneys"}, {}, "differs"),
        ("title", {"title": "腎臓について"}, {}, "unknown"),
        ("title", {"title": ""}, {"title": ""}, "unknown"),
        ("title", {"title": "≥"}, {"title": "≥"}, "agrees"),
        ("first author", {"author": [{"family": "von Pawel"}]}, {"author": [{"family": "Pawel"}]}, "agrees"),
        ("first author", {"author": [{"family": "Müller"}]}, {"author": [{"family": "Mueller"}]}, "agrees"),
        ("first author", {"author": [{"family": "O\u2019Brien"}]}, {"author": [{"family": "OBRIEN"}]}, "agrees"),
        ("first author", {"author": [{"family": "García-Márquez"}]}, {"author": [{"family": "Garcia"}]}, "agrees"),
        ("first author", {"author": [{"family": "Vonpawel"}]}, {"author": [{"family": "Pawel"}]}, "agrees"),
        ("first author", {"author": [{"literal": "Roe J"}]}, {"author": [{"family": "Roe"}]}, "agrees"),
        ("first author", {"author": [{"literal": "NOO"}]}, {"author": [{"literal": "Nothing of Others"}]}, "differs"),
        ("first author", {"author": [{"literal": "NO"}]}, {"author": [{"literal": "Nothing of Others"}]}, "agrees"),
        ("first author", {"author": [{"family": "Van"}]}, {"author": [{"family": "Van"}]}, "agrees"),
        ("first author", {"author": [{"family": "Poe"}]}, {}, "differs"),
        ("first author", {"author": [{"family": "山田"}]}, {}, "unknown"),
        ("first author", {"author": []}, {}, "unknown"),
        ("first author", {"author": "Orbach"}, {}, "unknown"),
        ("year", {"issued": {"date-parts": [[2006]]}}, {}, "near"),
        ("year", {"issued": {"date-parts": [[2007]]}}, {}, "differs"),
        ("year", {"issued": {}}, {}, "unknown"),
        ("journal or book", {"container-title": "Clin Rev"}, {}, "agrees"),
        ("journal or book", {"container-title": "Clinical Reviews (London, England)"}, {}, "agrees"),
        ("journal or book", {"container-title": "X", "ISSN": "0066-4308"}, {"ISSN": "0066-4308"}, "agrees"),
        ("journal or book", {"container-title": "Clinical Reviews: Fiction"}, {}, "near"),
        ("journal or book", {"container-title": "臨床"}, {}, "near"),
        ("journal or book", {"container-title": "The Lancet"}, {}, "differs"),
        ("journal or book", {"container-title": "The"}, {"container-title": "The"}, "agrees"),
        ("journal or book", {"container-title": ""}, {}, "unknown"),
        ("volume", {"volume": "38 (Supplement 1)"}, {"volume": "038"}, "agrees"),
        ("volume", {"volume": "A"}, {"volume": "a"}, "agrees"),
        ("volume", {"volume": "2005"}, {}, "unknown"),
        ("volume", {"volume": "30"}, {}, "differs"),
        ("issue", {"issue": "04"}, {}, "agrees"),
        ("issue", {"issue": "5"}, {}, "differs"),
        ("issue", {"issue": "Suppl 1"}, {}, "unknown"),
        ("issue", {"issue": ""}, {}, "unknown"),
        ("pages", {"page": "pp. 0173-9"}, {}, "agrees"),
        ("pages", {"page": "e173"}, {}, "agrees"),
        ("pages", {"page": "S173"}, {"page": "e173"}, "differs"),
        ("pages", {"page": "19272"}, {}, "unknown"),
        ("pages", {"page": "e9"}, {}, "unknown"),
        ("pages", {"page": "9"}, {}, "differs"),
        ("pages", {"page": "in press"}, {}, "unknown"),
        ("pages", {"page": "", "number": "C7"}, {"page": "C7"}, "agrees"),
        ("edition", {"edition": "2nd ed."}, {"edition": "3"}, "differs"),
        ("kind", {"type": "book"}, {"type": "chapter"}, "differs"),
        ("kind", {"type": "book"}, {}, "unknown"),
        ("ISBN", {"ISBN": "9783161484100 0306406152"}, {"ISBN": "0-306-40615-2"}, "agrees"),
        ("ISBN", {"ISBN": "9783161484100"}, {"ISBN": "0306406152"}, "unknown"),
        ("nature", {"title": "Erratum: A made-up trial of nothing"}, {}, "differs"),
    ],
)  # fmt: skip
def test_mark(name, one, other, expected):
    assert mark(name, one, other) == expected
    assert mark(name, other, one) == expected


@pytest.mark.parametrize(
    ("item", "nature"),
    [
        ({"title": "Erratum to: A trial"}, "correction"),
        ({"title": "[Author correction: A trial]"}, "correction"),
        ({"title": "A trial (vol 38, pg 93, 2010)"}, "correction"),
        ({"title": "Retraction of “A trial”"}, "retraction"),
        ({"title": "Expression of concern: A trial"}, "retraction"),
        ({"title": "RETRACTED ARTICLE: A trial"}, ""),
        ({"title": "Retraction of the lung"}, "retraction"),
        ({"title": "Comment on “A trial”"}, "comment"),
        ({"title": "Invited commentary on a trial"}, "comment"),
        ({"title": "Re: A trial"}, "comment"),
        ({"title": "A trial - Reply"}, "comment"),
        ({"title": "A trial. The authors' reply."}, "comment"),
        ({"title": "A trial", "container-title": "medRxiv"}, "preprint"),
        ({"title": "A trial", "publisher": "Research Square (Research Square)"}, "preprint"),
        ({"title": "A trial", "genre": "Preprint"}, "preprint"),
        ({"title": "A trial", "DOI": "10.1101/2020.01.01.20000001"}, "preprint"),
        ({"title": "A trial", "DOI": "10.1101/123456"}, "preprint"),
        ({"title": "A trial", "DOI": "10.1101/gad.1"}, ""),
        ({"title": "A trial", "type": "thesis"}, "thesis"),
        ({"title": "A trial", "genre": "Meeting Abstract"}, "abstract"),
        ({"title": "A trial", "custom": {"publication-types": ["Meeting Abstract"]}}, "abstract"),
        ({"title": "Responses of the heart"}, "comment"),
        ({"title": "Commentaries"}, ""),
        ({}, ""),
    ],
)
def test_nature_of_a_work(item, nature):
    assert nature_of(item) == nature


@pytest.mark.parametrize(
    ("other", "confirmed"),
    [
        ({}, True),
        ({"title": "Eine erfundene Studie"}, True),
        ({"title": "Eine erfundene Studie", "container-title": "Nichts"}, True),
        ({"title": "Eine erfundene Studie", "page": ""}, False),
        ({"title": "Eine erfundene Studie", "volume": "7"}, False),
        ({"page": "9", "volume": "7"}, True),
        ({"page": "9", "volume": "7", "issue": "9"}, False),
        ({"author": [{"family": "Poe"}]}, True),
        ({"author": [{"family": "Poe"}], "page": "9"}, False),
        ({"title": "A made-up trial of nothing in adults: phase 2", "page": "9"}, True),
        ({"title": "A made-up trial of nothing in adults: phase 2", "page": "9", "volume": "7"}, False),
        ({"title": "Erratum: A made-up trial of nothing in adults"}, False),
        ({"PMID": "2"}, True),
        ({"PMID": "2", "page": ""}, False),
        ({"PMID": "2", "issue": "9"}, False),
    ],
)
def test_identifier_is_confirmed_unless_several_marks_contradict_it(other, confirmed):
    one = {**WORK, "DOI": "10.1000/x", "PMID": "1"}
    assert compare(one, {**WORK, "DOI": "10.1000/x", **other}).confirms_identifier is confirmed


EDITORIAL = {"type": "article-journal", "title": "Editorial", "issued": {"date-parts": [[2005]]}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (WORK, WORK, True),
        (WORK, {**WORK, "issue": "9"}, True),
        (WORK, {**WORK, "issue": "9", "author": [{"family": "Poe"}]}, False),
        (WORK, {**WORK, "volume": "7"}, False),
        (WORK, {**WORK, "issued": {"date-parts": [[2006]]}}, True),
        (WORK, {**WORK, "issued": {"date-parts": [[2006]]}, "page": ""}, False),
        (WORK, {**WORK, "issued": {"date-parts": [[2006]]}, "volume": ""}, True),
        (WORK, {**WORK, "title": "A made-up trial of nothing in adluts"}, True),
        (WORK, {**WORK, "title": "A made-up trial of nothing in adluts", "author": []}, False),
        (WORK, {**WORK, "title": "On kidneys"}, False),
        (WORK, {**WORK, "type": "thesis"}, False),
        ({"title": WORK["title"]}, {"title": WORK["title"]}, True),
        ({"title": WORK["title"]}, {"title": WORK["title"], "issued": {"date-parts": [[2005]]}}, False),
        (EDITORIAL, EDITORIAL, True),
        (EDITORIAL, {**EDITORIAL, "volume": "7"}, False),
        ({**WORK, "title": "Editorial"}, {**WORK, "title": "Editorial", "abstract": "x"}, True),
        ({**WORK, "title": "Editorial"}, {**WORK, "title": "Editorial", "page": "", "volume": ""}, True),
        ({**WORK, "title": "Editorial"}, {**WORK, "title": "Editorial", "issue": "9"}, False),
        ({**WORK, "title": "Editorial"}, {**WORK, "title": "Editorial", "container-title": "", "page": ""}, False),
    ],
)
def test_records_without_a_common_identifier(one, other, same):
    found = compare(one, other)
    assert found.is_same_without_identifier is same
    assert not same or found.is_possibly_same


def test_marks_in_words():
    assert in_words(["title"], "differ") == "title differs"
    assert in_words(["pages"], "differ") == "pages differ"
    assert in_words(["title", "year", "pages"], "agree") == "title, year and pages agree"
    assert letters(None) == ""

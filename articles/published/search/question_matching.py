"""Find the validly approved articles that answer a reader's question. Answers are quoted, never generated.

The score of an article has four parts: how much of the question the article covers, how much one passage covers, how
much the article's own question covers, and the similarity of the two questions. Rare words weigh more. An article to
which editors linked nearly the same question, with every word of this one, also fits. Articles below ``GOOD_ENOUGH``
are not offered, so the result can be that there is no good answer. docs/search.md describes how the numbers were found.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from articles.published.document_format import code
from articles.published.search.query_parser import Reading, Unit, read, ways_of
from articles.published.search.stopwords import CHATTER
from editorial.sql_files import statement

OFFERED = 3
"""Maximum number of articles that are offered."""

GOOD_ENOUGH = 0.28

TRUST = 0.5
"""The factor for the weight of a corrected word, as in a search."""

NEEDED = 3.0
"""The factor for the weight of a medicine that is in no public text: a text without it is hardly an answer."""

ANSWERS = statement(__package__, "answers")


class Quoted(NamedTuple):
    """A matching passage, with the score of its article, and its document for the audience if that is cached."""

    score: float
    version_id: int
    slug: str
    audience: str
    audience_name: str
    section: str
    heading: str
    numbers: Sequence[int]
    snippet: str
    gzipped: bytes | None


def understand(text: str, *, at: datetime, exact: bool = False) -> Reading:
    """Parse a question without words that only ask, such as “what”. One query."""
    return read(text, at=at, unheeded=CHATTER, exact=exact)


def quoted(
    question: Reading, *, at: datetime, good_enough: float = GOOD_ENOUGH, offered: int | None = OFFERED
) -> list[Quoted]:
    """Return the best passages of the articles that fit ``question``, the best article first, each in reading order.

    Articles with a score below ``good_enough`` are left out. At most ``offered`` articles are returned. One query.
    """
    likeness = import_string(settings.QUESTION_LIKENESS)(question.text) if settings.QUESTION_LIKENESS else {}
    parameters: dict[str, Any] = {
        "at": at,
        "code": code(),
        "text": question.text,
        **ways_of(question.units),
        "stress": [_stress(unit) for unit in question.units],
        "versions": list(likeness),
        "likeness": list(likeness.values()),
        "good_enough": good_enough,
        "offered": offered,
    }
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, parameters)
        return [Quoted(*row) for row in cursor.fetchall()]


def _stress(unit: Unit) -> float:
    """Return the factor for the weight of a unit; its rarity is another factor."""
    if unit.corrections:
        return TRUST
    return NEEDED if unit.is_unknown and unit.is_needed else 1.0

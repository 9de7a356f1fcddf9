"""Writing the passages and words of an article, so that they can be searched."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, cast

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Value
from markdown_it.token import Token

from articles.claims.extraction import BETWEEN_CELLS, INVISIBLE, words_of
from articles.claims.sentences import MARK, split
from articles.lifecycle import State
from articles.models import Article, Passage, Rendition, Synonym, Version, Word
from articles.models.search import CONFIG
from articles.models.version import SHOWN_FIRST
from articles.rendering import Part, parse, parts, plain_text
from editorial.wording import words

LONGEST = 600
"""Characters of a passage; a longer paragraph is parted between sentences."""

BEGIN, END = "\ue000", "\ue001"
"""Private signs around what matched; no passage holds them."""

UNSEEN = re.compile(rf"{INVISIBLE.pattern}|[\x00-\x1f\x7f{BEGIN}{END}]")
CITED = re.compile(r" ?\[\d+(?:, \d+)*\]")

WORTH_KEEPING = range(3, 41)
"""Lengths of words that a misspelt one may have meant."""

WITNESSES = 5
"""Texts that are remembered of each word. A word is forgotten when readers are shown none of them any more, and is
remembered anew when another text that has it is written."""

KEEP = """
    INSERT INTO articles_word (version_id, synonym_id, word)
    SELECT %(version)s, %(synonym)s, known.word FROM unnest(%(words)s::text[]) AS known(word)
    WHERE %(synonym)s::bigint IS NOT NULL
        OR (SELECT count(version_id) FROM articles_word kept WHERE kept.word = known.word) < %(witnesses)s
    ON CONFLICT DO NOTHING
"""

FINDABLE = [state for state in SHOWN_FIRST if state != State.RETRACTED]
"""The texts of these versions readers are shown, or may be when another one is shown no more."""


@dataclass(frozen=True)
class Piece:
    """A passage as it is found in a text."""

    section: str
    heading: str
    text: str
    numbers: tuple[int, ...]


def write_search(article: Article, *, shown: Version | None, code: str, now: datetime) -> None:
    """Write what search looks in where it is missing or not by this ``code``, and put away what cannot be found.

    Every version that readers may come to be shown has its passages, so that they are found as soon as it is; words
    are those of the version that is ``shown``. An approval that lapsed before ``now`` is noted: search looks for
    those that lapsed since.
    """
    passages = Passage.objects.filter(version__article=article)
    passages.exclude(version__state__in=FINDABLE).delete()
    by_this_code = passages.filter(version=OuterRef("pk"), code=code)
    for version in article.versions.filter(~Exists(by_this_code), state__in=FINDABLE).order_by("pk"):
        write_passages(version, code=code)
    passages.filter(approved_until__lte=now).update(approved_until=None)
    Word.objects.filter(version__article=article).exclude(version=shown).delete()
    if shown:
        rows = passages.filter(version=shown).values_list("heading", "text")
        keep_words([shown.question, *chain.from_iterable(rows)], version=shown)


@transaction.atomic
def write_passages(version: Version, *, code: str) -> None:
    """Write the passages of a frozen ``version`` anew, by this ``code``."""
    numbers = dict(version.citations.values_list("reference__key", "number"))
    texts = list(Rendition.objects.filter(version=version).in_order())
    rows = [row for text in texts for row in _rows(version, text, numbers=numbers, code=code)]
    Passage.objects.filter(version=version).delete()
    Word.objects.filter(version=version).delete()
    Passage.objects.bulk_create(rows, batch_size=500)


def keep_words(texts: Iterable[str], *, version: Version | None = None, synonym: Synonym | None = None) -> None:
    """Remember the words of ``texts``, which ``version`` or ``synonym`` has, as words that somebody may mean."""
    known = {word for text in texts for word in words(text) if len(word) in WORTH_KEEPING and not word.isdigit()}
    of = {"version": version.pk if version else None, "synonym": synonym.pk if synonym else None}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {**of, "words": sorted(known), "witnesses": WITNESSES})


def _rows(version: Version, text: Rendition, *, numbers: Mapping[str, int], code: str) -> Iterator[Passage]:
    summary = Piece("", "", _clean(text.summary), ())
    for position, piece in enumerate([summary, *pieces(text.body, numbers=numbers)]):
        yield Passage(
            version=version,
            audience=text.audience,
            position=position,
            section=piece.section,
            heading=piece.heading,
            text=piece.text,
            numbers=list(piece.numbers),
            search=cast(Any, _vector(version.question, piece)),
            code=code,
        )


def _vector(question: str, piece: Piece) -> Any:
    """The question belongs to every passage of its article, with the least weight; numbers of works are no words."""
    weighted = {"A": CITED.sub("", piece.text), "B": piece.heading, "D": question}
    vectors = [SearchVector(Value(words), config=CONFIG, weight=weight) for weight, words in weighted.items()]
    return vectors[0] + vectors[1] + vectors[2]


def pieces(body: str, *, numbers: Mapping[str, int]) -> Iterator[Piece]:
    """The passages of a text in reading order, each with the numbers of the works cited in it."""
    for part in parts(parse(body)):
        yield from (piece for piece in _pieces(part, numbers) if piece.text)


def _pieces(part: Part, numbers: Mapping[str, int]) -> Iterator[Piece]:
    heading = part.heading
    for kind, inlines in _blocks(part.tokens):
        if kind == "heading":
            heading = ": ".join(filter(None, [part.heading, plain_text(inlines[0])]))
        elif kind == "row":
            row = [_flat(cell, numbers) for cell in inlines]
            yield _piece(part.id, heading, BETWEEN_CELLS.join(filter(None, row)))
        else:
            for text in _parted(inlines[0], numbers):
                yield _piece(part.id, heading, text)


OPENS = {"heading_open": "heading", "tr_open": "row", "thead_open": "head"}
CLOSES = {"heading_close", "tr_close", "thead_close"}


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """The inline tokens of each ``heading``, ``row`` of a table and ``text``. What heads a table says nothing alone."""
    kind, inlines = "text", list[Token]()
    for token in tokens:
        kind = kind if kind == "head" else OPENS.get(token.type, kind)
        if token.type == "inline" and kind != "head":
            inlines.append(token)
        if inlines and (kind == "text" or token.type in CLOSES):
            yield kind, inlines
            inlines = []
        if token.type in CLOSES and (kind != "head" or token.type == "thead_close"):
            kind = "text"


def _piece(section: str, heading: str, text: str) -> Piece:
    found = [int(number) for marks in CITED.findall(text) for number in re.findall(r"\d+", marks)]
    return Piece(section, _clean(heading), text, tuple(sorted(set(found))))


def _parted(inline: Token, numbers: Mapping[str, int]) -> list[str]:
    """The words of a block, in as many passages as its length asks for."""
    text = _flat(inline, numbers)
    if len(text) <= LONGEST:
        return [text]
    passages = [""]
    for start, end in split(CITED.sub(lambda cited: MARK * len(cited[0]), text)):
        sentence = text[start:end].strip()
        if passages[-1] and len(passages[-1]) + len(sentence) > LONGEST:
            passages.append("")
        passages[-1] = f"{passages[-1]} {sentence}".strip()
    return passages


def _flat(inline: Token, numbers: Mapping[str, int]) -> str:
    return _clean("".join(_word(child, numbers) for child in inline.children or []))


def _word(child: Token, numbers: Mapping[str, int]) -> str:
    if child.type != "citation":
        return words_of(child).replace(MARK, " ")
    cited = sorted({numbers[key] for key, _ in child.meta["items"] if key in numbers})
    return f" [{', '.join(map(str, cited))}]" if cited else ""


def _clean(text: str) -> str:
    return " ".join(UNSEEN.sub(" ", text).split())

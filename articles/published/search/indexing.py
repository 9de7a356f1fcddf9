"""Write the passages and words of an article that search uses."""

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

from articles.lifecycle import State
from articles.models import Article, Passage, Rendition, Synonym, Version, Word
from articles.models.search import CONFIG
from articles.models.versions import SHOWN_FIRST
from articles.published.document_format import is_newer
from articles.text.citation_markers import DASH, joined, marker
from articles.text.claims.extraction import BETWEEN_CELLS, INVISIBLE, token_words
from articles.text.claims.sentences import MARK, split_sentences
from articles.text.footnotes import REFERENCE
from articles.text.rendering import SectionTokens, parse, plain_text, split_sections
from editorial.sql_files import statement
from editorial.text_normalisation import normalised_words

LONGEST = 600
"""Maximum number of characters in a passage. A longer paragraph is split between sentences."""

BEGIN, END = "\ue000", "\ue001"
"""Private-use characters around a match. No passage contains them."""

UNSEEN = re.compile(rf"{INVISIBLE.pattern}|[\x00-\x1f\x7f{BEGIN}{END}]")
CITED = re.compile(rf" ?\[(\d{{1,4}}(?:[,{DASH}]\d{{1,4}})*)\]")
RUN = re.compile(rf"(\d+)(?:{DASH}(\d+))?")

WORTH_KEEPING = range(3, 41)
"""Lengths of words that can correct a misspelt one."""

WITNESSES = 5
"""Maximum number of texts that are stored for each word.

A word is deleted when readers see none of its stored texts any more. It is stored again when another text that has it
is written.
"""

REMEMBER_WORDS = statement(__package__, "remember_words")

FINDABLE = [state for state in SHOWN_FIRST if state != State.RETRACTED]
"""States whose versions readers see, or may see when another version is no longer visible."""


@dataclass(frozen=True)
class Piece:
    """A passage of a text, before it is saved. ``numbers`` are the works cited in it."""

    section: str
    heading: str
    text: str
    numbers: tuple[int, ...]


def write_search(article: Article, *, shown: Version | None, code: str, now: datetime) -> None:
    """Write missing passages, and those of older code. Delete passages and words that search cannot return.

    Every version that readers may see later has its passages, so search finds it as soon as it is visible. Words are
    those of the version that is ``shown``. Passages of approvals that lapsed before ``now`` get ``approved_until``
    NULL, so search compares times only for those that lapsed since.
    """
    passages = Passage.objects.filter(version__article=article)
    passages.exclude(version__state__in=FINDABLE).delete()
    codes = passages.order_by().values_list("code", flat=True).distinct()
    fresh = passages.filter(version=OuterRef("pk"), code__in=[one for one in codes if one == code or is_newer(one)])
    for version in article.versions.filter(~Exists(fresh), state__in=FINDABLE).order_by("pk"):
        write_passages(version, code=code)
    passages.filter(approved_until__lte=now).update(approved_until=None)
    Word.objects.filter(version__article=article).exclude(version=shown).delete()
    if shown:
        rows = passages.filter(version=shown).values_list("heading", "text")
        keep_words([shown.question, *chain.from_iterable(rows)], version=shown)


@transaction.atomic
def write_passages(version: Version, *, code: str) -> None:
    """Replace the passages of a frozen ``version``; ``code`` is the key of the code that writes them."""
    rows = list(passages_of(version, code=code))
    Passage.objects.filter(version=version).delete()
    Word.objects.filter(version=version).delete()
    Passage.objects.bulk_create(rows, batch_size=500)


def passages_of(version: Version, *, code: str) -> Iterator[Passage]:
    """Yield the passages of a frozen ``version``, unsaved, without ``approved_until``."""
    numbers = dict(version.citations.values_list("reference__key", "number"))
    for text in Rendition.objects.filter(version=version).in_order():
        yield from _rows(version, text, numbers=numbers, code=code)


def keep_words(texts: Iterable[str], *, version: Version | None = None, synonym: Synonym | None = None) -> None:
    """Store the words of ``texts``, of ``version`` or ``synonym``, as possible corrections of misspelt words."""
    known = {
        word for text in texts for word in normalised_words(text) if len(word) in WORTH_KEEPING and not word.isdigit()
    }
    of = {"version": version.pk if version else None, "synonym": synonym.pk if synonym else None}
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER_WORDS, {**of, "words": sorted(known), "witnesses": WITNESSES})


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
            search=cast(Any, search_vector(version.question, heading=piece.heading, text=piece.text)),
            code=code,
        )


def search_vector(question: str, *, heading: str, text: str) -> Any:
    """Return the search vector of a passage. The article's question is in each, with the lowest weight.

    Citation numbers are left out.
    """
    weighted = {"A": CITED.sub("", text), "B": heading, "D": question}
    vectors = [SearchVector(Value(words), config=CONFIG, weight=weight) for weight, words in weighted.items()]
    return vectors[0] + vectors[1] + vectors[2]


def pieces(body: str, *, numbers: Mapping[str, int]) -> Iterator[Piece]:
    """Yield the passages of a text in reading order, each with the numbers of the works cited in it."""
    for part in split_sections(parse(body)):
        yield from (piece for piece in _pieces(part, numbers) if piece.text)


def _pieces(part: SectionTokens, numbers: Mapping[str, int]) -> Iterator[Piece]:
    heading = part.heading
    for kind, inlines in _blocks(part.tokens):
        if kind == "heading":
            heading = ": ".join(filter(None, [part.heading, plain_text(inlines[0])]))
        elif kind == "row":
            row = [_flat(cell, numbers) for cell in inlines]
            yield _piece(part.id, heading, BETWEEN_CELLS.join(filter(None, row)), numbers=numbers)
        else:
            for text in _parted(inlines[0], numbers):
                yield _piece(part.id, heading, text, numbers=numbers)


OPENS = {"heading_open": "heading", "tr_open": "row", "thead_open": "head"}
CLOSES = {"heading_close", "tr_close", "thead_close"}


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Yield the inline tokens of each ``heading``, table ``row`` and ``text``, without table heads.

    A table head means nothing on its own.
    """
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


def _piece(section: str, heading: str, text: str, *, numbers: Mapping[str, int]) -> Piece:
    ends = [RUN.fullmatch(run) for found in CITED.findall(text) for run in found.split(",")]
    cited = [range(int(found[1]), int(found[2] or found[1]) + 1) for found in ends if found]
    found = {number for number in numbers.values() if any(number in run for run in cited)}
    return Piece(section, _clean(heading), text, tuple(sorted(found)))


def _parted(inline: Token, numbers: Mapping[str, int]) -> list[str]:
    """Return the text of a block, split into passages of at most ``LONGEST`` characters, between sentences."""
    text = _flat(inline, numbers)
    if len(text) <= LONGEST:
        return [text]
    passages = [""]
    for start, end in split_sentences(CITED.sub(lambda cited: MARK * len(cited[0]), text)):
        sentence = text[start:end].strip()
        if passages[-1] and len(passages[-1]) + len(sentence) > LONGEST:
            passages.append("")
        passages[-1] = f"{passages[-1]} {sentence}".strip()
    return passages


def _flat(inline: Token, numbers: Mapping[str, int]) -> str:
    return _clean("".join(_word(child, numbers) for child in joined(inline.children or [])))


def _word(child: Token, numbers: Mapping[str, int]) -> str:
    if child.type == REFERENCE:
        return ""
    if child.type != "citation":
        return token_words(child).replace(MARK, " ")
    cited = marker(numbers[key] for key, _ in child.meta["items"] if key in numbers)
    return f" [{cited}]" if cited else ""


def _clean(text: str) -> str:
    return " ".join(UNSEEN.sub(" ", text).split())

"""The context of a claim: what its meaning depends on besides its own words.

A heading, a header cell or a sentence nearby can change the meaning of a claim without changing its words. The context
of a claim consists of, from the outside in:

- the audience, and the question that the text answers,
- the headings above it, of every level, and whether it is in a quotation,
- the lead-in of its list, quotation or table: the paragraph directly before; for a nested list, the item it is part of,
- for a row, the header cell of each of its cells (in any order: columns may be moved with their headers), and the row
  above that names a group of rows: one with words in its first cell only,
- a sentence before it, after the last heading, that refers forward ("The following was later shown to be wrong."),
- the uncited sentences directly before it; if it begins with a pronoun or connective, the sentence before even if
  that cites a work, and so on back from there; directly after a list or table, the whole of it,
- the uncited sentences directly after it that begin with a pronoun or connective, or refer back,
- the notes that it refers to; for a claim in a note, the statements that refer to the note.

``connectives`` lists the words. Everything is found in linear time.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from articles.text.claims.connectives import BACK, FORWARD, JOINED
from articles.text.claims.enclosing_blocks import ContextKind, ContextPart, Frame, frames_of
from articles.text.claims.extraction import FoundClaim, StatementKind, clean, plain_words, statements_of, token_words
from articles.text.claims.fingerprints import normalised_words
from articles.text.footnotes import REFERENCE, labels_by_token
from articles.text.rendering import parse
from editorial.record.canonical_json import sha256_hex

FORMAT = "imprimatur-context/1"

REACH = 5
"""Maximum number of sentences before or after a claim that can belong to its context."""


@dataclass(frozen=True)
class Context:
    parts: Sequence[ContextPart]

    @property
    def hash(self) -> str:
        """SHA-256 over all parts, 64 hexadecimal digits."""
        parts = [[part.kind.value, _hash(part.words), _hash(part.cell)] for part in self.parts]
        return sha256_hex([FORMAT, parts])

    @property
    def words(self) -> list[dict[str, str]]:
        """The parts as JSON for display: ``kind``, and ``words``, long ones cut."""
        return [part.shown for part in self.parts]


@lru_cache(maxsize=1024)
def _hash(words: str) -> str:
    """Cached, because one lead-in belongs to many claims."""
    return sha256_hex(normalised_words(words))


def claims_in_context(body: str, *, audience: str, question: str) -> list[tuple[FoundClaim, Context]]:
    """Return the claims of ``body`` in reading order, each with its context; ``audience`` is a code."""
    tokens = parse(body)
    statements, frames = statements_of(tokens), frames_of(tokens)
    outer = (ContextPart(ContextKind.AUDIENCE, audience), ContextPart(ContextKind.QUESTION, question))
    text = _SurroundingSentences(statements, [frames[_first_block(statement)] for statement in statements])
    around = zip(text.pointers(), text.before(), text.after(), strict=True)
    notes = _notes(statements, tokens)
    return [
        (statement, Context((*outer, *frame.parts, *_columns(statement, frames), *_around(frame, *sentences), *noted)))
        for statement, frame, sentences, noted in zip(statements, text.frames, around, notes, strict=True)
        if statement.keys
    ]


def _notes(statements: Sequence[FoundClaim], tokens: Sequence[Token]) -> list[list[ContextPart]]:
    """Return for each statement the notes that it refers to, and the statements that refer to the note it is in."""
    inside, placed = labels_by_token(tokens), _placed_references(tokens)
    words: dict[str, list[str]] = {}
    for index, label in inside.items():
        token = tokens[index]
        words.setdefault(label, []).append(clean(plain_words(token)) if token.children else token.content.strip())
    notes = {label: ContextPart(ContextKind.NOTE, " ".join(filter(None, parts))) for label, parts in words.items()}
    named = [list(dict.fromkeys(_labels_in(statement, placed))) for statement in statements]
    referring: dict[str, list[str]] = {}
    for statement, labels in zip(statements, named, strict=True):
        for label in labels:
            referring.setdefault(label, []).append(statement.text)
    subjects = {label: [ContextPart(ContextKind.NOTE_TO, " / ".join(texts))] for label, texts in referring.items()}
    return [
        [*map(notes.__getitem__, labels), *subjects.get(inside.get(_first_block(statement), ""), ())]
        for statement, labels in zip(statements, named, strict=True)
    ]


def _first_block(statement: FoundClaim) -> int:
    return statement.stretches[0].token


def _placed_references(tokens: Sequence[Token]) -> dict[int, list[tuple[int, str]]]:
    """Return the references to notes in each block that has any: the place in its plain words, and the label."""
    found: dict[int, list[tuple[int, str]]] = {}
    for index, token in enumerate(tokens):
        place = 0
        for child in token.children or []:
            if child.type == REFERENCE:
                found.setdefault(index, []).append((place, child.meta["label"]))
            place += len(token_words(child))
    return found


def _labels_in(statement: FoundClaim, placed: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[str]:
    """Yield the labels of the notes that ``statement`` refers to, in order."""
    for stretch in statement.stretches:
        references = placed.get(stretch.token, ())
        begin, end = (bisect_left(references, (edge, "")) for edge in (stretch.start, stretch.end))
        yield from (label for _, label in references[begin:end])


def _columns(statement: FoundClaim, frames: Mapping[int, Frame]) -> list[ContextPart]:
    """Return the cells of a row with their headers, in an order that does not depend on that of the columns."""
    cells = [frames[stretch.token] for stretch in statement.stretches] if statement.role is StatementKind.ROW else []
    return sorted(
        (ContextPart(ContextKind.COLUMN, cell.column, cell.words) for cell in cells if cell.words),
        key=lambda part: (part.words, part.cell),
    )


def _around(
    frame: Frame, pointers: Sequence[str], before: Sequence[str], after: Sequence[str]
) -> Iterator[ContextPart]:
    """Yield the sentences around a claim, none twice."""
    frame_words = {part.words for part in frame.parts}
    yield from (ContextPart(ContextKind.POINTER, words) for words in pointers if words not in frame_words)
    yield from (ContextPart(ContextKind.BEFORE, words) for words in before if words not in pointers)
    yield from (ContextPart(ContextKind.AFTER, words) for words in after)


# --- which sentences around it ---------------------------------------------------------------------------------------


class _SurroundingSentences:
    """Finds the sentences around each statement of a text. The statements are in reading order."""

    def __init__(self, statements: Sequence[FoundClaim], frames: Sequence[Frame]) -> None:
        self.statements, self.frames = statements, frames
        self.joined = [
            statement.role is not StatementKind.ROW and bool(JOINED.match(statement.text)) for statement in statements
        ]
        self.looks_back = [
            not statement.keys
            and statement.role is StatementKind.SENTENCE
            and (joined or bool(BACK.search(statement.text)))
            for statement, joined in zip(statements, self.joined, strict=True)
        ]

    def pointers(self) -> Iterator[list[str]]:
        """For each statement, the sentences that refer forward to it: after the last heading, in the same container."""
        pointing: list[tuple[Frame, str]] = []
        for statement, here in zip(self.statements, self.frames, strict=True):
            pointing = [(there, words) for there, words in pointing if _is_in_scope(there, here)]
            yield [words for _, words in pointing]
            if statement.role is StatementKind.SENTENCE and FORWARD.search(statement.text):
                pointing = [*pointing, (here, statement.text)][-REACH:]

    def before(self) -> Iterator[list[str]]:
        """For each claim except rows, the sentences before it that its meaning depends on, the nearest first."""
        for index, statement in enumerate(self.statements):
            yield list(self._back_from(index)) if statement.keys and statement.role is not StatementKind.ROW else []

    def _back_from(self, index: int) -> Iterator[str]:
        for place in range(index, max(index - REACH, 0), -1):
            here, there, earlier = self.frames[place], self.frames[place - 1], self.statements[place - 1]
            joined = self.joined[place]
            if here.section != there.section:
                return
            if joined and _is_inside(there, here):
                inner = there.path[len(here.path)]
                yield " / ".join(
                    sorted(self.statements[place_inside].text for place_inside in self._back_in(inner, place - 1))
                )
                return
            if not joined and (earlier.keys or here.item != there.item):
                return
            yield earlier.text

    def after(self) -> list[list[str]]:
        """For each claim, the sentences directly after it, or after its list, table or quotation, that refer back."""
        after: list[list[str]] = [[] for _ in self.statements]
        for index, statement in enumerate(self.statements):
            for claim in self._looked_back_on(index) if self.looks_back[index] else ():
                after[claim].append(statement.text)
        return after

    def _looked_back_on(self, index: int) -> Iterator[int]:
        last = index - 1
        while last >= 0 and self.looks_back[last] and index - last < REACH:
            last -= 1
        if last < 0 or self.frames[last].section != self.frames[index].section:
            return
        if _is_inside(self.frames[last], self.frames[index]):
            places = self._back_in(self.frames[last].path[len(self.frames[index].path)], last)
            yield from (place for place in places if self.statements[place].keys)
        else:
            block = self.statements[last].stretches[0].token
            for place in range(last, -1, -1):
                if not self.statements[place].keys or self.statements[place].stretches[0].token != block:
                    return
                yield place

    def _back_in(self, container: int, last: int) -> Iterator[int]:
        """The statements in ``container`` up to ``last``, backwards."""
        return itertools.takewhile(lambda place: container in self.frames[place].path, range(last, -1, -1))


def _is_in_scope(there: Frame, here: Frame) -> bool:
    """Return whether ``here`` is under the same heading as ``there``, and in its container or deeper."""
    return there.section == here.section and here.path[: len(there.path)] == there.path


def _is_inside(there: Frame, here: Frame) -> bool:
    """Return whether ``there`` is in a list, table or quotation that ended before ``here``."""
    return len(there.path) > len(here.path) and there.path[: len(here.path)] == here.path

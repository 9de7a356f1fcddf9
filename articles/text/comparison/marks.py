"""Finding every change between two parsed texts, with its place in the second text.

Sentences, headings, rows and code blocks are paired like lines (``pairing``). Adjacent changes without anything
unchanged between them count as one: a new paragraph is one change, and so is each run of other words in a sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby

from articles.text.comparison.pairing import Pair, pairs, similarity
from articles.text.comparison.rows import WordRun, word_runs, word_spans
from articles.text.comparison.spans import Budget
from articles.text.comparison.tokens import comparable_words, is_quantity
from articles.text.comparison.units import PlacedWord, Segment

SHOWN = 200
"""Characters of each side that represent a change in a list."""

MIN_SIMILARITY = 1 / 3
"""Share of common words below which a sentence counts as replaced as a whole.

A few common words mean nothing then.
"""

Place = tuple[int, int]
"""A token, and the position in its words."""


class MarkKind(Enum):
    """How a place is marked."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    AWAY = "away"


@dataclass(frozen=True)
class ChangeMark:
    """One mark in a text, from ``start`` to ``end`` in the words of a token. ``change`` is the number of its change.

    What was removed or moved away has no words there: it is marked at ``start``, with its ``words``. ``leads`` is True
    for the mark that links to the change lead to.
    """

    change: int
    kind: MarkKind
    token: int
    start: int
    end: int
    words: tuple[WordRun, ...] = ()
    is_quantity: bool = False
    is_whole: bool = False
    leads: bool = False


@dataclass(frozen=True)
class TextChange:
    """One change, by its number in the text, with the beginning of the old and the new words.

    ``is_in_text`` is False if nothing in the text is left to be marked.
    """

    number: int
    before: tuple[WordRun, ...] = ()
    after: tuple[WordRun, ...] = ()
    has_moved: bool = False
    has_quantity: bool = False
    is_in_text: bool = True


@dataclass
class MarkedChanges:
    """All changes of one text and their marks, in reading order."""

    changes: list[TextChange] = field(default_factory=list)
    change_marks: list[ChangeMark] = field(default_factory=list)


def find_changes(before: Sequence[Segment], after: Sequence[Segment], *, first: int = 1) -> MarkedChanges:
    """Return every change from ``before`` to ``after``, numbered from ``first``."""
    return _Marking(before, after, first).marked()


class _Marking:
    def __init__(self, before: Sequence[Segment], after: Sequence[Segment], first: int) -> None:
        self.before, self.after, self.first = before, after, first
        self.budget = Budget()
        self.found = MarkedChanges()
        self.moves: dict[int, int] = {}
        self.away: list[ChangeMark] = []
        self.place: Place | None = next(((word.token, word.start) for segment in after for word in segment.words), None)
        self.removed: list[PlacedWord] = []
        self.added: list[PlacedWord] = []
        self.removed_at, self.kind = self.place, ""

    def marked(self) -> MarkedChanges:
        texts = [[segment.text for segment in side] for side in (self.before, self.after)]
        kinds = ([segment.kind for segment in self.before], [segment.kind for segment in self.after])
        for pair in pairs(*texts, budget=self.budget, kinds=kinds):
            if pair.move:
                self._move(pair)
            elif pair.before is None or pair.after is None:
                self._collect(pair)
            else:
                self._close(pair)
                self._runs(self.before[pair.before], self.after[pair.after])
                self._pass(self.after[pair.after])
        self._close()
        self.found.change_marks += [replace(mark, change=self.moves[mark.change]) for mark in self.away]
        return self.found

    def _pass(self, segment: Segment) -> None:
        self.place = (segment.words[-1].token, segment.words[-1].end)

    def _collect(self, pair: Pair) -> None:
        segment = self.after[pair.after or 0] if pair.before is None else self.before[pair.before]
        if segment.kind != self.kind:
            self._close()
        if not (self.removed or self.added):
            self.removed_at, self.kind = self.place, segment.kind
        if pair.before is not None:
            self.removed += [*([_SPACE] if self.removed else []), *segment.words]
        else:
            self.added += [*([_SPACE] if self.added else []), *segment.words]
            self._pass(segment)

    def _close(self, following: Pair | None = None) -> None:
        """Add one change for adjacent sentences, or rows, that were removed or added.

        What was removed from a paragraph that goes on is shown before its remaining words, not in the paragraph above.
        """
        if self.removed and following:
            old, new = self.before[following.before or 0].words[0], self.after[following.after or 0].words[0]
            self.removed_at = (new.token, new.start) if self.removed[-1].token == old.token else self.removed_at
        if self.removed or self.added:
            self._add(self.removed, self.added, at=self.removed_at, is_whole=True)
        self.removed, self.added = [], []

    def _runs(self, old: Segment, new: Segment) -> None:
        """Add a change for each run of other words in a segment."""
        for removed, added, at in self._spans(old, new):
            self._add(removed, added, at=at)

    def _spans(self, old: Segment, new: Segment) -> Iterator[tuple[Sequence[PlacedWord], Sequence[PlacedWord], Place]]:
        values = [[word.value for word in segment.words] for segment in (old, new)]
        if similarity(*map(comparable_words, values)) < MIN_SIMILARITY and old.text != new.text:
            yield old.words, new.words, (new.words[0].token, new.words[0].start)
            return
        for run in () if old.text == new.text else word_spans(*values, budget=self.budget):
            removed, added = old.words[run.a : run.b], new.words[run.c : run.d]
            if not run.same and any(word.value.strip() for word in (*removed, *added)):
                last = new.words[min(run.c, len(new.words) - 1)]
                yield removed, added, (last.token, last.start if run.c < len(new.words) else last.end)

    def _move(self, pair: Pair) -> None:
        """Add one change for what moved, marked in its new place, with the words that changed on the way."""
        self._close()
        if pair.after is None:
            token, place = self.place or (0, 0)
            if pair.move not in {away.change for away in self.away}:
                self.away.append(ChangeMark(pair.move, MarkKind.AWAY, token, place, place))
            return
        segment, changes = self.after[pair.after], self.found.changes
        leads = pair.move not in self.moves
        number = self.moves.setdefault(pair.move, self._next())
        change_marks, has_quantity = self._moved(self.before[pair.other or 0], segment, number)
        self.found.change_marks += [replace(change_marks[0], leads=leads), *change_marks[1:]]
        if leads:
            changes.append(TextChange(number, after=_short(_words(segment.words)), has_moved=True))
        index = number - self.first
        changes[index] = replace(changes[index], has_quantity=changes[index].has_quantity or has_quantity)
        self._pass(segment)

    def _moved(self, old: Segment, new: Segment, number: int) -> tuple[list[ChangeMark], bool]:
        """Return the marks of a segment that moved, and whether a number changed in it."""
        change_marks: list[ChangeMark] = []
        changed: set[int] = set()
        has_quantity = False
        for removed, added, (token, place) in self._spans(old, new):
            changed |= {id(word) for word in added}
            has_quantity = has_quantity or any(word.is_quantity for word in (*_words(removed), *_words(added)))
            change_marks += (
                [ChangeMark(number, MarkKind.REMOVED, token, place, place, _words(removed))] if removed else []
            )
        for is_new, run in groupby(new.words, key=lambda word: id(word) in changed):
            change_marks += _stretches(list(run), MarkKind.ADDED if is_new else MarkKind.MOVED, number)
        return sorted(
            change_marks, key=lambda change_mark: (change_mark.token, change_mark.start, change_mark.end)
        ), has_quantity

    def _next(self) -> int:
        return self.first + len(self.found.changes)

    def _add(
        self, removed: Sequence[PlacedWord], added: Sequence[PlacedWord], *, at: Place | None, is_whole: bool = False
    ) -> None:
        number, before, after = self._next(), _words(removed), _words(added)
        change_marks: list[ChangeMark] = []
        if at and before:
            change_marks.append(ChangeMark(number, MarkKind.REMOVED, at[0], at[1], at[1], before, is_whole=is_whole))
        change_marks += _stretches(added, MarkKind.ADDED, number)
        self.found.change_marks += [
            replace(change_mark, leads=index == 0) for index, change_mark in enumerate(change_marks)
        ]
        quantity = any(word.is_quantity for word in (*before, *after))
        self.found.changes.append(
            TextChange(number, _short(before), _short(after), has_quantity=quantity, is_in_text=bool(change_marks))
        )


_SPACE = PlacedWord(" ", " ", -1, 0, 0)
"""Separates two sentences that were removed, or added, together. It has no place."""


def _words(words: Iterable[PlacedWord]) -> tuple[WordRun, ...]:
    return tuple(word_runs([word.text for word in words], changed=True))


def _stretches(words: Sequence[PlacedWord], kind: MarkKind, number: int) -> list[ChangeMark]:
    """Return ``words`` as runs within one token, new numbers and units alone, without white space at the ends."""
    visible = [word for word in words if word.end > word.start]
    while visible and visible[0].text.isspace():
        visible.pop(0)
    while visible and visible[-1].text.isspace():
        visible.pop()
    marks_of_runs: list[ChangeMark] = []
    for (token, quantity), run in groupby(
        visible, key=lambda word: (word.token, kind is MarkKind.ADDED and is_quantity(word.text))
    ):
        for part in [[word] for word in run] if quantity else [list(run)]:
            marks_of_runs.append(ChangeMark(number, kind, token, part[0].start, part[-1].end, is_quantity=quantity))
    return marks_of_runs


def _short(words: Iterable[WordRun]) -> tuple[WordRun, ...]:
    """Return as many of ``words`` as a list has room for."""
    kept: list[WordRun] = []
    remaining = SHOWN
    for run in words:
        if len(run.text) > remaining:
            return (*kept, replace(run, text=f"{run.text[:remaining]}\u2026"))
        kept.append(run)
        remaining -= len(run.text)
    return tuple(kept)

"""Two texts side by side: lines first, then the words inside the lines that changed.

The time is bounded whatever the texts are: what both sides hold exactly once splits the work into small pieces (the
idea of patience diff), and pieces too large to compare, or beyond the budget, are shown as replaced as a whole.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

PIECE = 10_000
"""Largest piece (length by length) that is compared item by item."""

BUDGET = 2_000_000
"""Sum of the sizes of all pieces compared item by item for one pair of texts: about two seconds at the very worst."""

LINES = 1000
"""Changed lines in which words are compared; further ones are shown as changed as a whole."""

CONTEXT = 2
"""Unchanged lines shown around a change."""

WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Span:
    """A run of items: ``before[a:b]`` became ``after[c:d]``, or is the same."""

    same: bool
    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True)
class Words:
    """A run of words of one side; ``changed`` ones are not on the other side."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Row:
    """One line of both sides; a side that has none is None. ``skipped`` counts unchanged lines left out here."""

    before: tuple[Words, ...] | None = None
    after: tuple[Words, ...] | None = None
    changed: bool = False
    skipped: int = 0


@dataclass
class Budget:
    """What may still be spent on comparing item by item."""

    left: int = BUDGET
    lines: int = LINES

    def affords(self, size: int) -> bool:
        if size > min(PIECE, self.left):
            return False
        self.left -= size
        return True


@dataclass
class _Work:
    before: Sequence[str]
    after: Sequence[str]
    budget: Budget
    spans: list[Span] = field(default_factory=list)


def spans(before: Sequence[str], after: Sequence[str], *, budget: Budget) -> list[Span]:
    """How ``before`` became ``after``: runs in order that cover both, neighbours of one kind joined."""
    work = _Work(before, after, budget)
    pending = [(0, len(before), 0, len(after))]
    while pending:
        a, b, c, d = pending.pop()
        head = _alike(work, range(a, b), range(c, d))
        tail = _alike(work, range(b - 1, a + head - 1, -1), range(d - 1, c + head - 1, -1))
        inner = (a + head, b - tail, c + head, d - tail)
        _same(work, a, c, head)
        anchors = _anchors(work, *inner)
        if anchors:
            ends = [(inner[0], inner[2]), *anchors, (inner[1], inner[3])]
            parts = [(one[0], other[0], one[1], other[1]) for one, other in pairwise(ends)]
            pending += [(inner[1], b, inner[3], d), *reversed(parts)]
        else:
            _plain(work, *inner)
            _same(work, b - tail, d - tail, tail)
    return _joined(work.spans)


def _alike(work: _Work, ours: range, theirs: range) -> int:
    """How many items the two ranges begin with alike."""
    for count, (index, other) in enumerate(zip(ours, theirs, strict=False)):
        if work.before[index] != work.after[other]:
            return count
    return min(len(ours), len(theirs))


def _same(work: _Work, a: int, c: int, length: int) -> None:
    if length:
        work.spans.append(Span(same=True, a=a, b=a + length, c=c, d=c + length))


def _anchors(work: _Work, a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """Places of items that either side holds exactly once, as many as stand in the same order on both."""
    once = {item for item, count in Counter(work.before[a:b]).items() if count == 1}
    theirs = Counter(work.after[c:d])
    places = {item: index for index, item in enumerate(work.after[c:d], c) if theirs[item] == 1 and item in once}
    return _rising([(index, places[item]) for index, item in enumerate(work.before[a:b], a) if item in places])


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``pairs`` whose second members rise (their first ones do)."""
    tops: list[int] = []
    piles: list[int] = []
    previous: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        previous.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        piles[pile : pile + 1] = [index]
    chosen: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = previous[index]
    return chosen[::-1]


def _plain(work: _Work, a: int, b: int, c: int, d: int) -> None:
    """Compare a piece without anchors item by item if that is cheap; replaced as a whole otherwise."""
    if not work.budget.affords((b - a) * (d - c)):
        work.spans.append(Span(same=False, a=a, b=b, c=c, d=d))
        return
    matcher = SequenceMatcher(None, work.before[a:b], work.after[c:d], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        work.spans.append(Span(same=tag == "equal", a=a + i, b=a + j, c=c + k, d=c + m))


def _joined(runs: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for run in runs:
        if joined and joined[-1].same == run.same:
            last = joined.pop()
            joined.append(Span(same=run.same, a=last.a, b=run.b, c=last.c, d=run.d))
        elif run.a < run.b or run.c < run.d:
            joined.append(run)
    return joined


def compare(before: str, after: str) -> list[Row]:
    """The rows that show how ``before`` became ``after``; empty when they are the same."""
    ours, theirs, budget = before.split("\n"), after.split("\n"), Budget()
    runs = spans(ours, theirs, budget=budget)
    if all(run.same for run in runs):
        return []
    rows: list[Row] = []
    for run in runs:
        if run.same:
            rows += _context(ours[run.a : run.b], first=run.a == 0, last=run.b == len(ours))
        else:
            rows += _changed(ours[run.a : run.b], theirs[run.c : run.d], budget)
    return rows


def _context(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Row]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    skipped = len(lines) - head - tail
    if skipped <= 1:
        head, tail, skipped = len(lines), 0, 0
    yield from map(_unchanged, lines[:head])
    if skipped:
        yield Row(skipped=skipped)
    yield from map(_unchanged, lines[len(lines) - tail :])


def _unchanged(line: str) -> Row:
    words = (Words(line, changed=False),)
    return Row(before=words, after=words)


def _changed(before: Sequence[str], after: Sequence[str], budget: Budget) -> Iterator[Row]:
    for one, other in zip_longest(before, after):
        if one is None or other is None:
            whole = (Words(one or other or "", changed=True),)
            yield Row(before=whole if other is None else None, after=whole if one is None else None, changed=True)
        else:
            yield _line(one, other, budget)


def _line(one: str, other: str, budget: Budget) -> Row:
    budget.lines -= 1
    if budget.lines < 0:
        return Row(before=(Words(one, changed=True),), after=(Words(other, changed=True),), changed=True)
    ours, theirs = WORD.findall(one), WORD.findall(other)
    runs = spans(ours, theirs, budget=budget)
    before = tuple(Words("".join(ours[run.a : run.b]), changed=not run.same) for run in runs if run.a < run.b)
    after = tuple(Words("".join(theirs[run.c : run.d]), changed=not run.same) for run in runs if run.c < run.d)
    return Row(before=before, after=after, changed=True)

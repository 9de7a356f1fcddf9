"""Comparing two sequences: runs that are the same, and runs that differ.

The time is bounded for any input. Items that both hold exactly once split the sequences into small pieces (the idea of
patience diff). Pieces that are too large to compare, or beyond the budget, count as replaced as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

PIECE = 10_000
"""Largest piece (length times length) that is compared item by item."""

BUDGET = 2_000_000
"""Total size of all pieces compared item by item for one pair of texts: at most about two seconds."""

LINES = 1000
"""Changed lines in which words are compared. Further lines are shown as changed as a whole."""


@dataclass(frozen=True)
class Span:
    """A run of items: ``before[a:b]`` became ``after[c:d]``, or is the same."""

    same: bool
    a: int
    b: int
    c: int
    d: int


@dataclass
class Budget:
    """The remaining budget for comparing item by item."""

    left: int = BUDGET
    lines: int = LINES

    def affords(self, size: int) -> bool:
        if size > min(PIECE, self.left):
            return False
        self.left -= size
        return True


@dataclass
class _SequenceComparison:
    before: Sequence[str]
    after: Sequence[str]
    budget: Budget
    spans: list[Span] = field(default_factory=list)


def spans(before: Sequence[str], after: Sequence[str], *, budget: Budget) -> list[Span]:
    """Return how ``before`` became ``after``: runs in order that cover both, adjacent ones of one kind joined."""
    comparison = _SequenceComparison(before, after, budget)
    pending = [(0, len(before), 0, len(after))]
    while pending:
        a, b, c, d = pending.pop()
        head = _common_prefix(comparison, range(a, b), range(c, d))
        tail = _common_prefix(comparison, range(b - 1, a + head - 1, -1), range(d - 1, c + head - 1, -1))
        inner = (a + head, b - tail, c + head, d - tail)
        _same(comparison, a, c, head)
        anchors = _anchors(comparison, *inner)
        if anchors:
            ends = [(inner[0], inner[2]), *anchors, (inner[1], inner[3])]
            between_anchors = [(start[0], end[0], start[1], end[1]) for start, end in pairwise(ends)]
            pending += [(inner[1], b, inner[3], d), *reversed(between_anchors)]
        else:
            _compare_items(comparison, *inner)
            _same(comparison, b - tail, d - tail, tail)
    return _joined(comparison.spans)


def _common_prefix(comparison: _SequenceComparison, ours: range, theirs: range) -> int:
    """Return the length of the common prefix of the two ranges."""
    for count, (index, other) in enumerate(zip(ours, theirs, strict=False)):
        if comparison.before[index] != comparison.after[other]:
            return count
    return min(len(ours), len(theirs))


def _same(comparison: _SequenceComparison, a: int, c: int, length: int) -> None:
    if length:
        comparison.spans.append(Span(same=True, a=a, b=a + length, c=c, d=c + length))


def _anchors(comparison: _SequenceComparison, a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """Return the places of items that either side has exactly once, as many as are in the same order on both."""
    once = {item for item, count in Counter(comparison.before[a:b]).items() if count == 1}
    theirs = Counter(comparison.after[c:d])
    places = {item: index for index, item in enumerate(comparison.after[c:d], c) if theirs[item] == 1 and item in once}
    return _rising([(index, places[item]) for index, item in enumerate(comparison.before[a:b], a) if item in places])


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of ``pairs`` whose second members rise. The first members do already."""
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


def _compare_items(comparison: _SequenceComparison, a: int, b: int, c: int, d: int) -> None:
    """Compare a piece without anchors item by item if the budget allows; otherwise it counts as replaced."""
    if not comparison.budget.affords((b - a) * (d - c)):
        comparison.spans.append(Span(same=False, a=a, b=b, c=c, d=d))
        return
    matcher = SequenceMatcher(None, comparison.before[a:b], comparison.after[c:d], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        comparison.spans.append(Span(same=tag == "equal", a=a + i, b=a + j, c=c + k, d=c + m))


def _joined(runs: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for run in runs:
        if joined and joined[-1].same == run.same:
            last = joined.pop()
            joined.append(Span(same=run.same, a=last.a, b=run.b, c=last.c, d=run.d))
        elif run.a < run.b or run.c < run.d:
            joined.append(run)
    return joined

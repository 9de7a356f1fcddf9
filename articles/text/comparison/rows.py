"""Comparing two texts side by side: lines, and the words inside changed lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from articles.text.comparison.pairing import Pair, pairs
from articles.text.comparison.spans import Budget, Span, spans
from articles.text.comparison.tokens import is_quantity, tokens

CONTEXT = 2
"""Unchanged lines shown around a change."""


@dataclass(frozen=True)
class WordRun:
    """A run of words of one side.

    If ``changed``, the other side lacks it, and numbers and units are runs of their own.
    """

    text: str
    changed: bool
    is_quantity: bool = False


@dataclass(frozen=True)
class Row:
    """One line of both sides; None for a side that lacks it. ``skipped`` counts unchanged lines left out here.

    A line that moved occurs in two rows, one for each place. Words that changed on the way are marked in both. Lines
    that moved together share a number ``move``, from 1; ``leads`` is True for the first of these rows on each side.
    """

    before: tuple[WordRun, ...] | None = None
    after: tuple[WordRun, ...] | None = None
    changed: bool = False
    skipped: int = 0
    move: int = 0
    leads: bool = False


def compare(before: str, after: str) -> list[Row]:
    """Return the rows that show how ``before`` became ``after``; empty if they are identical."""
    return [] if before == after else list(_Comparison(before.split("\n"), after.split("\n")).rows())


class _Comparison:
    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after, self.budget = before, after, Budget()
        self.led: set[tuple[int, bool]] = set()
        self.sides: dict[tuple[int, int], tuple[tuple[WordRun, ...], tuple[WordRun, ...]]] = {}

    def rows(self) -> Iterator[Row]:
        kinds = (list(map(_kind, self.before)), list(map(_kind, self.after)))
        line_pairs = pairs(self.before, self.after, budget=self.budget, kinds=kinds)
        for is_same, group in groupby(enumerate(line_pairs), key=lambda pair: self._is_same(pair[1])):
            run = list(group)
            if is_same:
                lines = [self.before[pair.before] for _, pair in run if pair.before is not None]
                yield from _context(lines, first=run[0][0] == 0, last=run[-1][0] == len(line_pairs) - 1)
            else:
                yield from (self._row(pair) for _, pair in run)

    def _is_same(self, pair: Pair) -> bool:
        both = pair.before is not None and pair.after is not None
        return both and self.before[pair.before] == self.after[pair.after]  # type: ignore[index]

    def _row(self, pair: Pair) -> Row:
        if pair.before is not None and pair.after is not None:
            before, after = self._line(pair.before, pair.after)
            return Row(before, after, changed=True)
        if pair.before is not None:
            before = _all(self.before[pair.before]) if pair.other is None else self._line(pair.before, pair.other)[0]
            return Row(before=before, changed=True, move=pair.move, leads=self._leads(pair))
        line = pair.after or 0
        after = _all(self.after[line]) if pair.other is None else self._line(pair.other, line)[1]
        return Row(after=after, changed=True, move=pair.move, leads=self._leads(pair))

    def _leads(self, pair: Pair) -> bool:
        """Return whether this is the first row of its move on this side."""
        place = (pair.move, pair.before is None)
        leads = pair.move > 0 and place not in self.led
        self.led.add(place)
        return leads

    def _line(self, old: int, new: int) -> tuple[tuple[WordRun, ...], tuple[WordRun, ...]]:
        if (old, new) not in self.sides:
            self.sides[old, new] = self._compared(self.before[old], self.after[new])
        return self.sides[old, new]

    def _compared(self, old: str, new: str) -> tuple[tuple[WordRun, ...], tuple[WordRun, ...]]:
        self.budget.lines -= 1
        if self.budget.lines < 0 and old != new:
            return (WordRun(old, changed=True),), (WordRun(new, changed=True),)
        ours, theirs = tokens(old), tokens(new)
        runs = word_spans(ours, theirs, budget=self.budget)
        before = [word for run in runs for word in word_runs(ours[run.a : run.b], changed=not run.same)]
        return tuple(before), tuple(
            word for run in runs for word in word_runs(theirs[run.c : run.d], changed=not run.same)
        )


def word_spans(before: Sequence[str], after: Sequence[str], *, budget: Budget) -> list[Span]:
    """Like ``spans``, for words: changes that are separated by white space only are joined."""
    joined: list[Span] = []
    for run in spans(before, after, budget=budget):
        gap = joined[-1] if joined else None
        if len(joined) > 1 and gap and gap.same and not "".join(before[gap.a : gap.b]).strip():
            first = joined[-2]
            joined[-2:] = [Span(same=False, a=first.a, b=run.b, c=first.c, d=run.d)]
        else:
            joined.append(run)
    return joined


def word_runs(word_tokens: Sequence[str], *, changed: bool) -> Iterator[WordRun]:
    """Yield a run of tokens as runs of words. If ``changed``, numbers and units are separate."""
    for quantity, run in groupby(word_tokens, key=is_quantity if changed else lambda _: False):
        yield from (WordRun(text, changed, quantity) for text in (run if quantity else ["".join(run)]))


def _all(line: str) -> tuple[WordRun, ...]:
    """Return a line that only one side has."""
    return tuple(word_runs(tokens(line), changed=True)) or (WordRun("", changed=True),)


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
    words = (WordRun(line, changed=False),)
    return Row(before=words, after=words)


def _kind(line: str) -> str:
    """Return the kind of a line: headings and table rows in Markdown are not paired with sentences."""
    return line[:1] if line[:1] in ("#", "|") else ""

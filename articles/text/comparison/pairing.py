"""Pairing the pieces of two texts by similarity, in order, and finding pieces that moved.

Pieces are lines, sentences or rows of a table. Identical pieces are found first (``spans``). The rest is paired so that
the total similarity is greatest. A piece that was removed in one place and reappears elsewhere with nearly the same
words has moved. The time is bounded: if there are too many pieces to compare each with each, only those that share a
rare word are compared.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from articles.text.comparison.spans import Budget, Span, spans
from articles.text.comparison.tokens import comparable_words, tokens

ALIKE = 0.5
"""Share of common words (of both pieces together, the Dice coefficient) from which two pieces in place are paired."""

MOVED = 0.6
"""The same for a piece that moved."""

MIN_WORDS_TO_MOVE = 3
"""Minimum number of words of a piece that can be found again elsewhere, unless it is identical."""

RARE = 8
"""Maximum number of pieces that contain a rare word."""

CANDIDATES = 4
"""Pieces compared with each one if there are too many to compare all."""

MAX_PIECES = 20_000
"""Maximum number of pieces compared by their words, as many as a text can have lines.

If there are more, they are compared by position only.
"""

Edge = tuple[float, int, int]
"""Similarity and indexes of two pieces."""


Kinds = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Pair:
    """A piece of either side by its index, and its counterpart; None if there is none.

    A moved piece occurs in two pairs, one for each place. ``move`` numbers pieces that moved together, from 1.
    ``before`` or ``after`` is the piece at this place, ``other`` the one at the other place.
    """

    before: int | None
    after: int | None
    move: int = 0
    other: int | None = None


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words that both have, from 0 to 1 (the Dice coefficient)."""
    return 2 * len(one & other) / ((len(one) + len(other)) or 1)


def pairs(before: Sequence[str], after: Sequence[str], *, budget: Budget, kinds: Kinds | None = None) -> list[Pair]:
    """Return all pieces of both sides, in an order that keeps the order of each. Empty pieces only separate others.

    ``kinds`` gives the kind of each piece of either side, such as a heading. Only pieces of one kind are paired.
    """
    return _Pairing(before, after, budget, kinds or ([""] * len(before), [""] * len(after))).pairs()


class _Pairing:
    def __init__(self, before: Sequence[str], after: Sequence[str], budget: Budget, kinds: Kinds) -> None:
        self.before, self.after, self.budget, self.kinds = before, after, budget, kinds
        self.runs = list(self._regions(spans(before, after, budget=budget)))
        self.kept: dict[int, int] = {}
        self.moved: dict[int, int] = {}

    @cached_property
    def words(self) -> tuple[dict[int, frozenset[str]], dict[int, frozenset[str]]]:
        """The words of each piece that is not identical on both sides."""
        changed = [run for run in self.runs if not run.same]
        ours = {i: comparable_words(tokens(self.before[i])) for run in changed for i in range(run.a, run.b)}
        return ours, {j: comparable_words(tokens(self.after[j])) for run in changed for j in range(run.c, run.d)}

    def pairs(self) -> list[Pair]:
        self._find_moved_unchanged()
        for run in self.runs:
            if not run.same:
                self._pair(run)
        self._find_moved()
        for run in self.runs:
            if not run.same:
                self._pair_single(run)
        numbers = self._numbers()
        return [pair for run in self.runs for pair in self._written(run, numbers)]

    def _regions(self, runs: Sequence[Span]) -> Iterator[Span]:
        """Yield ``runs``, joining changes that are separated by empty pieces only."""
        pending: list[Span] = []
        for place, run in enumerate(runs):
            is_gap = run.same and 0 < place < len(runs) - 1 and not any(map(str.strip, self.before[run.a : run.b]))
            if run.same and not is_gap:
                yield from _whole(pending)
                yield run
                pending = []
            else:
                pending.append(run)
        yield from _whole(pending)

    # --- pairing ----------------------------------------------------------------------------------------------------

    def _find_moved_unchanged(self) -> None:
        """Find identical pieces that occur exactly once on each side, in another order."""
        ours, theirs = self.words
        once = Counter(self.before[i] for i in ours if ours[i])
        others = Counter(self.after[j] for j in theirs if theirs[j])
        places = {self.after[j]: j for j in theirs if others[self.after[j]] == 1}
        self.moved = {i: places[self.before[i]] for i in ours if once[self.before[i]] == 1 and self.before[i] in places}

    def _pair(self, run: Span) -> None:
        """Pair the pieces of one changed region so that their total similarity is greatest."""
        taken = set(self.moved.values())
        ours = [i for i in range(run.a, run.b) if self.before[i].strip() and i not in self.moved]
        theirs = [j for j in range(run.c, run.d) if self.after[j].strip() and j not in taken]
        self.kept |= dict(_rising([edge for edge in self._edges(ours, theirs, in_place=True) if edge[0] >= ALIKE]))

    def _find_moved(self) -> None:
        taken = {*self.kept.values(), *self.moved.values()}
        ours, theirs = self.words
        gone = [i for i in ours if ours[i] and i not in self.kept and i not in self.moved]
        come = [j for j in theirs if theirs[j] and j not in taken]
        for rate, i, j in sorted(self._edges(gone, come), key=lambda edge: (-edge[0], edge[1], edge[2])):
            tells = self.before[i] == self.after[j] or min(len(ours[i]), len(theirs[j])) >= MIN_WORDS_TO_MOVE
            if rate >= MOVED and tells and i not in self.moved and j not in taken:
                self.moved[i] = j
                taken.add(j)

    def _pair_single(self, run: Span) -> None:
        """Between two pairs, pair a single removed piece with a single new one, whatever their words."""
        taken = {*self.moved.values(), *self.kept.values()}
        ends = sorted((i, self.kept[i]) for i in range(run.a, run.b) if i in self.kept)
        begin = (run.a - 1, run.c - 1)
        for end in [*ends, (run.b, run.d)]:
            gone = [i for i in range(begin[0] + 1, end[0]) if self.before[i].strip() and i not in self.moved]
            come = [j for j in range(begin[1] + 1, end[1]) if self.after[j].strip() and j not in taken]
            single = dict(_alone(gone, self.kinds[0]))
            for j in sorted(j for kind, j in _alone(come, self.kinds[1]) if kind in single):
                i = single[self.kinds[1][j]]
                if i > begin[0]:
                    self.kept[i] = j
                    begin = (i, j)
            begin = end

    def _is_one_kind(self, i: int, j: int) -> bool:
        return self.kinds[0][i] == self.kinds[1][j]

    def _edges(self, ours: Sequence[int], theirs: Sequence[int], *, in_place: bool = False) -> list[Edge]:
        """Return pairs of pieces that may be the same, with their similarity.

        All pairs are compared, or only likely ones if there are too many.
        """
        mine, others = self.words
        size = len(ours) * len(theirs)
        size += (len(theirs) * sum(len(mine[i]) for i in ours) + len(ours) * sum(len(others[j]) for j in theirs)) // 64
        if self.budget.affords(size):
            return [(self._similarity(i, j), i, j) for i in ours for j in theirs if self._is_one_kind(i, j)]
        near = self._near(ours, theirs) if max(len(ours), len(theirs)) <= MAX_PIECES else {}
        places = {0, len(theirs) - len(ours)} if in_place else set()
        edges: list[Edge] = []
        for place, i in enumerate(ours):
            here = (theirs[place + by] for by in places if 0 <= place + by < len(theirs))
            edges += [
                (self._similarity(i, j), i, j) for j in sorted({*near.get(i, ()), *here}) if self._is_one_kind(i, j)
            ]
        return edges

    def _similarity(self, i: int, j: int) -> float:
        return 1.0 if self.before[i] == self.after[j] else similarity(self.words[0][i], self.words[1][j])

    def _near(self, ours: Sequence[int], theirs: Sequence[int]) -> dict[int, list[int]]:
        """Return for each piece those that share most rare words with it."""
        mine, others = self.words
        places_of_word: dict[str, list[int]] = defaultdict(list)
        for j in theirs:
            for word in others[j]:
                places_of_word[word].append(j)
        rare = {word: places for word, places in places_of_word.items() if len(places) <= RARE}
        shared = ((i, Counter(j for word in mine[i] for j in rare.get(word, ()))) for i in ours)
        return {i: [j for j, _ in sorted(counted.most_common(CANDIDATES))] for i, counted in shared}

    # --- the result ------------------------------------------------------------------------------------------------

    def _numbers(self) -> dict[int, int]:
        """Return a number for each moved piece, the same for pieces that are adjacent on both sides."""
        ours = {i: rank for rank, i in enumerate(i for i, piece in enumerate(self.before) if piece.strip())}
        theirs = {j: rank for rank, j in enumerate(j for j, piece in enumerate(self.after) if piece.strip())}
        numbers: dict[int, int] = {}
        last, number = (-2, -2), 0
        for i in sorted(self.moved):
            place = (ours[i], theirs[self.moved[i]])
            number += place != (last[0] + 1, last[1] + 1)
            numbers[i], last = number, place
        return numbers

    def _written(self, run: Span, numbers: Mapping[int, int]) -> Iterator[Pair]:
        if run.same:
            yield from map(Pair, range(run.a, run.b), range(run.c, run.d))
            return
        back = {j: i for i, j in self.moved.items()}
        i, j = run.a, run.c
        ends = [(index, self.kept[index]) for index in range(run.a, run.b) if index in self.kept]
        for stop, other in [*ends, (run.b, run.d)]:
            while i < stop or j < other:
                if i < stop and j < other and not self.before[i].strip() and not self.after[j].strip():
                    yield Pair(i, j)
                    i, j = i + 1, j + 1
                elif i < stop and (j == other or self.before[i].strip()):
                    yield Pair(i, None, numbers.get(i, 0), self.moved.get(i))
                    i += 1
                else:
                    yield Pair(None, j, numbers.get(back.get(j, -1), 0), back.get(j))
                    j += 1
            if stop < run.b:
                yield Pair(stop, other)
                i, j = stop + 1, other + 1


def _alone(pieces: Iterable[int], kinds: Sequence[str]) -> list[tuple[str, int]]:
    """Return those of ``pieces`` that are the only ones of their kind, with the kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for piece in pieces:
        by_kind[kinds[piece]].append(piece)
    return [(kind, places[0]) for kind, places in by_kind.items() if len(places) == 1]


def _whole(runs: Sequence[Span]) -> Iterator[Span]:
    """Yield adjacent ``runs`` as one run, if there are any."""
    if runs:
        first, last = runs[0], runs[-1]
        yield Span(same=False, a=first.a, b=last.b, c=first.c, d=last.d)


def _rising(edges: Sequence[Edge]) -> list[tuple[int, int]]:
    """Return pairs of pieces that rise on both sides, so that the sum of the squares of their similarity is greatest.

    With squares, one identical pair counts for more than two half-identical ones. Takes O(n log n).
    """
    places = sorted({j for _, _, j in edges})
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(places) + 1)
    sums: list[float] = []
    previous: list[int] = []
    ordered = sorted(edges, key=lambda edge: (edge[1], -edge[2]))
    for index, (rate, _, j) in enumerate(ordered):
        rank = bisect_right(places, j)
        best, low = (0.0, -1), rank - 1
        while low:
            best, low = max(best, tree[low]), low & (low - 1)
        sums.append(best[0] + rate * rate)
        previous.append(best[1])
        while rank < len(tree):
            tree[rank] = max(tree[rank], (sums[index], index))
            rank += rank & -rank
    chosen, index = [], max(range(len(sums)), key=sums.__getitem__, default=-1)
    while index >= 0:
        chosen.append(ordered[index][1:])
        index = previous[index]
    return chosen[::-1]

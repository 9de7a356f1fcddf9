"""Claims marked in a text: a ``span`` around the words of each, and inside it what is new since an earlier text.

The marks are put among the tokens, not into the HTML, so they always nest well and say nothing that a writer wrote.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

from markdown_it.token import Token

from articles.claims.extraction import BETWEEN_CELLS, FoundClaim, Role, Stretch, plain_words, words_of


@dataclass(frozen=True)
class Mark:
    """How one claim is marked.

    ``name`` is the ``id`` of its first span and the class of all; ``words`` are runs of its text with whether they are
    new; ``link``, if any, is put behind the claim: address, sign and what is read aloud.
    """

    name: str
    classes: str = ""
    words: Sequence[tuple[str, bool]] = ()
    link: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class _Run:
    """Part of a claim within one block; ``is_new`` is a run of words that the earlier text does not have."""

    mark: Mark
    start: int
    end: int
    is_first: bool
    is_last: bool
    new: Sequence[tuple[int, int]] = ()


@dataclass
class _Pen:
    """Writes tokens, and opens and closes marks where the nesting of the text asks for it."""

    written: list[Token] = field(default_factory=list)
    run: _Run | None = None
    is_new: bool = False
    begun: set[str] = field(default_factory=set)

    def turn(self, run: _Run | None, *, is_new: bool) -> None:
        """Close what does not go on, open what begins."""
        if self.is_new and (run is not self.run or not is_new):
            self._put("ins", -1)
            self.is_new = False
        if run is not self.run:
            if self.run:
                self._put("span", -1)
            self.run = run
            if run:
                self._open(run)
        if is_new and not self.is_new:
            self._put("ins", 1)
            self.is_new = True

    def _open(self, run: _Run) -> None:
        attrs = {"class": f"claim {run.mark.name} {run.mark.classes}".strip()}
        if run.is_first and run.mark.name not in self.begun:
            attrs["id"] = run.mark.name
            self.begun.add(run.mark.name)
        self._put("span", 1, attrs)

    def _put(self, tag: str, nesting: int, attrs: Mapping[str, str] | None = None) -> None:
        kind = f"mark_{tag}_{'open' if nesting == 1 else 'close'}"
        self.written.append(Token(kind, tag, nesting, attrs=dict(attrs or {})))  # type: ignore[arg-type]

    def link(self, run: _Run) -> None:
        """The way from a claim that ends here to what was said about it."""
        if run.is_last and run.mark.link:
            address, sign, spoken = run.mark.link
            self._put("a", 1, {"href": address, "class": "claim-link", "aria-label": spoken})
            self.written.append(Token("text", "", 0, content=sign))
            self._put("a", -1)


def marked(tokens: Sequence[Token], claims: Sequence[tuple[FoundClaim, Mark]]) -> list[Token]:
    """``tokens`` with every one of ``claims``, found in these tokens, marked; the tokens given are left alone."""
    runs: dict[int, list[_Run]] = defaultdict(list)
    for claim, mark in claims:
        new = _new_places(claim, mark, tokens)
        for index, where in enumerate(claim.stretches):
            is_first, is_last = index == 0, index == len(claim.stretches) - 1
            runs[where.token].append(_Run(mark, where.start, where.end, is_first, is_last, new[index]))
    return [_marked_inline(token, runs[index]) if index in runs else token for index, token in enumerate(tokens)]


def _new_places(claim: FoundClaim, mark: Mark, tokens: Sequence[Token]) -> list[list[tuple[int, int]]]:
    """Where in each stretch the new words of ``mark`` are: its words are those of the stretches but for the signs."""
    between = BETWEEN_CELLS.strip() if claim.role is not Role.SENTENCE else ""
    letters = [
        (letter, is_new) for text, is_new in mark.words for letter in text if not letter.isspace() and letter != between
    ]
    position, found = 0, []
    for where in claim.stretches if any(is_new for _, is_new in letters) else ():
        places, position = _new_in(where, plain_words(tokens[where.token]), letters, position)
        found.append(places)
    return found or [[] for _ in claim.stretches]


def _new_in(
    where: Stretch, words: str, letters: Sequence[tuple[str, bool]], position: int
) -> tuple[list[tuple[int, int]], int]:
    places: list[tuple[int, int]] = []
    for place in range(where.start, where.end):
        if position == len(letters) or words[place] != letters[position][0]:
            continue
        if letters[position][1]:
            joins = places and not words[places[-1][1] : place].strip() and position and letters[position - 1][1]
            begin = places.pop()[0] if joins else place
            places.append((begin, place + 1))
        position += 1
    return places, position


def _marked_inline(inline: Token, runs: Sequence[_Run]) -> Token:
    pen, place = _Pen(), 0
    bounds = sorted({edge for run in runs for a, b in ((run.start, run.end), *run.new) for edge in (a, b)})
    unlinked, inside_link = list(runs), False
    for child in inline.children or []:
        for piece in _pieces(child, place, bounds):
            run, is_new = (None, False) if piece.nesting else _at(runs, place)
            pen.turn(run, is_new=is_new)
            pen.written.append(piece)
            place += len(words_of(piece))
            inside_link = piece.nesting == 1 if piece.tag == "a" else inside_link
            while unlinked and place >= unlinked[0].end and not inside_link:
                pen.turn(None, is_new=False)
                pen.link(unlinked.pop(0))
    pen.turn(None, is_new=False)
    changed = copy(inline)
    changed.children = pen.written
    return changed


def _pieces(child: Token, place: int, bounds: Sequence[int]) -> Iterator[Token]:
    """``child`` cut where a mark begins or ends inside it; only words can be cut."""
    length = len(words_of(child))
    inside = [edge - place for edge in bounds if place < edge < place + length]
    if child.type not in ("text", "code_inline") or not inside:
        yield child
        return
    for begin, end in zip([0, *inside], [*inside, length], strict=True):
        yield Token(child.type, child.tag, child.nesting, content=child.content[begin:end], markup=child.markup)


def _at(runs: Sequence[_Run], place: int) -> tuple[_Run | None, bool]:
    run = next((run for run in runs if run.start <= place < run.end), None)
    return run, run is not None and any(begin <= place < end for begin, end in run.new)

"""Marking claims and changes in a text: claims in a ``span``, changes in ``ins`` and ``del``.

Marks are inserted among the tokens, not into the HTML. So they always nest correctly and never contain user input as
markup.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from articles.text.claims.extraction import FoundClaim, token_words
from articles.text.comparison.marks import ChangeMark, MarkKind
from articles.text.comparison.units import CODE
from articles.text.markup import SCRIPTS
from articles.text.rendering import MARKED_CODE, NOT_IN_TEXT, render_words

INSERTED = (MarkKind.REMOVED, MarkKind.AWAY)
"""Marks whose words are not part of the text."""


@dataclass(frozen=True)
class ClaimMark:
    """How one claim is marked.

    ``name`` is the ``id`` of its first span and a class of every span. ``link``, if any, is put behind the claim:
    address, visible sign and text for screen readers.
    """

    name: str
    classes: str = ""
    link: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class _ClaimRun:
    """The part of a claim within one block."""

    mark: ClaimMark
    start: int
    end: int
    is_first: bool
    is_last: bool


@dataclass
class _MarkWriter:
    """Writes tokens, and opens and closes marks where the nesting of the text requires it."""

    written: list[Token] = field(default_factory=list)
    run: _ClaimRun | None = None
    change_mark: ChangeMark | None = None
    begun: set[str] = field(default_factory=set)

    def turn(self, run: _ClaimRun | None, change_mark: ChangeMark | None) -> None:
        """Close marks that end here, and open marks that begin here."""
        if self.change_mark and (run is not self.run or change_mark is not self.change_mark):
            self._put(_tag(self.change_mark), -1)
            self.change_mark = None
        if run is not self.run:
            if self.run:
                self._put("span", -1)
            self.run = run
            if run:
                name, classes = run.mark.name, f"claim {run.mark.name} {run.mark.classes}".strip()
                self._put("span", 1, {"class": classes} | self._id(name, is_first=run.is_first))
        if change_mark and not self.change_mark:
            self.change_mark = change_mark
            self._open(change_mark)

    def _open(self, change_mark: ChangeMark) -> None:
        kinds = {"quantity": change_mark.is_quantity, "moved": change_mark.kind is MarkKind.MOVED}
        classes = " ".join(name for name, holds in kinds.items() if holds)
        attrs = {"class": classes} if classes else {}
        self._put(_tag(change_mark), 1, attrs | self._id(f"change-{change_mark.change}", is_first=change_mark.leads))
        if change_mark.is_quantity:
            self._say("changed number: ")

    def _id(self, name: str, *, is_first: bool) -> dict[str, str]:
        if not is_first or name in self.begun:
            return {}
        self.begun.add(name)
        return {"id": name}

    def _put(self, tag: str, nesting: int, attrs: Mapping[str, str] | None = None) -> None:
        kind = f"mark_{tag}_{'open' if nesting == 1 else 'close'}"
        self.written.append(Token(kind, tag, nesting, attrs=dict(attrs or {})))  # type: ignore[arg-type]

    def _write(self, words: str) -> None:
        self.written.append(Token(NOT_IN_TEXT, "", 0, content=words))

    def _say(self, words: str) -> None:
        self._put("span", 1, {"class": "visually-hidden"})
        self._write(words)
        self._put("span", -1)

    def _link(self, address: str, words: str, name: str) -> None:
        self._put("a", 1, {"href": address, "class": "move", "id": name})
        self._write(words)
        self._put("a", -1)
        self._write(" ")

    def insert(self, change_mark: ChangeMark) -> None:
        """Write removed words, or the link between the two places of moved words."""
        if self.change_mark:
            self._put(_tag(self.change_mark), -1)
            self.change_mark = None
        if change_mark.kind is MarkKind.AWAY:
            self._link(f"#change-{change_mark.change}", "Moved away", f"gone-{change_mark.change}")
        elif change_mark.kind is MarkKind.MOVED:
            self._link(f"#gone-{change_mark.change}", "Moved here", f"change-{change_mark.change}")
            self.begun.add(f"change-{change_mark.change}")
        else:
            self._remove(change_mark)

    def _remove(self, change_mark: ChangeMark) -> None:
        words = [run for run in change_mark.words if run.text]
        is_number = len(words) == 1 and words[0].is_quantity
        classes = "quantity" if is_number else "whole" if change_mark.is_whole else ""
        name = self._id(f"change-{change_mark.change}", is_first=change_mark.leads)
        self._put("del", 1, ({"class": classes} if classes else {}) | name)
        for run in words:
            if run.is_quantity and not is_number:
                self._put("span", 1, {"class": "quantity"})
            if run.is_quantity:
                self._say("changed number: ")
            self._write(run.text)
            if run.is_quantity and not is_number:
                self._put("span", -1)
        self._put("del", -1)
        self._write(" ")

    def link(self, run: _ClaimRun) -> None:
        """Write the link from a claim that ends here to the remarks about it."""
        if run.is_last and run.mark.link:
            address, sign, spoken = run.mark.link
            self._put("a", 1, {"href": address, "class": "claim-link", "aria-label": spoken})
            self.written.append(Token("text", "", 0, content=sign))
            self._put("a", -1)


def _tag(change_mark: ChangeMark) -> str:
    return "span" if change_mark.kind is MarkKind.MOVED else "ins"


def mark_tokens(
    tokens: Sequence[Token], claims: Sequence[tuple[FoundClaim, ClaimMark]], change_marks: Iterable[ChangeMark] = ()
) -> list[Token]:
    """Return ``tokens`` with marks for ``claims`` and ``change_marks``, which refer to them.

    The input is not modified.
    """
    runs: dict[int, list[_ClaimRun]] = defaultdict(list)
    for claim, mark in claims:
        for index, stretch in enumerate(claim.stretches):
            is_first, is_last = index == 0, index == len(claim.stretches) - 1
            runs[stretch.token].append(_ClaimRun(mark, stretch.start, stretch.end, is_first, is_last))
    changed: dict[int, list[ChangeMark]] = defaultdict(list)
    for change_mark in change_marks:
        changed[change_mark.token].append(change_mark)
    return [
        _mark_block(token, runs[index], changed[index]) if index in runs or index in changed else token
        for index, token in enumerate(tokens)
    ]


def mark_plain_text(text: str, change_marks: Sequence[ChangeMark]) -> SafeString:
    """Return a text without markup as safe HTML, with its ``change_marks``."""
    return mark_safe(render_words(_mark_children([Token("text", "", 0, content=text)], (), change_marks)))  # noqa: S308 - cleaned


def _mark_block(block: Token, runs: Sequence[_ClaimRun], change_marks: Sequence[ChangeMark]) -> Token:
    """A code block becomes a token with children; see ``rendering``."""
    marked_one = copy(block)
    if block.type in CODE:
        marked_one.type = MARKED_CODE
        children = [Token("text", "", 0, content=block.content)]
    else:
        children = block.children or []
    marked_one.children = _mark_children(children, runs, change_marks)
    return marked_one


def _mark_children(
    children: Sequence[Token], runs: Sequence[_ClaimRun], change_marks: Sequence[ChangeMark]
) -> list[Token]:
    pen, place = _MarkWriter(), 0
    claims, changes = (
        _MarkIndex(runs),
        _MarkIndex([change_mark for change_mark in change_marks if change_mark.kind not in INSERTED]),
    )
    written = (mark for mark in change_marks if mark.kind in INSERTED or (mark.kind is MarkKind.MOVED and mark.leads))
    inserted = deque(sorted(written, key=lambda change_mark: change_mark.start))
    marks: list[_ClaimRun | ChangeMark] = [*runs, *change_marks]
    bounds = sorted({edge for mark in marks for edge in (mark.start, mark.end)})
    unlinked, inside_link = deque(runs), False
    for child in children:
        for piece in _pieces(child, place, bounds):
            while inserted and inserted[0].start <= place and not (inside_link and _is_link(inserted[0])):
                pen.insert(inserted.popleft())
            if piece.nesting:
                pen.turn(None, None)
            else:
                pen.turn(claims.at(place), changes.at(place))
            pen.written.append(piece)
            place += len(token_words(piece))
            inside_link = piece.nesting == 1 if piece.tag == "a" else inside_link
            while unlinked and place >= unlinked[0].end and not inside_link:
                pen.turn(None, None)
                pen.link(unlinked.popleft())
    pen.turn(None, None)
    for change_mark in inserted:
        pen.insert(change_mark)
    return pen.written


def _pieces(child: Token, place: int, bounds: Sequence[int]) -> Iterator[Token]:
    """Yield ``child``, split where a mark begins or ends inside it. Only words can be split."""
    length = len(token_words(child))
    within = bounds[bisect_right(bounds, place) : bisect_left(bounds, place + length)]
    inside = [edge - place for edge in within]
    if child.type not in ("text", "code_inline", *SCRIPTS) or not inside:
        yield child
        return
    for begin, end in zip([0, *inside], [*inside, length], strict=True):
        yield Token(child.type, child.tag, child.nesting, content=child.content[begin:end], markup=child.markup)


def _is_link(change_mark: ChangeMark) -> bool:
    """Links cannot be nested."""
    return change_mark.kind is not MarkKind.REMOVED


class _MarkIndex:
    """Finds the mark at a place. The marks must not overlap."""

    def __init__(self, marks: Sequence[Any]) -> None:
        self.marks = sorted(marks, key=lambda mark: mark.start)
        self.starts = [mark.start for mark in self.marks]

    def at(self, place: int) -> Any:
        index = bisect_right(self.starts, place) - 1
        return self.marks[index] if index >= 0 and place < self.marks[index].end else None

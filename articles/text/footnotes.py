"""Footnotes: ``[^a]`` in a sentence, and ``[^a]: words`` anywhere in the text.

A plugin reads both. Here each note is moved to the end of the section that first refers to it, so that a section stands
by itself. Notes are lettered, because numbers are citations. Nothing a writer typed is lost: a note that no sentence
refers to comes last, and pre-flight refuses it.
"""

import itertools
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

REFERENCE = "footnote_ref"
"""The type of an inline token that refers to a note."""

OPENING, CLOSING = "footnote_open", "footnote_close"
"""The types of the tokens around a note. ``meta`` of the first has ``label``, ``number`` and ``references``."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(eq=False)
class _Note:
    """A note; ``lines`` are its first line and the one after it. No reference was found yet."""

    label: str
    lines: list[int] | None
    tokens: list[Token] = field(default_factory=list)
    meta: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.meta = {"label": self.label, "references": 0}


def add_footnotes(parser: MarkdownIt) -> None:
    """Let ``parser`` read footnotes. A reference without a note stays as it is written."""
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.core.ruler.after("inline", "place_footnotes", _place)
    for kind, write in (
        (REFERENCE, _write_reference),
        ("footnote_block_open", _write_opening_of_block),
        ("footnote_block_close", _write_close_of_block),
        (OPENING, _write_opening),
        (CLOSING, _write_close),
    ):
        parser.add_render_rule(kind, write)


def letter(number: int) -> str:
    """Return the letters of the note with this ``number``, from 1: a to z, then aa, ab and so on."""
    rest, place = divmod(number - 1, len(LETTERS))
    return (letter(rest) if rest else "") + LETTERS[place]


def references_in(tokens: Sequence[Token]) -> list[str]:
    """Return the labels that ``tokens`` refer to, in order, with repetitions."""
    return [child.meta["label"] for child in _references(tokens)]


def labels_by_token(tokens: Sequence[Token]) -> dict[int, str]:
    """Return the label of the note that each token belongs to, by the index of the token."""
    label, labels = "", {}
    for index, token in enumerate(tokens):
        if token.type == OPENING:
            label = token.meta["label"]
        elif token.type == CLOSING:
            label = ""
        if label:
            labels[index] = label
    return labels


# --- placing ----------------------------------------------------------------------------------------------------------


def _references(tokens: Sequence[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or [] if child.type == REFERENCE)


def _place(state: StateCore) -> None:
    """Core rule: move each note behind the section that first refers to it, and count notes and references."""
    notes, text = _taken_out(state.tokens)
    if not notes:
        return
    waiting = {note.label: note for note in reversed(notes)}
    placed: list[_Note] = []
    state.tokens = []
    for section in _sections(text):
        reached = _reached(section, waiting)
        state.tokens += [*section, *_block(reached, first=len(placed) + 1)]
        placed += reached
    found = set(placed)
    left = [note for note in notes if note not in found]
    state.tokens += _block(left, first=len(placed) + 1)
    numbers = {note.label: number for number, note in reversed([*enumerate([*placed, *left], start=1)])}
    counts = Counter[str]()
    for reference in _references(state.tokens):
        label = reference.meta["label"]
        counts[label] += 1
        reference.meta = {"label": label, "number": numbers[label], "count": counts[label]}
    for note in placed:
        note.meta["references"] = counts[note.label]


def _taken_out(tokens: Sequence[Token]) -> tuple[list[_Note], list[Token]]:
    """Return the notes, in the order in which they are defined, and the tokens outside of them."""
    notes: list[_Note] = []
    within: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "footnote_reference_open":
            notes.append(_Note(token.meta["label"], token.map))
            within.append(notes[-1].tokens)
        elif token.type == "footnote_reference_close":
            within.pop()
        else:
            within[-1].append(token)
    return notes, within[0]


def _sections(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each section, as the renderer splits them: at headings of the first two levels."""
    starts = [
        index
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag in ("h1", "h2") and token.level == 0
    ]
    for begin, end in itertools.pairwise([0, *starts, len(tokens)]):
        yield tokens[begin:end]


def _reached(section: Sequence[Token], waiting: dict[str, _Note]) -> list[_Note]:
    """Return the notes that ``section`` refers to, also through other notes, and take them out of ``waiting``."""
    reached: list[_Note] = []
    labels = deque(references_in(section))
    while labels:
        if note := waiting.pop(labels.popleft(), None):
            reached.append(note)
            labels.extend(references_in(note.tokens))
    return reached


def _block(notes: Sequence[_Note], *, first: int) -> list[Token]:
    """Return the tokens of a list of notes whose numbers begin with ``first``; none for no notes."""
    if not notes:
        return []
    block = [Token("footnote_block_open", "ol", 1, meta={"first": first})]
    for number, note in enumerate(notes, start=first):
        note.meta["number"] = number
        if len(note.tokens) == 3 and note.tokens[0].type == "paragraph_open":
            note.tokens[0].hidden = note.tokens[2].hidden = True
        opening = Token(OPENING, "li", 1, map=note.lines, meta=note.meta)
        block += [opening, *note.tokens, Token(CLOSING, "li", -1, meta=note.meta)]
    return [*block, Token("footnote_block_close", "ol", -1)]


# --- writing ----------------------------------------------------------------------------------------------------------


def _write_reference(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, env: dict) -> str:
    meta, prefix = tokens[index].meta, env.get("prefix", "")
    name = letter(meta["number"])
    link = f'<a href="#{prefix}note-{name}" id="{prefix}note-{name}-{meta["count"]}" role="doc-noteref"'
    return f'<sup class="footnote">{link} aria-label="Note {name}">{name}</a></sup>'


def _write_opening_of_block(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, _env: dict
) -> str:
    first = tokens[index].meta["first"]
    start = f' start="{first}"' if first > 1 else ""
    return f'<ol class="footnotes" type="a"{start} aria-label="Notes">\n'


def _write_close_of_block(*_arguments: object) -> str:
    return "</ol>\n"


def _write_opening(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, env: dict) -> str:
    return f'<li id="{env.get("prefix", "")}note-{letter(tokens[index].meta["number"])}">'


def _write_close(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, env: dict) -> str:
    """Links back to each reference end the note."""
    meta, name = tokens[index].meta, letter(tokens[index].meta["number"])
    links = "".join(
        f' <a class="back" href="#{env.get("prefix", "")}note-{name}-{count}"'
        f' aria-label="Back to the text, reference {count} to note {name}">\u21a9</a>'
        for count in range(1, meta["references"] + 1)
    )
    return f"{links}</li>\n"

"""Read and write CSL-JSON 1.0.2, the format in which the library stores works."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from articles.library.formats.records import MAX_RECORD, Found
from editorial.record.canonical_json import JSONDict

SPACE = re.compile(r"\s*")
LIST_OPENING = re.compile(r"\s*\[\s*")
WINDOW = 16 * 1024
"""Number of characters that are parsed first. Most records are shorter, and a broken one costs little."""


def read(text: str) -> Iterator[Found]:
    """Yield each member of the list in ``text``, or the single item.

    After a member that is not JSON, reading continues at the next line that opens a member with the same indentation.
    """
    reader = _Reader(text)
    opening = LIST_OPENING.match(text)
    if opening:
        yield from reader.members(opening.end())
    else:
        start = SPACE.match(text)
        yield from reader.only(start.end() if start else 0)


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield a JSON list with one line for each item."""
    before = "[\n"
    for item in items:
        yield before + json.dumps(item, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


class _Reader:
    """Reads the members of a text, and counts its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decoder = json.JSONDecoder(parse_constant=_refuse_constant)
        self.counted, self.line = 0, 1

    def line_at(self, place: int) -> int:
        self.line += self.text.count("\n", self.counted, place)
        self.counted = place
        return self.line

    def only(self, place: int) -> Iterator[Found]:
        if not self.text.startswith("{", place):
            yield Found(self.line_at(place), "", fault="The file is not a list of CSL-JSON items.")
            return
        found, end = self.member(place)
        yield found
        if end is not None and self.text[end:].strip():
            yield Found(self.line_at(end), "", fault="Something follows the item. Put several items in a list: […].")

    def members(self, place: int) -> Iterator[Found]:
        """Yield the members from ``place`` to the closing bracket."""
        while not self.text.startswith("]", place):
            found, end = self.member(place)
            yield found
            following = None if end is None else self.following(end)
            if following is None:
                following = self.sibling(place)
                if end is not None:
                    yield Found(self.line_at(end), found.label, fault="The list is not JSON after this record.")
            if following is None:
                return
            place = following
        if self.text[place + 1 :].strip():
            yield Found(self.line_at(place), "", fault="Something follows the list.")

    def member(self, place: int) -> tuple[Found, int | None]:
        """Return the member at ``place``, and the position of its end, or None if that is unknown."""
        line = self.line_at(place)
        for window in (WINDOW, MAX_RECORD):
            part = self.text[place : place + window]
            try:
                value, length = self.decoder.raw_decode(part)
            except (ValueError, RecursionError) as error:
                fault = _words(error, line=line, cut=len(part) == window)
            else:
                return _found(value, line=line), place + length
        guessed = re.search(r'"id"\s*:\s*"([^"\n]{1,100})"', part[:1000])  # the id near its beginning
        return Found(line, guessed[1] if guessed else "", fault=fault), None

    def following(self, end: int) -> int | None:
        """Return the position of the next member or of the closing bracket, after a member that ends at ``end``.

        Returns None if neither follows.
        """
        place = self.after_space(end)
        if self.text.startswith(",", place):
            place = self.after_space(place + 1)
            return None if self.text.startswith("]", place) or place == len(self.text) else place
        return place if self.text.startswith("]", place) else None

    def after_space(self, place: int) -> int:
        space = SPACE.match(self.text, place)
        return space.end() if space else place

    def sibling(self, place: int) -> int | None:
        """Return the position of the next member on a line with the indentation of the member at ``place``.

        Returns None if there is none.
        """
        begin = self.text.rfind("\n", 0, place) + 1
        margin = self.text[begin:place]
        if margin.strip(" \t"):
            return None
        found = self.text.find(f"\n{margin}{{", place)
        return None if found < 0 else found + len(margin) + 1


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _words(error: Exception, *, line: int, cut: bool) -> str:
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    if cut:
        return f"It is not JSON, or has more than {MAX_RECORD:,} characters."
    if isinstance(error, json.JSONDecodeError):
        return f"It is not JSON: {error.msg} in line {line + error.lineno - 1}."
    return "It holds too large a number, or a value that JSON has no form for."


def _found(value: object, *, line: int) -> Found:
    if not isinstance(value, dict):
        return Found(line, "", fault="It is not a CSL-JSON item.")
    key = value.get("id", "")
    if isinstance(key, int) and not isinstance(key, bool):
        value = {**value, "id": str(key)}
    elif not isinstance(key, str):
        return Found(line, "", fault="Its id is not text.")
    return Found(line, str(key or value.get("title") or "")[:300], csl=value)

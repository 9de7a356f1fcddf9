"""The works of an article as they are handed in: CSL-JSON in the front matter or beside it, or BibTeX."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.interchange.bibtex import read_bibtex
from articles.interchange.faults import FileFault, Unreadable
from articles.interchange.source import read_text, unstorable

MAX_KEY = 100
MAX_DOI = 255
BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Work:
    """One work as CSL-JSON, with the place it comes from."""

    csl: dict[str, Any]
    file: str
    line: int

    @property
    def key(self) -> str:
        return self.csl["id"]

    def fault(self, field: str, detail: str) -> FileFault:
        return FileFault(self.file, self.line, f"{self.key}.{field}" if field else self.key, detail)


def read_works(path: Path) -> list[Work]:
    """The works in a ``.json`` or ``.bib`` file. Raises Unreadable with every fault and its line."""
    text = read_text(path)
    found = read_bibtex(text, path=path) if path.suffix == ".bib" else list(_json_items(text, path=path))
    return checked(found, file=str(path))


def checked(found: Sequence[tuple[int, Any]], *, file: str) -> list[Work]:
    """CSL-JSON items with their lines as works. Raises Unreadable unless each is one, with a key of its own."""
    faults, works = [], dict[str, Work]()
    for line, item in found:
        key, detail = _key(item), _fault(item)
        if key in works:
            detail = f"stands in line {works[key].line} already"
        if detail:
            faults.append(FileFault(file, line, key or "references", detail))
        else:
            works[key] = Work(item, file, line)
    if faults:
        raise Unreadable(*faults)
    return list(works.values())


def _key(item: Any) -> str:
    key = item.get("id") if isinstance(item, dict) else None
    return key.strip() if isinstance(key, str) else ""


def _fault(item: Any) -> str:
    if not _key(item):
        return "is not a CSL-JSON item with an id"
    if len(item["id"]) > MAX_KEY:
        return f"its id has more than {MAX_KEY} characters"
    if len(str(item.get("DOI") or "")) > MAX_DOI:
        return f"its DOI has more than {MAX_DOI} characters"
    return unstorable(item)


def _json_items(text: str, *, path: Path) -> Iterator[tuple[int, Any]]:
    """Each member of the list in ``text`` with the line on which it begins."""
    start = re.match(r"\s*\[\s*", text)
    if not start:
        raise Unreadable(FileFault(str(path), 1, "references", "is not a list of CSL-JSON items"))
    decoder, place = json.JSONDecoder(), start.end()
    while not text.startswith("]", place):
        line = text.count("\n", 0, place) + 1
        try:
            item, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise Unreadable(_json_fault(error, path=path, line=line)) from error
        yield line, item
        place = _next(text, end, path=path)
    if text[place + 1 :].strip():
        line = text.count("\n", 0, place) + 1
        raise Unreadable(FileFault(str(path), line, "references", "something follows the list"))


def _next(text: str, end: int, *, path: Path) -> int:
    """Where the member after ``end`` begins, or the closing bracket stands."""
    between = BETWEEN.match(text, end)
    place = between.end() if between else end
    commas, closes = text.count(",", end, place), text.startswith("]", place)
    if commas + closes != 1:
        line = text.count("\n", 0, end) + 1
        raise Unreadable(FileFault(str(path), line, "references", "is not JSON: expected one comma, or ] at the end"))
    return place


def _json_fault(error: Exception, *, path: Path, line: int) -> FileFault:
    if isinstance(error, json.JSONDecodeError):
        return FileFault(str(path), error.lineno, "references", f"is not JSON: {error.msg}")
    return FileFault(str(path), line, "references", "is nested too deeply or holds too large a number")

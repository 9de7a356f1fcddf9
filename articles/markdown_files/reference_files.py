"""Read the works of an imported article: CSL-JSON in the front matter, or a file of CSL-JSON or BibTeX."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from articles.library.formats import csl_json
from articles.library.formats.bibtex import read_bibtex
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.library.formats.file_text import read_text, unstorable
from articles.library.formats.records import Found
from editorial.record.canonical_json import JSONDict

MAX_KEY = 100
MAX_DOI = 255


@dataclass(frozen=True)
class Work:
    """One work as CSL-JSON, with its file and line, and sentences on what was left out of it or changed in it."""

    csl: JSONDict
    file: str
    line: int
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.csl["id"]

    def fault(self, field: str, detail: str) -> FileFault:
        return FileFault(self.file, self.line, f"{self.key}.{field}" if field else self.key, detail)


def read_works(path: Path) -> list[Work]:
    """Return the works in a ``.json`` or ``.bib`` file. Raises Unreadable with every fault and its line."""
    text = read_text(path)
    found = read_bibtex(text, path=path) if path.suffix == ".bib" else _json_items(text, path=path)
    works = checked([(one.line, one.csl) for one in found], file=str(path))
    return [replace(work, remarks=one.remarks) for work, one in zip(works, found, strict=True)]


def checked(found: Sequence[tuple[int, Any]], *, file: str) -> list[Work]:
    """Return the CSL-JSON items as works. Raises Unreadable for invalid items and duplicate keys."""
    faults, works = [], dict[str, Work]()
    for line, item in found:
        key, detail = _key(item), _fault(item)
        if key in works:
            detail = f"is already in line {works[key].line}"
        if detail:
            faults.append(FileFault(file, line, key or "references", detail))
        else:
            works[key] = Work(item, file, line)
    if faults:
        raise Unreadable(*faults)
    return list(works.values())


def _key(item: object) -> str:
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


def _json_items(text: str, *, path: Path) -> list[Found]:
    """Return each CSL-JSON item of ``text`` with its first line. Raises Unreadable with every fault."""
    found = list(csl_json.read(text))
    if faults := [FileFault(str(path), one.line, one.label or "references", one.fault) for one in found if one.fault]:
        raise Unreadable(*faults)
    return found

"""Complete the fields of a BibTeX entry from the entries to which it refers."""

from collections.abc import Mapping

from articles.library.formats.bibtex_entries import MAX_GROWTH, Raw
from articles.library.formats.bibtex_fields import CONTAINED, NOT_HANDED_DOWN, PERIODICALS

MAX_CROSSREFS = 10
"""Maximum number of entries from which one entry inherits. A chapter of a book in a series has two."""


def inherited(raw: Raw, raws: Mapping[str, Raw]) -> tuple[dict[str, str], list[str]]:
    """Return the fields of ``raw``, completed from the entries that its ``xdata`` and ``crossref`` name, and remarks.

    An entry that is not in the file, or cannot be read, is remarked. Raises ValueError if ``crossref`` leads back, or
    over too many entries.
    """
    fields, remarks = _with_data(raw, raws)
    seen, current, kind = {raw.key}, fields, raw.type
    while key := current.get("crossref", "").strip():
        if key in seen:
            raise ValueError(f"its crossref leads back to {key}")
        parent = raws.get(key)
        if parent is None:
            return fields, [*remarks, f"Its crossref “{key}” is not in the file; what it would inherit is missing."]
        if len(seen) > MAX_CROSSREFS:
            raise ValueError(f"its crossrefs lead on over more than {MAX_CROSSREFS} entries")
        seen.add(key)
        current, _ = _with_data(parent, raws)
        handed_down = _handed_down(current, by=parent.type, to=kind)
        fields = _bounded(handed_down, {**handed_down, **fields}, fields)
    return fields, remarks


def _with_data(raw: Raw, raws: Mapping[str, Raw]) -> tuple[dict[str, str], list[str]]:
    """Return the fields of an entry and of the ``@xdata`` entries that it, or one of those, names."""
    fields, remarks, seen = dict(raw.fields), list[str](), {raw.key}
    wanted = _keys(fields.get("xdata", ""))
    while wanted and len(seen) <= MAX_CROSSREFS:
        key = wanted.pop(0)
        data = raws.get(key)
        if data is None:
            remarks.append(f"Its xdata “{key}” is not in the file; what it would inherit is missing.")
        elif key not in seen:
            fields = _bounded(data.fields, {**data.fields, **fields}, fields)
            wanted += _keys(data.fields.get("xdata", ""))
        seen.add(key)
    return fields, remarks


def _keys(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()][: MAX_CROSSREFS + 1]


def _bounded(handed_down: Mapping[str, str], together: dict[str, str], alone: dict[str, str]) -> dict[str, str]:
    """Return ``together``, unless so much is handed down that an entry is meant to fill memory."""
    return together if sum(map(len, handed_down.values())) <= MAX_GROWTH else alone


def _handed_down(fields: Mapping[str, str], *, by: str, to: str) -> dict[str, str]:
    """Return what an entry of type ``by`` gives to one of type ``to``: a book's title to its chapters' container.

    Source: the manual of biblatex, appendix B. Identifiers and notes are of one work, so they are not handed down.
    """
    given = {name: text for name, text in fields.items() if name not in NOT_HANDED_DOWN}
    prefix = "journal" if by in PERIODICALS else "book" if to in CONTAINED else "main"
    for name in ("title", "subtitle"):
        if text := fields.get(name, ""):
            given.setdefault(prefix + name, text)
    if to in CONTAINED and to not in ("inbook", "bookinbook", "suppbook") and "author" in given:
        given.setdefault("bookauthor", given.pop("author"))
    return given

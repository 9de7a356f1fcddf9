"""Read works in BibTeX and biblatex: every entry under a key of its own, with remarks about what it lost."""

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path

from articles.library.formats import citation_keys
from articles.library.formats.bibtex_crossref import inherited
from articles.library.formats.bibtex_csl import KIND as KIND
from articles.library.formats.bibtex_csl import csl
from articles.library.formats.bibtex_entries import Raw, entries, stated_keys, targets
from articles.library.formats.bibtex_fields import NO_WORKS
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.library.formats.records import Found, tried
from editorial.record.canonical_json import JSONDict, sha256_hex


def read(text: str) -> Iterator[Found]:
    """Yield every entry of ``text`` in the order of the file. Entries that cannot be read have a fault."""
    keys, by_key = _Keys(text), targets(text)
    for raw in entries(text):
        if raw.type not in NO_WORKS and not _is_set_of_others(raw, by_key):
            yield _found(raw, by_key, keys)


def read_bibtex(text: str, *, path: Path) -> list[Found]:
    """Return every entry of ``text`` with its item, line and remarks. An entry that is there twice is returned once.

    Raises Unreadable with every entry that cannot be parsed or refers to itself.
    """
    found = list(read(text))
    if faults := [_file_fault(one, path) for one in found if one.csl is None]:
        raise Unreadable(*faults)
    items = {one.csl["id"]: one for one in reversed(found) if one.csl}
    return list(reversed(items.values()))


def _file_fault(found: Found, path: Path) -> FileFault:
    return FileFault(str(path), found.line, found.label or "references", f"{found.fault[0].lower()}{found.fault[1:-1]}")


def _is_set_of_others(raw: Raw, by_key: Mapping[str, Raw]) -> bool:
    """Whether an entry is a ``@set`` that only lists entries of the file, which are works of their own."""
    members = [key.strip() for key in raw.fields.get("entryset", "").split(",")]
    return raw.type == "set" and "title" not in raw.fields and all(key in by_key for key in members)


def _found(raw: Raw, by_key: Mapping[str, Raw], keys: "_Keys") -> Found:
    """Return the record of an entry. An error in one entry never ends the reading of the file."""
    return tried(partial(_converted, raw, by_key, keys), line=raw.line, label=raw.key[:300])


def _converted(raw: Raw, by_key: Mapping[str, Raw], keys: "_Keys") -> Found:
    """Return the record of an entry, or its fault in words."""
    label = raw.key[:300]
    try:
        if raw.fault:
            raise ValueError(raw.fault)
        fields, said = inherited(raw, by_key)
        item, remarks = csl(raw.key, raw.type, fields)
        item["id"], about_key = keys.key_for(raw, item)
    except ValueError as error:
        words = str(error)
        return Found(raw.line, label, fault=f"{words[0].upper()}{words[1:]}.")
    return Found(raw.line, label, csl=item, remarks=(*raw.remarks, *said, *remarks, *about_key))


class _Keys:
    """The keys of a file. An entry without a key, or with that of another work, gets a free one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken: dict[str, tuple[str, int]] = {}

    @cached_property
    def _stated(self) -> frozenset[str]:
        return stated_keys(self._text)

    def key_for(self, raw: Raw, item: JSONDict) -> tuple[str, list[str]]:
        """Return the key of an entry, and a remark if it is not its own.

        Entries that are the same have the same key.
        """
        content = sha256_hex(item)
        if raw.key and self._taken.setdefault(raw.key, (content, raw.line))[0] == content:
            return raw.key, []
        key = citation_keys.spare(raw.key, item) if raw.key else citation_keys.key_of({**item, "id": ""})
        while key in self._stated or self._taken.setdefault(key, (content, raw.line))[0] != content:
            key = citation_keys.spare(key, item)
        if not raw.key:
            return key, [f"The entry has no key in the file; “{key}” was made for it."]
        line = self._taken[raw.key][1]
        return key, [f"The entry in line {line} has the key “{raw.key}”, too; “{key}” was made for this one."]

"""Read and write RIS.

This module has its own line parser. The existing library drops line numbers, and drops the whole file because of one
bad record.
"""

import re
from collections.abc import Iterable, Iterator

from articles.library.formats.records import Found
from articles.library.formats.ris_csl import csl
from articles.library.formats.ris_fields import TEXTS, TYPES
from articles.library.formats.tagged_lines import Tagged, custom, date_parts, date_words, lines, names_in, text_of
from editorial.record.canonical_json import JSONDict

LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
LOOSE_LINE = re.compile(r"\A\s*+([A-Z][A-Z0-9])\s{0,4}-(?:\s(.*)|\s*)")
"""A line of a file whose lines have another number of blanks before the hyphen than two."""

WELL_FORMED = re.compile(r"^(?:TY|ER)  -", re.MULTILINE)
BEGINS = re.compile(r"^TY {0,3}-", re.MULTILINE)
FORM = "{}  - "


def read(text: str) -> Iterator[Found]:
    """Yield every record: what stands between one ER and the next, wherever its TY is.

    A second TY begins a new record. A record without ER is refused, as it may be cut off.
    """
    return (_found(record) for record in _records(text))


def _records(text: str) -> Iterator[Tagged]:
    form = LINE if WELL_FORMED.search(text) else LOOSE_LINE
    current: Tagged | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        tagged = form.fullmatch(line.rstrip("\r"))
        if tagged is None:
            if current is not None:
                _continue(current, line.strip())
            continue
        tag = tagged[1]
        if current is not None and tag == "TY" and current.first("TY"):
            yield current
            current = None
        if current is None and tag == "ER":
            continue
        current = current or Tagged(number)
        current.add(tag, (tagged[2] or "").strip())
        if tag == "ER":
            current.is_closed = True
            yield current
            current = None
    if current:
        yield current


def _continue(record: Tagged, value: str) -> None:
    """Add a line without a tag to the last field. After a keyword it is the next one, as EndNote writes them."""
    if value and record.last == "KW":
        record.add("KW", value)
    elif value:
        record.extend(value)


def _found(record: Tagged) -> Found:
    label = (record.first("ID") or record.first("TI", "T1"))[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    if not record.is_closed:
        return Found(record.line, label, fault="It has no ER at its end.")
    item, remarks = csl(record)
    return Found(record.line, label, csl=item, remarks=tuple(remarks))


# --- out ------------------------------------------------------------------------------------------------------------

TAG_OF = {variable: tags[0] for variable, tags in TEXTS.items()}
NAME_OF = {kind: name for name, kind in TYPES.items()}


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield a record for each item. Variables without a RIS tag are left out."""
    return (_record(item) for item in items)


def _record(item: JSONDict) -> str:
    kind = NAME_OF.get(text_of(item, "type"), "GEN")
    fields = [("TY", kind), *((TAG_OF[name], text_of(item, name)) for name in TEXTS)]
    if kind == "JOUR":
        fields = [("JA" if tag == "J2" else tag, value) for tag, value in fields]
    if kind == "RPRT":
        fields.append(("IS", text_of(item, "number")))
    fields += [("AU", name) for name in names_in(item, "author")]
    fields += [("A2", name) for name in names_in(item, "editor")]
    first, _, last = text_of(item, "page").partition("-")
    fields += [("SP", first), ("EP", last), *_written_dates(item), *_written_identifiers(item, kind)]
    return "".join([*lines(fields, form=FORM), "ER  - \n\n"])


def _written_dates(item: JSONDict) -> list[tuple[str, str]]:
    return [
        (tag, "/".join(form.format(part) for form, part in zip(("{:04}", "{:02}", "{:02}"), parts, strict=False)))
        if (parts := date_parts(item, name))
        else (tag, date_words(item, name))
        for tag, name in (("PY", "issued"), ("Y2", "accessed"))
    ]


def _written_identifiers(item: JSONDict, kind: str) -> list[tuple[str, str]]:
    number = "ISBN" if kind in ("BOOK", "CHAP", "ENCYC") else "ISSN"
    stated = text_of(custom(item), "kind")
    pmid = text_of(item, "PMID")
    return [
        ("SN", text_of(item, number)),
        ("AN", pmid),
        ("DB", "PubMed" if pmid else ""),
        ("C2", text_of(item, "PMCID")),
        ("C3", text_of(custom(item), "nct")),
        ("C1", f"kind:{stated}" if stated else ""),
    ]

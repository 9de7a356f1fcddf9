"""Read RIS.

This module has its own line parser. The existing library drops line numbers, and drops the whole file because of one
bad record.
"""

import re
from collections.abc import Iterator

from articles.library.formats.records import Found, each_tried
from articles.library.formats.ris_csl import csl
from articles.library.formats.tagged_lines import Tagged, numbered

LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
LOOSE_LINE = re.compile(r"\A\s*+([A-Z][A-Z0-9])\s{0,4}-(?:\s(.*)|\s*)")
"""A line of a file whose lines have another number of blanks before the hyphen than two."""

WELL_FORMED = re.compile(r"^(?:TY|ER)  -", re.MULTILINE)
BEGINS = re.compile(r"^TY {0,3}-", re.MULTILINE)


def read(text: str) -> Iterator[Found]:
    """Yield every record: what stands between one ER and the next, wherever its TY is.

    A second TY begins a new record. A record without ER is refused, as it may be cut off.
    """
    return each_tried(_records(text), _found)


def _records(text: str) -> Iterator[Tagged]:
    form = LINE if WELL_FORMED.search(text) else LOOSE_LINE
    current: Tagged | None = None
    for number, line in numbered(text):
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

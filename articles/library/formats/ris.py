"""Read RIS.

This module has its own line parser. The existing library drops line numbers, and drops the whole file because of one
bad record.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from articles.library.formats.records import Found, each_tried
from articles.library.formats.ris_csl import csl
from articles.library.formats.ris_fields import TEXTS
from articles.library.formats.tagged_lines import LineRules, Tagged, records, without_end

LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
LOOSE_LINE = re.compile(r"\A\s*+([A-Z][A-Z0-9])\s{0,4}-(?:\s(.*)|\s*)")
"""A line of a file whose lines have another number of blanks before the hyphen than two."""

WELL_FORMED = re.compile(r"^(?:TY|ER)  -", re.MULTILINE)
BEGINS = re.compile(r"^TY {0,3}-", re.MULTILINE)


RULES = LineRules(LINE, first={"TY"}, last="ER", listed={"KW"})
"""Of RIS. EndNote writes each keyword on a line of its own after the first one."""

NO_END = "It has no ER at its end."


def read(text: str) -> Iterator[Found]:
    """Yield every record: what stands between one ER and the next, wherever its TY is.

    A second TY begins a new record. A record without ER may be cut off. It is refused, unless the file ends with it, in
    a whole line, and it has a title.
    """
    rules = RULES if WELL_FORMED.search(text) else replace(RULES, line=LOOSE_LINE)
    return each_tried(records(text, rules), _found)


def _found(record: Tagged) -> Found:
    label = (record.first("ID") or record.first("TI", "T1"))[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    if not (record.is_closed or record.is_whole(*TEXTS["title"])):
        return Found(record.line, label, fault=NO_END)
    item, remarks = csl(record)
    return Found(record.line, label, csl=item, remarks=(*remarks, *without_end(record, NO_END)))

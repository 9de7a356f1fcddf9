"""Read the tagged text of Ovid, in which it delivers MEDLINE and Embase.

Source: the field guides of Ovid MEDLINE and Ovid Embase.
"""

import re
from collections.abc import Iterator, Mapping

from articles.library.formats.dates import YEAR
from articles.library.formats.records import Found, each_tried
from articles.library.formats.ris_csl import GROUP, csl
from articles.library.formats.tagged_lines import LineRules, Tagged, records

BEGINS = re.compile(r"^(?:VN {0,3}- +Ovid|DB {0,3}- +(?:Ovid|Embase|MEDLINE))", re.MULTILINE | re.IGNORECASE)
LINE = re.compile(r"([A-Z][A-Z0-9]) {1,3}-(?: (.*)|\s*)")
BORDER = re.compile(r"\A\s*+(?:<\d{1,6}>|\d{1,6}\.)")
"""A line with the number of the record that follows."""

RULES = LineRules(LINE, first={"VN", "UI"}, border=BORDER)

TAGS: Mapping[str, str] = {
    **{tag: tag for tag in ("TI", "AB", "DB", "DO", "DI", "PB", "AN", "UR")},
    **dict.fromkeys(("JN", "NJ", "JT"), "T2"),
    **dict.fromkeys(("IO", "JA", "TA"), "JA"),
    **dict.fromkeys(("VO", "VL"), "VL"),
    **dict.fromkeys(("YR", "PY"), "PY"),
    "DP": "DA",
    **dict.fromkeys(("IS", "ES", "IB"), "SN"),
    **dict.fromkeys(("KW", "MH", "SH"), "KW"),
    "IP": "IS",
    "PG": "SP",
    "AR": "C7",
    "LG": "LA",
    "BK": "T2",
    "CA": GROUP,
    "UI": "AN",
}
"""The tags of RIS that say the same."""

TYPES: Mapping[str, str] = {"book": "BOOK", "chapter": "CHAP", "conference paper": "CPAPER"}
"""Types of RIS by publication type. Any other is an article."""

NUMBERS = re.compile(r"(?:Vol(?:ume)?\.? )?(?P<VL>\w{1,20})? ?(?:\((?P<IS>[^()]{1,40})\))?")
PAGES = re.compile(r"(?:\(pp |:)([A-Za-z]{0,3}\d[\w-]{0,30})")


def read(text: str) -> Iterator[Found]:
    """Yield every record. A line with a number, or a first field that comes again, begins the next one."""
    return each_tried(records(text, RULES), _found)


def _found(record: Tagged) -> Found:
    label = record.first("UI", "AN", "TI")[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    item, remarks = csl(_as_ris(record))
    kinds = record.all("PT")
    if kinds and "medline" in record.first("DB").lower():
        item["custom"] = {**item.get("custom", {}), "publication-types": kinds}
    return Found(record.line, label, csl=item, remarks=tuple(remarks))


def _as_ris(record: Tagged) -> Tagged:
    """Return the record with the tags of RIS: full names instead of short ones, and what only its source says."""
    found = Tagged(record.line)
    kinds = [kind.casefold() for kind in record.all("PT")]
    found.add("TY", next((TYPES[kind] for kind in kinds if kind in TYPES), "JOUR"))
    for name in record.all("FA") or record.all("AU"):
        found.add("AU", name)
    for tag, value in record.fields:
        if tag in TAGS:
            found.add(TAGS[tag], value)
    found.add("AN", f"MEDLINE:{record.first('PM')}" if record.first("PM") else "")
    for tag, value in _source(record.first("SO")).items():
        if not found.first(tag):
            found.add(tag, value)
    return found


def _source(words: str) -> dict[str, str]:
    """Return journal, volume, issue, pages and year of ``Journal. 12(3):45-50, 2019 Mar.``"""
    journal, _, rest = words.partition(". ")
    numbers, pages, year = NUMBERS.match(rest), PAGES.search(rest), YEAR.search(rest)
    found = {"T2": journal, **(numbers.groupdict() if numbers else {})}
    found |= {"SP": pages[1] if pages else "", "PY": year[0] if year else ""}
    return {tag: value for tag, value in found.items() if value}

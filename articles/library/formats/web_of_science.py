"""Read the tagged text of Web of Science, by its list of field tags (Core Collection)."""

import re
from collections.abc import Iterator, Mapping

from articles.library.formats.records import Found, each_tried
from articles.library.formats.ris import NO_END
from articles.library.formats.ris_csl import GROUP, csl
from articles.library.formats.tagged_lines import LineRules, Tagged, records, without_end

BEGINS = re.compile(r"\A\s*+(?:FN |VR [0-9]|PT [JBCPS]\s)")
LINE = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?")
OF_FILE = re.compile(r"(?:FN|VR|EF)(?: .*)?")
"""The lines at the beginning and end of a file."""

ONE_A_LINE = {"AU", "AF", "BA", "BF", "BE", "ED", "CA"}
"""Fields of which each line is a name. In the others, a line continues the one before."""

TYPES: Mapping[str, str] = {"J": "JOUR", "B": "BOOK", "C": "CPAPER", "S": "CHAP", "P": "PAT"}
TAGS: Mapping[str, str] = {
    **{tag: tag for tag in ("TI", "AB", "PY", "VL", "IS", "EP", "SN", "LA", "PU", "PI")},
    "CA": GROUP,
    "SE": "T3",
    "JI": "JA",
    "PD": "DA",
    "BP": "SP",
    "AR": "C7",
    "DI": "DO",
    "D2": "DI",
    "EI": "SN",
    "BN": "SN",
    "BE": "A2",
    "ED": "A2",
    "DT": "M3",
}
"""The tags of RIS that say the same."""


RULES = LineRules(LINE, first={"PT"}, last="ER", border=OF_FILE, listed=ONE_A_LINE)


def read(text: str) -> Iterator[Found]:
    """Yield every record, from its PT to its ER. Without ER it is refused as in RIS."""
    return each_tried(records(text, RULES), _found)


def _found(record: Tagged) -> Found:
    label = (record.first("UT") or record.first("TI"))[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    if not (record.is_closed or record.is_whole("TI")):
        return Found(record.line, label, fault=NO_END)
    item, remarks = csl(_as_ris(record))
    return Found(record.line, label, csl=item, remarks=(*remarks, *without_end(record, NO_END)))


def _as_ris(record: Tagged) -> Tagged:
    """Return the record with the tags of RIS: full names instead of short ones, and a supplement as an issue."""
    kind, source = _kind(record), record.first("SO")
    found = Tagged(record.line)
    found.add("TY", kind)
    for name in record.all("AF", "BF") or record.all("AU", "BA"):
        found.add("AU", name)
    for tag, value in record.fields:
        if tag in TAGS and tag != "IS":
            found.add(TAGS[tag], value)
    found.add("C3" if kind == "CPAPER" else "T2", "" if kind == "BOOK" else source)
    found.add("T2", record.first("CT"))
    supplement = f"Suppl {record.first('SU')}" if record.first("SU") else ""
    found.add("IS", " ".join(filter(None, [record.first("IS"), supplement])))
    found.add("Y1", "" if record.first("PY") else record.first("EA"))
    found.add("AN", f"MEDLINE:{record.first('PM')}" if record.first("PM") else "")
    for keyword in record.first("DE").split(";"):
        found.add("KW", keyword.strip())
    return found


def _kind(record: Tagged) -> str:
    """Return the type in RIS. A book whose title is not that of its source is a chapter of it."""
    kind = TYPES.get(record.first("PT"), "JOUR")
    if kind != "JOUR" and "Proceedings Paper" in record.first("DT"):
        return "CPAPER"
    is_chapter = record.first("SO").casefold() not in ("", record.first("TI").casefold())
    return "CHAP" if kind == "BOOK" and is_chapter else kind

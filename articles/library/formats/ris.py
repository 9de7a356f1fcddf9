"""Read and write RIS.

This module has its own line parser. The existing library drops line numbers, and drops the whole file because of one
bad record.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from articles.library.formats.records import Found
from articles.library.formats.tagged_lines import (
    Tagged,
    custom,
    date_parts,
    date_words,
    filled,
    lines,
    names_in,
    people,
    text_of,
)
from editorial.record.canonical_json import JSONDict

LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
FORM = "{}  - "

TYPES: Mapping[str, str] = {
    "JOUR": "article-journal",
    "BOOK": "book",
    "CHAP": "chapter",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "THES": "thesis",
    "WEB": "webpage",
    "DATA": "dataset",
    "NEWS": "article-newspaper",
    "MGZN": "article-magazine",
    "COMP": "software",
    "STAND": "standard",
    "UNPB": "manuscript",
    "PAMP": "pamphlet",
    "ENCYC": "entry-encyclopedia",
    "LEGAL": "legislation",
    "PAT": "patent",
    "GEN": "document",
}
"""Types that are used for reading and writing."""

ALSO: Mapping[str, str] = {
    **dict.fromkeys(("EJOUR", "ABST", "INPR", "JFULL"), "article-journal"),
    **dict.fromkeys(("ELEC", "ICOMM"), "webpage"),
    **dict.fromkeys(("EBOOK", "EDBOOK"), "book"),
    **dict.fromkeys(("AGGR", "DBASE"), "dataset"),
    "BLOG": "post-weblog",
    "ECHAP": "chapter",
    "CONF": "paper-conference",
    "GOVDOC": "report",
}
"""Further types, used only for reading."""

TEXTS: Mapping[str, Sequence[str]] = {
    "id": ("ID",),
    "title": ("TI", "T1", "CT", "BT"),
    "container-title": ("T2", "JF", "JO", "BT"),
    "container-title-short": ("J2", "JA"),
    "title-short": ("ST",),
    "collection-title": ("T3",),
    "volume": ("VL",),
    "issue": ("IS",),
    "edition": ("ET",),
    "publisher": ("PB",),
    "publisher-place": ("CY", "PP"),
    "language": ("LA",),
    "note": ("N1",),
    "abstract": ("AB", "N2"),
    "DOI": ("DO",),
    "URL": ("UR", "L2"),
    "genre": ("M3",),
}
"""CSL variables with the tags that contain them. The first tag is used for writing."""

OF_BOOKS = {"book", "chapter", "entry-encyclopedia"}
DATE = re.compile(r"(\d{4})(?:/(\d{0,2}))?(?:/(\d{0,2}))?(?:/(.*))?")


def read(text: str) -> Iterator[Found]:
    """Yield every record, from its TY to its ER. A record without ER ends where the next one begins, and is refused."""
    return (_found(record) for record in _records(text))


def _records(text: str) -> Iterator[Tagged]:
    current: Tagged | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        tagged = LINE.fullmatch(line.rstrip("\r"))
        tag = tagged[1] if tagged else ""
        value = (tagged[2] or "").strip() if tagged else line.strip()
        if tag == "TY" or (tagged and current is None):
            if current:
                yield current
            current = Tagged(number)
        if current is not None and value and not tagged:
            current.extend(value)
        elif current is not None and tagged:
            current.add(tag, value)
        if tag == "ER" and current is not None:
            current.is_closed = True
            yield current
            current = None
    if current:
        yield current


def _found(record: Tagged) -> Found:
    label = (record.first("ID") or record.first("TI", "T1"))[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    if record.fields[0][0] != "TY":
        return Found(record.line, label, fault="It does not begin with TY.")
    if not record.is_closed:
        return Found(record.line, label, fault="It has no ER at its end.")
    return Found(record.line, label, csl=csl(record))


def csl(record: Tagged) -> JSONDict:
    """Return the fields of a record as a CSL-JSON item."""
    named = record.first("TY").upper()
    item: JSONDict = {"type": TYPES.get(named) or ALSO.get(named, "document")} | filled(record, TEXTS)
    if item["type"] == "article-journal":
        item |= filled(record, {"container-title-short": ("JA", "J2")})
    if item["type"] == "report" and "issue" in item:
        item["number"] = item.pop("issue")
    for role, tags in (("author", ("AU", "A1")), ("editor", ("A2", "ED"))):
        if persons := people(record.all(*tags)):
            item[role] = persons
    if pages := "-".join(filter(None, [record.first("SP"), record.first("EP")])):
        item["page"] = pages
    return item | _dates(record) | _identifiers(record, item["type"])


def _dates(record: Tagged) -> JSONDict:
    given = {"issued": record.first("DA") or record.first("PY", "Y1"), "accessed": record.first("Y2")}
    return {name: date for name, words in given.items() if (date := _date(words))}


def _date(words: str) -> JSONDict:
    found = DATE.fullmatch(words)
    if not found:
        return {"literal": words} if words else {}
    parts = []
    for part in found.groups()[:3]:
        if not part or not int(part):
            break
        parts.append(int(part))
    return {"date-parts": [parts]} if parts else {"literal": words}


def _identifiers(record: Tagged, kind: str) -> JSONDict:
    item: JSONDict = {}
    if number := record.first("SN"):
        item["ISBN" if kind in OF_BOOKS else "ISSN"] = number
    accession, source = record.first("AN"), record.first("DB", "DP").lower()
    if accession and ("pubmed" in source or "medline" in source):
        item["PMID"] = accession
    if record.first("C2").upper().startswith("PMC"):
        item["PMCID"] = record.first("C2")
    kept: dict[str, str] = {}
    if record.first("C1").startswith("kind:"):
        kept["kind"] = record.first("C1").removeprefix("kind:")
    if record.first("C3").upper().startswith("NCT"):
        kept["nct"] = record.first("C3")
    return item | ({"custom": kept} if kept else {})


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

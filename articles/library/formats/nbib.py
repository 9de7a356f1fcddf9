"""Read and write PubMed's NBIB (MEDLINE) format.

This module has its own parser, because the existing library drops DOIs and publication types. The fields are those of
"MEDLINE/PubMed Data Element (Field) Descriptions" of the National Library of Medicine.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from articles.library.authors import ORCID
from articles.library.formats.dates import MONTHS, Date, best
from articles.library.formats.dates import read as read_date
from articles.library.formats.dates import remarks as date_remarks
from articles.library.formats.identifiers_in_words import numbers
from articles.library.formats.names import Name, named, people
from articles.library.formats.records import Found, each_tried
from articles.library.formats.ris_export import listed_names
from articles.library.formats.tagged_lines import (
    SEASONS,
    LineRules,
    Tagged,
    custom,
    date_parts,
    date_words,
    filled,
    lines,
    name_of,
    pages_in_full,
    plain_text_of,
    records,
    season_number,
    text_of,
    without_end,
)
from articles.library.work_kinds import publication_types
from editorial.record.canonical_json import JSONDict

LINE = re.compile(r"([A-Z][A-Z0-9]{0,3}) {0,3}-(?: (.*)|\s*)")
FORM = "{:<4}- "

TEXTS: Mapping[str, Sequence[str]] = {
    "PMID": ("PMID",),
    "PMCID": ("PMC",),
    "container-title": ("JT", "BTI"),
    "container-title-short": ("TA",),
    "collection-title": ("CTI",),
    "volume": ("VI",),
    "issue": ("IP",),
    "page": ("PG",),
    "edition": ("EN",),
    "publisher": ("PB",),
    "publisher-place": ("PL",),
    "language": ("LA",),
    "abstract": ("AB",),
}
"""CSL variables with the tags that contain them."""

TYPES: Mapping[str, str] = {
    "Journal Article": "article-journal",
    "Book": "book",
    "Book Chapter": "chapter",
    "Dataset": "dataset",
    "Technical Report": "report",
    "Web Page": "webpage",
}
"""CSL types by publication type."""

LAST = "SO"
"""The last field of every record of an article from PubMed."""

LAST_OF_BOOKS = "AID"
"""The last field of a book or chapter from PubMed: the accession number at Bookshelf."""

TRIAL = re.compile(r"ClinicalTrials\.gov/(NCT[0-9]{8})", re.IGNORECASE)
ARTICLE_NUMBER = re.compile(r"([a-zA-Z]?[0-9]{1,9}) \[pii\]")


RULES = LineRules(LINE, first={"PMID"}, border=re.compile(""))


def read(text: str) -> Iterator[Found]:
    """Yield every record. A blank line or the next PMID ends it.

    A record without its last field may be cut off. It is refused, unless the file ends with it, in a whole line, and it
    has a title.
    """
    return each_tried(records(text, RULES), _found)


def _found(record: Tagged) -> Found:
    label = (record.first("PMID") or record.first("TI"))[:300]
    if record.is_too_large:
        return Found(record.line, label, fault="It is too large.")
    last = LAST_OF_BOOKS if _is_of_a_book(record) and record.last != LAST else LAST
    record.is_closed = record.last == last
    if not (record.is_closed or record.is_whole("TI", "BTI")):
        return Found(record.line, label, fault=f"It ends before its last field, {last}: it was cut off.")
    whole = found(record, label=label)
    return replace(whole, remarks=(*whole.remarks, *without_end(record, f"It ends before its last field, {last}.")))


def found(record: Tagged, *, label: str) -> Found:
    """Return a whole record as a CSL-JSON item, with what was left out of it."""
    item, remarks = csl(record)
    return Found(record.line, label, csl=item, remarks=tuple(remarks))


def _is_of_a_book(record: Tagged) -> bool:
    return bool(record.first("BTI")) or not {"Book", "Book Chapter"}.isdisjoint(record.all("PT"))


def csl(record: Tagged) -> tuple[JSONDict, list[str]]:
    """Return the fields of a record as a CSL-JSON item with its publication types, and what was left out."""
    kinds = record.all("PT")
    by_place = "chapter" if record.first("BTI") and record.first("TI") else "book" if record.first("BTI") else ""
    stated = next((TYPES[kind] for kind in kinds if kind in TYPES and kind != "Journal Article"), "")
    item: JSONDict = {"type": stated or by_place or "article-journal"}
    item |= {"title": record.first("TI", "BTI")} | filled(record, TEXTS) | _identifiers(record)
    if item["type"] == "book":
        item.pop("container-title", None)
    if pages := pages_in_full(record.first("PG")) or _article_number(record):
        item["page"] = pages
    if keywords := "; ".join(dict.fromkeys(record.all("MH", "OT"))).replace("*", ""):
        item["keyword"] = keywords
    authors, remarks = _authors(record)
    editors, said = people(record.all("FED") or record.all("ED"))
    item |= {role: members for role, members in (("author", authors), ("editor", editors)) if members}
    issued = best([record.first("DP")] if read_date(record.first("DP")).year else record.all("DP", "DEP"))
    if issued.csl:
        item["issued"] = issued.csl
    return item | _custom(record, kinds, issued), [*remarks, *said, *date_remarks(issued, [])]


def _authors(record: Tagged) -> tuple[list[Name], list[str]]:
    """Return people with their ORCID iDs, and organisations, in order. Short names are used only without full ones."""
    full, remarks = list[Name](), list[str]()
    for tag, value in record.fields:
        if tag in ("FAU", "CN"):
            name, said = ({"literal": value}, "") if tag == "CN" else named(value)
            full += [name] if name else []
            remarks += [said] if said else []
        elif tag == "AUID" and full and (match := ORCID.search(value.upper())):
            full[-1]["ORCID"] = f"https://orcid.org/{match[0]}"
    return (full, remarks) if full else people(record.all("AU"))


def _article_number(record: Tagged) -> str:
    """Return the number of an article without pages, which PubMed has only as its ``pii``."""
    return next((found[1] for value in record.all("LID") if (found := ARTICLE_NUMBER.fullmatch(value))), "")


def _identifiers(record: Tagged) -> JSONDict:
    named = [value for value in record.all("LID", "AID") if value.endswith("[doi]")]
    item = {"DOI": named[0].removesuffix("[doi]").strip()} if named else {}
    serial, books = numbers(record.all("IS")[:1]), numbers(record.all("ISBN"))
    found = {"ISSN": serial.issn or serial.unread, "ISBN": books.isbn or books.unread}
    return item | {name: value for name, value in found.items() if value}


def _custom(record: Tagged, kinds: list[str], issued: Date) -> JSONDict:
    trial = next((found[1].upper() for value in record.all("SI") if (found := TRIAL.search(value))), "")
    said_by_type = len(kinds) == 1 and kinds[0] in TYPES
    kept: JSONDict = {"publication-types": [] if said_by_type else kinds, "nct": trial}
    kept["told"] = {} if issued.is_whole or not issued.year else {"issued": issued.words}
    kept = {name: value for name, value in kept.items() if value}
    return {"custom": kept} if kept else {}


# --- out ------------------------------------------------------------------------------------------------------------

NAME_OF = {kind: name for name, kind in TYPES.items()}


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield a record for each item. Variables without a field are left out."""
    return (_record(item) for item in items)


def _record(item: JSONDict) -> str:
    kind = text_of(item, "type")
    texts = {name: plain_text_of(item, name) for name in TEXTS}
    if kind == "article-journal":
        texts["page"] = texts["page"] or text_of(item, "number")
    if kind == "chapter":
        texts |= {"container-title": ""}
    fields = [("PMID", texts.pop("PMID")), ("TI", plain_text_of(item, "title"))]
    fields += [("BTI", plain_text_of(item, "container-title") if kind == "chapter" else "")]
    fields += [(TEXTS[name][0], value) for name, value in texts.items()]
    fields += [*_written_authors(item), *(("FED", name) for name in listed_names(item, "editor"))]
    fields += [("PT", name) for name in _written_types(item, kind)]
    doi, trial = text_of(item, "DOI"), text_of(custom(item), "nct")
    fields += [("DP", _written_date(item)), ("AID", f"{doi} [doi]" if doi else "")]
    fields += [*_written_serial(item), ("ISBN", text_of(item, "ISBN"))]
    fields += [("SI", f"ClinicalTrials.gov/{trial}" if trial else "")]
    fields += [(LAST, " ".join(filter(None, [texts["container-title-short"], _written_date(item)])) or "-")]
    return "".join([*lines(fields, form=FORM), "\n"])


def _written_serial(item: JSONDict) -> list[tuple[str, str]]:
    """Return the ISSN with its medium, without which other readers refuse it. "Linking" stands for any medium."""
    issn = text_of(item, "ISSN")
    return [("IS", f"{issn} (Linking)" if issn else "")]


def _written_authors(item: JSONDict) -> list[tuple[str, str]]:
    """Return the fields of the authors: FAU for people, CN for organisations and names that cannot be split.

    The ORCID iD follows its author.
    """
    given = item.get("author")
    people = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    fields = []
    for author in people:
        fields.append(("CN" if "literal" in author or "given" not in author else "FAU", _written_name(author)))
        if found := ORCID.search(str(author.get("ORCID") or "").upper()):
            fields.append(("AUID", f"ORCID: {found[0]}"))
    return fields


def _written_name(person: JSONDict) -> str:
    """Return the name, with a suffix after the given names as PubMed has it, if it is read back from there."""
    suffix = text_of(person, "suffix")
    together = f"{text_of(person, 'given')} {suffix}"
    joined = name_of({**person, "given": together, "suffix": ""})
    return joined if suffix and named(joined)[0].get("suffix") == suffix else name_of(person)


def _written_types(item: JSONDict, kind: str) -> list[str]:
    """Return the publication types of the item, and the one for its CSL type if it is missing."""
    kept = publication_types({"custom": custom(item)})
    return kept if kind not in NAME_OF or NAME_OF[kind] in kept else [*kept, NAME_OF[kind]]


def _written_date(item: JSONDict) -> str:
    """Return ``2005 Dec 1-2005 Dec 3``, as far as the date is known."""
    start, end = (_day(date_parts(item, is_end=is_end)) for is_end in (False, True))
    begun = " ".join(filter(None, [start, SEASONS[season_number(item)]]))
    return "-".join(filter(None, [begun, end])) if begun else date_words(item)


def _day(parts: Sequence[int]) -> str:
    """Return ``2005 Dec 1`` for year, month and day, as far as they are known."""
    year, month, day = (*parts, 0, 0, 0)[:3]
    return " ".join(filter(None, [f"{year:04}" if year else "", MONTHS[month - 1] if month else "", str(day or "")]))

"""Turn a record with RIS's tags into a CSL-JSON item.

Sources: the RIS specification of 2011, and what Web of Science, Scopus, Ovid, Embase, EBSCO, ProQuest, Dimensions,
Lens, EndNote, Zotero and Mendeley write, each with tags of its own for article numbers and identifiers.
"""

import re
from collections.abc import Sequence

from articles.library.formats import dates, identifiers_in_words, names
from articles.library.formats.ris_fields import ALSO, TEXTS, TYPES
from articles.library.formats.tagged_lines import Tagged, filled, pages_in_full, quoted
from editorial.record.canonical_json import JSONDict

PLAIN = {name: tags for name, tags in TEXTS.items() if name not in ("container-title", "container-title-short", "DOI")}
DATES: Sequence[str] = ("PY", "Y1", "DA")
"""The tags of the date of publication, the most trusted year first."""

PERIODICALS = {"article-journal", "article-magazine", "article-newspaper"}
SERIES = {"book", "report"}
"""Types whose T2 is the title of a series."""

OF_BOOKS = {"book", "chapter", "entry-encyclopedia"}
NUMBERED = {"report", "patent", "standard", "legislation"}
"""Types whose SN may be the number of the work itself."""

GROUP = "group"
"""A tag that RIS has not: an author that is an organisation, in records of formats that tell it."""

WITH_PMIDS: Sequence[str] = ("AN", "ID", "N1", "M1", "M2", "U1", "UR", "L2", "LK")
"""Tags in which a PMID may be named as such."""

WITH_PMCIDS: Sequence[str] = ("C2", "AN", "N1", "U2", "UR", "L2", "LK")
WITH_DOIS: Sequence[str] = ("DI", "L3", "M3", "UR", "L2", "LK", "L1")
SOURCE_OF_PMIDS = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{4,8}")
"""A bare number in a field for several purposes is taken for a PMID if it has so many digits."""

MISPRINTED_PMID = re.compile(r"[1-9][0-9]{5,7}[A-Za-z]")
ARTICLE_LABEL = re.compile(r"(?:article|art\.?)\s*+(?:number|num\.?|no\.?)?:?\s+", re.IGNORECASE)


def csl(record: Tagged) -> tuple[JSONDict, list[str]]:
    """Return the fields of a record as a CSL-JSON item, and sentences that say what was left out or guessed."""
    item, remarks = _kind(record)
    kind, told = str(item["type"]), dict[str, str]()
    item |= filled(record, PLAIN) | _containers(record, kind) | _locators(record, kind) | _pmids(record)
    if doi := identifiers_in_words.doi(record.all("DO"), record.all(*WITH_DOIS)):
        item["DOI"] = doi
    if doi and doi in item.get("genre", ""):
        del item["genre"]
    if kind in PERIODICALS and dates.YEAR.search(item.get("edition", "")):
        del item["edition"]  # EndNote's day of first publication online
    if "://" in item.get("id", ""):
        del item["id"]  # Ovid's link to PubMed
    if keywords := "; ".join(dict.fromkeys(word.strip("* ") for word in record.all("KW"))):
        item["keyword"] = keywords
    if kind == "report" and "issue" in item:
        item["number"] = item.pop("issue")
    for part, said in (_people(record, kind), _dates(record, told), _numbers(record, kind, told)):
        item = part | item
        remarks += said
    return item | _custom(record, told, remarks), remarks


def _kind(record: Tagged) -> tuple[JSONDict, list[str]]:
    """Return the type. A record without TY is an article if it names a journal."""
    named = record.first("TY")
    if not named:
        in_journal = record.first("JO", "JF", "JA", "J2", "JI") or (record.first("T2") and record.first("VL"))
        kind, words = ("article-journal", "an article") if in_journal else ("document", "a document")
        return {"type": kind}, [f"It has no type (TY), and was read as {words}."]
    known = TYPES.get(named.upper()) or ALSO.get(named.upper())
    return {"type": known or "document"}, [] if known else [
        f"Its type {quoted(named)} is not known; it is now a document."
    ]


def _containers(record: Tagged, kind: str) -> JSONDict:
    """Return the title of the journal, book or proceedings with its abbreviation, and the series of a book.

    JO is the title or its abbreviation, depending on the producer: the longer one is the title.
    """
    main, plain = record.first("T2", "JF"), record.first("JO")
    proceedings = record.first("C3")
    if kind == "paper-conference" and proceedings and not proceedings.upper().startswith("NCT"):
        return {"container-title": proceedings} | ({"event-title": main} if main else {})
    if kind in SERIES and main and not record.first("T3"):
        return {"collection-title": main}
    short = record.first("JA", "J2", "JI") if kind == "article-journal" else record.first("J2", "JA", "JI")
    if kind in PERIODICALS and main and plain and main.casefold() != plain.casefold():
        main, shorter = sorted((main, plain), key=len, reverse=True)
        short = short or shorter
    book = record.first("BT") if kind == "chapter" else ""
    found = {"container-title": main or plain or book, "container-title-short": short}
    return {name: title for name, title in found.items() if title}


def _people(record: Tagged, kind: str) -> tuple[JSONDict, list[str]]:
    """Return the people by role. In a book, A2 are the editors of the series if A3 names those of the book."""
    roles = {"author": ("AU", "A1"), "editor": ("A2", "ED"), "collection-editor": ("A3",), "translator": ("A4",)}
    if kind == "book" and record.first("A3"):
        roles |= {"editor": ("A3", "ED"), "collection-editor": ("A2",)}
    if record.first("TY").upper() == "EDBOOK":
        roles |= {"author": (), "editor": ("AU", "A1", "ED")}
    found: JSONDict = {}
    remarks = list[str]()
    for role, tags in roles.items():
        people, said = names.people(record.all(*tags))
        found |= {role: people} if people else {}
        remarks += said
    if groups := record.all(GROUP):
        found["author"] = [*found.get("author", []), *({"literal": group} for group in groups)]
    return found, remarks


def _locators(record: Tagged, kind: str) -> JSONDict:
    """Return the pages, or else the number of the article. Beside pages it is ``number``."""
    article = ARTICLE_LABEL.sub("", record.first("C7")) if kind in PERIODICALS | {"paper-conference"} else ""
    pages = pages_in_full(record.first("SP"), record.first("EP"))
    found = {"page": pages or article, "number": article if pages and article != pages else ""}
    return {name: value for name, value in found.items() if value}


def _dates(record: Tagged, told: dict[str, str]) -> tuple[JSONDict, list[str]]:
    """Return the date of publication, and of access. Words that were not wholly read are also kept as written."""
    fields = [record.first(tag) for tag in DATES]
    found, accessed = dates.best(fields), dates.read(record.first("Y2"))
    if found.year and not found.is_whole:
        told["issued"] = found.words
    days = {"issued": found.csl, "accessed": accessed.csl}
    return {name: date for name, date in days.items() if date}, dates.remarks(found, fields)


def _numbers(record: Tagged, kind: str, told: dict[str, str]) -> tuple[JSONDict, list[str]]:
    """Return ISSN and ISBN. What is neither may be the number of a report; otherwise it is kept as written."""
    found = identifiers_in_words.numbers(record.all("SN", "EI"))
    item = {name: value for name, value in (("ISSN", found.issn), ("ISBN", found.isbn)) if value}
    if not found.unread:
        return item, []
    if kind in NUMBERED:
        return item | {"number": found.unread}, []
    told["ISBN" if kind in OF_BOOKS else "ISSN"] = found.unread
    return item, [f"{quoted(found.unread)} is neither an ISSN nor an ISBN, and was left out."]


def _pmids(record: Tagged) -> JSONDict:
    found = {"PMID": _pmid(record), "PMCID": _pmcid(record)}
    return {name: value for name, value in found.items() if value}


def _pmid(record: Tagged) -> str:
    """Return the PMID: of AN in a record of PubMed or MEDLINE, where it is named as such, or in a field of its own.

    Scopus has it in C2, Embase in C5, Dimensions in U1.
    """
    accession, source = record.first("AN"), " ".join(record.all("DB", "DP"))
    if named := identifiers_in_words.pmid(record.all(*WITH_PMIDS)):
        return named
    if accession and SOURCE_OF_PMIDS.search(source) and not accession.upper().startswith(("WOS:", "PMC")):
        return accession
    is_of_dimensions = not source or "dimensions" in source.lower()
    bare = record.all("C2", "C5") + (record.all("U1") if is_of_dimensions else [])
    return next(filter(PMID.fullmatch, bare), "")


def _pmcid(record: Tagged) -> str:
    written = record.first("C2")
    found = identifiers_in_words.pmcid(record.all(*WITH_PMCIDS))
    return found or (written if written.upper().startswith("PMC") else "")


def _custom(record: Tagged, told: dict[str, str], remarks: list[str]) -> JSONDict:
    """Return ``custom``: the corrected kind, the trial, and under ``told`` what could not be read, as written."""
    kept: JSONDict = {}
    if record.first("C1").startswith("kind:"):
        kept["kind"] = record.first("C1").removeprefix("kind:")
    if record.first("C3").upper().startswith("NCT"):
        kept["nct"] = record.first("C3")
    accession = record.first("AN")
    if MISPRINTED_PMID.fullmatch(accession) and not record.first("DB", "DP"):
        told["PMID"] = accession
        remarks.append(f"The accession number {quoted(accession)} is no PMID, and was left out.")
    if told:
        kept["told"] = told
    return {"custom": kept} if kept else {}

"""Read PubMed's XML (PubmedArticleSet), by the elements of NLM's DTD of 2024.

Each record is parsed by itself, so a broken one refuses no other, and the file's DTD with its entities is never read. A
record that uses an entity of the DTD is refused, as its text is not known.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, fromstring

from articles.library.formats import nbib
from articles.library.formats.records import MAX_RECORD, Found, tried
from articles.library.formats.tagged_lines import Tagged

BEGINS = re.compile(r"\A\s*+(?=<)[\s\S]{0,4000}?<Pubmed(?:Article|BookArticle)")
ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
RECORD = re.compile(r"<(PubmedArticle|PubmedBookArticle)(?=[\s>])")
LABEL = re.compile(r"<PMID[^<>]{0,50}>([0-9]{1,9})<")
MARKUP = {"i": "i", "b": "b", "sup": "sup", "sub": "sub"}
"""Markup in titles that CSL-JSON has, too. Any other is left out, and its text kept."""

TEXTS: Sequence[tuple[str, str]] = (
    ("PMID", "MedlineCitation/PMID"),
    ("TI", "MedlineCitation/Article/ArticleTitle"),
    ("JT", "MedlineCitation/Article/Journal/Title"),
    ("TA", "MedlineCitation/MedlineJournalInfo/MedlineTA"),
    ("TA", "MedlineCitation/Article/Journal/ISOAbbreviation"),
    ("IS", "MedlineCitation/Article/Journal/ISSN"),
    ("VI", "MedlineCitation/Article/Journal/JournalIssue/Volume"),
    ("IP", "MedlineCitation/Article/Journal/JournalIssue/Issue"),
    ("PG", "MedlineCitation/Article/Pagination/MedlinePgn"),
    ("LA", "MedlineCitation/Article/Language"),
    ("PT", "MedlineCitation/Article/PublicationTypeList/PublicationType"),
    ("MH", "MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName"),
    ("OT", "MedlineCitation/KeywordList/Keyword"),
    ("PMID", "BookDocument/PMID"),
    ("TI", "BookDocument/ArticleTitle"),
    ("BTI", "BookDocument/Book/BookTitle"),
    ("CTI", "BookDocument/Book/CollectionTitle"),
    ("PB", "BookDocument/Book/Publisher/PublisherName"),
    ("PL", "BookDocument/Book/Publisher/PublisherLocation"),
    ("EN", "BookDocument/Book/Edition"),
    ("VI", "BookDocument/Book/Volume"),
    ("ISBN", "BookDocument/Book/Isbn"),
    ("PG", "BookDocument/Pagination/MedlinePgn"),
    ("LA", "BookDocument/Language"),
    ("PT", "BookDocument/PublicationType"),
    ("OT", "BookDocument/KeywordList/Keyword"),
)
"""Fields of NBIB with the elements that they are made of, in order."""

DATES: Sequence[tuple[str, str]] = (
    ("DP", "MedlineCitation/Article/Journal/JournalIssue/PubDate"),
    ("DEP", "MedlineCitation/Article/ArticleDate"),
    ("DP", "BookDocument/Book/PubDate"),
    ("DP", "BookDocument/ContributionDate"),
)
PARTS_OF_DATE = ("Year", "Month", "Day", "Season", "MedlineDate")
IDENTIFIERS: Sequence[str] = (
    "PubmedData/ArticleIdList/ArticleId",
    "PubmedBookData/ArticleIdList/ArticleId",
    "BookDocument/ArticleIdList/ArticleId",
)


PEOPLE = (
    "MedlineCitation/Article/AuthorList",
    "BookDocument/AuthorList",
    "BookDocument/Book/AuthorList",
)
MAX_XML = 16 * MAX_RECORD
"""Maximum number of characters of a record with its markup, affiliations and references."""

MAX_DEPTH = 16
"""Levels of markup in a title that are kept."""


def read(text: str) -> Iterator[Found]:
    """Yield every article and chapter of a file. A record that is not well-formed is refused with its line."""
    counted, line = 0, 1
    first = RECORD.search(text)
    if first and ENTITY.search(text, 0, first.start()):
        yield Found(1, "", fault="The file declares entities of its own, and was not read.")
        return
    for start in RECORD.finditer(text):
        following = RECORD.search(text, start.end())
        line += text.count("\n", counted, start.start())
        counted = start.start()
        closing = f"</{start[1]}>"
        end = text.find(closing, counted, following.start() if following else len(text))
        part = text[counted : end + len(closing)] if end >= 0 else ""
        yield tried(partial(_found, part, line=line), line=line)


def _found(text: str, *, line: int) -> Found:
    label = match[1] if (match := LABEL.search(text[:2000])) else ""
    if not text:
        return Found(line, label, fault="It has no end: it was cut off.")
    if len(text) > MAX_XML:
        return Found(line, label, fault="It is too large.")
    try:
        # Entities are declared before the first element, and the text begins with one.
        record = fromstring(text)  # noqa: S314
    except ParseError as error:
        return Found(line, label, fault=f"It is not well-formed XML: {error}.")
    tagged = _tagged(record, line=line)
    return Found(line, label, fault="It is too large.") if tagged.is_too_large else nbib.found(tagged, label=label)


def _tagged(record: Element, *, line: int) -> Tagged:
    """Return a record with the fields of NBIB."""
    tagged = Tagged(line)
    for tag, path in TEXTS:
        for element in record.iterfind(path):
            tagged.add(tag, _text(element))
    for tag, path in DATES:
        for element in record.iterfind(path):
            tagged.add(tag, " ".join(filter(None, (element.findtext(part, "") for part in PARTS_OF_DATE))))
    for path in PEOPLE:
        for people in record.iterfind(path):
            _add_people(tagged, people)
    _add_identifiers(tagged, record)
    _add_pages(tagged, record)
    if abstract := [_labelled(part) for part in record.iterfind(".//Abstract/AbstractText")]:
        tagged.add("AB", " ".join(abstract))
    return tagged


def _text(element: Element, depth: int = 0) -> str:
    """Return the text of an element on one line, with the markup that CSL-JSON has."""
    if depth > MAX_DEPTH:
        return "".join(element.itertext())
    parts = [element.text or ""]
    for child in element:
        inner, sign = _text(child, depth + 1), MARKUP.get(child.tag, "")
        parts += [f"<{sign}>{inner}</{sign}>" if sign and inner else inner, child.tail or ""]
    return re.sub(r"\s+", " ", "".join(parts)) if depth else " ".join("".join(parts).split())


def _labelled(part: Element) -> str:
    label = part.get("Label", "")
    return f"{label}: {_text(part)}" if label else _text(part)


def _add_pages(tagged: Tagged, record: Element) -> None:
    """Add the pages of a record that gives them only as first and last page."""
    pages = record.find(".//Pagination")
    if pages is not None and not tagged.first("PG"):
        tagged.add("PG", "-".join(filter(None, (pages.findtext(part, "") for part in ("StartPage", "EndPage")))))


def _add_people(tagged: Tagged, people: Element) -> None:
    """Add authors or editors. The authors of a book stand for those of a chapter without any."""
    tag = "FED" if people.get("Type") == "editors" else "FAU"
    if tag == "FAU" and tagged.first("FAU", "CN"):
        return
    for person in people.iterfind("Author"):
        group = person.find("CollectiveName")
        if group is not None:
            tagged.add("CN", _text(group))
            continue
        given = person.findtext("ForeName", "") or person.findtext("Initials", "")
        with_suffix = " ".join(filter(None, [given, person.findtext("Suffix", "")]))
        tagged.add(tag, ", ".join(filter(None, [person.findtext("LastName", ""), with_suffix])))
        for number in person.iterfind("Identifier[@Source='ORCID']"):
            tagged.add("AUID", _text(number))


def _add_identifiers(tagged: Tagged, record: Element) -> None:
    for element in record.iterfind("MedlineCitation/Article/ELocationID"):
        tagged.add("LID", f"{_text(element)} [{element.get('EIdType')}]")
    for element in chain.from_iterable(map(record.iterfind, IDENTIFIERS)):
        kind = element.get("IdType")
        tagged.add("PMC" if kind == "pmc" else "AID", _text(element) if kind == "pmc" else f"{_text(element)} [{kind}]")
    for bank in record.iterfind("MedlineCitation/Article/DataBankList/DataBank"):
        for number in bank.iterfind("AccessionNumberList/AccessionNumber"):
            tagged.add("SI", f"{bank.findtext('DataBankName', '')}/{_text(number)}")

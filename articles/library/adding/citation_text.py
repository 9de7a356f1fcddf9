"""Take a formatted citation apart, as a person copies it from a list of references.

Reads the styles of the NLM and of the APA. What is not recognised stays in the title. A person checks the fields
before the work is added.
"""

import re
from collections.abc import Mapping

from articles.library import identifiers
from editorial.record.canonical_json import JSONDict

MAX_CITATION = 3000
"""Maximum number of characters of a citation."""

NUMBERING = re.compile(r"^(?:\[[0-9]{1,4}\]|[0-9]{1,3}[.)])\s+")
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:?\s{0,3})?\b(10\.[0-9]{4,9}/[^\s<>\"]++)", re.IGNORECASE)
PMID = re.compile(r"\bPMID:?\s{0,3}([0-9]{1,9})\b\.?", re.IGNORECASE)
PMCID = re.compile(r"\b(?:PMCID:?\s{0,3})?(PMC[0-9]{1,12})\b\.?", re.IGNORECASE)
ADDRESS = re.compile(
    r"(?:\b(?:Available (?:from|at)|Retrieved from|URL):?\s{0,3})?(https?://[^\s<>\"]++)", re.IGNORECASE
)
CITED = re.compile(
    r"\[(?:cited|accessed)\s([0-9]{4})(?:\s([A-Z][a-z]{2}))?[a-z]{0,6}(?:\s([0-9]{1,2}))?\]", re.IGNORECASE
)
MEDIUM = re.compile(r"\s?\[(Internet|package insert|Preprint|dataset|dissertation|thesis)\]", re.IGNORECASE)
YEAR = r"(?P<year>(?:1[5-9]|20)[0-9]{2})"
JOURNAL = re.compile(
    rf"(?:^|(?<=[.?!] ))(?P<journal>[^.;?!]{{2,150}})\. {YEAR}(?: (?P<month>[A-Z][a-z]{{2}})[a-z]{{0,6}})?"
    r"(?: (?P<day>[0-9]{1,2}))?\s?;\s?(?P<volume>[^():;.]{0,40})(?:\((?P<issue>[^()]{1,40})\))?"
    r"(?:\s?:\s?(?P<page>[^\s.;]{1,40}))?"
)
"""``Journal. 2005 Dec;29(3):173-84``, as the NLM writes it."""

BOOK = re.compile(rf"(?:^|(?<=\. ))(?P<place>(?:St\. )?[^.:;]{{2,80}}): (?P<publisher>[^;:]{{2,150}}); ?{YEAR}")
"""``Geneva: World Health Organization; 2019``, as the NLM writes it."""

EDITION = re.compile(r"\. (?P<edition>[^.]{1,30}) ed(?:ition)?\.?$")
APA = re.compile(rf"^(?P<authors>[^()]{{2,1500}}) \({YEAR}[^()]{{0,30}}\)\. (?P<rest>.+)$")
"""``Orbach, H., & Katz, U. (2005). Title. Journal, 29(3), 173-184``, as the APA writes it."""

APA_JOURNAL = re.compile(
    r"[.?!] (?P<journal>[^.?!]{2,150}), (?P<volume>[0-9]{1,5})"
    r"(?:\((?P<issue>[^()]{1,40})\))?(?:, (?P<page>[^\s,]{1,40}))?$"
)
APA_NAME = re.compile(r"(?P<family>[^,&]{1,80}), (?P<given>(?:[A-Z]\.[ -]?){1,5})")
NLM_NAME = re.compile(r"(?P<family>\S.{0,79}) (?P<given>[A-Z]{1,3})(?: (?:Jr|Sr|[2-4](?:nd|rd|th)))?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read(text: str) -> JSONDict:
    """Return what a formatted citation says, as a CSL item without ``id``. It has at least a title, unless empty."""
    rest, item = _without_identifiers(NUMBERING.sub("", " ".join(text[:MAX_CITATION].split())))
    rest = " ".join(rest.split()).strip(" .,;")
    if found := APA.match(rest):
        return {**_apa(found), **item}
    return {"type": "webpage" if "URL" in item else "article-journal", **_nlm(rest), **item}


def _without_identifiers(text: str) -> tuple[str, JSONDict]:
    """Return the text without identifiers, addresses and day of access; and these as CSL variables."""
    item: JSONDict = {}
    for variable, pattern in (("DOI", DOI), ("PMID", PMID), ("PMCID", PMCID), ("URL", ADDRESS)):
        if found := pattern.search(text):
            text = text[: found.start()] + text[found.end() :]
            item[variable] = found[1].rstrip(".,;") if variable != "DOI" else _doi(found[1])
    if found := CITED.search(text):
        text = text[: found.start()] + text[found.end() :]
        item["accessed"] = {"date-parts": [_date(found[1], found[2], found[3])]}
    return text.replace(" ;", ";"), item


def _doi(written: str) -> str:
    try:
        return identifiers.doi(written)
    except ValueError:
        return written


def _nlm(text: str) -> JSONDict:
    found = JOURNAL.search(text)
    if found:
        details = {"type": "article-journal", "container-title": found["journal"], **_texts(found)}
    elif found := BOOK.search(text):
        details = {"publisher-place": found["place"], "publisher": found["publisher"]}
    else:
        return {"title": text} if text else {}
    authors, title = _authors_and_title(text[: found.start()].strip(" ."))
    details |= {"issued": {"date-parts": [_found_date(found)]}, **title}
    return {"type": _book_or_report(authors), **details, **({"author": authors} if authors else {})}


def _book_or_report(authors: list[dict[str, str]]) -> str:
    """What organisations write are mostly reports and guidelines."""
    return "report" if authors and "literal" in authors[0] else "book"


def _authors_and_title(text: str) -> tuple[list[dict[str, str]], JSONDict]:
    """Split ``Authors. Title.`` or ``Title.``; an edition after the title is read, too."""
    authors, parting, title = text.partition(". ")
    if not parting:
        authors, title = "", authors
    details: JSONDict = {}
    if edition := EDITION.search(title):
        title, details = title[: edition.start()], {"edition": edition["edition"]}
    return _nlm_names(authors), {"title": MEDIUM.sub("", title), **details}


def _nlm_names(text: str) -> list[dict[str, str]]:
    names = [
        name.strip() for name in re.split(r", |; ", text) if name.strip() not in ("", "et al", "editors", "editor")
    ]
    return [_nlm_name(name) for name in names]


def _nlm_name(name: str) -> dict[str, str]:
    found = NLM_NAME.fullmatch(name)
    if not found:
        return {"literal": name}
    return {"family": found["family"], "given": " ".join(f"{letter}." for letter in found["given"])}


def _apa(found: re.Match[str]) -> JSONDict:
    item: JSONDict = {"issued": {"date-parts": [_found_date(found)]}}
    names = [match.groupdict() for match in APA_NAME.finditer(found["authors"])]
    item["author"] = [
        {part: words.strip(" .,") + "." * (part == "given") for part, words in name.items()} for name in names
    ]
    item["author"] = item["author"] or [{"literal": found["authors"].strip(" .")}]
    if journal := APA_JOURNAL.search(found["rest"]):
        title = found["rest"][: journal.start()]
        return {
            **item,
            "type": "article-journal",
            "title": title,
            "container-title": journal["journal"],
            **_texts(journal),
        }
    title, _, publisher = found["rest"].partition(". ")
    kind = _book_or_report(item["author"])
    return {"type": kind, **item, "title": title, **({"publisher": publisher} if publisher else {})}


def _texts(found: re.Match[str]) -> dict[str, str]:
    """Return volume, issue and pages, as far as they were found."""
    return {name: found[name].strip() for name in ("volume", "issue", "page") if (found[name] or "").strip()}


def _found_date(found: re.Match[str]) -> list[int]:
    parts: Mapping[str, str | None] = found.groupdict()
    return _date(found["year"], parts.get("month"), parts.get("day"))


def _date(year: str, month: str | None, day: str | None) -> list[int]:
    number = MONTHS.index(month.lower()) + 1 if month and month.lower() in MONTHS else 0
    return [int(year), *([number] if number else []), *([int(day)] if number and day else [])]

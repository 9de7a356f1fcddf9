"""Take apart fields of a record that hold several identifiers, or an identifier among words.

Fields are only split and cleaned here. Whether an identifier is valid is judged with the whole item.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from articles.library import identifiers

LABEL = re.compile(r"\([^()]*+\)|\b(?:[ep]-?)?IS[SB]N(?:-?1[03]\b)?:?", re.IGNORECASE)
DASH = re.compile("[\u2010-\u2015\u2212]")
PARTED = re.compile(r"[;,\\/|]")
ISBN = re.compile(r"(?:97[89])?[0-9]{9}[0-9X]")
ISSN = re.compile(r"([0-9]{4})-?([0-9]{3}[0-9X])")
DOI_ALONE = re.compile(
    r"(?:doi\s*+:?\s*+)?(?:https?://)?(?:[a-z0-9.-]{0,80}\bdoi\.[a-z.]{2,30}/)?(10\.[0-9]{4,9}/[^\s]+)", re.IGNORECASE
)
DOI_INSIDE = re.compile(r"10\.[0-9]{4,9}/")
PMID_AMONG_WORDS = re.compile(
    r"(?:\bPMID:?\s*+|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|^MEDLINE:\s*+)([1-9][0-9]{0,8})\b"
    r"|^([1-9][0-9]{0,8}) ?\[(?:pmid\]|https?://[^\s]{0,60}pubmed)",
    re.IGNORECASE,
)
PMCID_AMONG_WORDS = re.compile(r"\bPMC[1-9][0-9]{0,11}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """The ISSNs and ISBNs of some fields, each list as one text, and what is neither."""

    issn: str
    isbn: str
    unread: str


def numbers(fields: Iterable[str]) -> Numbers:
    """Return every ISSN and ISBN of ``fields``, parted by blanks, commas, semicolons or slashes.

    Valid ISBNs come before misprinted ones, as the first one counts.
    """
    issns, isbns, unread = list[str](), list[str](), list[str]()
    for text in (text for field in fields for text in _parts(field)):
        digits = text.replace("-", "").replace(" ", "").upper()
        if ISBN.fullmatch(digits):
            isbns.append(text)
        elif found := ISSN.fullmatch(text.upper()):
            issns.append(f"{found[1]}-{found[2]}")
        elif any(map(str.isdecimal, text)):
            unread.append(text)
    return Numbers(_listed(issns), _listed(sorted(isbns, key=_is_misprinted)), _listed(unread))


def _parts(field: str) -> list[str]:
    """Return the numbers of a field. Blanks part two numbers, or the groups of one: ``978 3 16 148410 0``."""
    found = list[str]()
    for part in PARTED.split(DASH.sub("-", LABEL.sub(" ", field))):
        words = part.split()
        is_one = ISBN.fullmatch(part.replace("-", "").replace(" ", "").upper()) and not ISSN.fullmatch(words[0])
        found += [" ".join(words)] if is_one else words
    return found


def _is_misprinted(isbn: str) -> bool:
    try:
        identifiers.isbn(isbn)
    except ValueError:
        return True
    return False


def _listed(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def doi(stated: Iterable[str], others: Iterable[str]) -> str:
    """Return the DOI of a record, without its resolver: of the fields for DOIs, or of others that hold nothing else.

    A DOI among other words or blanks is returned as it is written. If no field holds a DOI, the first of the fields for
    DOIs is returned, whatever it says.
    """
    fields = list(stated)
    written = next(filter(DOI_INSIDE.search, fields), "")
    candidates = [written] if written else list(others)
    found = next(filter(None, (DOI_ALONE.fullmatch(field.strip()) for field in candidates)), None)
    if found is None:
        return written or (fields[0] if fields else "")
    return unquote(found[1]) if "://" in found[0] else found[1]


def pmid(fields: Iterable[str]) -> str:
    """Return the PMID that one of ``fields`` names as such, or an empty string."""
    found = next(filter(None, map(PMID_AMONG_WORDS.search, fields)), None)
    return (found[1] or found[2]) if found else ""


def pmcid(fields: Iterable[str]) -> str:
    """Return the PubMed Central identifier in one of ``fields``, or an empty string."""
    found = next(filter(None, map(PMCID_AMONG_WORDS.search, fields)), None)
    return found[0].upper() if found else ""

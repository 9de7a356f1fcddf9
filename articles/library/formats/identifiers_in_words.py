"""Take apart fields of a record that hold several identifiers, or an identifier among words.

Fields are only split and cleaned here. Whether an identifier is valid is judged with the whole item.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from articles.library import identifiers

ISBN = re.compile(r"(?:97[89])?[0-9]{9}[0-9X]")
ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9X]")
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
    """Return every ISSN and ISBN of ``fields``, as ``serial_numbers`` finds them.

    Misprinted ones, whose check digit does not hold, follow the valid ones, as the first one counts.
    """
    issns, isbns, unread = list[str](), list[str](), list[str]()
    misprinted = list[str]()
    for valid_issns, valid_isbns, rest in map(identifiers.serial_numbers, fields):
        issns += map(_with_hyphen, valid_issns)
        isbns += valid_isbns
        for text in (text for part in rest for text in ([part] if _is_like_isbn(part) else part.split())):
            if _is_like_isbn(text):
                misprinted.append(text)
            elif ISSN.fullmatch(text.upper()):
                issns.append(_with_hyphen(text))
            elif any(map(str.isdecimal, text)):
                unread.append(text)
    return Numbers(_listed(issns), _listed(isbns + misprinted), _listed(unread))


def _is_like_isbn(text: str) -> bool:
    return bool(ISBN.fullmatch(re.sub("[ -]", "", text).upper()))


def _with_hyphen(issn: str) -> str:
    digits = issn.replace("-", "").upper()
    return f"{digits[:4]}-{digits[4:]}"


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

"""The authors of the works that a version cites, from the works' records."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from articles.models import Citation, Version

ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
"""Matches the iD inside an author's ``ORCID``, which is usually a URL. PostgreSQL uses the same pattern."""


def citations_with_works(version: Version) -> list[Citation]:
    """Return the citations of ``version`` with their works. One query."""
    return list(version.citations.select_related("reference").order_by("number"))


def citations_by_orcid(citations: Iterable[Citation]) -> Iterator[tuple[str, Citation]]:
    """Yield each ORCID iD of an author of a cited work, with the citation.

    The iDs come from the frozen copy of the record and from the library's current record.
    """
    for citation in citations:
        authors = [*_authors(citation.csl), *_authors(citation.reference.csl)]
        values = (str(author.get("ORCID") or "").upper() for author in authors)
        for orcid in sorted({match[0] for value in values if (match := ORCID.search(value))}):
            yield orcid, citation


def numbers_by_author_name(citations: Iterable[Citation], *, first: str, last: str) -> list[int]:
    """Return the numbers of works that have an author with this family name and first initial.

    Accents and case do not matter.
    """
    name = _folded(last), _folded(first)[:1]
    return [
        citation.number
        for citation in citations
        if all(name) and any(_name(author) == name for author in _authors(citation.csl))
    ]


def _name(author: Mapping[str, object]) -> tuple[str, str]:
    return _folded(str(author.get("family") or "")), _folded(str(author.get("given") or ""))[:1]


def _authors(csl: Mapping[str, object]) -> list[Mapping[str, object]]:
    authors = csl.get("author")
    return [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, plain))

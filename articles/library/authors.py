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


MOST_INITIALS = 3
"""So many capitals without points are initials already: SM. Four are, if none of them is a vowel."""

DIGRAPHS = {"Ch.", "Dj.", "Dz.", "Ia.", "Iu.", "Kh.", "Ph.", "Sh.", "Th.", "Ts.", "Ya.", "Ye.", "Yu.", "Zh."}
"""Initials of two letters that stand for one letter of another script (Citing Medicine, "Author/Editor")."""

PARTICLES = {
    *("af", "al", "av", "ben", "bin", "d'", "da", "das", "de", "degli", "dei", "del", "dell'", "della", "den", "der"),
    *("des", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "op", "ten", "ter", "van", "vom"),
    *("von", "y", "zu", "zum", "zur", "'t"),
}
"""Words in lower case that belong to a family name."""

GIVEN = re.compile(r"[^\s.\u2010\u2011-]++\.?+")


def initials(given: str) -> str:
    """Return the initials of given names: ``Jean-Paul M.`` and ``JPM`` both give ``JPM``.

    Particles have none. Names in a script without capitals, such as 小明, are returned whole (Citing Medicine).
    """
    if any(unicodedata.category(char) == "Lo" and char not in "ªº" for char in given):
        return " ".join(given.split())
    names = [name for name in GIVEN.findall(given) if any(map(str.isalpha, name))]
    return "".join(map(_initial, [name for name in names if name not in PARTICLES] or names))


def _initial(name: str) -> str:
    if name in DIGRAPHS or are_initials(name):
        return name.rstrip(".")
    return next(char for char in name if char.isalpha()).upper()


def are_initials(name: str) -> bool:
    """Return whether ``name`` is one to three capitals, or four that cannot be spoken as a name."""
    letters = name.rstrip(".")
    cannot_be_spoken = len(letters) == MOST_INITIALS + 1 and not set("AEIOUY").intersection(letters)
    return letters.isalpha() and letters.isupper() and (len(letters) <= MOST_INITIALS or cannot_be_spoken)


def _name(author: Mapping[str, object]) -> tuple[str, str]:
    return _folded(str(author.get("family") or "")), _folded(str(author.get("given") or ""))[:1]


def _authors(csl: Mapping[str, object]) -> list[Mapping[str, object]]:
    authors = csl.get("author")
    return [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, plain))

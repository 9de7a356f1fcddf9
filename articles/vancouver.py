"""References as the NLM writes them (Citing Medicine, 2nd ed.; "Vancouver").

A record may hold anything that is JSON: what has not the form that CSL-JSON gives it is left out, and a date that
cannot be read is said to be unknown.
"""

import re
from typing import Any

from articles.models.reference import publication_year

AUTHORS_SHOWN = 6
"""Citing Medicine: the first six authors, then "et al."."""

UNKNOWN_DATE = "[date unknown]"
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
PAGES = re.compile(r"(\d+)\s*[-\u2010-\u2015]+\s*(\d+)")


def reference(csl: dict[str, Any]) -> str:
    """A CSL-JSON item as one line of plain text; missing parts are left out, nothing is escaped."""
    parts = [_people(csl.get("author")), _text(csl.get("title")), *_host(csl), _source(csl), *_identifiers(csl)]
    sentences = [part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part]
    return " ".join([*sentences, *_address(csl)])


def _text(value: Any) -> str:
    readable = isinstance(value, str | int) and not isinstance(value, bool)
    return " ".join(str(value).split()) if readable else ""


def _people(people: Any) -> str:
    names = [_name(person) for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    names = [name for name in names if name]
    shown = ", ".join(names[:AUTHORS_SHOWN])
    return f"{shown}, et al" if len(names) > AUTHORS_SHOWN else shown


def _name(person: dict[str, Any]) -> str:
    """``Orbach H``: particle, family name, initials, rank; a name that cannot be taken apart stands as it is."""
    if literal := _text(person.get("literal")):
        return literal
    initials = "".join(name[0].upper() for name in re.split(r"[\s.-]+", _text(person.get("given"))) if name)
    particle = _text(person.get("non-dropping-particle")) or _text(person.get("dropping-particle"))
    parts = [particle, _text(person.get("family")), initials, _text(person.get("suffix")).rstrip(".")]
    return " ".join(filter(None, parts))


def _host(csl: dict[str, Any]) -> list[str]:
    """The book that a chapter stands in."""
    if csl.get("type") != "chapter":
        return []
    editors = _people(csl.get("editor"))
    title = _text(csl.get("container-title"))
    role = "editors" if ", " in editors else "editor"
    return [f"In: {editors}, {role}. {title}" if editors else f"In: {title}"] if title else []


def _source(csl: dict[str, Any]) -> str:
    """``Journal. year;volume(issue):pages``, or ``Place: Publisher; year`` for what is no part of a periodical."""
    journal = "" if csl.get("type") == "chapter" else _journal(csl)
    volume, issue, pages = (_text(csl.get(name)) for name in ("volume", "issue", "page"))
    numbers = volume + (f"({issue})" if issue else "")
    if journal:
        located = _year(csl) + (f";{numbers}" if numbers else "") + (f":{_pages(pages)}" if pages else "")
        return f"{journal.rstrip('.')}. {located}"
    publisher = ": ".join(filter(None, [_text(csl.get("publisher-place")), _text(csl.get("publisher"))]))
    published = f"{publisher.rstrip('.')}; {_year(csl)}" if publisher else _year(csl)
    return f"{published}. p. {_pages(pages)}" if pages else published


def _journal(csl: dict[str, Any]) -> str:
    return _text(csl.get("container-title-short")) or _text(csl.get("container-title"))


def _pages(pages: str) -> str:
    """``173-184`` as ``173-84``: digits that the last page shares with the first are not repeated."""
    return PAGES.sub(lambda found: f"{found[1]}-{_shortened(found[1], found[2])}", pages)


def _shortened(first: str, last: str) -> str:
    if len(first) != len(last) or last <= first:
        return last
    shared = next(place for place, (one, other) in enumerate(zip(first, last, strict=True)) if one != other)
    return last[shared:]


def _year(csl: dict[str, Any]) -> str:
    """The year alone: from the date's parts, or else from its words; never a month run into it."""
    issued = csl.get("issued")
    words = " ".join(_text(issued.get(name)) for name in ("raw", "literal")) if isinstance(issued, dict) else ""
    found = YEAR.search(words)
    return str(publication_year(csl) or (found[0] if found else UNKNOWN_DATE))


def _identifiers(csl: dict[str, Any]) -> list[str]:
    doi, pmid = _text(csl.get("DOI")), _text(csl.get("PMID"))
    return [f"doi: {doi}" if doi else "", f"PMID: {pmid}" if pmid else ""]


def _address(csl: dict[str, Any]) -> list[str]:
    """Where to find what has no identifier; no full stop, it would be copied with the address."""
    url = _text(csl.get("URL"))
    identified = _text(csl.get("DOI")) or _text(csl.get("PMID"))
    return [f"Available from: {url}"] if url and not identified else []

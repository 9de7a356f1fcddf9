"""Format references in the style of the NLM (Citing Medicine, 2nd ed.; "Vancouver").

A record may contain any JSON. Values that are not valid CSL-JSON are left out. A date that cannot be read is shown as
unknown.
"""

import re
from collections.abc import Mapping

from articles.library.authors import initials
from articles.models.references import publication_year
from editorial.record.canonical_json import JSONDict

AUTHORS_SHOWN = 6
"""Number of authors that are listed before "et al." (Citing Medicine)."""

UNKNOWN_DATE = "[date unknown]"
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
PAGES = re.compile(r"(?<!\d)(\d++)\s*+[-\u2010-\u2015]+\s*(\d+)")


TITLED: Mapping[str, str] = {
    "webpage": "[Internet]",
    "post-weblog": "[Internet]",
    "dataset": "[dataset]",
    "software": "[software]",
    "thesis": "[thesis]",
}
"""The text after a title: the medium or the kind of work, if it is not a printed text (Citing Medicine)."""

LABEL = "drug_label"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def reference(csl: JSONDict) -> str:
    """Return a CSL-JSON item as one line of plain text, not escaped. Missing parts are left out."""
    doi, pmid, url, number = (_text(csl.get(name)) for name in ("DOI", "PMID", "URL", "number"))
    parts = [_authors(csl), _title(csl), _edition(csl), *_host(csl), _source(csl)]
    parts += [f"Report No.: {number}" if number and csl.get("type") == "report" else ""]
    parts += [f"doi: {doi}" if doi else "", f"PMID: {pmid}" if pmid else ""]
    sentences = [part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part]
    if url and not (doi or pmid):
        sentences.append(f"Available from: {url}")  # no full stop, as it would be copied with the URL
    return " ".join(sentences)


def _authors(csl: JSONDict) -> str:
    """Return the authors, or else the editors. The editors of a chapter's book are named with the book."""
    if authors := _people(csl.get("author")):
        return authors
    if csl.get("type") != "chapter" and (editors := _people(csl.get("editor"))):
        return f"{editors}, {_editors(editors)}"
    return ""


def _editors(names: str) -> str:
    return "editors" if ", " in names else "editor"


def _title(csl: JSONDict) -> str:
    title, medium = _text(csl.get("title")), TITLED.get(_text(csl.get("type")), "")
    custom = csl.get("custom")
    if not medium and isinstance(custom, dict) and custom.get("kind") == LABEL:
        medium = "[package insert]"
    return f"{title.rstrip('.')} {medium}" if title and medium else title


def _edition(csl: JSONDict) -> str:
    """Return the edition as ``3rd ed``. The first edition is not shown; an edition in words stays as it is."""
    edition = _text(csl.get("edition"))
    if not edition.isascii() or not edition.isdecimal():
        return edition if not edition or "ed" in edition.lower() else f"{edition} ed"
    if int(edition[:4]) == 1 and len(edition) == 1:
        return ""
    last = "th" if edition[-2:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(edition[-1], "th")
    return f"{edition}{last} ed"


def _text(value: object) -> str:
    readable = isinstance(value, str | int) and not isinstance(value, bool)
    return " ".join(str(value).split()) if readable else ""


def _people(people: object) -> str:
    names = [_name(person) for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    names = [name for name in names if name]
    shown = ", ".join(names[:AUTHORS_SHOWN])
    return f"{shown}, et al" if len(names) > AUTHORS_SHOWN else shown


def _name(person: JSONDict) -> str:
    """Return ``Orbach H``: particle, family name, initials, suffix. A literal name is not changed."""
    if literal := _text(person.get("literal")):
        return literal
    particle = _text(person.get("non-dropping-particle")) or _text(person.get("dropping-particle"))
    parts = [
        particle,
        _text(person.get("family")),
        initials(_text(person.get("given"))),
        _text(person.get("suffix")).rstrip("."),
    ]
    return " ".join(filter(None, parts))


def _host(csl: JSONDict) -> list[str]:
    """Return the book of a chapter with its editors."""
    if csl.get("type") != "chapter":
        return []
    editors = _people(csl.get("editor"))
    title = _text(csl.get("container-title"))
    return [f"In: {editors}, {_editors(editors)}. {title}" if editors else f"In: {title}"] if title else []


def _source(csl: JSONDict) -> str:
    """Return ``Journal. year;volume(issue):pages``, or ``Place: Publisher; year`` for a work outside a periodical."""
    journal = _text(csl.get("container-title-short")) or _text(csl.get("container-title"))
    volume, issue, pages = (_text(csl.get(name)) for name in ("volume", "issue", "page"))
    numbers = volume + (f"({issue})" if issue else "")
    if journal and csl.get("type") != "chapter":
        located = _dated(csl) + (f";{numbers}" if numbers else "") + (f":{_pages(pages)}" if pages else "")
        return f"{journal.rstrip('.')}. {located}"
    publisher = ": ".join(filter(None, [_text(csl.get("publisher-place")), _text(csl.get("publisher"))]))
    published = f"{publisher.rstrip('.')}; {_dated(csl)}" if publisher else _dated(csl)
    of_book = f"{published}. Vol. {volume}" if volume else published
    return f"{of_book}. p. {_pages(pages)}" if pages else of_book


def _dated(csl: JSONDict) -> str:
    """Return the year, with the day of access if the record has one: online works can change."""
    cited = _day(csl.get("accessed"))
    return f"{_year(csl)} [cited {cited}]" if cited else _year(csl)


def _day(date: object) -> str:
    """Return ``2024 Mar 5`` as far as it is known, or an empty string for a date that cannot be read."""
    parts = date.get("date-parts") if isinstance(date, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    year, month, day = ([_text(part).lstrip("0") for part in first] + ["", "", ""])[:3]
    if not re.fullmatch(r"[12][0-9]{3}", year):
        return ""
    name = MONTHS[int(month) - 1] if re.fullmatch(r"[1-9]|1[0-2]", month) else ""
    return " ".join(filter(None, [year, name, day if name and re.fullmatch(r"[1-9]|[12][0-9]|3[01]", day) else ""]))


def _pages(pages: str) -> str:
    """Return ``173-184`` as ``173-84``: leading digits that both pages share are not repeated."""
    return PAGES.sub(lambda found: f"{found[1]}-{_shortened(found[1], found[2])}", pages)


def _shortened(first: str, last: str) -> str:
    if len(first) != len(last) or last <= first:
        return last
    shared = next(place for place, (one, other) in enumerate(zip(first, last, strict=True)) if one != other)
    return last[shared:]


def _year(csl: JSONDict) -> str:
    """Return the year without a month: from the parts of the date, or else from its text."""
    issued = csl.get("issued")
    words = " ".join(_text(issued.get(name)) for name in ("raw", "literal")) if isinstance(issued, dict) else ""
    found = YEAR.search(words)
    return str(publication_year(csl) or (found[0] if found else UNKNOWN_DATE))

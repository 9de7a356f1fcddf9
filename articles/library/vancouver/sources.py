"""Where a work was published: journal, book, publisher, conference."""

import re

from articles.library.vancouver import numbering
from articles.library.vancouver.authors import names
from articles.library.vancouver.dates import full_date, is_forthcoming, span, year
from articles.library.vancouver.fields import field, sentence, without_stop, words
from articles.library.vancouver.kinds import (
    CHANGING,
    ONLINE,
    container,
    is_identified,
    is_preprint,
    is_read_online,
    kind,
)
from articles.models.markup import plain
from editorial.record.canonical_json import JSONDict

POINT = re.compile(r"\.(?![a-z0-9])")
BEFORE_STOP = re.compile(r" (?=[:;,)])")

WITH_DAY = ONLINE | {"article-newspaper", "article-magazine", "report", "patent", "speech", "broadcast"}
"""Types whose date is told with month and day (Citing Medicine)."""

PRESENTED = ("Paper presented at", "Poster session presented at")


def journal(csl: JSONDict) -> str:
    """Return ``J Am Coll Noth``: the abbreviated title without points, or else the full title."""
    title = words(csl, "container-title-short") or container(csl) or words(csl, "publisher")
    return BEFORE_STOP.sub("", " ".join(POINT.sub(" ", title).split()))


def article_source(csl: JSONDict) -> str:
    """Return ``Journal. year;volume(issue):pages``."""
    title = journal(csl)
    if is_preprint(csl):
        number = field(csl, "number")
        title = f"{title} {number}".strip() if number else title
        title = title if "[preprint]" in title.casefold() else f"{title} [Preprint]"
    elif is_read_online(csl):
        title = f"{title} [Internet]"
    if is_forthcoming(csl):
        return f"{sentence(title)} Forthcoming {year(csl)}"
    numbers, pages = _article_numbers(csl), _article_pages(csl)
    date = full_date(csl) if kind(csl) == "article-newspaper" or not numbers else year(csl)
    return f"{sentence(title)} {_with_access(csl, date)}{numbers and f';{numbers}'}{pages and f':{pages}'}"


def _article_numbers(csl: JSONDict) -> str:
    numbers = numbering.volume_and_issue(field(csl, "volume"), field(csl, "issue"))
    section = field(csl, "section")
    return f"Sect. {section}" if section and kind(csl) == "article-newspaper" else numbers


def _article_pages(csl: JSONDict) -> str:
    """Return the pages, or the number of an article that has no pages."""
    number = "" if is_preprint(csl) else field(csl, "number")
    return numbering.pages(field(csl, "page") or number)


def _with_access(csl: JSONDict, date: str) -> str:
    """Return ``date`` with the day of access, if the work can change or is found by its URL only."""
    accessed = span(csl.get("accessed"))
    tells = accessed and (kind(csl) in CHANGING or not is_identified(csl))
    return f"{date} [cited {accessed}]" if tells else date


def imprint(csl: JSONDict) -> str:
    """Return ``Place: Publisher; year``, with the pages of a part."""
    publisher = ": ".join(filter(None, [words(csl, "publisher-place"), words(csl, "publisher")]))
    date = full_date(csl) if kind(csl) in WITH_DAY else year(csl)
    date = f"Forthcoming {date}" if is_forthcoming(csl) else date
    published = f"{without_stop(publisher)}; {_with_access(csl, date)}" if publisher else _with_access(csl, date)
    pages, length = numbering.pages(field(csl, "page")), field(csl, "number-of-pages")
    located = f"p. {pages}" if pages else f"{length} p" if length.isdecimal() else ""
    return ". ".join(filter(None, [published, located]))


def series(csl: JSONDict) -> str:
    """Return ``(Methods in nothing; vol. 288)``, the series of a book."""
    title = without_stop(_series_title(csl))
    number = numbering.numbered(field(csl, "collection-number") or field(csl, "volume"))
    return f"({title}{number and f'; vol. {number}'})" if title else ""


def _series_title(csl: JSONDict) -> str:
    return words(csl, "collection-title") or (container(csl) if kind(csl) == "book" else "")


def edition_and_volume(csl: JSONDict) -> list[str]:
    """Return ``3rd ed`` and ``Vol. 2, Title of the volume``. The volume of a series is told with the series."""
    number = numbering.numbered(field(csl, "volume"))
    own = number if field(csl, "collection-number") or not _series_title(csl) else ""
    volume = ", ".join(filter(None, [f"Vol. {own}" if own else "", words(csl, "volume-title")]))
    version = field(csl, "version")
    return [numbering.edition(words(csl, "edition")), volume, f"Version {version}" if version else ""]


def host(csl: JSONDict) -> list[str]:
    """Return the book of a part: ``In: Foster JA, Lutton E, editors. Title``, its edition, and the conference."""
    title = without_stop(container(csl))
    title = f"{title} [Internet]" if title and is_read_online(csl) else title
    people = names(csl, "editor").with_role("editor") or names(csl, "container-author").text
    if not (title or people):
        return [_presented(csl)]
    named = " ".join(filter(None, [sentence(people), with_conference(csl, title)]))
    return [f"In: {named}", *edition_and_volume(csl)]


def with_conference(csl: JSONDict, title: str) -> str:
    """Return ``title`` with ``Name of the meeting; 2002 Apr 3-5; Kinsdale, Ireland``, naming the meeting once."""
    name, when_and_where = _conference(csl)
    meeting = "; ".join(filter(None, [name, when_and_where]))
    if not meeting or plain(name).casefold() in plain(title).casefold():
        return "; ".join([without_stop(title), when_and_where]) if when_and_where else title
    return f"{sentence(title)} {meeting}"


def _conference(csl: JSONDict) -> tuple[str, str]:
    name = without_stop(words(csl, "event-title") or words(csl, "event"))
    return name, "; ".join(filter(None, [span(csl.get("event-date")), words(csl, "event-place")]))


def _presented(csl: JSONDict) -> str:
    meeting = "; ".join(filter(None, _conference(csl)))
    return f"{PRESENTED['poster' in field(csl, 'genre').casefold()]}: {meeting}" if meeting else ""

"""Dates of references in the style of the NLM: ``2024 Mar 5``, as far as they are known."""

import re
from collections.abc import Mapping, Sequence

from articles.library.vancouver.fields import field
from articles.models.references import publication_year
from editorial.record.canonical_json import JSONDict

UNKNOWN_DATE = "[date unknown]"
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SEASONS: Mapping[str, str] = {
    **dict(zip("1234", ("Spring", "Summer", "Fall", "Winter"), strict=True)),
    **{season.casefold(): season for season in ("Spring", "Summer", "Fall", "Winter")},
    "autumn": "Fall",
}
"""Seasons by CSL's numbers and by their names, as the NLM writes them."""

FORTHCOMING = frozenset({"in press", "forthcoming", "accepted", "to appear", "in-press"})
"""What records say, as their status or instead of a date, of works that are accepted but not published yet."""


def year(csl: JSONDict) -> str:
    """Return the year without a month: from the parts of the date, or else from its text."""
    issued = csl.get("issued")
    words = " ".join(field(issued, name) for name in ("raw", "literal")) if isinstance(issued, dict) else ""
    found = YEAR.search(words)
    return str(publication_year(csl) or (found[0] if found else UNKNOWN_DATE))


def full_date(csl: JSONDict) -> str:
    """Return the date of publication with month and day or season, as far as they are known; else the year."""
    issued = csl.get("issued")
    season = SEASONS.get(field(issued, "season").casefold(), "") if isinstance(issued, dict) else ""
    written = span(issued)
    return f"{written} {season}" if season and written.isdecimal() else written or year(csl)


def is_forthcoming(csl: JSONDict) -> bool:
    """Whether the work is accepted but not published."""
    issued = csl.get("issued")
    literal = field(issued, "literal") if isinstance(issued, dict) else ""
    return field(csl, "status").casefold() in FORTHCOMING or literal.casefold() in FORTHCOMING


def span(date: object) -> str:
    """Return ``2024 Mar 5`` or ``2001 Sep 30-Oct 2``, or an empty string for a date that cannot be read."""
    first, last = day_parts(date, 0), day_parts(date, 1)
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    differing = last[shared:] if first else []
    return "-".join(filter(None, [" ".join(first), " ".join(differing)]))


def day_parts(date: object, place: int) -> Sequence[str]:
    """Return year, month by name and day of one end of a date, as far as they are known."""
    parts = date.get("date-parts") if isinstance(date, dict) else None
    ends = parts[place : place + 1] if isinstance(parts, list) else []
    end = ends[0] if ends and isinstance(ends[0], list) else []
    found, month, day = ([_digits(part) for part in end] + ["", "", ""])[:3]
    if not re.fullmatch(r"[12][0-9]{3}", found):
        return []
    name = MONTHS[int(month) - 1] if re.fullmatch(r"[1-9]|1[0-2]", month) else ""
    return list(filter(None, [found, name, day if name and re.fullmatch(r"[1-9]|[12][0-9]|3[01]", day) else ""]))


def _digits(part: object) -> str:
    return field({"part": part}, "part").lstrip("0")

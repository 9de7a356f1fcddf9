"""References to laws, court decisions and patents (ICMJE, samples 28 and 31)."""

from articles.library.vancouver import numbering
from articles.library.vancouver.authors import names
from articles.library.vancouver.dates import UNKNOWN_DATE, day_parts, full_date, year
from articles.library.vancouver.fields import field, words
from articles.library.vancouver.kinds import container
from editorial.record.canonical_json import JSONDict


def law(csl: JSONDict) -> list[str]:
    """Return ``Act of 2001, Pub. L. No. 107-9, 115 Stat. 11 (May 24, 2001)``."""
    section = field(csl, "section")
    place = [field(csl, "volume"), container(csl), f"Sect. {section}" if section else ""]
    cited = " ".join(filter(None, [*place, numbering.pages(field(csl, "page"))]))
    named = ", ".join(filter(None, [words(csl, "title"), field(csl, "number"), cited]))
    date = _day(csl)
    return [f"{named} {date}" if date == UNKNOWN_DATE else f"{named} ({date})"]


def _day(csl: JSONDict) -> str:
    """Return the date as laws have it, ``May 24, 2001``, or the year."""
    found = day_parts(csl.get("issued"), 0)
    return f"{found[1]} {found[2]}, {found[0]}" if len(found) == 3 else year(csl)


def patent(csl: JSONDict, *, title: str) -> list[str]:
    """Return inventors and assignee, title, ``United States patent US 20020103498`` and the date."""
    owner = words(csl, "publisher")
    inventors = names(csl, "author").with_role("inventor")
    people = "; ".join(filter(None, [inventors, f"{owner}, assignee" if owner else ""]))
    country = field(csl, "jurisdiction") or field(csl, "authority")
    named = f"{country} patent" if country else "Patent"
    return [people, title, f"{named} {field(csl, 'number')}".strip(), full_date(csl)]

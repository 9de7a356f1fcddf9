"""Volume, issue, pages and edition of a reference, as the NLM writes them."""

import re
from collections.abc import Mapping, Sequence

SUPPLEMENT = re.compile(r"(?<![A-Za-z])suppl(?:ement(?:ary|s)?|s)?(?![A-Za-z])[\s_.:-]*+", re.IGNORECASE)
PART = re.compile(r"(?<![A-Za-z])(?:part|pt)(?![A-Za-z])[\s_.:-]*+", re.IGNORECASE)
SPECIAL = re.compile(r"(?<![A-Za-z])spec(?:ial|\.)?[\s-]{1,3}(?:iss(?:ue)?|no|number)(?![A-Za-z])\.?", re.IGNORECASE)
LABEL = re.compile(r"^(?:vol(?:ume)?|bd|no|nr|number|issue|iss)(?![A-Za-z])[\s.]*+(?=\w)", re.IGNORECASE)
PARTED = re.compile(r"[\s,;()\[\]]+")
NOT_NUMBERED = frozenset(("ahead-of-print", "ahead of print", "online first", "in press", "n/a", "na", "-", "0"))
"""What publishers write into volume and issue of articles that have none yet."""

DASHES = r"\-\u2010-\u2015\u2212"
PAGES = re.compile(
    rf"(?<![\w.{DASHES}])((?:\d{{1,9}}\.)?[A-Za-z]{{0,4}})(\d{{1,18}}) ?[{DASHES}]{{1,3}} ?"
    rf"((?:\d{{1,9}}\.)?[A-Za-z]{{0,4}})(\d{{1,18}})(?![\w{DASHES}])"
)
"""A first and a last page, each with its prefix: ``S93-S99``, ``e100-e112``, ``251.e1-251.e9``."""

DASH = re.compile(rf" ?[{DASHES}]{{1,3}} ?")
PAGE_LABEL = re.compile(r"^(?:pp?\.\s?|artn |art(?:icle|\.)?(?: ?(?:id|no|number))?[.:]?\s)(?=\S*\d)", re.IGNORECASE)

ORDINAL = re.compile(
    r"(\d{1,4})(?:st|nd|rd|th|\.|e|ª|º)?(?:\s?(?:ed(?:ition|n|\.)?|aufl(?:age|\.)?))?\.?", re.IGNORECASE
)
ORDINAL_WORDS: Sequence[str] = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    "twelfth",
)
ENDINGS: Mapping[str, str] = {"1": "st", "2": "nd", "3": "rd"}


def volume_and_issue(volume: str, issue: str) -> str:
    """Return ``42 Suppl 2``, ``58(12 Suppl 7)``, ``83(Pt 2)`` or ``(401)``; empty if neither is known."""
    volume, issue = numbered(volume), numbered(issue)
    before, _, part = volume.partition(" Pt ")
    if part and not issue:
        volume, issue = before, f"Pt {part}"
    if volume and issue.startswith("Suppl"):
        return f"{volume} {issue}"
    return f"{volume}({issue})" if issue else volume


def numbered(number: str) -> str:
    """Return a volume or issue with the NLM's words for supplements, parts and special issues, without labels."""
    if number.strip().casefold() in NOT_NUMBERED:
        return ""
    text = SPECIAL.sub("Spec No", LABEL.sub("", number.replace("_", " ").strip()))
    text = PART.sub(" Pt ", SUPPLEMENT.sub(" Suppl ", text))
    return " ".join(filter(None, PARTED.split(text)))


def pages(written: str) -> str:
    """Return ``173-184`` as ``173-84`` and ``e100-e112`` as ``e100-12``, without labels. One page is named once."""
    return DASH.sub("-", PAGES.sub(_shortened, PAGE_LABEL.sub("", written)))


def _shortened(found: re.Match[str]) -> str:
    prefix, first, last_prefix, last = found.groups()
    if last_prefix not in (prefix, ""):
        return f"{prefix}{first}-{last_prefix}{last}"
    if first == last:
        return f"{prefix}{first}"
    if len(first) != len(last) or last < first:
        return f"{prefix}{first}-{last}"
    shared = next(place for place, (one, other) in enumerate(zip(first, last, strict=True)) if one != other)
    return f"{prefix}{first}-{last[shared:]}"


def edition(written: str) -> str:
    """Return the edition as ``3rd ed``. The first edition is not shown; an edition in words stays as it is."""
    words = written.casefold().removesuffix("edition").strip()
    counted = str(ORDINAL_WORDS.index(words) + 1) if words in ORDINAL_WORDS else written
    found = ORDINAL.fullmatch(counted.strip())
    if not found:
        return written if not written or re.search(r"ed\b|ed[.i]|aufl", written, re.IGNORECASE) else f"{written} ed"
    number = str(int(found[1]))
    last = "th" if number[-2:-1] == "1" else ENDINGS.get(number[-1], "th")
    return "" if number == "1" else f"{number}{last} ed"

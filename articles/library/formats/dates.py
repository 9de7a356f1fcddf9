"""Read dates that files write in words, as CSL-JSON dates.

Sources: the RIS specification (``YYYY/MM/DD/other``), ISO 8601, the ``MedlineDate`` of PubMed ("1998 Dec-1999 Jan",
"2000 Spring"), and the dates that Web of Science, ProQuest, EBSCO and IEEE write.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from articles.library.formats.tagged_lines import quoted
from editorial.record.canonical_json import JSONDict

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MONTH_NAMES: Sequence[Sequence[str]] = (
    ("january", "januar", "janvier", "enero", "gennaio", "janeiro", "januari"),
    ("february", "februar", "fevrier", "febrero", "febbraio", "fevereiro", "februari"),
    ("march", "marz", "maerz", "mars", "marzo", "marco", "maart", "mrz"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "maio", "mei"),
    ("june", "juni", "juin", "junio", "giugno", "junho"),
    ("july", "juli", "juillet", "julio", "luglio", "julho"),
    ("august", "aout", "agosto", "augustus"),
    ("september", "septembre", "septiembre", "settembre", "setembro"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "dezember", "decembre", "diciembre", "dicembre", "dezembro"),
)
"""Names of the months in English, German, French, Spanish, Italian, Portuguese and Dutch, without accents."""

SEASON_NAMES: Sequence[Sequence[str]] = (("spring",), ("summer",), ("autumn", "fall"), ("winter",))
"""CSL counts the seasons from spring, 1, to winter, 4."""

QUARTERS = ("first", "second", "third", "fourth")
SHORTEST = 3
"""A month or season is recognised by this many of its first letters."""

DECEMBER, LAST_DAY, LEAP_YEAR, CENTURY = 12, 31, 2000, 100
SHORT = 2
LONGEST = 20
"""Years that a range with a short end spans at most: 1977-78 is one, 2022-45 is none."""

SEPARATORS = {".", "/", "-"}

WORDS_BETWEEN = {"to", "and", "bis", "a", "y", "et", "und"}
CIRCA = {"circa", "ca"}
SILENT = {"st", "nd", "rd", "th", "of", "de", "del", "the", "c", "published", "online", "年", "月", "日"} | {
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
"""Words that say nothing about the date beyond what stands beside them."""

TIME = re.compile(r"(?:(?<=\d)t|(?<![^\s/]))\d{1,2}:\d\d[^\s]*+(?: ?[ap]m\b)?")
QUARTER = re.compile(
    r"\b(?:q([1-4])|([1-4])(?:st|n?d|r?d|th) quart(?:er)?|(first|second|third|fourth)[ -]?quart(?:er)?)\b"
)
TOKEN = re.compile(r"\d+|[^\W\d_]+|[./&\-\u2010-\u2015]")
YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
MAX_WORDS = 200
"""Number of characters of a date that are read. "1998 Dec-1999 Jan" has 17."""

SHAPES: Mapping[str, str] = {
    **{shape: shape for shape in ("Y", "YM", "YMD", "MY", "MDY", "DMY", "M", "MD", "DM", "YS", "SY", "S", "YQ", "QY")},
    "Q": "Q",
    "YD": "YM",
    "YDD": "YMD",
    "YDM": "YDM",
    "DY": "MY",
    "DDY": "DMY",
}
"""The shapes of a date and what their letters mean.

Y is a year, M a month, S a season, Q a quarter, and D a number of one or two digits, which may be a month.
"""

SIDES: Mapping[str, str] = {**SHAPES, "D": "D", "Z": "Z"}
"""The shapes of one side of a range. Z is the end of a year: 1998-99."""


@dataclass(frozen=True)
class Date:
    """What a date says. Parts that it does not say are 0. A range has an ``end``: year, month and day.

    ``is_whole`` is false if some of the words could not be read.
    """

    words: str = ""
    year: int = 0
    month: int = 0
    day: int = 0
    season: int = 0
    end: tuple[int, int, int] | None = None
    is_circa: bool = False
    is_whole: bool = True

    @property
    def csl(self) -> JSONDict:
        """The date as CSL-JSON: its parts, or its words if it has no year. Empty without words."""
        if not self.year:
            return {"literal": self.words} if self.words else {}
        days = [(self.year, self.month, self.day), *([self.end] if self.end else [])]
        found: JSONDict = {"date-parts": [[part for part in day if part] for day in days]}
        return found | ({"season": self.season} if self.season else {}) | ({"circa": True} if self.is_circa else {})


def read(words: str) -> Date:
    """Return what ``words`` say. Numbers that no calendar has are left out, and the date is then not whole."""
    words = " ".join(words.split())
    tokens, is_circa, is_known = _tokens(words[:MAX_WORDS])
    found = _single(tokens) or _range(tokens)
    if found is None:
        years = set(YEAR.findall(words[:MAX_WORDS]))
        found = Date(year=int(years.pop()) if len(years) == 1 else 0, is_whole=False)
    return replace(found, words=words, is_circa=is_circa, is_whole=found.is_whole and is_known)


def best(fields: Iterable[str]) -> Date:
    """Return the date that several fields of one record give together, the most trusted field first.

    The first year counts. Month and day come from the most exact field of that year, or from one without a year.
    """
    dates = [read(words) for words in fields if words.strip()]
    dated = next((date for date in dates if date.year), None)
    if dated is None:
        return dates[0] if dates else Date()
    agreeing = [_of_year(date, dated.year) for date in dates if date.year in (0, dated.year)]
    return max(agreeing, key=lambda date: (bool(date.month) + bool(date.day), bool(date.season), bool(date.end)))


def remarks(date: Date, fields: Iterable[str]) -> list[str]:
    """Return sentences that name the words of the record's dates that ``date``, the best of them, leaves out."""
    if not date.year:
        return [f"The date {quoted(date.words)} has no year that can be read."] if date.words else []
    told = "-".join(f"{part:02}" for part in (date.year, date.month, date.day) if part)
    unread = [] if date.is_whole else [f"The date {quoted(date.words)} was read as {told}."]
    others = [read(words) for words in fields if words.strip() and words.strip() != date.words]
    unread += [
        f"The date {quoted(other.words)} was not read." for other in others if not (other.is_whole or other.year)
    ]
    years = [other.words for other in others if other.year not in (0, date.year)]
    return unread + [f"The year {date.year} was taken, and not that of {quoted(words)}." for words in years]


def _of_year(date: Date, year: int) -> Date:
    """Return a date of ``year``. A range from December to January stays a year: nothing says of which years."""
    if date.year:
        return date
    if date.end and date.end[1:] < (date.month, date.day):
        return Date(date.words, year=year, is_whole=False)
    return replace(date, year=year, end=(year, *date.end[1:]) if date.end else None)


# --- words and numbers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """A part of a date: a letter of ``SIDES``, a separator, or X for a word that is not known."""

    sign: str
    value: int = 0


def _tokens(words: str) -> tuple[list[Token], bool, bool]:
    """Return the parts of a date, whether it says "circa", and whether every word is known."""
    decomposed = unicodedata.normalize("NFKD", words).casefold()
    plain = TIME.sub("", "".join(char for char in decomposed if not unicodedata.combining(char)))
    texts = TOKEN.findall(QUARTER.sub(_quarter, plain))
    tokens = [token for text in texts if text not in CIRCA | SILENT for token in _token(text)]
    known = [token for token in tokens if token.sign != "X"]
    return known, bool(CIRCA.intersection(texts)), len(known) == len(tokens)


def _quarter(found: re.Match[str]) -> str:
    number = found[1] or found[2]
    return f" {QUARTERS[int(number) - 1] if number else found[3]}quarter "


def _token(text: str) -> list[Token]:
    if text.isdecimal():
        return _number(text)
    if text in ("/", "."):
        return [Token(text)]
    if not text.isalpha() or text in WORDS_BETWEEN:
        return [Token("-")]
    if text.endswith("quarter"):
        return [Token("Q", QUARTERS.index(text.removesuffix("quarter")) + 1)]
    month, season = _named(text, MONTH_NAMES), _named(text, SEASON_NAMES)
    return [Token("M", month) if month else Token("S", season) if season else Token("X")]


def _named(text: str, names: Sequence[Sequence[str]]) -> int:
    """Return the place, from 1, of the names of which one begins with ``text``; 0 for none or several."""
    places = [place for place, group in enumerate(names, start=1) if any(name.startswith(text) for name in group)]
    return places[0] if len(places) == 1 and len(text) >= SHORTEST else 0


def _number(digits: str) -> list[Token]:
    """Return the parts of 2022, 20220811, 202208, 11 or 99. Zeros stand for parts that are not known."""
    if len(digits) <= SHORT:
        value = int(digits or 0)
        return [Token("D" if value <= LAST_DAY else "Z", value)] if value else []
    if len(digits) not in (4, 6, 8) or not YEAR.fullmatch(digits[:4]):
        return [Token("X")]
    return [Token("Y", int(digits[:4])), *_number(digits[4:6]), *_number(digits[6:])]


# --- shapes ---------------------------------------------------------------------------------------------------------


def _single(tokens: Sequence[Token]) -> Date | None:
    return _date(tokens, SHAPES)


def _date(tokens: Sequence[Token], shapes: Mapping[str, str]) -> Date | None:
    """Return the date of ``tokens``, whatever separates them, or None if they have none of ``shapes``."""
    parts = [token for token in tokens if token.sign not in SEPARATORS]
    shape = "".join(token.sign for token in parts)
    if shape not in shapes:
        return None
    named = dict(zip(shapes[shape], (token.value for token in parts), strict=True))
    is_dotted = any(token.sign == "." for token in tokens)
    if shape == "DDY" and not is_dotted and named["D"] != named["M"] and max(named["D"], named["M"]) <= DECEMBER:
        return Date(year=named["Y"], is_whole=False)  # the day comes first in one country, the month in another
    if quarter := named.get("Q", 0):
        year = named.get("Y", 0)
        return Date(year=year, month=3 * quarter - 2, end=(year, 3 * quarter, 0))
    year = named.get("Y", 0) or named.get("Z", 0)
    return _checked(Date(year=year, month=named.get("M", 0), day=named.get("D", 0), season=named.get("S", 0)))


def _checked(date: Date) -> Date:
    """Return the date with month and day as the calendar has them: 2022/13/01 is the 13th of January."""
    month, day = (date.day, date.month) if date.month > DECEMBER >= date.day > 0 else (date.month, date.day)
    if month > DECEMBER:
        return replace(date, month=0, day=0, is_whole=False)
    if month and day > calendar.monthrange(date.year or LEAP_YEAR, month)[1]:
        return replace(date, month=month, day=0, is_whole=False)
    return replace(date, month=month, day=day)


def _range(tokens: Sequence[Token]) -> Date | None:
    for place, token in enumerate(tokens):
        sides = (tokens[:place], tokens[place + 1 :])
        if token.sign in ("-", "/") and (found := _between(*sides)):
            return found
    return None


def _between(first: Sequence[Token], last: Sequence[Token]) -> Date | None:
    """Return the range of two dates, of which each may leave out what the other says: 2012 Aug 15-30."""
    is_of_days = any(token.sign == "M" for token in first)
    start, end = _date(first, SIDES), _date(last, {**SIDES, "DY": "DY"} if is_of_days else SIDES)
    if not (start and end):
        return None
    if start.season and not end.month:  # Winter 2004-05: no day, but the year's end
        end = replace(end, year=end.year or end.day, day=0)
    year = end.year or start.year
    if 0 < year < CENTURY:
        year += start.year - start.year % CENTURY
        if not (_is_year(start) and start.year < year <= start.year + LONGEST):
            return None
    begun = replace(start, year=start.year or year, month=start.month or (end.month if start.day else 0))
    ended = replace(end, year=year, month=end.month or (start.month if end.day else 0))
    return _joined(_checked(begun), _checked(ended))


def _is_year(date: Date) -> bool:
    return bool(date.year) and date.is_whole and not date.month


def _joined(start: Date, end: Date) -> Date:
    last = (end.year, end.month, end.day)
    is_whole = start.is_whole and end.is_whole and not (start.season and end.season)
    season = (start.season or end.season) if is_whole else 0
    first = (start.year, start.month, start.day)
    if start.year and last <= first:
        return replace(start, season=season, is_whole=is_whole and last == first)
    return replace(start, season=season, end=last, is_whole=is_whole)


def reread(csl: JSONDict) -> JSONDict | None:
    """Return an item whose ``issued`` is words with its date read from them; None if there is none to be read.

    Words that were not wholly read are kept in ``custom.told``.
    """
    issued = csl["issued"] if isinstance(csl.get("issued"), dict) else {}
    words = "" if "date-parts" in issued else issued.get("literal") or issued.get("raw")
    if not isinstance(words, str) or not (date := read(words)).year:
        return None
    custom = csl["custom"] if isinstance(csl.get("custom"), dict) else {}
    told = custom["told"] if isinstance(custom.get("told"), dict) else {}
    kept = {} if date.is_whole else {"custom": {**custom, "told": {**told, "issued": words}}}
    return {**csl, "issued": date.csl, **kept}

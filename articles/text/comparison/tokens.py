"""Splitting a text into words for comparison. A number with its unit is one word: 15 mg/kg never half becomes 1.5."""

import re
from collections.abc import Iterable

NUMBER = r"\d+(?:[.,\u00b7]\d+|[ \u00a0\u2009\u202f]\d{3}(?!\d))*[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]*"
"""With decimals, thousands separators and an exponent: 1.5, 10 000, 10⁹."""

SIGN = r"(?:[<>\u2264\u2265~\u2248\u00b1]\s?|(?<![\w.)\]])[-\u2212+])?"
UNIT_NAMES = (
    r"%|\u2030|\u00b0\s?[CF]?",
    r"mm\s?Hg|cm\s?H2O|mcg|(?:m|k)?IU|(?:m|k)?U|(?:[kMcmdnpf\u00b5\u03bc])?(?:g|[lL]|mol|Eq|Osm|osmol|Bq|Sv|Gy|cal|Pa)",
    r"(?:[kcmn\u00b5\u03bc])?m|(?:m)?s|min|h|hrs?|d|wks?|mo|yrs?|bpm|Hz|kHz|MHz|mV|kV|[kM]?J|W",
    r"(?:milli|micro|nano|kilo)?(?:gram|gramme|litre|liter|mole|meter|metre)s?|units?|drops?|puffs?|doses?|tablets?",
    r"capsules?|ampoules?|vials?|sprays?|sachets?|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|times?",
    r"fold|percent|points?",
)
_UNIT = rf"(?:{'|'.join(UNIT_NAMES)})(?:[\u00b2\u00b3\u207b\u00b9\u2074-\u2079]+|\^-?\d+|(?<=m)[23])?(?!\w)"
UNIT = rf"{_UNIT}(?:(?:\s?[/\u00b7]\s?|\sper\s){_UNIT})*"
_ATOM = rf"{NUMBER}(?:[\s/-]?{UNIT})?(?!\w)"
QUANTITY = rf"{SIGN}{_ATOM}(?:(?:[-\u2013\u2014/\u00b1\u00d7:]|\s[-\u2013\u2014/\u00b1\u00d7]\s|\sto\s){SIGN}{_ATOM})*"
"""A number, a range or a product of numbers, each with its unit: 5 to 10 mg/kg per day, 60 mL/min/1.73 m²."""

TOKEN = re.compile(rf"https?://[^\s)\]]+|[^\W\d]\w*|\s+|@[^\s;,\]]+|{QUANTITY}|\w+|[^\w\s]")
"""Citation key, URL, quantity, white space, word, sign. Covers every text."""

BARE_UNIT = re.compile(
    r"mcg|mm\s?Hg|(?:m|k)?IU|%|\u2030"
    r"|[kmcdnp\u00b5\u03bc](?:g|[lL]|mol|Eq|Bq|Sv|Gy|Osm)|k?cal|k?Pa|mol|units?"
    r"|(?:milli|micro|nano|kilo)(?:gram|gramme|litre|liter|mole)s?"
)
"""Units that are no ordinary words, so that they are recognised without a number, for example in a column head."""

SPELT_OUT = re.compile(
    r"zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety"
    r"|hundred|thousand|million|half|halve[sd]?|third|quarter|double[sd]?|triple[sd]?|once|twice|thrice"
    r"|hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually",
    re.IGNORECASE,
)
"""Numbers and frequencies that are spelt out."""


def tokens(text: str) -> list[str]:
    """Return the words of ``text`` in order, with white space and signs. Joined, they are ``text`` again."""
    return TOKEN.findall(text)


def is_quantity(token: str) -> bool:
    """Return whether ``token`` gives an amount or frequency: a number or a unit, in figures or words."""
    if token.startswith(("@", "[@", "http://", "https://")):
        return False
    return any(map(str.isdecimal, token)) or bool(BARE_UNIT.fullmatch(token) or SPELT_OUT.fullmatch(token))


def comparable_words(text_tokens: Iterable[str]) -> frozenset[str]:
    """Return the words that similarity is computed from: those with letters or digits, in lower case."""
    return frozenset(token.casefold() for token in text_tokens if any(map(str.isalnum, token)))

"""Spellings of titles and names that count as one: accents, markup, particles, abbreviations."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

Csl = Mapping[str, Any]

SMALL_WORDS = {"a", "an", "and", "at", "by", "de", "der", "des", "die", "du", "et", "for", "in", "la", "le", "les"} | {
    *("of", "on", "the", "to", "und", "&")
}
"""Words that abbreviated journal titles leave out."""

TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "\u03c2": "\u03c3"}
)
GREEK = str.maketrans(
    {
        character: unicodedata.name(character).rpartition(" ")[2].lower().replace("lamda", "lambda")
        for character in "αβγδεζηθικλμνξοπρστυφχψω"
    }
)


def plain(text: object) -> str:
    """Return ``text`` in lower case without markup and accents, with compatibility characters in their usual form."""
    bare = TAG.sub("", html.unescape(str(text or "")))
    decomposed = unicodedata.normalize("NFKD", bare).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(LETTERS)


def letters(text: object) -> str:
    """Return the letters and digits of ``text`` as ``plain``. Greek letters are spelt out, ``&`` is *and*."""
    spelt = plain(text).translate(GREEK) if _mixes_greek(str(text)) else plain(text)
    return "".join(filter(str.isalnum, spelt.replace("&", " and ")))


def _mixes_greek(text: str) -> bool:
    """A Greek letter in a Latin text is a symbol. A Greek text stays as it is."""
    return any("a" <= letter.lower() <= "z" for letter in text)


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case without those that abbreviations leave out."""
    found = re.findall(r"[^\W_]+|&", unicodedata.normalize("NFC", text).casefold())
    return [word for word in found if word not in SMALL_WORDS]


def abbreviates(short: str, long: str) -> bool:
    """Return whether each word of ``short`` shortens the matching word of ``long``, or is made of its initials."""
    some, whole = words(short), words(long)
    if len(some) == 1 and len(whole) > 1:
        return some[0] == "".join(word[0] for word in whole)
    return len(some) == len(whole) > 0 and all(map(_shortens, some, whole))


def _shortens(short: str, long: str) -> bool:
    """Natl, Engl: the first letter is the same, and the other letters follow in order."""
    rest = iter(long)
    return short[0] == long[0] and all(letter in rest for letter in short)


def first_author(csl: Csl) -> Csl:
    """Return the first author of an item, empty if there is none."""
    authors = csl.get("author")
    return authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], dict) else {}


def containers(csl: Csl) -> Iterator[str]:
    """Yield the titles of the journal or book that contains a work, in full and abbreviated."""
    names = ("container-title", "container-title-short", "journalAbbreviation")
    return (str(csl[name]) for name in names if csl.get(name))

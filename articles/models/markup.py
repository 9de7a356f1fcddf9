"""Show texts of a work's record that have markup: CSL's tags for italics, sub- and superscript, and HTML entities.

Records of other programs write ``10<sup>9</sup>/L``, ``<i>in vivo</i>`` and ``Smith &amp; Sons`` into titles and names.
``marked`` turns the known tags into marks, ``html`` shows marks as elements, ``plain`` as Unicode characters. Anything
else that looks like HTML is text.
"""

import re
from collections.abc import Mapping
from html import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ELEMENTS: Mapping[str, str] = {
    **dict.fromkeys(("i", "em", "italic"), "i"),
    **dict.fromkeys(("b", "strong", "bold"), "b"),
    **dict.fromkeys(("sub", "inf"), "sub"),
    "sup": "sup",
    **dict.fromkeys(("sc", "scp", "u", "span"), ""),
}
"""The tags of CSL-JSON, of Crossref and of JATS, with the element that shows each. Empty: only the content is shown."""

TAG = re.compile(r"<(/?)(?:jats:)?([a-z]{1,6})((?<=span) [^<>]{0,200})? ?>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
ESCAPED_TIMES = 2
"""How often entities are decoded: exports of exports hold ``&amp;lt;``."""

OPENING: Mapping[str, str] = {"i": "\ufdd0", "b": "\ufdd1", "sub": "\ufdd2", "sup": "\ufdd3"}
CLOSING: Mapping[str, str] = {"i": "\ufdd4", "b": "\ufdd5", "sub": "\ufdd6", "sup": "\ufdd7"}
MARKS = "".join([*OPENING.values(), *CLOSING.values()])
"""Noncharacters, which Unicode keeps for use inside programs. They are removed from what a record contains."""

NO_MARKS: Mapping[int, None] = dict.fromkeys(map(ord, MARKS))
NO_TYPEFACE: Mapping[int, None] = {ord(marks[name]): None for marks in (OPENING, CLOSING) for name in ("i", "b")}
AS_HTML: Mapping[int, str] = {
    **{ord(mark): f"<{name}>" for name, mark in OPENING.items()},
    **{ord(mark): f"</{name}>" for name, mark in CLOSING.items()},
}
MARKUP = re.compile(f"[<&{MARKS}]")
SCRIPT = re.compile(f"([\ufdd2\ufdd3])([^{MARKS}]*+)[\ufdd6\ufdd7]")
SUBSCRIPTS = str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
SUPERSCRIPTS = str.maketrans("0123456789+-\u2212=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")


def marked(text: str) -> str:
    """Return ``text`` on one line, with marks for its tags. Marks are closed, and properly nested."""
    if not MARKUP.search(text):
        return " ".join(text.split())
    for _ in range(ESCAPED_TIMES):
        text = ENTITY.sub(lambda found: unescape(found[0]), text)
    written, place, still_open = list[str](), 0, list[str]()
    text = text.translate(NO_MARKS)
    for tag in TAG.finditer(text):
        name = ELEMENTS.get(tag[2].lower())
        if name is not None:
            written += [text[place : tag.start()], _mark(name, still_open, closes=bool(tag[1]))]
            place = tag.end()
    written += [text[place:], _closed(still_open, 0)]
    return " ".join("".join(written).split())


def _mark(name: str, still_open: list[str], *, closes: bool) -> str:
    if not closes and name:
        still_open.append(name)
        return OPENING[name]
    return _closed(still_open, still_open.index(name)) if name in still_open else ""


def _closed(still_open: list[str], place: int) -> str:
    """Close the elements that were opened from ``place`` on, the last one first."""
    closed = "".join(CLOSING[name] for name in reversed(still_open[place:]))
    del still_open[place:]
    return closed


def html(marked_text: str) -> SafeString:
    """Return a text from ``marked`` as HTML: escaped, with no other elements than i, b, sub and sup."""
    return mark_safe(str(escape(marked_text)).translate(AS_HTML))  # noqa: S308 - escaped, then only our own elements


def plain(marked_text: str) -> str:
    """Return a text from ``marked`` as plain text: ``CO₂``, ``10⁹/L``.

    Where Unicode has no such characters, words follow as they are (``Tmax``), and anything with a digit stands in
    parentheses, so that no other number results: ``10(9.5)`` (Citing Medicine, appendix on special characters).
    """
    if marked_text.isascii():
        return marked_text
    return SCRIPT.sub(_script, marked_text.translate(NO_TYPEFACE)).translate(NO_MARKS)


def plain_text(text: str) -> str:
    """Return a text of a record as plain text on one line."""
    return plain(marked(text))


def _script(found: re.Match[str]) -> str:
    written = found[2].translate(SUBSCRIPTS if found[1] == OPENING["sub"] else SUPERSCRIPTS)
    if not any((char.isascii() and char.isalnum()) or char in ".,/" for char in written):
        return written
    return f"({found[2]})" if any(map(str.isdecimal, found[2])) else found[2]

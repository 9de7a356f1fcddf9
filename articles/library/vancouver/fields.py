"""Values of a CSL-JSON item that may contain any JSON. A value that is not text or a whole number counts as missing."""

from collections.abc import Mapping

from articles.models.markup import MARKS, NO_MARKS, marked, plain_text

ENDS = (".", "?", "!")
QUOTES = "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}»"


def verbatim(csl: Mapping[str, object], name: str) -> str:
    """Return a value on one line as it is, without looking for markup: an identifier or a URL."""
    value = csl.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return " ".join((text if text.isascii() else text.translate(NO_MARKS)).split())


def words(csl: Mapping[str, object], name: str) -> str:
    """Return a value with marks for its markup (``articles.models.markup``)."""
    return marked(verbatim(csl, name))


def field(csl: Mapping[str, object], name: str) -> str:
    """Return a value as plain text."""
    return plain_text(verbatim(csl, name))


def custom(csl: Mapping[str, object], name: str) -> object:
    """Return what the item says under ``custom``, our own variables."""
    value = csl.get("custom")
    return value.get(name) if isinstance(value, dict) else None


def sentence(text: str) -> str:
    """Return ``text`` with a full stop, unless it ends like a sentence."""
    return text if not text or text.rstrip(MARKS + QUOTES).endswith(ENDS) else f"{text}."


def without_stop(text: str) -> str:
    """Return ``text`` without full stops at its end, also inside its last marks."""
    inside = text.rstrip(MARKS)
    return inside.rstrip(".") + text[len(inside) :]

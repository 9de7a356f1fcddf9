"""Checking whether a text contains a quotation word for word.

White space and citations are ignored on both sides: a selection in a browser adds line breaks and leaves numbers out.
Everything else must match.
"""

import re
import unicodedata

from markdown_it.token import Token

from articles.models import Rendition
from articles.text.claims import MARK
from articles.text.claims.extraction import plain_words
from articles.text.rendering import parse

LEFT_OUT = re.compile(rf"[\s{MARK}\u00ad\u200b\u2060\ufeff]+")
"""White space, citations, and invisible characters."""


def comparable_letters(words: str) -> str:
    """Return ``words`` in Unicode NFC without ignored characters."""
    return LEFT_OUT.sub("", unicodedata.normalize("NFC", words))


def visible_letters(rendition: Rendition) -> str:
    """Return summary and text as readers see them, without ignored characters."""
    inline: list[Token] = [token for token in parse(rendition.body) if token.type == "inline"]
    return (
        comparable_letters(rendition.summary)
        + "\n"
        + "".join(comparable_letters(plain_words(token)) for token in inline)
    )


def quotes(passage: str, rendition: Rendition) -> bool:
    """Return whether ``passage`` occurs in ``rendition``, as readers see it or as it is written in Markdown."""
    wanted = comparable_letters(passage)
    return bool(wanted) and (wanted in visible_letters(rendition) or wanted in comparable_letters(rendition.body))

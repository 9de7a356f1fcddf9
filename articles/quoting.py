"""Passages word for word: whether a text has one, and where.

White space and citations are left out on both sides, since a selection in a browser brings line breaks of its own and
leaves numbers out. Everything else must be there as it is quoted.
"""

import re
import unicodedata

from markdown_it.token import Token

from articles.claims import MARK
from articles.claims.extraction import plain_words
from articles.models import Rendition
from articles.rendering import parse

LEFT_OUT = re.compile(rf"[\s{MARK}\u00ad\u200b\u2060\ufeff]+")
"""White space, citations, and what no reader sees."""


def letters(words: str) -> str:
    """``words`` in one Unicode form and without what is left out."""
    return LEFT_OUT.sub("", unicodedata.normalize("NFC", words))


def text_of(rendition: Rendition) -> str:
    """The letters of the summary and the text that readers see."""
    inline: list[Token] = [token for token in parse(rendition.body) if token.type == "inline"]
    return letters(rendition.summary) + "\n" + "".join(letters(plain_words(token)) for token in inline)


def quotes(passage: str, rendition: Rendition) -> bool:
    """Whether ``passage`` stands in ``rendition``, as readers see it or as it was written."""
    wanted = letters(passage)
    return bool(wanted) and (wanted in text_of(rendition) or wanted in letters(rendition.body))

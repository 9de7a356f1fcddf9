"""Normalise words for comparison: lower case, without accents. Tell which text fits one line."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")

UNFIT_FOR_ONE_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Line ends, control characters, and those that turn the direction of what follows them."""

ONE_LINE = "Write it on one line, without control characters."
"""What is wrong with a text that does not fit one line."""


def fits_one_line(text: str) -> bool:
    """Return whether ``text`` can be a question, a name or the like. Such values are part of subjects and headings."""
    return UNFIT_FOR_ONE_LINE.search(text) is None


def normalised_words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` in order, in lower case without accents; single letters are left out.

    Every other character separates words.
    """
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    return [word for word in WORD.findall(plain.casefold()) if len(word) > 1 or word.isdigit()]

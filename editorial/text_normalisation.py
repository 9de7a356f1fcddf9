"""Normalise words for comparison: lower case, without accents."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


def normalised_words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` in order, in lower case without accents; single letters are left out.

    Every other character separates words.
    """
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    return [word for word in WORD.findall(plain.casefold()) if len(word) > 1 or word.isdigit()]

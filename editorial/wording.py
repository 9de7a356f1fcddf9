"""Words as they are compared: small letters, without accents."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words and numbers of ``text``, in order; every other sign only parts them. Single letters are left out."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word for word in WORD.findall(plain.casefold()) if len(word) > 1 or word.isdigit()]

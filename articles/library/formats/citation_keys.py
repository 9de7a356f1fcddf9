"""Keys for works that come in by the file: the file's own where it can be cited, or one made from the record."""

import re
import unicodedata
from typing import Any

from articles.models.reference import KEY, publication_year
from articles.rendering import ITEM
from editorial.canonical import sha256_hex

MAX_KEY = 90
"""Characters; a spare key has a few more."""


def is_citable(key: str) -> bool:
    """Whether ``[@key]`` cites a work with this key."""
    item = ITEM.fullmatch(f"@{key}")
    return bool(item and item["key"] == key and re.fullmatch(KEY.regex, key)) and len(key) <= MAX_KEY


def key_of(csl: dict[str, Any]) -> str:
    """The item's own key if texts can cite it; else the nearest one that they can, or author, year and first word."""
    own = str(csl.get("id") or "").strip()
    if is_citable(own):
        return own
    if near := re.sub(r"[^A-Za-z0-9_]+", "-", _ascii(own)).strip("-")[:MAX_KEY].strip("-"):
        return near
    pmid = str(csl.get("PMID") or "")
    return f"pmid{pmid}" if pmid.isascii() and pmid.isdecimal() else _made(csl)


def spare(key: str, csl: dict[str, Any]) -> str:
    """A second key, for a record whose key another work has: the same for the same record."""
    return f"{key}-{sha256_hex(csl)[:8]}"


def _made(csl: dict[str, Any]) -> str:
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors else {}
    name = str(first.get("family") or first.get("literal") or "") if isinstance(first, dict) else ""
    words = [word for word in re.findall(r"[a-z0-9]+", _ascii(str(csl.get("title") or "")).lower()) if len(word) > 3]
    name = "".join(re.findall(r"[a-z0-9]+", _ascii(name).lower())[:3])
    made = f"{name}{publication_year(csl) or ''}{words[0] if words else ''}"[:MAX_KEY]
    return made or f"work-{sha256_hex(csl)[:12]}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

"""Choose citation keys for imported works: the file's own if texts can cite it, or one made from the record."""

import itertools
import re
import unicodedata
from collections.abc import Callable

from articles.models.references import KEY, publication_year
from articles.text.rendering import ITEM
from editorial.record.canonical_json import JSONDict, sha256_hex

MAX_KEY = 90
"""Maximum number of characters. A key from ``spare`` has a few more."""


def is_citable(key: str) -> bool:
    """Whether ``[@key]`` cites a work with this key."""
    item = ITEM.fullmatch(f"@{key}")
    return bool(item and item["key"] == key and re.fullmatch(KEY.regex, key)) and len(key) <= MAX_KEY


def key_of(csl: JSONDict) -> str:
    """Return the item's own key if texts can cite it, else the most similar key that they can cite.

    Without a usable key it is ``pmid`` and the PMID, or made of author, year and first word of the title.
    """
    own = str(csl.get("id") or "").strip()
    if is_citable(own):
        return own
    if near := re.sub(r"[^A-Za-z0-9_]+", "-", _ascii(own)).strip("-")[:MAX_KEY].strip("-"):
        return near
    pmid = str(csl.get("PMID") or "")
    return f"pmid{pmid}" if pmid.isascii() and pmid.isdecimal() else _made(csl)


def spare(key: str, csl: JSONDict) -> str:
    """Return an alternative key for a record whose key another work has. The same record always gets the same key."""
    return f"{key}-{sha256_hex(csl)[:8]}"


def free_key(csl: JSONDict, *, is_taken: Callable[[str], bool]) -> str:
    """Return the item's key, or the first key like it that is not taken. The same record usually gets the same key."""
    key = str(csl["id"])
    spares = (spare(key, {**csl, "number of the key": number}) for number in itertools.count(1))
    return next(free for free in itertools.chain([key, spare(key, csl)], spares) if not is_taken(free))


def _made(csl: JSONDict) -> str:
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors else {}
    name = str(first.get("family") or first.get("literal") or "") if isinstance(first, dict) else ""
    words = [word for word in re.findall(r"[a-z0-9]+", _ascii(str(csl.get("title") or "")).lower()) if len(word) > 3]
    name = "".join(re.findall(r"[a-z0-9]+", _ascii(name).lower())[:3])
    made = f"{name}{publication_year(csl) or ''}{words[0] if words else ''}"[:MAX_KEY]
    return made or f"work-{sha256_hex(csl)[:12]}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

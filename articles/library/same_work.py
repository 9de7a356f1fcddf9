"""Deciding whether two records describe the same work, so that verdicts on one hold for the other.

The digest of a version is stricter (``articles.models.references.identity``): any change of an identifier, title,
container or year changes what is signed. Here the question is whether a reviewer has to open the work again.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from articles.models.references import publication_year
from editorial.record.canonical_json import normalised

Csl = Mapping[str, Any]

IDENTIFIERS = ("DOI", "PMID")
"""Two works that share one of these are the same. PostgreSQL compares the same identifiers."""

SMALL_WORDS = {"a", "an", "and", "at", "by", "de", "der", "des", "die", "du", "et", "for", "in", "la", "le", "les"} | {
    *("of", "on", "the", "to", "und", "&")
}
"""Words that abbreviated journal titles leave out."""

CONTAINERS = ("container-title", "container-title-short", "journalAbbreviation")


def same_work(before: Csl, after: Csl, *, same_record: bool) -> bool:
    """Return whether ``before`` and ``after``, two CSL items, describe the same work.

    A different DOI or PMID makes another work. The same DOI or PMID makes the same work. If they share no identifier,
    they must be one record of the library (``same_record``, after merges) in which fields were only added, spelt out or
    abbreviated: see ``DISTINGUISHING``. Later authors, volume, issue and pages may be corrected. A changed or removed
    title, year, first author, edition or identifier makes another work.
    """
    agreements = [_agree(before, after, name) for name in IDENTIFIERS]
    if False in agreements:
        return False
    return True in agreements or (same_record and all(rule(before, after) for rule in DISTINGUISHING))


def _agree(before: Csl, after: Csl, name: str) -> bool | None:
    """Return whether both have the same value; None if one has none."""
    first, second = (str(csl.get(name) or "").strip().lower() for csl in (before, after))
    return first == second if first and second else None


def _kept(name: str) -> Callable[[Csl, Csl], bool]:
    """Return a rule: the value of ``name`` in ``before`` has the same letters and digits in ``after``."""

    def holds(before: Csl, after: Csl) -> bool:
        old = _letters(before.get(name))
        return not old or old == _letters(after.get(name))

    return holds


def _title_kept(before: Csl, after: Csl) -> bool:
    return _letters(before.get("title")) == _letters(after.get("title"))


def _trial_kept(before: Csl, after: Csl) -> bool:
    first, second = (csl["custom"] if isinstance(csl.get("custom"), dict) else {} for csl in (before, after))
    return _kept("nct")(first, second)


def _date_kept(before: Csl, after: Csl) -> bool:
    """A date may become more or less exact: 2005 matches December 2005, but not 2006."""
    if not before.get("issued"):
        return True
    old, new = _date(before), _date(after)
    if old is None or new is None:
        return before["issued"] == after.get("issued")
    return all(a == b for a, b in zip(old, new, strict=False))


def _date(csl: Csl) -> list[str] | None:
    """Return year, month and day as far as they are given; None if no year can be read."""
    return None if publication_year(dict(csl)) is None else [str(part) for part in csl["issued"]["date-parts"][0]]


def _first_author_kept(before: Csl, after: Csl) -> bool:
    old, new = _first_author(before), _first_author(after)
    return not old or _letters(old) == _letters(new) or _abbreviates(old, new) or _abbreviates(new, old)


def _first_author(csl: Csl) -> str:
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], dict) else {}
    return str(first.get("family") or first.get("literal") or "")


def _container_kept(before: Csl, after: Csl) -> bool:
    """A journal may be abbreviated or spelt out: "N Engl J Med" is the New England Journal of Medicine."""
    old_titles, new_titles = list(_containers(before)), list(_containers(after))
    pairs = ((old, new) for old in old_titles for new in new_titles)
    return not old_titles or any(
        _letters(old) == _letters(new) or _abbreviates(old, new) or _abbreviates(new, old) for old, new in pairs
    )


def _containers(csl: Csl) -> Iterator[str]:
    return (str(csl[name]) for name in CONTAINERS if csl.get(name))


DISTINGUISHING = (
    _title_kept,
    _date_kept,
    _first_author_kept,
    _container_kept,
    _trial_kept,
    *map(_kept, ("DOI", "PMID", "PMCID", "ISBN", "edition", "version")),
)
"""Fields that must not be changed or removed if a record is to describe the same work."""


def _letters(value: object) -> str:
    """Return the letters and digits of ``value`` in lower case without accents.

    Without any letter or digit, return the text itself.
    """
    text = normalised(str(value or "")).casefold()
    plain = "".join(character for character in unicodedata.normalize("NFD", text) if character.isalnum())
    return plain or text.strip()


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+|&", unicodedata.normalize("NFC", text).casefold())
    return [word for word in words if word not in SMALL_WORDS]


def _abbreviates(short: str, long: str) -> bool:
    """Return whether each word of ``short`` shortens the matching word of ``long``, or is made of its initials."""
    words, whole = _words(short), _words(long)
    if len(words) == 1 and len(whole) > 1:
        return words[0] == "".join(word[0] for word in whole)
    return len(words) == len(whole) > 0 and all(map(_shortens, words, whole))


def _shortens(short: str, long: str) -> bool:
    """Natl, Engl: the first letter is the same, and the other letters follow in order."""
    rest = iter(long)
    return short[0] == long[0] and all(letter in rest for letter in short)

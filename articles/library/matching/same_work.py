"""Deciding whether two records describe the same work, so that verdicts on one hold for the other.

The digest of a version is stricter (``articles.models.references.identity``): any change of an identifier, title,
container or year changes what is signed. Here the question is whether a reviewer has to open the work again.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from articles.library.formats import dates
from articles.library.matching.spelling import Csl, abbreviates, containers, first_author
from articles.library.matching.work_comparison import compare
from articles.models.references import publication_year
from editorial.record.canonical_json import normalised

IDENTIFIERS = ("DOI", "PMID")
"""Works that differ in one of these are different. PostgreSQL compares the same identifiers."""


def same_work(before: Csl, after: Csl, *, same_record: bool) -> bool:
    """Return whether ``before`` and ``after``, two CSL items, describe the same work.

    A different DOI or PMID makes another work. The same DOI or PMID makes the same work, unless title, first author,
    year, container or place contradict it: the abstracts of a supplement may all have its DOI. If they share no
    identifier, they must be one record of the library (``same_record``, after merges) in which fields were only added,
    spelt out or abbreviated: see ``DISTINGUISHING``. Later authors, volume, issue and pages may be corrected. A changed
    or removed title, year, first author, edition or identifier makes another work.
    """
    agreements = [_agree(before, after, name) for name in IDENTIFIERS]
    if False in agreements:
        return False
    if True in agreements:
        return compare(before, after).confirms_identifier
    return same_record and all(rule(before, after) for rule in DISTINGUISHING)


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
    """A date may become more or less exact: 2005 matches December 2005, but not 2006. Words are read as a date."""
    if not before.get("issued") or before["issued"] == after.get("issued"):
        return True
    old, new = _date(before), _date(after)
    is_known = bool(old.parts and new.parts)
    return is_known and all(a == b for pair in zip(old, new, strict=True) for a, b in zip(*pair, strict=False))


class _Issued(NamedTuple):
    """Year, month and day of a date as far as they are given; its season; and its words, if a part was not read."""

    parts: Sequence[str] = ()
    season: Sequence[str] = ()
    unread: Sequence[str] = ()


def _date(csl: Csl) -> _Issued:
    """Return the date of an item, without parts if no year can be read."""
    read = dates.reread(dict(csl)) or dict(csl)
    if publication_year(read) is None:
        return _Issued()
    issued = read["issued"]
    is_whole = read.get("custom") == csl.get("custom")
    return _Issued(
        parts=[str(part) for part in issued["date-parts"][0]],
        season=[str(issued["season"])] if issued.get("season") else [],
        unread=[] if is_whole else [str(csl["issued"])],
    )


def _first_author_kept(before: Csl, after: Csl) -> bool:
    old, new = _author_name(before), _author_name(after)
    return not old or _letters(old) == _letters(new) or abbreviates(old, new) or abbreviates(new, old)


def _author_name(csl: Csl) -> str:
    first = first_author(csl)
    return str(first.get("family") or first.get("literal") or "")


def _container_kept(before: Csl, after: Csl) -> bool:
    """A journal may be abbreviated or spelt out: "N Engl J Med" is the New England Journal of Medicine."""
    old_titles, new_titles = list(containers(before)), list(containers(after))
    pairs = ((old, new) for old in old_titles for new in new_titles)
    return not old_titles or any(
        _letters(old) == _letters(new) or abbreviates(old, new) or abbreviates(new, old) for old, new in pairs
    )


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

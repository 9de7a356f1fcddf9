"""Finding records of the same work: by identifier, or by title and year if nothing contradicts it."""

import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from django.db.models import Count, Q

from articles.library import identifiers
from articles.models import Reference
from articles.models.references import title_key
from editorial.record.canonical_json import JSONDict, normalised

NAMES: Mapping[str, str] = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}
"""Identifiers of which a work has at most one, the most trusted first."""

SHOWN = 100
"""The maximum number of groups of possible duplicates."""

Identifiers = Mapping[str, str | None]

INDEXED_FIELDS = ("doi", "pmid", "pmcid", "key", "title_key")


@dataclass(frozen=True)
class Match:
    """The library's work that a record describes, and how it was recognised."""

    reference: Reference
    by: str


class Ambiguous(ValueError):
    """A record that matches two works, or contradicts the work that it matches."""


class WorkIndex:
    """An in-memory index of some works of the library, by identifier, key and title."""

    def __init__(self, works: Iterable[Reference] = ()) -> None:
        self._by: dict[str, dict[str, list[Reference]]] = {name: defaultdict(list) for name in INDEXED_FIELDS}
        for work in works:
            self.add(work)

    @classmethod
    def for_items(cls, items: Iterable[JSONDict]) -> "WorkIndex":
        """Return an index of every work that one of ``items`` could be. One query."""
        wanted: dict[str, set[str]] = {name: set() for name in INDEXED_FIELDS}
        for csl in items:
            found_identifiers, _ = identifiers.read(csl)
            for name, value in {**found_identifiers, "key": csl.get("id"), "title_key": title_key(csl)}.items():
                if value and name in wanted:
                    wanted[name].add(value)
        matches_any = reduce(operator.or_, (Q(**{f"{name}__in": values}) for name, values in wanted.items()))
        return cls(Reference.objects.filter(matches_any).select_related("merged_into").in_order())

    def add(self, work: Reference) -> None:
        for name in INDEXED_FIELDS:
            if value := getattr(work, name):
                self._by[name][value].append(work)

    def has_key(self, key: str) -> bool:
        return key in self._by["key"]

    def match(self, csl: JSONDict) -> Match | None:
        """Return the work that ``csl`` describes.

        Raises Ambiguous if its identifiers name two works or contradict one.
        """
        found_identifiers, _ = identifiers.read(csl)
        matches = {
            name: self._by[name][found_identifiers[name] or ""][0]
            for name in NAMES
            if self._by[name].get(found_identifiers[name] or "")
        }
        if len(set(map(_work_key, matches.values()))) > 1:
            where = ", ".join(f"its {NAMES[name]} is that of “{work.key}”" for name, work in matches.items())
            raise Ambiguous(f"It would be two works of the library: {where}. Merge them first.")
        for name, work in matches.items():
            if other := _contradiction(found_identifiers, _record_identifiers(work)):
                raise Ambiguous(f"It has the {NAMES[name]} of “{work.key}”, but another {other}.")
            return Match(work.merged_into or work, NAMES[name])
        for work in self._by["title_key"].get(title_key(csl), ()):
            if not (_contradiction(found_identifiers, _record_identifiers(work)) or _differs(csl, work.csl)):
                return Match(work.merged_into or work, "title and year")
        return None


def _work_key(work: Reference) -> int:
    """Return a key that is equal for merged records, and works for records that are not stored yet."""
    return work.merged_into_id or work.pk or id(work)


def contradiction(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Return the name of an identifier that both have with different values; empty if there is none."""
    (identifiers_of_one, _), (identifiers_of_other, _) = identifiers.read(one), identifiers.read(other)
    return _contradiction(identifiers_of_one, identifiers_of_other)


def _record_identifiers(work: Reference) -> Identifiers:
    """Return the identifiers in the record itself.

    The columns of a merged record may have passed some to the record that replaced it.
    """
    return identifiers.read(work.csl)[0]


def _contradiction(found: Identifiers, present: Identifiers) -> str:
    return next((NAMES[name] for name in NAMES if found[name] and present[name] and found[name] != present[name]), "")


def _differs(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Return whether first author, volume or first page show that records with one title and year are two works."""
    pairs = zip(_distinguishing_marks(one), _distinguishing_marks(other), strict=True)
    return any(mark and against and mark != against for mark, against in pairs)


def _distinguishing_marks(csl: Mapping[str, object]) -> Iterator[str]:
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors else None
    name = (first.get("family") or first.get("literal")) if isinstance(first, dict) else ""
    pages = re.match(r"\w+", str(csl.get("page") or ""))
    for mark in (name, csl.get("volume"), pages[0] if pages else ""):
        yield "".join(filter(str.isalnum, normalised(str(mark or "")).casefold()))


def alike(one: Reference, other: Reference) -> bool:
    """Return whether two records share title and year and do not contradict each other."""
    same_title = bool(one.title_key) and one.title_key == other.title_key
    return same_title and not (contradiction(one.csl, other.csl) or _differs(one.csl, other.csl))


def possible_duplicates() -> list[list[Reference]]:
    """Return the first groups of works that share title and year and do not contradict each other.

    Each group is ordered by key.
    """
    unmerged = Reference.objects.filter(merged_into=None).exclude(title_key="")
    shared = unmerged.values("title_key").annotate(times=Count("pk")).filter(times__gt=1).order_by("title_key")
    groups: dict[str, list[Reference]] = defaultdict(list)
    for work in unmerged.filter(title_key__in=shared.values("title_key")[:SHOWN]).order_by("key"):
        groups[work.title_key].append(work)
    return [group_of_alike for _, group in sorted(groups.items()) for group_of_alike in _split_group(group)]


def _split_group(group: list[Reference]) -> Iterator[list[Reference]]:
    """Split ``group`` into groups in which no record contradicts the first one. Groups of one are left out."""
    while group:
        first, *rest = group
        same = [work for work in rest if not (contradiction(first.csl, work.csl) or _differs(first.csl, work.csl))]
        if same:
            yield [first, *same]
        group = [work for work in rest if work not in same]

"""Whether two records describe one work: by identifier, or by title and year where nothing contradicts it."""

import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Count, Q

from articles import identifiers
from articles.models import Reference
from articles.models.reference import title_key
from editorial.canonical import normalised

NAMES: Mapping[str, str] = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}
"""Identifiers that one work has one of, the most trusted first."""

SHOWN = 100
"""Groups of possible duplicates that are given at once."""

Identifiers = Mapping[str, str | None]

LOOKED_UP = ("doi", "pmid", "pmcid", "key", "title_key")


@dataclass(frozen=True)
class Match:
    """The work of the library that a record describes, and by what that was seen."""

    reference: Reference
    by: str


class Ambiguous(ValueError):
    """A record that would match two works, or one that it contradicts."""


class Shelf:
    """Some works of the library, found by identifier, key and title without another query."""

    def __init__(self, works: Iterable[Reference] = ()) -> None:
        self._by: dict[str, dict[str, list[Reference]]] = {name: defaultdict(list) for name in LOOKED_UP}
        for work in works:
            self.add(work)

    @classmethod
    def holding(cls, items: Iterable[dict[str, Any]]) -> "Shelf":
        """Everything in the library that one of ``items`` could be, in one query."""
        wanted: dict[str, set[str]] = {name: set() for name in LOOKED_UP}
        for csl in items:
            found, _ = identifiers.read(csl)
            for name, value in {**found, "key": csl.get("id"), "title_key": title_key(csl)}.items():
                if value and name in wanted:
                    wanted[name].add(value)
        is_wanted = reduce(operator.or_, (Q(**{f"{name}__in": values}) for name, values in wanted.items()))
        return cls(Reference.objects.filter(is_wanted).select_related("merged_into").in_order())

    def add(self, work: Reference) -> None:
        for name in LOOKED_UP:
            if value := getattr(work, name):
                self._by[name][value].append(work)

    def has_key(self, key: str) -> bool:
        return key in self._by["key"]

    def match(self, csl: dict[str, Any]) -> Match | None:
        """The work that ``csl`` describes. Raises Ambiguous when its identifiers name two works or contradict one."""
        found, _ = identifiers.read(csl)
        named = {name: self._by[name][found[name] or ""][0] for name in NAMES if self._by[name].get(found[name] or "")}
        if len(set(map(_stands_for, named.values()))) > 1:
            where = ", ".join(f"its {NAMES[name]} is that of “{work.key}”" for name, work in named.items())
            raise Ambiguous(f"It would be two works of the library: {where}. Merge them first.")
        for name, work in named.items():
            if other := _contradiction(found, _identified(work)):
                raise Ambiguous(f"It has the {NAMES[name]} of “{work.key}”, but another {other}.")
            return Match(work.merged_into or work, NAMES[name])
        for work in self._by["title_key"].get(title_key(csl), ()):
            if not (_contradiction(found, _identified(work)) or _differs(csl, work.csl)):
                return Match(work.merged_into or work, "title and year")
        return None


def _stands_for(work: Reference) -> int:
    """What tells the work apart from others, merged records and ones that are still to be stored included."""
    return work.merged_into_id or work.pk or id(work)


def contradiction(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """The name of an identifier that both have and that differs, or nothing."""
    (found, _), (present, _) = identifiers.read(one), identifiers.read(other)
    return _contradiction(found, present)


def _identified(work: Reference) -> Identifiers:
    """As the record has them; a merged one's columns have passed some to the work that stands for it."""
    return identifiers.read(work.csl)[0]


def _contradiction(found: Identifiers, present: Identifiers) -> str:
    return next((NAMES[name] for name in NAMES if found[name] and present[name] and found[name] != present[name]), "")


def _differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the first author, the volume or the first page tells two works of one title and year apart."""
    pairs = zip(_marks(one), _marks(other), strict=True)
    return any(mark and against and mark != against for mark, against in pairs)


def _marks(csl: Mapping[str, Any]) -> Iterator[str]:
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors else None
    name = (first.get("family") or first.get("literal")) if isinstance(first, dict) else ""
    pages = re.match(r"\w+", str(csl.get("page") or ""))
    for mark in (name, csl.get("volume"), pages[0] if pages else ""):
        yield "".join(filter(str.isalnum, normalised(str(mark or "")).casefold()))


def alike(one: Reference, other: Reference) -> bool:
    """Whether two records share title and year and contradict each other in nothing."""
    same_title = bool(one.title_key) and one.title_key == other.title_key
    return same_title and not (contradiction(one.csl, other.csl) or _differs(one.csl, other.csl))


def possible_duplicates() -> list[list[Reference]]:
    """Groups of works that share title and year and do not contradict each other, each group by key; the first few."""
    unmerged = Reference.objects.filter(merged_into=None).exclude(title_key="")
    shared = unmerged.values("title_key").annotate(times=Count("pk")).filter(times__gt=1).order_by("title_key")
    groups: dict[str, list[Reference]] = defaultdict(list)
    for work in unmerged.filter(title_key__in=shared.values("title_key")[:SHOWN]).order_by("key"):
        groups[work.title_key].append(work)
    return [alike for _, group in sorted(groups.items()) for alike in _alike(group)]


def _alike(group: list[Reference]) -> Iterator[list[Reference]]:
    """The parts of ``group`` within which no record contradicts the first one; parts of one are left out."""
    while group:
        first, *rest = group
        same = [work for work in rest if not (contradiction(first.csl, work.csl) or _differs(first.csl, work.csl))]
        if same:
            yield [first, *same]
        group = [work for work in rest if work not in same]

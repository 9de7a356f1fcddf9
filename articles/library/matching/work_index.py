"""Finding the library's work that a record describes. Identifiers are weighed, see ``work_comparison``."""

import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from django.db.models import F, Func, Q, TextField

from articles.library import identifiers
from articles.library.matching.spelling import Csl
from articles.library.matching.work_comparison import UNIQUE, Comparison, compare, in_words
from articles.library.matching.work_marks import content_of
from articles.models import Reference
from editorial.record.canonical_json import JSONDict, sha256_hex

INDEXED_FIELDS = (*UNIQUE.values(), "key")

CONTENT = "content"
COMPARED = 100
"""Works of one title, or of one place, that a record is compared with. Thousands may be called *Editorial*."""

SUFFIX = r"(?<=.) ?\[[A-Za-z ;,.]{3,30}\]\.?$"
MARKUP = r"</?[A-Za-z][^<>]{0,80}>"
NOISE = r"[\s\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]+"
"""What ``imprimatur_title_letters`` removes from a title: PostgreSQL uses the same expressions."""

MAX_LETTERS = 300
ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
TITLE_LETTERS = Func(F("csl"), function="imprimatur_title_letters", output_field=TextField())
PLACE = Func(F("csl"), function="imprimatur_place", output_field=TextField())


def title_letters(csl: Csl) -> str:
    """Return the letters and digits of a title without accents, by which works are looked up."""
    bare = re.sub(SUFFIX, "", " ".join(str(csl.get("title") or "").split()))
    decomposed = unicodedata.normalize("NFKD", re.sub(MARKUP, "", bare)).translate(ASCII_LOWER)
    return re.sub(NOISE, "", decomposed)[:MAX_LETTERS]


def place_of(csl: Csl) -> str:
    """Return the first numbers of volume and pages, by which works are looked up; empty without one of them."""
    found = [re.search("[0-9]{1,12}", str(csl.get(name) or "")) for name in ("volume", "page")]
    return ":".join(match[0].lstrip("0") for match in found if match) if all(found) else ""


@dataclass(frozen=True)
class Match:
    """The library's work that a record describes, how it was recognised, and what both say."""

    reference: Reference
    by: str
    comparison: Comparison
    remarks: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """How the work was recognised, with the evidence, as a sentence."""
        others = [name for name in self.comparison.agreeing if name not in self.by]
        return f"By {self.by}; {in_words(others, 'agree')}." if others else f"By {self.by}."


class WorkIndex:
    """An in-memory index of some works of the library, by identifier, key, title and place."""

    def __init__(self, works: Iterable[Reference] = ()) -> None:
        self._by: dict[str, dict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
        for work in works:
            self.add(work)

    @classmethod
    def for_items(cls, items: Iterable[JSONDict]) -> "WorkIndex":
        """Return an index of every work that one of ``items`` could be. One query."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for csl in items:
            for name, value in _features(csl).items():
                wanted[name].add(value)
        wanted.pop(CONTENT, None)  # works with this content have this title
        rows = Reference.objects.annotate(title_letters=TITLE_LETTERS, place=PLACE)
        matches_any = reduce(operator.or_, (Q(**{f"{name}__in": sorted(found)}) for name, found in wanted.items()), Q())
        found = rows.filter(matches_any) if wanted else rows.none()
        return cls(found.select_related("merged_into").in_order())

    def add(self, work: Reference) -> None:
        columns = {name: value for name in INDEXED_FIELDS if (value := getattr(work, name))}
        for name, value in {**_features(work.csl), **columns}.items():
            self._by[name][value].append(work)

    def has_key(self, key: str) -> bool:
        return key in self._by["key"]

    def match(self, csl: Csl) -> Match | None:
        """Return the work that ``csl`` describes; None if it is new, or if its identifiers are those of other works."""
        confirmed = self._accepted(csl)
        for name, (work, comparison) in confirmed.items():
            return Match(work.merged_into or work, name, comparison, tuple(_doubts(work, comparison, confirmed)))
        for work, comparison in self.compared(csl):
            if comparison.is_same_without_identifier:
                by = "title and year" if comparison.agree("title") else "first author, volume and pages"
                return Match(work.merged_into or work, by, comparison, tuple(_doubts(work, comparison, {})))
        return None

    def _held(self, csl: Csl) -> dict[str, tuple[Reference, Comparison]]:
        """Return the works that have the identifiers of ``csl``, each with its comparison, by CSL variable."""
        found, _ = identifiers.read(csl)
        works = {name: self._by[field].get(found[field] or "", ()) for name, field in UNIQUE.items()}
        return {name: (given[0], compare(csl, given[0].csl)) for name, given in works.items() if given}

    def _accepted(self, csl: Csl) -> dict[str, tuple[Reference, Comparison]]:
        """Return those of ``_held`` that are the record's work. With nothing but a title, the identifiers decide."""
        held = self._held(csl)
        confirmed = {name: pair for name, pair in held.items() if pair[1].confirms_identifier}
        is_one = len({stands_for(work) for work, _ in held.values()}) == 1
        bare = {name: pair for name, pair in held.items() if is_one and pair[1].says_only_title}
        return confirmed or bare

    def contradicted(self, csl: Csl) -> tuple[dict[str, str], list[str]]:
        """Return the identifiers of a record that contradicted works have, as written, and a remark for each."""
        accepted = self._accepted(csl)
        refused = {name: pair for name, pair in self._held(csl).items() if name not in accepted}
        told = {name: str(csl[name]) for name in refused}
        remarks = [
            f"Its {name} {told[name]} is that of “{work.key}”, but {in_words(comparison.differing, 'differ')}: "
            "it was left out, and both works are listed for an editor."
            for name, (work, comparison) in refused.items()
        ]
        return told, remarks

    def compared(self, csl: Csl) -> Iterator[tuple[Reference, Comparison]]:
        """Yield the works of the same content, place or title, each with its comparison."""
        features = _features(csl)
        names = (name for name in (CONTENT, "place", "title_letters") if name in features)
        works = {id(work): work for name in names for work in self._by[name].get(features[name], ())[:COMPARED]}
        return ((work, compare(csl, work.csl)) for work in works.values())


def _features(csl: Csl) -> Mapping[str, str]:
    """Return the values by which a record is looked up, those that it has."""
    found, _ = identifiers.read(csl)
    features = {name: found[name] for name in UNIQUE.values()}
    given = {**features, "key": csl.get("id"), "title_letters": title_letters(csl), "place": place_of(csl)}
    given[CONTENT] = given["title_letters"] and sha256_hex(content_of(csl))
    return {name: str(value) for name, value in given.items() if value}


def _doubts(
    work: Reference, comparison: Comparison, confirmed: Mapping[str, tuple[Reference, Comparison]]
) -> Iterator[str]:
    """Yield remarks about a match: what differs, and which other work has another identifier of the record."""
    if differing := comparison.differing:
        yield f"Its {in_words(differing, 'differ')} from the record of “{work.key}”."
    for name, (other, _) in confirmed.items():
        if stands_for(other) != stands_for(work):
            yield f"Its {name} is that of “{other.key}”: the library may have this work twice."


def stands_for(work: Reference) -> int:
    """Return a key that is equal for merged records, and works for records that are not stored yet."""
    return work.merged_into_id or work.pk or id(work)

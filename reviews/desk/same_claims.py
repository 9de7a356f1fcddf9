"""Which claims of earlier versions continue in a version: those with the same words and works.

Claims with the same words, works and context are indistinguishable. Together they are one *spot*. A statement that the
text makes twice in different contexts has two spots.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from articles.library.matching.same_work import IDENTIFIERS, Csl, same_work
from articles.models import Citation, Claim
from reviews.desk.verdicts import LibraryWork

ClaimKey = tuple[int, str, frozenset[int]]
"""What identifies a statement of a version: the version, the hash of its words, and the works cited."""


@dataclass(eq=False)
class Spot:
    """Indistinguishable claims of one version, in reading order."""

    context: Hashable
    claims: list[Claim] = field(default_factory=list)


@dataclass(frozen=True)
class Continuation:
    """Where the claims of an earlier spot continue: the claims now, and for each earlier work the current ones."""

    now: Spot
    works: Mapping[int, Collection[int]]
    is_in_context: bool


def claims_with_works(**where: object) -> list[Claim]:
    """Return claims in reading order, with everything that ``continuations`` reads. Two queries."""
    claims = Claim.objects.filter(**where).select_related("rendition").prefetch_related("references")
    return list(claims.order_by("rendition", "position"))


def continuations(
    before: Iterable[Claim], now: Iterable[Claim], *, library: Mapping[int, LibraryWork]
) -> Iterator[tuple[Claim, Continuation]]:
    """Yield each claim of ``before`` that continues among the claims ``now`` of a later version, with its continuation.

    The same context comes first. Claims whose context is gone continue, in order, in contexts that their version did
    not have; surplus ones in the last of these. If no context is new, they continue in the last context. So a changed
    context never makes a claim disappear while its words remain. ``library`` has every work cited at the claims, which
    come from ``claims_with_works``. One query.
    """
    earlier, present = _spots_by_key(before), _spots_by_key(now)
    cited = CitedWorks({key[0] for key in (*earlier, *present)}, library)
    by_words: dict[str, list[ClaimKey]] = defaultdict(list)
    for key in present:
        by_words[key[1]].append(key)
    for key, spots in earlier.items():
        for other in by_words[key[1]]:
            if works := cited.works_now(key, other):
                places = {spot.context: spot for spot in present[other]}
                later = continued_contexts([spot.context for spot in spots], list(places))
                for spot in spots:
                    continuation = Continuation(places[later[spot.context]], works, spot.context in places)
                    yield from ((claim, continuation) for claim in spot.claims)


def _spots_by_key(claims: Iterable[Claim]) -> dict[ClaimKey, list[Spot]]:
    by_key: dict[ClaimKey, dict[Hashable, Spot]] = defaultdict(dict)
    for claim in claims:
        works = frozenset(work.pk for work in claim.references.all())
        spots = by_key[claim.rendition.version_id, claim.words, works]
        spots.setdefault(context_of(claim), Spot(context_of(claim))).claims.append(claim)
    return {key: list(spots.values()) for key, spots in by_key.items()}


def continued_contexts(before: Sequence[Hashable], now: Sequence[Hashable]) -> dict[Hashable, Hashable]:
    """Map each earlier context of the same words to its context in a later version, which has at least one."""
    free = [context for context in now if context not in before] or now[-1:]
    gone = [context for context in before if context not in now]
    moved = {context: free[min(place, len(free) - 1)] for place, context in enumerate(gone)}
    return {context: moved.get(context, context) for context in before}


def contexts(words: Collection[str], versions: Collection[int]) -> Mapping[tuple[int, str], Sequence[Hashable]]:
    """Return the contexts of these words in each version, in reading order. One query."""
    by_words: dict[tuple[int, str], dict[Hashable, None]] = defaultdict(dict)
    claims = Claim.objects.filter(words__in=words, rendition__version__in=versions).select_related("rendition")
    for claim in claims.order_by("rendition", "position"):
        by_words[claim.rendition.version_id, claim.words][context_of(claim)] = None
    return {key: list(in_order) for key, in_order in by_words.items()}


def context_of(claim: Claim) -> Hashable:
    """Return a comparable key for the context of ``claim``. An unknown context equals no other."""
    return claim.context or claim.pk


class CitedWorks:
    """Works as the versions cited them, to compare whether they are the same."""

    def __init__(self, versions: Collection[int], library: Mapping[int, LibraryWork]) -> None:
        rows = Citation.objects.filter(version__in=versions).values_list("version", "reference", "csl")
        self.csl: dict[tuple[int, int], Csl] = {(version, work): csl for version, work, csl in rows}
        self.library = library

    def works_now(self, before: ClaimKey, now: ClaimKey) -> dict[int, list[int]]:
        """Map each work of ``before`` to the same works in ``now``; empty unless every work has a match."""
        by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        for work in sorted(now[2]):
            for name in self._names(now[0], work):
                by_name[name].append(work)
        same_works = {work: self._same(before[0], work, by_name, now[0]) for work in before[2]}
        reached = {work for works in same_works.values() for work in works}
        return same_works if all(same_works.values()) and reached == now[2] else {}

    def _same(self, version: int, work: int, by_name: Mapping[tuple[str, str], list[int]], later: int) -> list[int]:
        candidates = dict.fromkeys(
            candidate for name in self._names(version, work) for candidate in by_name.get(name, ())
        )
        return [candidate for candidate in candidates if self.is_same((version, work), (later, candidate))]

    def _names(self, version: int, work: int) -> Iterator[tuple[str, str]]:
        """Yield what can identify a work: its record in the library, DOI and PMID."""
        csl = self.csl[version, work]
        yield "record", str(self.library[work].record)
        yield from ((name, str(csl[name]).strip().lower()) for name in IDENTIFIERS if csl.get(name))

    def is_same(self, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether two works are the same. Each is given by the citing version and the work's id."""
        one_record = self.library[before[1]].record == self.library[after[1]].record
        return same_work(self.csl[before], self.csl[after], same_record=one_record)

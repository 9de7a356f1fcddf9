"""Records that may be one work, and works with doubtful identifiers, for an editor to decide."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from articles.library import identifiers
from articles.library.matching.doubtful_identifiers import told_of
from articles.library.matching.work_comparison import UNIQUE, Comparison, compare
from articles.library.matching.work_index import PLACE, TITLE_LETTERS
from articles.models import Reference

SHOWN = 100
"""The maximum number of groups of possible duplicates."""


@dataclass(frozen=True)
class PossibleDuplicates:
    """Records that may be one work, ordered by key, with what speaks for it and against it."""

    works: Sequence[Reference]
    speaks_for: Sequence[str]
    speaks_against: Sequence[str]
    relation: str = ""

    @classmethod
    def of(cls, works: Sequence[Reference]) -> "PossibleDuplicates":
        found = [compare(works[0].csl, work.csl) for work in works[1:]]
        differing = dict.fromkeys(name for comparison in found for name in comparison.differing)
        agreeing = dict.fromkeys(name for comparison in found for name in comparison.agreeing)
        relation = "preprint" if any(comparison.is_preprint_of_paper for comparison in found) else ""
        return cls(works, [name for name in agreeing if name not in differing], [*differing], relation)


def alike(one: Reference, other: Reference) -> bool:
    """Return whether two records share title and year and do not contradict each other."""
    same_title = bool(one.title_key) and one.title_key == other.title_key
    return same_title and compare(one.csl, other.csl).is_same_without_identifier


def _is_offered(comparison: Comparison) -> bool:
    return comparison.is_same_without_identifier or comparison.is_possibly_same


def possible_duplicates() -> list[list[Reference]]:
    """Return the first groups of works that may be one. Each group is ordered by key."""
    return [list(group.works) for group in offered_groups()]


def offered_groups() -> list[PossibleDuplicates]:
    """Return the first groups of records that may be one work: they share their title, or volume and first page."""
    unmerged = Reference.objects.filter(merged_into=None).annotate(title_letters=TITLE_LETTERS, place=PLACE)
    groups: dict[str, list[Reference]] = defaultdict(list)
    for name in ("title_letters", "place"):
        for work in _sharing(unmerged, name):
            groups[f"{name} {getattr(work, name)}"].append(work)
    split = (group for _, members in sorted(groups.items()) for group in _split_group(members))
    offered = {tuple(work.pk for work in group): group for group in split}
    return [PossibleDuplicates.of(group) for group in offered.values()][:SHOWN]


def _sharing(works: QuerySet[Reference], name: str) -> QuerySet[Reference]:
    """Return the works that share the value of an annotation with others, by value and key."""
    known = works.exclude(Q(**{name: ""}) | Q(**{name: None}))
    shared = known.values(name).annotate(times=Count("pk")).filter(times__gt=1).order_by(name)
    return known.filter(**{f"{name}__in": shared.values(name)[:SHOWN]}).order_by(name, "key")


def _split_group(group: list[Reference]) -> Iterator[list[Reference]]:
    """Split ``group`` into groups in which each record may be the first one. Groups of one are left out."""
    while group:
        first, *rest = group
        same = [work for work in rest if _is_offered(compare(first.csl, work.csl))]
        if same:
            yield [first, *same]
        group = [work for work in rest if work not in same]


def doubtful_works() -> QuerySet[Reference]:
    """Return the works with an identifier that was left out, and the works that have these identifiers."""
    told = [told_of(csl) for csl in _with_told().values_list("csl", flat=True)]
    return Reference.objects.filter(Q(pk__in=_with_told().values("pk")) | _has_one_of(told))


def _with_told() -> QuerySet[Reference]:
    return Reference.objects.filter(csl__custom__has_key="told")


def _has_one_of(told: Sequence[Mapping[str, str]]) -> Q:
    """Return a query for the works that have one of these identifiers."""
    found = [identifiers.read(values)[0] for values in told]
    fields = UNIQUE.values()
    return Q(*(Q(**{f"{field}__in": {one[field] for one in found if one[field]}}) for field in fields), _connector=Q.OR)

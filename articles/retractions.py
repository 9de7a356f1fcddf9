"""What the imported list of retractions says about works: the one place that judges it.

A work that was merged with others is one work: it is found by the identifiers of all of them.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from articles.along import made
from articles.models import Citation, Reference, RetractionList, RetractionRecord, Version
from articles.models.reference import RetractionStatus
from articles.models.retraction import Nature

GRAVITY = (RetractionStatus.CLEAR, RetractionStatus.UNKNOWN, RetractionStatus.RETRACTED)
"""The graver counts while the record of a work has not caught up with the list."""

RETRACTIONS_CHAIN = "library:retractions"
"""The chain of the ledger that imports of the list are told to, one at a time."""

# From each work up to the record that stands for it, then down to all that were merged into that one. UNION and not
# UNION ALL: a circle would end.
RELATED = """
    WITH RECURSIVE up (work, id, next) AS (
        SELECT id, id, merged_into_id FROM articles_reference WHERE id IN ({works})
        UNION SELECT up.work, r.id, r.merged_into_id FROM up JOIN articles_reference r ON r.id = up.next
    ), down (work, id) AS (
        SELECT work, id FROM up WHERE next IS NULL
        UNION SELECT down.work, r.id FROM down JOIN articles_reference r ON r.merged_into_id = down.id
    ), related AS (
        SELECT down.work, r.id, r.doi, r.pmid FROM down JOIN articles_reference r ON r.id = down.id
    ){told}
"""

RELATIVES = " SELECT * FROM related"

LISTED = """, named (name) AS (
        SELECT lower(doi) FROM related UNION SELECT pmid FROM related UNION {names}
    ), listed (id) AS (
        SELECT id FROM articles_retractionrecord JOIN named ON doi = name
        UNION SELECT id FROM articles_retractionrecord JOIN named ON pmid = name
    )
    SELECT jsonb_build_object(
        'as_of', (SELECT as_of FROM articles_retractionlist ORDER BY as_of DESC, id DESC LIMIT 1),
        'related', (SELECT json_agg(json_build_array(work, id, doi, pmid)) FROM related),
        'records', (SELECT json_agg(record) FROM articles_retractionrecord record JOIN listed USING (id)))
"""
"""The day of the newest list; what is related to works; the records that name any of that, or one of ``names``."""


@dataclass(frozen=True)
class Found:
    """What the list says of one work: its status as of the day of the list, and the records that name it.

    Without a day there was no list to look in.
    """

    status: RetractionStatus = RetractionStatus.UNKNOWN
    as_of: date | None = None
    records: Sequence[RetractionRecord] = ()

    @property
    def notices(self) -> list[RetractionRecord]:
        """The records that can be read, the newest first; those without a known day last."""
        readable = [record for record in self.records if record.nature != Nature.UNREADABLE]
        return sorted(readable, key=lambda record: (record.notice_date or date.min, record.pk), reverse=True)

    @property
    def retractions(self) -> list[RetractionRecord]:
        return [record for record in self.notices if record.nature == Nature.RETRACTION]


class Related(NamedTuple):
    """A record of a work: its id, DOI and PMID."""

    id: int
    doi: str | None
    pmid: str | None


def relatives(works: Collection[int]) -> dict[int, set[Related]]:
    """Every record of each of these works, itself included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RELATED.format(works="SELECT unnest(%s::bigint[])", told=RELATIVES), [list(works)])
        return _related(cursor.fetchall())


def _related(rows: Iterable[Sequence[Any]]) -> dict[int, set[Related]]:
    found: dict[int, set[Related]] = {}
    for work, *record in rows:
        found.setdefault(work, set()).add(Related(*record))
    return found


def newest_list() -> RetractionList | None:
    return RetractionList.objects.order_by("-as_of", "-pk").first()


def find(works: Collection[Reference]) -> list[Found]:
    """What the newest list says of each of ``works``, saved or not, in their order. One query.

    Unknown is what was never looked up: no list was imported, the work has no DOI or PMID, or what the list says of
    it cannot be read.
    """
    names = [name for work in works for name in _identifiers(work, ())]
    with connection.cursor() as cursor:
        listed = LISTED.format(names="SELECT unnest(%s::text[])")
        sql = RELATED.format(works="SELECT unnest(%s::bigint[])", told=listed)
        cursor.execute(sql, [[work.pk for work in works if work.pk], names])
        ((found,),) = cursor.fetchall()
    return found_in(json.loads(found), works)


def listed_of(works: str) -> RawSQL:
    """What ``found_in`` reads, of the works whose ids a query gives that may name the tables around it."""
    sql = RELATED.format(works=works, told=LISTED.format(names="SELECT NULL"))
    return RawSQL(sql, (), output_field=JSONField())  # noqa: S611 - nothing in it was typed by anybody


def found_in(listed: Mapping[str, Any], works: Collection[Reference]) -> list[Found]:
    """What the newest list says of each of ``works``, out of what is ``listed`` of them. No query."""
    if listed["as_of"] is None:
        return [Found() for _ in works]
    related = _related(listed["related"] or ())
    identifiers = [_identifiers(work, related.get(work.pk, set())) for work in works]
    records = _records(made(RetractionRecord, record) for record in listed["records"] or ())
    as_of = date.fromisoformat(listed["as_of"])
    return [_judged(names, records, as_of=as_of) for names in identifiers]


def _identifiers(work: Reference, related: Iterable[Related]) -> set[str]:
    """DOIs (they have a slash) and PMIDs (they have none) of a work."""
    own = {work.doi, work.pmid}
    others = {name for record, doi, pmid in related if record != work.pk for name in (doi, pmid)}
    return {name.lower() for name in own | others if name}


def _records(records: Iterable[RetractionRecord]) -> Mapping[str, set[RetractionRecord]]:
    found: dict[str, set[RetractionRecord]] = {}
    for record in records:
        for name in (record.doi, record.pmid):
            found.setdefault(name or "", set()).add(record)
    return found


def _judged(names: set[str], records: Mapping[str, set[RetractionRecord]], *, as_of: date) -> Found:
    if not names:
        return Found(as_of=as_of)
    mine = set().union(*(records.get(name, set()) for name in names))
    return Found(judge(mine), as_of, sorted(mine, key=lambda record: record.pk))


def judge(records: Collection[RetractionRecord]) -> RetractionStatus:
    """What ``records`` make of a work that the list covers.

    A reinstatement lifts a retraction when it is known to be the later one. Concerns and corrections change nothing.
    """
    retracted = [record.notice_date for record in records if record.nature == Nature.RETRACTION]
    reinstated = [record.notice_date for record in records if record.nature == Nature.REINSTATEMENT]
    if retracted and not _is_later(reinstated, than=retracted):
        return RetractionStatus.RETRACTED
    unread = any(record.nature == Nature.UNREADABLE for record in records)
    return RetractionStatus.UNKNOWN if unread else RetractionStatus.CLEAR


def _is_later(days: Sequence[date | None], *, than: Sequence[date | None]) -> bool:
    """Whether one of ``days`` is later than all of ``than``; a day that is not known is neither."""
    known, others = [day for day in days if day], [day for day in than if day]
    return bool(known) and len(others) == len(than) and max(known) > max(others)


def shown(work: Reference, found: Found) -> Found:
    """What may be said of ``work``: the graver of what its record says and what the list says, and as of when.

    The record of a work changes only with its status, so that a new list rewrites no works; that the status still
    holds as of the newest list is read from that list.
    """
    recorded = RetractionStatus(work.retraction)
    if found.as_of is None:
        return Found(recorded, work.retraction_as_of)
    status = max(recorded, found.status, key=GRAVITY.index)
    says_so = found.status == status != RetractionStatus.UNKNOWN
    return Found(status, found.as_of if says_so else work.retraction_as_of, found.records)


def look_up(work: Reference) -> Reference:
    """Give ``work`` the status that the newest list tells, and save nothing: for a work that is about to be saved.

    Without a list it stays as it is. The versions that cite a work found retracted are found by the next sweep.
    """
    (found,) = find([work])
    return work if found.as_of is None else settle(work, found)


def settle(work: Reference, found: Found) -> Reference:
    """Write ``found`` into the fields of ``work``, the day only when the status changes."""
    if work.retraction != found.status:
        work.retraction = found.status
        work.retraction_as_of = found.as_of if found.status != RetractionStatus.UNKNOWN else None
    return work


def cited_retracted(version: Version) -> list[Citation]:
    """The citations in ``version`` of works known to be retracted, by number. One query.

    Whatever approves a version or takes over earlier verdicts on it asks here first.
    """
    citations = version.citations.filter(reference__retraction=RetractionStatus.RETRACTED)
    return list(citations.select_related("reference").order_by("number"))


def retracted(version: Version) -> tuple[list[Citation], dict[int, Found]]:
    """The citations of retracted works in ``version``, and what the list says of each work, by its id."""
    citations = cited_retracted(version)
    works = [citation.reference for citation in citations]
    return citations, {work.pk: found for work, found in zip(works, find(works), strict=True)}


def grounds(found: Mapping[int, Found]) -> set[tuple[int, int]]:
    """What speaks against a version: pairs of a work and the number of a record, 0 for a work without one."""
    return {
        (work, number)
        for work, one in found.items()
        for number in [record.record_id or 0 for record in one.retractions] or [0]
    }

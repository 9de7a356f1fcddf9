"""Checking works against the imported list of retractions. No other module interprets the list.

Merged records are one work: it is found by the identifiers of all of them.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from articles.models import Citation, Reference, RetractionList, RetractionRecord, Version
from articles.models.json_rows import instance_from_row
from articles.models.references import RetractionStatus
from articles.models.retractions import Nature
from editorial.sql_files import statement

GRAVITY = (RetractionStatus.CLEAR, RetractionStatus.UNKNOWN, RetractionStatus.RETRACTED)
"""From harmless to grave. The graver status counts while a work's record is behind the list."""

RETRACTIONS_CHAIN = "library:retractions"
"""The ledger chain for imports of the list. It is locked, so imports run one at a time."""

RELATED = statement(__package__, "related_works")
LISTED = statement(__package__, "retractions_of_works")
LISTED_OF_VERSION = statement(__package__, "retractions_of_version")


@dataclass(frozen=True)
class RetractionCheck:
    """What the list says about one work: its status as of the list's day, and the records that name the work.

    Without ``as_of``, no list has been imported.
    """

    status: RetractionStatus = RetractionStatus.UNKNOWN
    as_of: date | None = None
    records: Sequence[RetractionRecord] = ()

    @property
    def notices(self) -> list[RetractionRecord]:
        """The readable records, the newest first; those without a known day last."""
        readable = [record for record in self.records if record.nature != Nature.UNREADABLE]
        return sorted(readable, key=lambda record: (record.notice_date or date.min, record.pk), reverse=True)

    @property
    def retractions(self) -> list[RetractionRecord]:
        return [record for record in self.notices if record.nature == Nature.RETRACTION]


class RelatedRecord(NamedTuple):
    """One record of a work: its id, DOI and PMID."""

    id: int
    doi: str | None
    pmid: str | None


def related_records(works: Collection[int]) -> dict[int, set[RelatedRecord]]:
    """Return every record of each of these works, including the work itself. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"works": list(works)})
        return _group_by_work(cursor.fetchall())


def _group_by_work(rows: Iterable[Sequence[Any]]) -> dict[int, set[RelatedRecord]]:
    records_by_work: dict[int, set[RelatedRecord]] = {}
    for work, *record in rows:
        records_by_work.setdefault(work, set()).add(RelatedRecord(*record))
    return records_by_work


def newest_list() -> RetractionList | None:
    return RetractionList.objects.order_by("-as_of", "-pk").first()


def check_works(works: Collection[Reference]) -> list[RetractionCheck]:
    """Check each of ``works``, saved or not, with the newest list; results in their order. One query.

    The status is unknown if no list was imported, the work has no DOI or PMID, or the list's record cannot be read.
    """
    names = [name for work in works for name in _identifiers(work, ())]
    with connection.cursor() as cursor:
        cursor.execute(LISTED, {"works": [work.pk for work in works if work.pk], "names": names})
        ((json_text,),) = cursor.fetchall()
    return checks_from_data(json.loads(json_text), works)


def retraction_data_of_version() -> RawSQL:
    """What ``checks_from_data`` reads, of the works that a version cites, for a query of versions."""
    sql = LISTED_OF_VERSION % {"version": "articles_version.id"}
    return RawSQL(sql, (), output_field=JSONField())  # noqa: S611 - nothing in it was typed by anybody


def checks_from_data(data: Mapping[str, Any], works: Collection[Reference]) -> list[RetractionCheck]:
    """Check each of ``works`` with the newest list, from data fetched with ``retraction_data_sql``. No query."""
    if data["as_of"] is None:
        return [RetractionCheck() for _ in works]
    related = _group_by_work(data["related"] or ())
    identifiers = [_identifiers(work, related.get(work.pk, set())) for work in works]
    records = _index_by_identifier(instance_from_row(RetractionRecord, record) for record in data["records"] or ())
    as_of = date.fromisoformat(data["as_of"])
    return [_check(names, records, as_of=as_of) for names in identifiers]


def _identifiers(work: Reference, related: Iterable[RelatedRecord]) -> set[str]:
    """Return the DOIs and PMIDs of a work. Only DOIs contain a slash, so both fit in one set."""
    own = {work.doi, work.pmid}
    others = {name for record, doi, pmid in related if record != work.pk for name in (doi, pmid)}
    return {name.lower() for name in own | others if name}


def _index_by_identifier(records: Iterable[RetractionRecord]) -> Mapping[str, set[RetractionRecord]]:
    records_by_identifier: dict[str, set[RetractionRecord]] = {}
    for record in records:
        for name in (record.doi, record.pmid):
            records_by_identifier.setdefault(name or "", set()).add(record)
    return records_by_identifier


def _check(names: set[str], records: Mapping[str, set[RetractionRecord]], *, as_of: date) -> RetractionCheck:
    if not names:
        return RetractionCheck(as_of=as_of)
    matching = set().union(*(records.get(name, set()) for name in names))
    return RetractionCheck(status_from_records(matching), as_of, sorted(matching, key=lambda record: record.pk))


def status_from_records(records: Collection[RetractionRecord]) -> RetractionStatus:
    """Return the status of a work from the list's records about it.

    A reinstatement lifts a retraction if it is known to be later. Concerns and corrections change nothing.
    """
    retracted = [record.notice_date for record in records if record.nature == Nature.RETRACTION]
    reinstated = [record.notice_date for record in records if record.nature == Nature.REINSTATEMENT]
    if retracted and not _is_later(reinstated, than=retracted):
        return RetractionStatus.RETRACTED
    is_unreadable = any(record.nature == Nature.UNREADABLE for record in records)
    return RetractionStatus.UNKNOWN if is_unreadable else RetractionStatus.CLEAR


def _is_later(days: Sequence[date | None], *, than: Sequence[date | None]) -> bool:
    """Return whether one of ``days`` is later than all of ``than``. Unknown days never count as later or earlier."""
    known, others = [day for day in days if day], [day for day in than if day]
    return bool(known) and len(others) == len(than) and max(known) > max(others)


def effective_check(work: Reference, check: RetractionCheck) -> RetractionCheck:
    """Return the status of ``work`` to publish, and its day: the graver one of the work's record and ``check``.

    The record of a work is written only when its status changes, so that a new list does not rewrite every work. That
    an unchanged status still holds is read from the newest list.
    """
    recorded = RetractionStatus(work.retraction)
    if check.as_of is None:
        return RetractionCheck(recorded, work.retraction_as_of)
    status = max(recorded, check.status, key=GRAVITY.index)
    list_confirms = check.status == status != RetractionStatus.UNKNOWN
    return RetractionCheck(status, check.as_of if list_confirms else work.retraction_as_of, check.records)


def apply_newest_list(work: Reference) -> Reference:
    """Set the status of an unsaved ``work`` from the newest list, without saving it.

    Without a list nothing changes. The next sweep finds the versions that cite a work found retracted here.
    """
    (check,) = check_works([work])
    return work if check.as_of is None else apply_check(work, check)


def apply_check(work: Reference, check: RetractionCheck) -> Reference:
    """Write ``check`` into the fields of ``work``. The day is written only if the status changes."""
    if work.retraction != check.status:
        work.retraction = check.status
        work.retraction_as_of = check.as_of if check.status != RetractionStatus.UNKNOWN else None
    return work


def cited_retracted(version: Version) -> list[Citation]:
    """Return the citations in ``version`` of works known to be retracted, by number. One query.

    Every approval, and every carry-over of earlier verdicts, checks this first.
    """
    citations = version.citations.filter(reference__retraction=RetractionStatus.RETRACTED)
    return list(citations.select_related("reference").order_by("number"))


def retracted_with_checks(version: Version) -> tuple[list[Citation], dict[int, RetractionCheck]]:
    """Return the citations of retracted works in ``version``, and the check of each work by its id."""
    citations = cited_retracted(version)
    works = [citation.reference for citation in citations]
    return citations, {work.pk: check for work, check in zip(works, check_works(works), strict=True)}


def retraction_pairs(checks: Mapping[int, RetractionCheck]) -> set[tuple[int, int]]:
    """Return pairs of a retracted work and the number of a retraction record, 0 if there is no record."""
    return {
        (work, number)
        for work, check in checks.items()
        for number in [record.record_id or 0 for record in check.retractions] or [0]
    }

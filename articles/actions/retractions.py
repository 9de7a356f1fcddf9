"""Importing the list of retractions, checking the library with it, and acting on the results.

Each step reads from PostgreSQL what is left to do, so the next run completes what a killed run left.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from typing import TypeVar

from django.db import transaction

from articles.actions.references import LIBRARY_CHAIN
from articles.announcements import announce, editors, warn_of_retraction, writers
from articles.library.formats.retraction_watch import RetractionWatchFile
from articles.library.retraction_notices import affected_claims, retraction_reason
from articles.library.retractions import (
    RETRACTIONS_CHAIN,
    RetractionCheck,
    apply_check,
    check_works,
    newest_list,
    retracted_with_checks,
    retraction_pairs,
)
from articles.lifecycle import IN_REVIEW, Action, State
from articles.models import Citation, Reference, RetractionList, RetractionRecord, Version
from articles.models.references import RetractionStatus
from articles.transitions import lock, move, record_in_ledger
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import LedgerEntry, SweepTask, User
from editorial.permissions import is_editor, is_system, require
from editorial.record import ledger
from editorial.record.sweeps import sweep

BATCH = 1000
"""Records or works that are held in memory at a time."""

LOCKED = 200
"""Works checked in one transaction. If all of them change, it locks the library for about a second."""

WARNING = "work_retracted"
"""The kind of notice, and the action in the ledger, for a version in review."""

RECORD_COLUMNS = ("nature", "doi", "pmid", "title", "notice_doi", "notice_pmid", "notice_date", "reasons")
"""Columns of a record that a newer list may change."""

STATUS_COLUMNS = ("retraction", "retraction_as_of")
"""Columns of a work that a list may change."""

Item = TypeVar("Item")


@transaction.atomic
def keep_retractions(
    *, source: RetractionWatchFile, sha256: str, as_of: date, by: User, now: datetime
) -> RetractionList:
    """Store every record of the list as it was published on ``as_of``. Only new and changed records are written.

    The import is one transaction. Records of an earlier list that this one lacks stay, because a truncated list must
    not clear a work. Raises NotPermitted, Unreadable, Unacceptable for a future date, and Conflict when this file or a
    newer list was already imported.
    """
    require(is_editor(by) or is_system(by), "Only editors import the list of retractions.")
    if as_of > now.date():
        raise Unacceptable("The day is still to come.", faults=(Fault("/as_of", "future", "The day is to come."),))
    ledger.lock(RETRACTIONS_CHAIN)
    newest = newest_list()
    if RetractionList.objects.filter(sha256=sha256).exists():
        raise Conflict("This file was imported already.", code="known_list")
    if newest and newest.as_of > as_of:
        raise Conflict(f"A newer list, of {newest.as_of}, was imported already.", code="older_list")
    RetractionRecord.objects.filter(record_id=None).delete()
    written = sum(_write_changed(batch) for batch in _batches(source.records()))
    stored_list = RetractionList.objects.create(
        sha256=sha256, as_of=as_of, imported_at=now, imported_by=by, rows=source.read, unreadable=source.unreadable
    )
    counts = {"sha256": sha256, "as_of": as_of.isoformat(), "records": source.read, "written": written}
    problems = {"unreadable": source.unreadable, "broken_utf8": source.garbled, "without_day": source.undated}
    ledger.append(chain=RETRACTIONS_CHAIN, action="import_retractions", by=by, now=now, payload=counts | problems)
    return stored_list


def _batches(items: Iterable[Item], *, size: int = BATCH) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def _write_changed(records: Sequence[RetractionRecord]) -> int:
    """Write new and changed records; returns how many."""
    numbered = [record for record in records if record.record_id is not None]
    RetractionRecord.objects.bulk_create([record for record in records if record.record_id is None])
    rows = RetractionRecord.objects.filter(record_id__in=[record.record_id for record in numbered])
    present = {number: tuple(values) for number, *values in rows.values_list("record_id", *RECORD_COLUMNS)}
    values_of = attrgetter(*RECORD_COLUMNS)
    changed = [record for record in numbered if present.get(record.record_id) != values_of(record)]
    RetractionRecord.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["record_id"], update_fields=list(RECORD_COLUMNS)
    )
    return len(changed)


def look_up_works(*, by: User, now: datetime) -> Counter[str]:
    """Set each work's retraction status from the newest list. Returns how many works changed to each status.

    Works with an unchanged status are not written; the newest list shows that the status is current. Nothing happens
    until a list is imported. Works are updated in batches, each in its own transaction.
    """
    if newest_list() is None:
        return Counter()
    works = Reference.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    with sweep(SweepTask.LOOK_UP_WORKS, now=now) as run:
        changed = run.in_batches(Reference, works, lambda ids: _update_statuses(ids, by=by, now=now), size=LOCKED)
    return sum(changed, Counter())


def _differ(work: Reference, check: RetractionCheck) -> bool:
    return work.retraction != check.status


def _update_statuses(ids: Sequence[int], *, by: User, now: datetime) -> Counter[str]:
    """As ``look_up_works``, for some works. The library is locked only if one of them differs."""
    works = list(Reference.objects.filter(pk__in=ids).order_by("pk"))
    differing = [work.pk for work, check in zip(works, check_works(works), strict=True) if _differ(work, check)]
    return _write_statuses(differing, by=by, now=now) if differing else Counter()


def _write_statuses(ids: Sequence[int], *, by: User, now: datetime) -> Counter[str]:
    """Write the status of some works, read again under the library's lock."""
    ledger.lock(LIBRARY_CHAIN)
    works = list(Reference.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk"))
    changes, changed = [], []
    for work, check in zip(works, check_works(works), strict=True):
        if _differ(work, check):
            before = work.retraction
            changed.append(apply_check(work, check))
            records = [record.record_id for record in check.records if record.record_id is not None]
            changes.append({"reference": work.pk, "before": before, "after": work.retraction, "records": records})
    reason = "checked against the list of retractions"
    Reference.objects.all().record_changes(changed, fields=STATUS_COLUMNS, by=by, now=now, reason=reason)
    if changes:
        ledger.append(chain=LIBRARY_CHAIN, action="look_up_retractions", by=by, now=now, payload={"works": changes})
    return Counter(str(row["after"]) for row in changes)


def suspend_retracted(*, by: User, now: datetime) -> list[Version]:
    """Suspend every approved version that cites a retracted work, each in its own transaction. Returns these versions.

    Editors and writers get one notice each. A version that an editor reinstated despite a known retraction is only
    suspended again for another one.
    """
    approved = _citing_retracted(State.APPROVED)
    with sweep(SweepTask.SUSPEND_RETRACTED, now=now) as run:
        return [version for version in run.each(Version, approved, lambda pk: _suspend(pk, by=by, now=now)) if version]


def _citing_retracted(*states: State) -> list[int]:
    works = Reference.objects.filter(retraction=RetractionStatus.RETRACTED)
    citing = Version.objects.filter(
        state__in=states, pk__in=Citation.objects.filter(reference__in=works).values("version")
    )
    return list(citing.order_by("article", "pk").values_list("pk", flat=True))


def _suspend(version_id: int, *, by: User, now: datetime) -> Version | None:
    version = lock(version_id)
    citations, checks = retracted_with_checks(version)
    retractions = retraction_pairs(checks)
    if version.state != State.APPROVED or not retractions - _recorded_retractions(version, Action.SUSPEND):
        return None
    move(
        version,
        Action.SUSPEND,
        by=by,
        now=now,
        reason=retraction_reason(citations, checks),
        retracted=sorted(retractions),
    )
    to = [*writers(version), *editors()]
    announce(version, "work_retracted", to=to, by=by, now=now, **affected_claims(version, list(checks)))
    return version


def _recorded_retractions(version: Version, action: str) -> set[tuple[int, int]]:
    """Return the retractions for which the ledger already has ``action`` on ``version``."""
    entries = LedgerEntry.objects.filter(
        chain=version.article.chain, action=str(action), payload__version_id=version.pk
    )
    return {(work, record) for entry in entries for work, record in entry.payload.get("retracted", ())}


def warn_in_review(*, by: User, now: datetime) -> list[Version]:
    """Notify editors and writers once of every version in review that cites a retracted work.

    Returns the versions of new notices. Their state does not change. The round decision does not approve such a
    version.
    """
    in_review = _citing_retracted(*sorted(IN_REVIEW))
    with sweep(SweepTask.WARN_IN_REVIEW, now=now) as run:
        return [version for version in run.each(Version, in_review, lambda pk: _warn(pk, by=by, now=now)) if version]


def _warn(version_id: int, *, by: User, now: datetime) -> Version | None:
    version = lock(version_id)
    retractions = retraction_pairs(retracted_with_checks(version)[1])
    if version.state not in IN_REVIEW or not retractions - _recorded_retractions(version, WARNING):
        return None
    warn_of_retraction(version, to=[*writers(version), *editors()], now=now)
    record_in_ledger(version, action=WARNING, by=by, now=now, retracted=sorted(retractions))
    return version

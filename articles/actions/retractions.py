"""The list of retractions: importing it, looking the library up in it, and acting on what was found.

Each step finds in PostgreSQL what is left to do, so what a killed run left undone the next one does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction

from articles.actions.library import LIBRARY_CHAIN
from articles.announcements import announce, editors, warn_of_retraction, writers
from articles.interchange.retraction_watch import RetractionWatchFile
from articles.lifecycle import IN_REVIEW, Action, State
from articles.models import Citation, Reference, RetractionList, RetractionRecord, Version
from articles.models.reference import RetractionStatus
from articles.retraction_wording import touched, why
from articles.retractions import RETRACTIONS_CHAIN, Found, find, grounds, newest_list, retracted, settle
from articles.transitions import lock, move, tell
from editorial import ledger
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import LedgerEntry, User
from editorial.permissions import is_editor, is_system, require

BATCH = 1000
"""Records or works that are held in memory at a time."""

LOCKED = 200
"""Works that are written in one transaction, which keeps others from the library for about a second."""

TOLD = "work_retracted"
"""The kind of notice, and the action in the ledger, for a version that is still in review."""

KEPT = ("nature", "doi", "pmid", "title", "notice_doi", "notice_pmid", "notice_date", "reasons")
"""Columns of a record that a newer list may change."""

SETTLED = ("retraction", "retraction_as_of")
"""Columns of a work that a list may change."""

Item = TypeVar("Item")


@transaction.atomic
def keep_retractions(
    *, source: RetractionWatchFile, sha256: str, as_of: date, by: User, now: datetime
) -> RetractionList:
    """Store every record of the list as it was published on ``as_of``; only new and changed ones are written.

    All of it or nothing. Records that an earlier list had and this one lacks stay: a list that was cut off must clear
    nobody. Raises NotPermitted, Unreadable, Unacceptable for a day to come, and Conflict when this file or a newer
    list was imported already.
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
    written = sum(_keep(batch) for batch in _batches(source.records()))
    kept = RetractionList.objects.create(
        sha256=sha256, as_of=as_of, imported_at=now, imported_by=by, rows=source.read, unreadable=source.unreadable
    )
    told = {"sha256": sha256, "as_of": as_of.isoformat(), "records": source.read, "written": written}
    doubts = {"unreadable": source.unreadable, "broken_utf8": source.garbled, "without_day": source.undated}
    ledger.append(chain=RETRACTIONS_CHAIN, action="import_retractions", by=by, now=now, payload=told | doubts)
    return kept


def _batches(items: Iterable[Item], *, size: int = BATCH) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _keep(records: Sequence[RetractionRecord]) -> int:
    """Write what is new or changed; how many."""
    numbered = [record for record in records if record.record_id is not None]
    RetractionRecord.objects.bulk_create([record for record in records if record.record_id is None])
    rows = RetractionRecord.objects.filter(record_id__in=[record.record_id for record in numbered])
    present = {number: tuple(values) for number, *values in rows.values_list("record_id", *KEPT)}
    changed = [record for record in numbered if present.get(record.record_id) != _values(record)]
    RetractionRecord.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["record_id"], update_fields=list(KEPT)
    )
    return len(changed)


def _values(record: RetractionRecord) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in KEPT)


def look_up_works(*, by: User, now: datetime) -> Counter[str]:
    """Give each work of the library the status that the newest list tells; how many came to each status.

    A work whose status stays is not written: that it still holds is read from the newest list. Nothing happens while
    no list was imported. A part of the works at a time is a transaction of its own.
    """
    changed: Counter[str] = Counter()
    if newest_list() is not None:
        for works in _batches(Reference.objects.order_by("pk").iterator(chunk_size=BATCH)):
            differing = (work.pk for work, found in zip(works, find(works), strict=True) if _differ(work, found))
            for ids in _batches(differing, size=LOCKED):
                changed += _look_up(ids, by=by, now=now)
    return changed


def _differ(work: Reference, found: Found) -> bool:
    return work.retraction != found.status


@transaction.atomic
def _look_up(ids: Sequence[int], *, by: User, now: datetime) -> Counter[str]:
    """As ``look_up_works`` for some, read afresh under the library's lock."""
    ledger.lock(LIBRARY_CHAIN)
    works = list(Reference.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk"))
    told, changed = [], []
    for work, found in zip(works, find(works), strict=True):
        if _differ(work, found):
            before = work.retraction
            changed.append(settle(work, found))
            records = [record.record_id for record in found.records if record.record_id is not None]
            told.append({"reference": work.pk, "before": before, "after": work.retraction, "records": records})
    reason = "looked up in the list of retractions"
    Reference.objects.all().record_changes(changed, fields=SETTLED, by=by, now=now, reason=reason)
    if told:
        ledger.append(chain=LIBRARY_CHAIN, action="look_up_retractions", by=by, now=now, payload={"works": told})
    return Counter(str(row["after"]) for row in told)


def suspend_retracted(*, by: User, now: datetime) -> list[Version]:
    """Suspend every approved version that cites a retracted work, each in its own transaction; which they were.

    Editors and writers are owed one notice each. A version that an editor reinstated knowing of a retraction is not
    suspended again for it, only for another.
    """
    approved = _citing_retracted(State.APPROVED)
    return [version for pk in approved if (version := _suspend(pk, by=by, now=now))]


def _citing_retracted(*states: State) -> list[int]:
    works = Reference.objects.filter(retraction=RetractionStatus.RETRACTED)
    citing = Version.objects.filter(
        state__in=states, pk__in=Citation.objects.filter(reference__in=works).values("version")
    )
    return list(citing.order_by("article", "pk").values_list("pk", flat=True))


@transaction.atomic
def _suspend(version_id: int, *, by: User, now: datetime) -> Version | None:
    version = lock(version_id)
    citations, found = retracted(version)
    against = grounds(found)
    if version.state != State.APPROVED or not against - _known_grounds(version, Action.SUSPEND):
        return None
    move(version, Action.SUSPEND, by=by, now=now, reason=why(citations, found), retracted=sorted(against))
    to = [*writers(version), *editors()]
    announce(version, "work_retracted", to=to, by=by, now=now, **touched(version, list(found)))
    return version


def _known_grounds(version: Version, action: str) -> set[tuple[int, int]]:
    """The retractions for which the ledger tells ``action`` about ``version`` already."""
    entries = LedgerEntry.objects.filter(
        chain=version.article.chain, action=str(action), payload__version_id=version.pk
    )
    return {(work, record) for entry in entries for work, record in entry.payload.get("retracted", ())}


def warn_in_review(*, by: User, now: datetime) -> list[Version]:
    """Tell editors and writers of every version in review that cites a retracted work, once; which were told anew.

    The state stays; consolidation does not approve such a version.
    """
    return [version for pk in _citing_retracted(*sorted(IN_REVIEW)) if (version := _warn(pk, by=by, now=now))]


@transaction.atomic
def _warn(version_id: int, *, by: User, now: datetime) -> Version | None:
    version = lock(version_id)
    against = grounds(retracted(version)[1])
    if version.state not in IN_REVIEW or not against - _known_grounds(version, TOLD):
        return None
    warn_of_retraction(version, to=[*writers(version), *editors()], now=now)
    tell(version, action=TOLD, by=by, now=now, retracted=sorted(against))
    return version

"""Importing works from a file: thousands at a time. Each record is imported or refused separately."""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from articles.actions.references import LIBRARY_CHAIN, ONLY_LIBRARIANS, describe, faults_of
from articles.library.duplicates import Ambiguous, WorkIndex
from articles.library.formats import citation_keys, registry
from articles.library.formats.records import Found
from articles.library.retractions import apply_check, check_works
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.reference_imports import ImportResult, ImportState
from editorial.exceptions import Fault, Unacceptable
from editorial.models import SweepTask, User
from editorial.permissions import is_editor, is_system, is_writer, require
from editorial.record import ledger
from editorial.record.canonical_json import JSONDict, sha256_hex
from editorial.record.sweeps import Sweep, sweep
from editorial.record.wake_up import wake

BATCH = 500
"""Records in one transaction. Its locks are held for about a second; a killed worker loses no more than that."""

BATCHES_A_RUN = 20
"""Batches in one task, well within its time limit. Another task continues."""

WAKE_UP_EXPIRES = 5 * 60
"""Seconds for which an import may wait for others. Then the next sweep, which beat sends as often, wakes it again."""

UNFINISHED = (ImportState.QUEUED, ImportState.RUNNING)


@dataclass(frozen=True)
class RecordResult:
    """The result of importing one record."""

    found: Found
    outcome: ImportResult
    reference: Reference | None = None
    reason: str = ""


@transaction.atomic
def request_import(
    *, form: str, content: bytes, by: User, now: datetime, file_name: str = "", in_foreground: bool = False
) -> LibraryImport:
    """Store a file of works for import. A worker starts soon, unless the caller imports it ``in_foreground``.

    Raises NotPermitted unless ``by`` is a writer or an editor, and Unacceptable for a file that is too large, empty or
    not plain text.
    """
    require(is_writer(by) or is_editor(by), ONLY_LIBRARIANS)
    if words := registry.unfit(content):
        raise Unacceptable(words, faults=(Fault("/content", "unfit", words),))
    job = LibraryImport.objects.create(
        format=form,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        requested_by=by,
        requested_at=now,
    )
    if not in_foreground:
        transaction.on_commit(lambda: queue_import(job.pk), robust=True)
    return job


def queue_import(import_id: int) -> None:
    """Queue the task that imports the file. If the broker is down, the next sweep finds the import."""
    wake("articles.tasks.run_import", import_id, expires=WAKE_UP_EXPIRES)


def unfinished_imports(*, now: datetime) -> list[int]:
    """Return the ids of imports that are not finished and do not rest after a failure, the oldest first."""
    unfinished = LibraryImport.objects.filter(progress__in=UNFINISHED).order_by("pk").values_list("pk", flat=True)
    run = Sweep(SweepTask.RUN_IMPORTS, now=now)
    return [pk for pk in unfinished if not run.rests(LibraryImport, pk)]


def continue_import(*, import_id: int, by: User, now: datetime) -> str:
    """As ``work_through``, for the time of one task. Returns the progress; after a failure, which is recorded, ""."""

    def work(pk: int) -> str:
        return work_through(import_id=pk, by=by, now=now, batches=BATCHES_A_RUN).progress

    with sweep(SweepTask.RUN_IMPORTS, now=now) as run:
        run.is_complete = False
        return "".join(run.each(LibraryImport, [import_id], work, has_transactions=True))


def work_through(
    *,
    import_id: int,
    by: User,
    now: datetime,
    batches: int | None = None,
    told: Callable[[LibraryImport], object] = bool,
) -> LibraryImport:
    """Continue an import where it stopped, for at most ``batches`` batches. Returns the import as it is then.

    Each batch is one transaction with its part of the report. A worker that is killed therefore leaves no incomplete
    batch, and no batch runs twice. The works are added in the name of the user who requested the import. ``told`` is
    called after each batch. Raises NotPermitted unless ``by`` is the system or requested the import.
    """
    job = LibraryImport.objects.get(pk=import_id)
    require(is_system(by) or by.pk == job.requested_by_id, "Only the system continues the import of someone else.")
    if job.progress not in UNFINISHED:
        return job
    records = itertools.islice(registry.records(bytes(job.content or b""), form=job.format), job.records, None)
    for _ in itertools.count() if batches is None else range(batches):
        start, batch = job.records, list(itertools.islice(records, BATCH))
        job = _import_batch(import_id, batch, start=start, now=now)
        told(job)
        if job.progress not in UNFINISHED or job.records != start + len(batch):
            break  # finished, or another worker continues
    return job


@transaction.atomic
def _import_batch(import_id: int, batch: Sequence[Found], *, start: int, now: datetime) -> LibraryImport:
    """Import one batch, unless another worker has done so already."""
    rows = LibraryImport.objects.select_for_update(no_key=True, of=("self",)).select_related("requested_by")
    job = rows.defer("content").get(pk=import_id)  # megabytes: do not read and write them with each batch
    if job.records != start or job.progress not in UNFINISHED:
        return job
    by = job.requested_by
    if not (is_writer(by) or is_editor(by)):
        return _finish(job, ImportState.FAILED, now=now, failure=ONLY_LIBRARIANS)
    if batch:
        ledger.lock(LIBRARY_CHAIN)
        _report(job, _import_records(batch, by=by, now=now), by=by, now=now)
    if len(batch) < BATCH:
        name = job.get_format_display()
        failure = "" if job.records else f"There are no records in it that could be read as {name}."
        return _finish(job, ImportState.FAILED if failure else ImportState.DONE, now=now, failure=failure)
    job.progress = ImportState.RUNNING
    job.save()
    return job


def _finish(job: LibraryImport, state: ImportState, *, now: datetime, failure: str) -> LibraryImport:
    job.progress, job.finished_at, job.failure, job.content = state, now, failure, None
    job.save()
    return job


def _import_records(batch: Sequence[Found], *, by: User, now: datetime) -> list[RecordResult]:
    """Return the result of every record of the batch in order, with the new works stored."""
    items = [_keyed(record.csl) if record.csl else None for record in batch]
    index = WorkIndex.for_items(_items_and_spare_keys(items))
    results = [_import_record(record, item, index=index) for record, item in zip(batch, items, strict=True)]
    new = [result.reference for result in results if result.outcome == ImportResult.CREATED and result.reference]
    for work, check in zip(new, check_works(new), strict=True):
        apply_check(work, check)
    Reference.objects.all().record_many(new, by=by, now=now, reason="imported")
    return results


def _keyed(csl: JSONDict) -> JSONDict:
    return {**csl, "id": citation_keys.key_of(csl)}


def _items_and_spare_keys(items: Sequence[JSONDict | None]) -> Iterator[JSONDict]:
    """Yield everything that is searched in the library: every item, and its spare key."""
    for item in filter(None, items):
        yield item
        yield {"id": citation_keys.spare(item["id"], item)}


def _import_record(record: Found, item: JSONDict | None, *, index: WorkIndex) -> RecordResult:
    if item is None:
        return RecordResult(record, ImportResult.REFUSED, reason=record.fault)
    if faults := faults_of(item):
        return RecordResult(
            record, ImportResult.REFUSED, reason=" ".join(f"{fault.pointer[5:]}: {fault.detail}" for fault in faults)
        )
    try:
        match = index.match(item)
    except Ambiguous as error:
        return RecordResult(record, ImportResult.REFUSED, reason=str(error))
    if match:
        return RecordResult(record, ImportResult.MATCHED, match.reference, f"By {match.by}.")
    original_key = str((record.csl or {}).get("id") or "")
    if index.has_key(item["id"]):
        item = {**item, "id": citation_keys.spare(item["id"], item)}
    if index.has_key(item["id"]):
        return RecordResult(
            record, ImportResult.REFUSED, reason=f"The library has other works under its keys; “{original_key}” is one."
        )
    reference = Reference()
    describe(reference, item)
    index.add(reference)
    reason = (
        f"Its key is {item['id']} here; “{original_key}” is taken or cannot be cited."
        if original_key not in ("", item["id"])
        else ""
    )
    return RecordResult(record, ImportResult.CREATED, reference, reason)


def _report(job: LibraryImport, placed: Sequence[RecordResult], *, by: User, now: datetime) -> None:
    """Write a report line for each record, the counts, and one ledger entry for all of them."""
    lines = [
        ImportedRecord(
            library_import=job,
            position=job.records + offset,
            line=result.found.line,
            label=_storable(result.found.label)[:300],
            outcome=result.outcome,
            reference=result.reference,
            reason=_storable(result.reason),
        )
        for offset, result in enumerate(placed, start=1)
    ]
    ImportedRecord.objects.bulk_create(lines)
    counts = {outcome: sum(result.outcome == outcome for result in placed) for outcome in ImportResult}
    first, job.records = job.records + 1, job.records + len(placed)
    job.created += counts[ImportResult.CREATED]
    job.matched += counts[ImportResult.MATCHED]
    job.refused += counts[ImportResult.REFUSED]
    reported_rows = [[line.position, line.line, line.outcome, line.reference_id, line.reason] for line in lines]
    payload = {
        "import": job.pk,
        "file": job.sha256,
        "first": first,
        "last": job.records,
        "report": sha256_hex(reported_rows),
    }
    payload |= {outcome.value: count for outcome, count in counts.items()}
    ledger.append(chain=LIBRARY_CHAIN, action="import_references", by=by, now=now, payload=payload)


def _storable(text: str) -> str:
    """Return ``text`` without characters that PostgreSQL cannot store. Broken records may contain them."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

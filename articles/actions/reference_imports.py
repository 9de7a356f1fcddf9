"""Importing works from a file: thousands at a time. Each record is imported or refused separately."""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from articles.actions.import_records import RecordResult, import_records
from articles.actions.references import LIBRARY_CHAIN, ONLY_LIBRARIANS
from articles.library.formats import registry
from articles.library.formats.records import Found
from articles.models import ImportedRecord, LibraryImport
from articles.models.reference_imports import ImportResult, ImportState
from editorial.exceptions import Fault, Unacceptable
from editorial.models import SweepFailure, SweepTask, User
from editorial.permissions import is_editor, is_system, is_writer, require
from editorial.record import ledger
from editorial.record.canonical_json import sha256_hex
from editorial.record.sweeps import Sweep, sweep
from editorial.record.wake_up import wake

BATCH = 500
"""Records in one transaction. Its locks are held for about a second; a killed worker loses no more than that."""

BATCHES_A_RUN = 20
"""Batches in one task, well within its time limit. Another task continues."""

TRIES = 3
"""Attempts after which an import that fails as a whole is given up: after 6 minutes."""

WAKE_UP_EXPIRES = 5 * 60
"""Seconds for which an import may wait for others. Then the next sweep, which beat sends as often, wakes it again."""

UNFINISHED = (ImportState.QUEUED, ImportState.RUNNING)


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
        progress = "".join(run.each(LibraryImport, [import_id], work, has_transactions=True))
    return progress or _given_up(import_id, now=now)


@transaction.atomic
def _given_up(import_id: int, *, now: datetime) -> str:
    """Let an import that failed ``TRIES`` times fail for good, with its reason. Returns its progress then, or ""."""
    failures = SweepFailure.objects.select_for_update(no_key=True).filter(
        task=SweepTask.RUN_IMPORTS,
        subject_type=LibraryImport._meta.label_lower,
        subject_id=import_id,
        is_lock=False,
        attempts__gte=TRIES,
    )
    for failure in failures:
        words = f"It could not be imported in {failure.attempts} attempts: {failure.error}."
        failure.delete()
        job = LibraryImport.objects.select_for_update(no_key=True, of=("self",)).defer("content").get(pk=import_id)
        return _finish(job, ImportState.FAILED, now=now, failure=words).progress
    return ""


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
    content = bytes(job.content or b"")
    _, encoding = registry.read_text(content, form=job.format)
    records = itertools.islice(registry.records(content, form=job.format), job.records, None)
    for _ in itertools.count() if batches is None else range(batches):
        start, batch = job.records, list(itertools.islice(records, BATCH))
        job = _import_batch(import_id, batch, start=start, now=now, encoding=encoding)
        told(job)
        if job.progress not in UNFINISHED or job.records != start + len(batch):
            break  # finished, or another worker continues
    return job


@transaction.atomic
def _import_batch(
    import_id: int, batch: Sequence[Found], *, start: int, now: datetime, encoding: str = ""
) -> LibraryImport:
    """Import one batch, unless another worker has done so already."""
    rows = LibraryImport.objects.select_for_update(no_key=True, of=("self",)).select_related("requested_by")
    job = rows.defer("content").get(pk=import_id)  # megabytes: do not read and write them with each batch
    if job.records != start or job.progress not in UNFINISHED:
        return job
    by, job.encoding = job.requested_by, encoding
    if not (is_writer(by) or is_editor(by)):
        return _finish(job, ImportState.FAILED, now=now, failure=ONLY_LIBRARIANS)
    if batch:
        ledger.lock(LIBRARY_CHAIN)
        _report(job, import_records(batch, by=by, now=now), by=by, now=now)
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
            remarks=[_storable(remark) for remark in result.remarks],
        )
        for offset, result in enumerate(placed, start=1)
    ]
    ImportedRecord.objects.bulk_create(lines)
    counts = {outcome: sum(result.outcome == outcome for result in placed) for outcome in ImportResult}
    first, job.records = job.records + 1, job.records + len(placed)
    job.created += counts[ImportResult.CREATED]
    job.matched += counts[ImportResult.MATCHED]
    job.refused += counts[ImportResult.REFUSED]
    job.remarked += sum(bool(line.remarks) for line in lines)
    reported_rows = [
        [line.position, line.line, line.outcome, line.reference_id, line.reason, line.remarks] for line in lines
    ]
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

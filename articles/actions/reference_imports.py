"""Works brought in by the file: thousands at a time, each record judged by itself, and nothing of one by halves."""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from articles.actions.library.keeping import LIBRARY_CHAIN, ONLY_LIBRARIANS, describe, faults_of
from articles.duplicates import Ambiguous, Shelf
from articles.interchange import formats, keys
from articles.interchange.records import Found
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.importing import ImportState, Outcome
from articles.retractions import find, settle
from editorial import ledger
from editorial.canonical import sha256_hex
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor, is_system, is_writer, require

BATCH = 500
"""Records in one transaction. Its locks are held for about a second; a killed worker loses no more than that."""

BATCHES_A_RUN = 20
"""Batches in one task, well within its time limit; another task goes on from there."""

UNFINISHED = (ImportState.QUEUED, ImportState.RUNNING)


@dataclass(frozen=True)
class Placed:
    """What became of one record."""

    found: Found
    outcome: Outcome
    reference: Reference | None = None
    reason: str = ""


@transaction.atomic
def request_import(
    *, form: str, content: bytes, by: User, now: datetime, file_name: str = "", in_foreground: bool = False
) -> LibraryImport:
    """Keep a file of works to be worked through, by a worker soon unless the caller does it ``in_foreground``.

    Raises NotPermitted unless ``by`` writes or edits, and Unacceptable for what is too large, empty or no plain text.
    """
    require(is_writer(by) or is_editor(by), ONLY_LIBRARIANS)
    if words := formats.unfit(content):
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
        transaction.on_commit(lambda: ask_for_work(job.pk), robust=True)
    return job


def ask_for_work(import_id: int) -> None:
    """Wake a worker. When the broker does not answer, the next sweep by beat finds the import anyway."""
    current_app.send_task("articles.tasks.run_import", [import_id], retry=False, ignore_result=True)


def work_through(
    *,
    import_id: int,
    by: User,
    now: datetime,
    batches: int | None = None,
    told: Callable[[LibraryImport], object] = bool,
) -> LibraryImport:
    """Go on with an import from where it is, for so many ``batches`` at most; returns it as it is then.

    Each batch is one transaction with its part of the report, so that a worker that was killed left nothing by halves,
    and nothing is done twice. The works are added in the name of who asked for the import. ``told`` is called after
    each batch. Raises NotPermitted unless ``by`` is the house itself or asked for it.
    """
    job = LibraryImport.objects.get(pk=import_id)
    require(is_system(by) or by.pk == job.requested_by_id, "Only the house goes on with the import of somebody else.")
    if job.progress not in UNFINISHED:
        return job
    found = itertools.islice(formats.records(bytes(job.content or b""), form=job.format), job.records, None)
    for _ in itertools.count() if batches is None else range(batches):
        start, batch = job.records, list(itertools.islice(found, BATCH))
        job = _take(import_id, batch, start=start, now=now)
        told(job)
        if job.progress not in UNFINISHED or job.records != start + len(batch):
            break  # done, or somebody else goes on with it
    return job


@transaction.atomic
def _take(import_id: int, batch: Sequence[Found], *, start: int, now: datetime) -> LibraryImport:
    """Work one batch in, unless somebody else has done so meanwhile."""
    rows = LibraryImport.objects.select_for_update(no_key=True, of=("self",)).select_related("requested_by")
    job = rows.defer("content").get(pk=import_id)  # megabytes, neither read nor written again with each batch
    if job.records != start or job.progress not in UNFINISHED:
        return job
    by = job.requested_by
    if not (is_writer(by) or is_editor(by)):
        return _finish(job, ImportState.FAILED, now=now, failure=ONLY_LIBRARIANS)
    if batch:
        ledger.lock(LIBRARY_CHAIN)
        _report(job, _placed(batch, by=by, now=now), by=by, now=now)
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


def _placed(batch: Sequence[Found], *, by: User, now: datetime) -> list[Placed]:
    """Every record of the batch, judged in order, with the new works stored."""
    items = [_keyed(found.csl) if found.csl else None for found in batch]
    shelf = Shelf.holding(_looked_up(items))
    placed = [_place(found, item, shelf=shelf) for found, item in zip(batch, items, strict=True)]
    new = [one.reference for one in placed if one.outcome == Outcome.CREATED and one.reference]
    for work, known in zip(new, find(new), strict=True):
        settle(work, known)
    Reference.objects.all().record_many(new, by=by, now=now, reason="imported")
    return placed


def _keyed(csl: dict[str, Any]) -> dict[str, Any]:
    return {**csl, "id": keys.key_of(csl)}


def _looked_up(items: Sequence[dict[str, Any] | None]) -> Iterator[dict[str, Any]]:
    """What the library is asked for: every item, and its spare key."""
    for item in filter(None, items):
        yield item
        yield {"id": keys.spare(item["id"], item)}


def _place(found: Found, item: dict[str, Any] | None, *, shelf: Shelf) -> Placed:
    if item is None:
        return Placed(found, Outcome.REFUSED, reason=found.fault)
    if faults := faults_of(item):
        return Placed(
            found, Outcome.REFUSED, reason=" ".join(f"{fault.pointer[5:]}: {fault.detail}" for fault in faults)
        )
    try:
        match = shelf.match(item)
    except Ambiguous as error:
        return Placed(found, Outcome.REFUSED, reason=str(error))
    if match:
        return Placed(found, Outcome.MATCHED, match.reference, f"By {match.by}.")
    own = str((found.csl or {}).get("id") or "")
    if shelf.has_key(item["id"]):
        item = {**item, "id": keys.spare(item["id"], item)}
    if shelf.has_key(item["id"]):
        return Placed(found, Outcome.REFUSED, reason=f"The library has other works under its keys; “{own}” is one.")
    reference = Reference()
    describe(reference, item)
    shelf.add(reference)
    reason = (
        f"Its key is {item['id']} here; “{own}” is taken or cannot be cited." if own not in ("", item["id"]) else ""
    )
    return Placed(found, Outcome.CREATED, reference, reason)


def _report(job: LibraryImport, placed: Sequence[Placed], *, by: User, now: datetime) -> None:
    """A line of the report for each record, the counts, and one entry in the ledger over all of them."""
    lines = [
        ImportedRecord(
            library_import=job,
            position=job.records + offset,
            line=one.found.line,
            label=_storable(one.found.label)[:300],
            outcome=one.outcome,
            reference=one.reference,
            reason=_storable(one.reason),
        )
        for offset, one in enumerate(placed, start=1)
    ]
    ImportedRecord.objects.bulk_create(lines)
    counts = {outcome: sum(one.outcome == outcome for one in placed) for outcome in Outcome}
    first, job.records = job.records + 1, job.records + len(placed)
    job.created += counts[Outcome.CREATED]
    job.matched += counts[Outcome.MATCHED]
    job.refused += counts[Outcome.REFUSED]
    told = [[line.position, line.line, line.outcome, line.reference_id, line.reason] for line in lines]
    payload = {"import": job.pk, "file": job.sha256, "first": first, "last": job.records, "report": sha256_hex(told)}
    payload |= {outcome.value: count for outcome, count in counts.items()}
    ledger.append(chain=LIBRARY_CHAIN, action="import_references", by=by, now=now, payload=payload)


def _storable(text: str) -> str:
    """``text`` without what PostgreSQL has no form for: it is a broken record that is told of."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

"""Measure the import of works into the library, from each kind of file, with broken records among them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from articles import actions
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.reference_imports import ImportResult
from editorial.models import User
from tests.benchmarks.work_files import FILE_KINDS, FileKind, file_of, work

RECORDS = 10_000
BROKEN = 20
"""One of so many records is broken."""


def measure(*, scale: float) -> Iterator[str]:
    """Import a file of each kind, times ``scale``, and the same file again; before both, one of half the size."""
    count = max(int(RECORDS * scale), 2 * BROKEN)
    for kind in FILE_KINDS.values():
        with _nothing_kept() as writer:
            content, _ = file_of(kind, [work(number) for number in range(count // 2)], every=BROKEN)
            half = _import(kind, content, by=writer)
        with _nothing_kept() as writer:
            yield from _measured(kind, count=count, half=half, by=writer)


@contextmanager
def _nothing_kept() -> Iterator[User]:
    """Delete what is written, also the dead rows, over which the next import would search."""
    with transaction.atomic():
        yield User.objects.create(username="bench-writer", is_writer=True)
        transaction.set_rollback(True)
    tables = ", ".join(model._meta.db_table for model in (Reference, Reference.history.model, ImportedRecord))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {tables}")


@dataclass(frozen=True)
class Run:
    """One import and the seconds that it took."""

    job: LibraryImport
    seconds: float

    def __str__(self) -> str:
        job, total = self.job, self.job.created + self.job.matched + self.job.refused
        counts = f"{job.created:,} created + {job.matched:,} matched + {job.refused:,} refused = {total:,}"
        return f"{job.records:,} records read, {counts}, in {self.seconds:.1f} s, {job.records / self.seconds:,.0f}/s"


def _measured(kind: FileKind, *, count: int, half: Run, by: User) -> Iterator[str]:
    content, lines = file_of(kind, [work(number) for number in range(count)], every=BROKEN)
    first = _import(kind, content, by=by)
    yield f"Library, {kind.name}, first import: {first}"
    yield f"Library, {kind.name}, broken records: {_named(first.job, lines)}"
    yield f"Library, {kind.name}, second import: {_import(kind, content, by=by)}"
    yield f"Library, {kind.name}, time relative to half the file: {first.seconds / half.seconds:.2f}"


def _named(job: LibraryImport, lines: Sequence[int]) -> str:
    refused = ImportedRecord.objects.filter(library_import=job, outcome=ImportResult.REFUSED)
    right = set(lines) & set(refused.values_list("line", flat=True))
    return f"{len(right):,} of {len(lines):,} named by their line"


def _import(kind: FileKind, content: bytes, *, by: User) -> Run:
    begun, now = perf_counter(), timezone.now()
    job = actions.request_import(form=kind.form, content=content, by=by, now=now, in_foreground=True)
    job = actions.work_through(import_id=job.pk, by=by, now=now)
    return Run(job, perf_counter() - begun)

"""Importing works into the library, in each format."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles import actions
from articles.interchange.formats import WRITERS
from articles.models import LibraryImport
from articles.models.importing import Format
from editorial.models import User

RECORDS = 10_000


def measure(*, scale: float) -> Iterator[str]:
    """Import as many new works as a large file has, times ``scale``, then the same file again."""
    count = max(int(RECORDS * scale), 2)
    for form in Format:
        with transaction.atomic():
            writer = User.objects.create(username="bench-writer", is_writer=True)
            content = "".join(WRITERS[form](_item(number) for number in range(count))).encode()
            for time in ("first", "second"):
                yield f"Library, {form.label}, {time} import: {_import(form, content, by=writer)}"
            transaction.set_rollback(True)


def _import(form: str, content: bytes, *, by: User) -> str:
    begun, now = perf_counter(), timezone.now()
    job: LibraryImport = actions.request_import(form=form, content=content, by=by, now=now, in_foreground=True)
    job = actions.work_through(import_id=job.pk, by=by, now=now)
    took = perf_counter() - begun
    counts = f"{job.created:,} created, {job.matched:,} matched, {job.refused:,} refused"
    return f"{job.records:,} records, {counts}, in {took:.1f} s, {job.records / took:,.0f} records/s"


def _item(number: int) -> dict[str, Any]:
    """An article as PubMed has them, with an abstract of 1,000 characters."""
    return {
        "id": f"bench-{number}",
        "type": "article-journal",
        "title": f"Intravenous immunoglobulin in condition {number}: a randomised trial",
        "author": [{"family": f"Author{number % 700}", "given": "John A."}, {"family": "Müller", "given": "J"}] * 3,
        "container-title": "The Journal of Clinical Immunology",
        "issued": {"date-parts": [[1990 + number % 30, number % 12 + 1]]},
        "volume": str(number % 90),
        "page": f"{number + 100}-{number + 109}",
        "DOI": f"10.1000/bench.{number}",
        "PMID": str(90_000_000 + number),
        "abstract": "Back pain is common after infusion; 120 patients were observed. " * 16,
    }

"""Works brought into the library by the file."""

import pytest

from articles.actions import request_import, work_through
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.importing import Format
from editorial import seals
from tests import works
from tests.factories import NOW


def run(content: bytes, by, form="csl-json", **options) -> LibraryImport:
    job = request_import(form=form, content=content, by=by, now=NOW, in_foreground=True)
    return work_through(import_id=job.pk, by=by, now=NOW, **options)


def counts(job: LibraryImport) -> tuple[int, int, int]:
    return job.created, job.matched, job.refused


@pytest.mark.parametrize("form", Format.values)
def test_file_with_every_twentieth_record_broken_brings_the_rest_and_names_each_by_line(form, wanda):
    content = works.file(form, 300, every=20)
    job = run(content, wanda, form)
    assert counts(job) == (285, 0, 15)
    named = content.decode().split("\n")
    refused = ImportedRecord.objects.filter(outcome="refused").order_by("position")
    assert [row.position for row in refused] == list(range(20, 301, 20))
    for row in refused:
        begins = "\n".join(named[row.line - 1 : row.line + 2])
        assert works.item(row.position - 1)["title"] in begins or works.item(row.position - 1)["id"] in begins
    assert counts(run(content, wanda, form)) == (0, 285, 15)
    assert list(seals.breaks_of(Reference)) == []

"""Works brought into the library by the file."""

import json

import pytest

from articles import tasks
from articles.actions import merge_references, reference_imports, request_import, work_through
from articles.library.formats import citation_keys, registry
from articles.library.formats.export import export
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.reference_imports import ImportFormat
from editorial.exceptions import NotPermitted, Unacceptable
from editorial.models import LedgerEntry, User
from editorial.record import seals
from tests.faults.test_delivery import broker, waiting_in  # noqa: F401 - a fixture
from tests.support import factories, works
from tests.support.api import client, refused
from tests.support.factories import NOW


def run(content: bytes, by, form="csl-json", **options) -> LibraryImport:
    job = request_import(form=form, content=content, by=by, now=NOW, in_foreground=True)
    return work_through(import_id=job.pk, by=by, now=NOW, **options)


def counts(job: LibraryImport) -> tuple[int, int, int]:
    return job.created, job.matched, job.refused


@pytest.mark.parametrize("form", ImportFormat.values)
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
    assert list(seals.breaks_in_history_of(Reference)) == []


def one(by, **fields) -> ImportedRecord:
    run(json.dumps([{"id": "new", "type": "article-journal", "title": "New", **fields}]).encode(), by)
    return ImportedRecord.objects.latest("pk")


def test_record_is_matched_by_each_identifier_and_by_title_and_year(wanda):
    work = factories.make_reference("orbach2005", DOI="10.1000/x", PMID="77", PMCID="PMC7")
    for given, by in (({"DOI": "10.1000/X"}, "DOI"), ({"PMID": 77}, "PMID"), ({"PMCID": "PMC7"}, "PMCID")):
        assert (one(wanda, **given).reference, one(wanda, **given).reason) == (work, f"By {by}.")
    assert str(one(wanda, DOI="10.1000/y")) == "1: created"
    title = {"title": "TITLE of orbach2005.", "issued": {"date-parts": [[2005]]}}
    assert one(wanda, **title).reason == "By title and year."
    assert one(wanda, **title, DOI="10.1000/other").outcome == "created"


def test_record_that_contradicts_the_work_it_names_or_names_two_is_refused(wanda):
    factories.make_reference("a", DOI="10.1000/a", PMID="1")
    factories.make_reference("b", PMID="2")
    assert one(wanda, DOI="10.1000/a", PMID="3").reason == "It has the DOI of “a”, but another PMID."
    assert "It would be two works" in one(wanda, DOI="10.1000/a", PMID="2").reason


def test_record_of_a_merged_work_is_matched_with_the_one_that_stands(wanda, edith):
    loser, winner = (factories.make_reference(key, DOI=f"10.1000/{key}") for key in ("a", "b"))
    merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    assert one(wanda, DOI="10.1000/a").reference == winner


def test_record_whose_key_another_work_has_gets_a_spare_one_and_says_so(wanda):
    factories.make_reference("new")
    row = one(wanda)
    assert row.reference.key.startswith("new-")
    assert row.reason.endswith("“new” is taken or cannot be cited.")
    factories.make_reference(citation_keys.spare("new", {"id": "new", "type": "book", "title": "Third"}))
    assert one(wanda, type="book", title="Third").reason.startswith("The library has other works under its keys")


def test_record_with_a_wrong_identifier_is_refused_with_the_field(wanda):
    assert one(wanda, ISBN="978-3-16-148410-1").reason.startswith("ISBN: An ISBN has 10 or 13 digits")


def test_import_that_was_stopped_goes_on_where_it_was(wanda, monkeypatch):
    monkeypatch.setattr(reference_imports, "BATCH", 10)
    content, seen = works.file("ris", 25), []
    job = request_import(form="ris", content=content, by=wanda, now=NOW)
    assert work_through(import_id=job.pk, by=User.objects.system(), now=NOW, batches=1).progress == "running"
    job = work_through(import_id=job.pk, by=wanda, now=NOW, told=lambda job: seen.append(job.records))
    assert (counts(job), seen, job.content) == ((25, 0, 0), [20, 25], None)
    assert LedgerEntry.objects.filter(action="import_references").count() == 3
    assert work_through(import_id=job.pk, by=wanda, now=NOW) == job


def test_batch_that_somebody_else_took_meanwhile_is_not_taken_again(wanda):
    job = request_import(form="ris", content=works.file("ris", 2), by=wanda, now=NOW)
    found = list(registry.records(works.file("ris", 2), form="ris"))
    assert reference_imports._import_batch(job.pk, found, start=2, now=NOW).records == 0


def test_import_by_somebody_who_no_longer_writes_fails_and_stores_nothing(wanda):
    job = request_import(form="ris", content=works.file("ris", 2), by=wanda, now=NOW)
    wanda.is_writer = False
    wanda.save()
    job = work_through(import_id=job.pk, by=User.objects.system(), now=NOW)
    assert (job.progress, job.failure, Reference.objects.count()) == (
        "failed",
        "Only writers and editors change the library.",
        0,
    )


def test_import_of_somebody_else_is_gone_on_with_by_the_house_only(wanda, edith):
    job = request_import(form="ris", content=b"TY", by=wanda, now=NOW)
    with pytest.raises(NotPermitted):
        work_through(import_id=job.pk, by=edith, now=NOW)


def test_file_without_a_record_of_the_format_fails_with_words(wanda):
    assert run(b"hello", wanda, "ris").failure == "There are no records in it that could be read as RIS."


def test_task_asks_for_another_one_until_the_import_is_done(wanda, monkeypatch, broker):  # noqa: F811
    monkeypatch.setattr(reference_imports, "BATCH", 1)
    monkeypatch.setattr(reference_imports, "BATCHES_A_RUN", 1)
    job = request_import(form="ris", content=works.file("ris", 2), by=wanda, now=NOW)
    assert [tasks.run_import(job.pk) for _ in range(3)] == ["running", "running", "done"]
    (waiting,) = waiting_in("imports")
    assert (waiting["task"], waiting["argsrepr"]) == ("articles.tasks.run_import", f"({job.pk},)")


def test_works_are_exported_with_a_corrected_kind_and_imported_with_it(wanda, edith):
    work = factories.make_reference("a", custom={"nct": "NCT01234567"})
    (item,) = registry.records("".join(export([work], form="csl-json")).encode(), form="csl-json")
    assert item.csl["custom"] == {"nct": "NCT01234567", "kind": "research"}
    work.kind = "other"
    assert "kind" not in "".join(export([work], form="csl-json"))
    assert client(edith).get("/api/v1/references/export/?format=ris&keys=a").getvalue().startswith(b"TY  - JOUR\n")
    assert (
        client(edith).get("/api/v1/references/export/?format=ris").getvalue().count(b"TY  - ")
        == Reference.objects.count()
    )
    refused(client(edith).get("/api/v1/references/export/?format=x"), 422, pointer="/format")


def test_key_that_is_an_address_of_the_library_is_refused(wanda):
    with pytest.raises(Unacceptable):
        factories.articles.keep_reference(csl=factories.csl("imports"), by=wanda, now=NOW)


def test_rows_inserted_together_have_history_as_if_one_by_one(wanda):
    run(works.file("ris", 2), wanda, "ris")
    history = [(row.history_user, row.history_date, row.history_change_reason) for row in Reference.history.all()]
    assert history == [(wanda, NOW, "imported")] * 2

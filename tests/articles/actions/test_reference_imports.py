"""Works brought into the library by the file."""

import json
from datetime import timedelta

import pytest

from articles import tasks
from articles.actions import merge_references, reference_imports, request_import, work_through
from articles.library.formats import citation_keys, registry
from articles.library.formats.export import export
from articles.library.matching.duplicates import doubtful_works
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.reference_imports import ImportFormat
from editorial.exceptions import NotPermitted, Unacceptable
from editorial.models import LedgerEntry, SweepFailure, User
from editorial.record import seals
from tests.faults.test_delivery import broker, waiting_in  # noqa: F401 - a fixture
from tests.support import factories, works
from tests.support.api import client, refused
from tests.support.factories import NOW
from tests.support.paths import DATA

HOUR = timedelta(hours=1)


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
        assert any(works.item(row.position - 1)[name] in begins for name in ("title", "id", "PMID"))
    assert counts(run(content, wanda, form)) == (0, 285, 15)
    assert list(seals.breaks_in_history_of(Reference)) == []


def one(by, **fields) -> ImportedRecord:
    run(json.dumps([{"id": "new", "type": "article-journal", "title": "New", **fields}]).encode(), by)
    return ImportedRecord.objects.latest("pk")


def test_record_is_matched_by_each_identifier_and_by_title_and_year(wanda):
    work = factories.make_reference("orbach2005", DOI="10.1000/x", PMID="77", PMCID="PMC7")
    for given, by in (({"DOI": "10.1000/X"}, "DOI"), ({"PMID": 77}, "PMID"), ({"PMCID": "PMC7"}, "PMCID")):
        assert (one(wanda, **given).reference, one(wanda, **given).reason) == (work, f"By {by}.")
        assert one(wanda, **given).remarks == ["Its title differs from the record of “orbach2005”."]
    assert str(one(wanda, DOI="10.1000/y")) == "1: created"
    title = {"title": "TITLE of orbach2005.", "issued": {"date-parts": [[2005]]}}
    assert one(wanda, **title).reason == "By title and year."
    assert one(wanda, **title, volume="29").reason == "By title and year; volume agrees."
    assert one(wanda, **title, volume="29", page="173").reason == "By title and year; volume and pages agree."
    assert one(wanda, **title, DOI="10.1000/other").outcome == "created"


def test_record_that_contradicts_the_work_it_names_or_names_two_is_another_work(wanda):
    factories.make_reference("a", DOI="10.1000/a", PMID="1")
    factories.make_reference("b", PMID="2", title="Something else by others")
    row = one(wanda, DOI="10.1000/a", PMID="3")
    assert (row.outcome, row.reference.doi, row.reference.pmid) == ("created", None, "3")
    assert row.reference.csl["custom"] == {"told": {"DOI": "10.1000/a"}}
    assert row.remarks == [
        "Its DOI 10.1000/a is that of “a”, but PMID and title differ: "
        "it was left out, and both works are listed for an editor."
    ]
    row = one(wanda, title="Third", DOI="10.1000/a", PMID="2")
    assert row.reference.csl["custom"] == {"told": {"DOI": "10.1000/a", "PMID": "2"}}
    assert {work.key for work in doubtful_works()} == {"a", "b", "new", row.reference.key}


def test_record_of_a_merged_work_is_matched_with_the_one_that_stands(wanda, edith):
    loser, winner = (factories.make_reference(key, DOI=f"10.1000/{key}") for key in ("a", "b"))
    merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    assert one(wanda, DOI="10.1000/a").reference == winner


def test_record_whose_key_another_work_has_gets_a_spare_one_and_says_so(wanda):
    factories.make_reference("new")
    row = one(wanda)
    assert row.reference.key.startswith("new-")
    assert row.reason.endswith("“new” is taken or cannot be cited.")
    spare = citation_keys.spare("new", {"id": "new", "type": "book", "title": "Third"})
    factories.make_reference(spare)
    third = one(wanda, type="book", title="Third")
    assert third.reference.key.startswith("new-")
    assert third.reference.key != spare


def test_record_with_a_wrong_identifier_is_taken_without_it(wanda):
    row = one(wanda, ISBN="978-3-16-148410-1")
    assert row.remarks == ["The ISBN “978-3-16-148410-1” cannot be read and was left out."]
    assert row.reference.csl["custom"] == {"told": {"ISBN": "978-3-16-148410-1"}}
    assert LibraryImport.objects.latest("pk").remarked == 1


@pytest.mark.parametrize("key", ["imports", "export/x", "a/merge"])
def test_record_whose_key_the_library_cannot_have_is_refused_with_the_field(key, wanda):
    row = one(wanda, id=key)
    assert (row.outcome, row.remarks) == ("refused", [])
    assert row.reason == "id: This is an address of the library itself; take another key."


def case(name: str, by, form: str) -> list[ImportedRecord]:
    """Import a case file twice; return the report of the first time. The second time creates nothing."""
    content = (DATA / "cases" / name).read_bytes()
    job, again = run(content, by, form), run(content, by, form)
    assert counts(again) == (0, job.records, 0)
    return list(job.report.order_by("position"))


def test_abstracts_that_share_the_doi_of_their_supplement_are_two_works(wanda):
    first, second = case("one-doi-two-works.ris", wanda, "ris")
    assert (first.outcome, first.remarks, first.reference.doi) == ("created", [], "10.1000/suppl.1")
    assert (second.outcome, second.reference.doi) == ("created", None)
    assert second.reference.csl["custom"]["told"] == {"DOI": "10.1000/suppl.1"}
    assert "but title, first author and pages differ" in second.remarks[0]
    assert set(doubtful_works()) == {first.reference, second.reference}


def test_every_serial_number_of_a_record_is_kept(wanda):
    first, second = case("several-numbers.ris", wanda, "ris")
    assert first.reference.csl["ISSN"] == "1614-9785"
    assert first.reference.csl["ISBN"] == "978-3-16-148410-0 978-0-306-40615-7"
    assert second.reference.csl["ISBN"] == "0-306-40615-2 978-0-306-40615-7"
    assert first.reference.isbn == "9783161484100"


def test_misprinted_number_costs_no_work(wanda):
    first, second = case("misprinted-number.ris", wanda, "ris")
    assert (first.outcome, first.reference.csl["custom"]["told"]) == ("created", {"ISBN": "978-3-16-148410-7"})
    assert (second.outcome, second.reference.doi) == ("created", None)
    assert second.reference.csl["custom"]["told"]["DOI"] == "see publisher website"


def test_noisy_dois_are_read(wanda):
    assert [row.reference.doi for row in case("noisy-doi.ris", wanda, "ris")] == [
        "10.1000/xyz-182-3-19",
        "10.1000/1813-9450-3331",
        "10.1000/0276-4741(2007)27[32:tlbcfp]2.0.co;2",
    ]


def test_old_doi_and_the_number_of_a_series_are_kept(wanda):
    old, chapter, _ = case("old-doi-and-series.ris", wanda, "ris")
    assert old.reference.doi == "10.1000/(sici)1097-0000(19980815)17:15<1661::aid-sim968>3.0.co;2-2"
    assert chapter.reference.csl["ISSN"] == "0066-4308"


@pytest.mark.parametrize(
    ("name", "form", "encoding"),
    [
        ("latin1.bib", "bibtex", "windows-1252, as declared"),
        ("utf16.ris", "ris", "UTF-16, by its byte order mark"),
        ("noisy-doi.ris", "ris", "UTF-8"),
    ],
)
def test_report_says_which_encoding_was_read(name, form, encoding, wanda):
    rows = case(name, wanda, form)
    assert {row.outcome for row in rows} == {"created"}
    assert set(LibraryImport.objects.values_list("encoding", flat=True)) == {encoding}


def test_new_record_that_may_be_another_says_what_speaks_for_and_against(wanda):
    title = {"title": "A made-up trial of nothing"}
    factories.make_reference("a", DOI="10.1000/a", **title)
    run(json.dumps([factories.csl("b", DOI="10.1000/b", **title)]).encode(), wanda)
    row = ImportedRecord.objects.get()
    assert row.reason == (
        "It may be “a”: title, first author, year, journal or book, volume and pages agree, but DOI differs."
    )
    server = {"DOI": "10.1101/2020.01.01.20000001", "container-title": "medRxiv"}
    preprint = factories.csl("c", **title, **server)
    run(json.dumps([preprint]).encode(), wanda)
    assert ImportedRecord.objects.latest("pk").reason.startswith("It is a preprint of “a”: title, first author, year")


def test_import_that_fails_as_a_whole_is_given_up_with_its_reason(wanda):
    job = request_import(form="ris", content=works.file("ris", 2), by=wanda, now=NOW)
    LibraryImport.objects.filter(pk=job.pk).update(format="none")
    system, seen = User.objects.system(), []
    for attempt in range(reference_imports.TRIES):
        seen.append(reference_imports.continue_import(import_id=job.pk, by=system, now=NOW + attempt * HOUR))
    job.refresh_from_db()
    assert (seen, job.progress, job.content) == (["", "", "failed"], "failed", None)
    assert job.failure.startswith("It could not be imported in 3 attempts: KeyError registry.py:")
    assert not SweepFailure.objects.exists()
    assert reference_imports.unfinished_imports(now=NOW + 9 * HOUR) == []


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

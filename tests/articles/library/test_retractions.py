"""What the list of retractions makes of a work."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.library.retraction_notices import notice_json, retraction_reason
from articles.library.retractions import (
    RetractionCheck,
    apply_newest_list,
    check_works,
    effective_check,
    related_records,
    retracted_with_checks,
    status_from_records,
)
from articles.models import Reference, RetractionRecord
from articles.models.references import RetractionStatus
from articles.models.retractions import Nature
from tests.support import factories
from tests.support.factories import NOW
from tests.support.retraction_lists import DOI, make_list, make_record, make_work

TODAY = NOW.date()
EARLY, LATE = date(2019, 5, 1), date(2021, 5, 1)


def found(work: Reference) -> RetractionCheck:
    return check_works([work])[0]


@pytest.mark.parametrize(
    "written",
    [
        "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
        "10.1002/(SICI)1097-0258(19980815)17:15 < 1661::AID-SIM968 > 3.0.CO;2-2",
        "http://dx.doi.org/10.1002/(SICI)1097-0258(19980815)17:15&lt;1661::AID-SIM968&gt;3.0.CO;2-2",
    ],
)
def test_work_with_an_old_doi_is_found_in_the_list(db, written):
    make_list()
    make_record(doi="10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2")
    assert found(make_work(DOI=written)).status == RetractionStatus.RETRACTED


def said(*records: tuple[str, date | None]) -> str:
    return status_from_records(
        [RetractionRecord(pk=pk, nature=nature, notice_date=day) for pk, (nature, day) in enumerate(records)]
    )


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([], "clear"),
        ([("correction", LATE), ("expression_of_concern", LATE)], "clear"),
        ([("retraction", EARLY)], "retracted"),
        ([("retraction", EARLY), ("correction", LATE)], "retracted"),
        ([("retraction", EARLY), ("reinstatement", LATE)], "clear"),
        ([("reinstatement", EARLY), ("retraction", LATE)], "retracted"),
        ([("retraction", EARLY), ("reinstatement", EARLY)], "retracted"),
        ([("retraction", None), ("reinstatement", LATE)], "retracted"),
        ([("retraction", EARLY), ("reinstatement", None)], "retracted"),
        ([("retraction", EARLY), ("retraction", LATE), ("reinstatement", LATE)], "retracted"),
        ([("unreadable", None)], "unknown"),
        ([("unreadable", None), ("correction", LATE)], "unknown"),
        ([("unreadable", None), ("retraction", EARLY)], "retracted"),
        ([("unreadable", None), ("retraction", EARLY), ("reinstatement", LATE)], "unknown"),
    ],
)
def test_records_of_a_work_make_the_status(records, status):
    assert said(*records) == status


def test_work_is_unknown_while_no_list_was_imported(db):
    assert found(make_work()) == RetractionCheck(RetractionStatus.UNKNOWN, None, ())


def test_work_without_identifier_is_unknown_whatever_the_list(db):
    make_list()
    make_record(doi=None)
    assert found(factories.make_reference()).status == "unknown"


def test_work_that_no_record_names_is_clear_as_of_the_list(db):
    make_list()
    make_record(doi="10.1000/other")
    assert (found(make_work()).status, found(make_work()).as_of) == ("clear", TODAY)


@pytest.mark.parametrize("record", [{}, {"doi": None, "pmid": "16391392"}, {"pmid": "16391392"}])
def test_work_is_found_by_either_identifier(db, record):
    make_list()
    make_record(**record)
    work = make_work(DOI=DOI.upper(), PMID="16391392")
    assert (found(work).status, len(found(work).records)) == ("retracted", 1)


def test_work_is_found_by_the_identifiers_of_all_that_were_merged(db, edith):
    make_list()
    make_record()
    first, second, last = make_work("a"), factories.make_reference("b"), factories.make_reference("c")
    for work, into in ((first, second), (second, last)):
        work.merged_into = into
        work.record(by=edith, now=NOW)
    assert {one.status for one in check_works([first, second, last])} == {"retracted"}
    assert {record for record, _, _ in related_records([second.pk])[second.pk]} == {first.pk, second.pk, last.pk}


def test_work_that_is_not_saved_is_found(db):
    make_list()
    make_record()
    assert found(Reference(key="new", doi=DOI)).status == "retracted"


@pytest.mark.parametrize("count", [1, 30])
def test_any_number_of_works_takes_one_query(db, count):
    make_list()
    works = [make_work(f"work{number}", DOI=f"10.1000/{number}") for number in range(count)]
    with CaptureQueriesContext(connection) as asked:
        check_works(works)
    assert len(asked) == 1


def test_notices_come_the_newest_first_and_never_what_cannot_be_read(db):
    make_list()
    for number, (nature, day) in enumerate([("correction", EARLY), ("retraction", LATE), ("correction", None)], 1):
        make_record(number, nature, notice_date=day)
    make_record(None, Nature.UNREADABLE)
    assert [record.record_id for record in found(make_work()).notices] == [2, 1, 3]


@pytest.mark.parametrize(
    ("recorded", "listed", "status", "as_of"),
    [
        ("clear", "clear", "clear", TODAY),
        ("clear", "retracted", "retracted", TODAY),
        ("retracted", "clear", "retracted", EARLY),
        ("retracted", "retracted", "retracted", TODAY),
        ("retracted", "unknown", "retracted", EARLY),
        ("clear", "unknown", "unknown", EARLY),
        ("unknown", "clear", "unknown", None),
    ],
)
def test_shown_status_is_the_graver_as_of_the_newest_list(recorded, listed, status, as_of):
    work = Reference(retraction=recorded, retraction_as_of=None if recorded == "unknown" else EARLY)
    told = effective_check(work, RetractionCheck(RetractionStatus(listed), TODAY))
    assert (told.status, told.as_of) == (status, as_of)


def test_shown_status_without_any_list_is_what_is_recorded():
    told = effective_check(Reference(retraction="clear", retraction_as_of=EARLY), RetractionCheck())
    assert (told.status, told.as_of) == ("clear", EARLY)


def test_look_up_of_a_work_about_to_be_saved_sets_status_and_day(db):
    assert apply_newest_list(Reference(key="new", doi=DOI)).retraction == "unknown"
    make_list()
    make_record()
    work = apply_newest_list(Reference(key="new", doi=DOI))
    assert (work.retraction, work.retraction_as_of) == ("retracted", TODAY)


def test_look_up_keeps_the_day_on_which_the_status_became_known(db):
    make_list()
    work = apply_newest_list(Reference(key="new", doi=DOI))
    make_list(TODAY + timedelta(days=7), "1" * 64)
    assert apply_newest_list(work).retraction_as_of == TODAY


def test_look_up_of_a_work_that_lost_its_identifiers_makes_it_unknown(db):
    make_list()
    work = apply_newest_list(Reference(key="new", doi=DOI))
    work.doi = None
    assert (apply_newest_list(work).retraction, work.retraction_as_of) == ("unknown", None)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"notice_doi": "10.1000/a<b"}, "https://doi.org/10.1000/a%3Cb"),
        ({"notice_pmid": "123"}, "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ({}, None),
    ],
)
def test_notice_leads_to_where_it_was_published(fields, url):
    told = notice_json(RetractionRecord(nature="expression_of_concern", **fields))
    assert (told["label"], told["url"], told["date"]) == ("Expression of concern", url, None)


def test_reason_names_five_works_and_counts_the_rest(db, edith):
    version = factories.make_draft()
    first = version.citations.select_related("reference").first()
    assert (
        retraction_reason([first], {first.reference_id: RetractionCheck()})
        == "Reference 1, “Title of orbach2005”, was retracted."
    )
    several = retraction_reason([first] * 6, {first.reference_id: RetractionCheck()})
    assert (several.count("Reference 1"), several.endswith(" So was 1 more.")) == (5, True)
    assert retraction_reason([first] * 7, {first.reference_id: RetractionCheck()}).endswith(" So were 2 more.")


def test_retracted_works_of_a_version_come_by_number(db, edith):
    version = factories.make_draft()
    for key in ("stiehm2013", "orbach2005"):
        work = Reference.objects.get(key=key)
        work.retraction, work.retraction_as_of = "retracted", TODAY
        work.record(by=edith, now=NOW)
    citations, said_of = retracted_with_checks(version)
    assert [citation.reference.key for citation in citations] == ["orbach2005", "stiehm2013"]
    assert said_of.keys() == {citation.reference_id for citation in citations}

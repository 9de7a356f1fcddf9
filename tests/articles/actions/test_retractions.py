"""Importing the list, looking the library up, suspending."""

from datetime import timedelta

import pytest

from articles import actions
from articles.library.formats.file_faults import Unreadable
from articles.lifecycle import State
from articles.models import Reference, RetractionList, RetractionRecord
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice, User
from editorial.record import seals
from tests.support import factories
from tests.support.api import nothing_stored
from tests.support.factories import NOW
from tests.support.retraction_lists import DOI, as_csv, make_list, make_record, make_work, row, source

TODAY = NOW.date()


@pytest.fixture
def system(db) -> User:
    return User.objects.system()


def keep(*rows, by=None, sha256="a" * 64, as_of=TODAY):
    by = by or User.objects.system()
    return actions.keep_retractions(source=source(as_csv(*rows)), sha256=sha256, as_of=as_of, by=by, now=NOW)


def look_up():
    return actions.look_up_works(by=User.objects.system(), now=NOW)


def suspend():
    return actions.suspend_retracted(by=User.objects.system(), now=NOW)


def approved_citing_retracted():
    make_work()
    version = factories.make_approved()
    keep(row())
    look_up()
    return version


# --- the list -------------------------------------------------------------------------------------------------------


def test_list_is_stored_with_every_record_and_told_to_the_ledger(system):
    kept = keep(row(1), row(2, OriginalPaperDOI="10.1000/x"), row(3, RetractionNature=""))
    assert (kept.rows, kept.unreadable, kept.as_of) == (2, 1, TODAY)
    assert RetractionRecord.objects.exclude(record_id=None).count() == 2
    entry = LedgerEntry.objects.get(action="import_retractions")
    assert (entry.payload["records"], entry.payload["written"], entry.actor) == (2, 2, system)


def test_newer_list_writes_what_changed_and_keeps_what_it_lacks(db):
    keep(row(1), row(2), row(3))
    keep(row(2), row(3, RetractionNature="Correction"), row(4), sha256="b" * 64)
    assert LedgerEntry.objects.filter(action="import_retractions").latest("sequence").payload["written"] == 2
    natures = dict(RetractionRecord.objects.values_list("record_id", "nature"))
    assert natures == {1: "retraction", 2: "retraction", 3: "correction", 4: "retraction"}


def test_newer_list_takes_the_place_of_what_could_not_be_read(db):
    keep(row(1), row(2, RetractionNature="?"))
    keep(row(1), sha256="b" * 64)
    assert not RetractionRecord.objects.filter(record_id=None).exists()


def test_list_that_ends_in_a_fault_stores_nothing(system):
    keep(row(1))
    broken = source(as_csv(row(2)) + b"\0")
    with nothing_stored(), pytest.raises(Unreadable):
        actions.keep_retractions(source=broken, sha256="b" * 64, as_of=TODAY, by=system, now=NOW)


def test_list_that_is_known_or_older_or_of_tomorrow_is_refused(system):
    keep(row(1))
    with nothing_stored():
        with pytest.raises(Conflict, match="imported already"):
            keep(row(1))
        with pytest.raises(Conflict, match="A newer list, of 2026-03-02"):
            keep(row(1), sha256="b" * 64, as_of=TODAY - timedelta(days=1))
        with pytest.raises(Unacceptable):
            keep(row(1), sha256="b" * 64, as_of=TODAY + timedelta(days=1))


def test_list_is_imported_by_editors_and_the_house_only(edith, wanda):
    assert keep(row(1), by=edith).imported_by == edith
    with pytest.raises(NotPermitted):
        keep(row(1), by=wanda, sha256="b" * 64)


# --- the library ----------------------------------------------------------------------------------------------------


def test_look_up_without_a_list_changes_nothing(system):
    make_work()
    with nothing_stored():
        assert not look_up()


def test_look_up_gives_each_work_its_status_once_with_history_and_ledger(system):
    make_work("a")
    make_work("b", DOI="10.1000/fine")
    factories.make_reference("c")
    keep(row(7))
    assert look_up() == {"retracted": 1, "clear": 1}
    statuses = dict(Reference.objects.values_list("key", "retraction"))
    assert statuses == {"a": "retracted", "b": "clear", "c": "unknown"}
    past = Reference.objects.get(key="a").history.latest("history_id")
    assert (past.history_user, past.retraction, past.retraction_as_of) == (system, "retracted", TODAY)
    told = LedgerEntry.objects.get(action="look_up_retractions").payload["works"]
    assert {"reference": past.id, "before": "unknown", "after": "retracted", "records": [7]} in told
    with nothing_stored():
        assert not look_up()


def test_later_list_rewrites_no_work_whose_status_stays(db):
    work = make_work()
    keep(row(1, OriginalPaperDOI="10.1000/other"))
    look_up()
    keep(row(2, OriginalPaperDOI="10.1000/other"), sha256="b" * 64, as_of=TODAY)
    with nothing_stored():
        look_up()
    assert Reference.objects.get(pk=work.pk).retraction_as_of == TODAY


def test_reinstated_work_is_clear_again(db):
    make_work()
    keep(row(1))
    look_up()
    keep(row(1), row(2, RetractionNature="Reinstatement", RetractionDate="2/1/2021 0:00"), sha256="b" * 64)
    assert look_up() == {"clear": 1}


def test_work_that_somebody_settled_meanwhile_is_not_written_twice(db):
    work = make_work()
    make_list()
    make_record()
    actions.retractions._update_statuses([work.pk], by=User.objects.system(), now=NOW)
    with nothing_stored():
        assert not actions.retractions._update_statuses([work.pk], by=User.objects.system(), now=NOW)


# --- versions -------------------------------------------------------------------------------------------------------


def test_approved_version_citing_a_retracted_work_is_suspended_once(system):
    version = approved_citing_retracted()
    assert [found.pk for found in suspend()] == [version.pk]
    version = factories.reread(version)
    assert version.state == State.SUSPENDED
    why = "Reference 1, “Title of orbach2005”, was retracted on 15 January 2020 (https://doi.org/10.1000/notice)."
    assert version.state_reason == why
    entry = LedgerEntry.objects.get(chain=version.article.chain, action="suspend")
    assert (entry.actor, entry.payload["retracted"]) == (system, [[Reference.objects.get(doi=DOI).pk, 1]])
    with nothing_stored():
        assert suspend() == []


def test_editors_and_writers_are_owed_one_notice_with_the_claims(db):
    approved_citing_retracted()
    suspend()
    owed = Notice.objects.filter(kind="work_retracted")
    assert {notice.recipient.username for notice in owed} == {"wanda", "edith"}
    assert owed.count() == 2
    assert owed[0].context["claims"] == ["Intravenous immunoglobulin can cause back pain.", "It is mild."]
    assert not Notice.objects.filter(kind="suspended").exists()


def test_version_reinstated_by_an_editor_is_suspended_only_for_another_retraction(edith):
    version = approved_citing_retracted()
    suspend()
    actions.reinstate(version_id=version.pk, reason="It stands without it.", by=edith, now=NOW)
    with nothing_stored():
        assert suspend() == []
    keep(row(1), row(2), sha256="b" * 64)
    assert len(suspend()) == 1


def test_version_citing_a_work_with_a_concern_or_correction_stays_approved(db):
    make_work()
    version = factories.make_approved()
    keep(row(1, RetractionNature="Expression of concern"), row(2, RetractionNature="Correction"))
    look_up()
    assert suspend() == []
    assert factories.reread(version).state == State.APPROVED


def test_version_that_was_superseded_is_left_alone(db):
    make_work()
    version = factories.make_version_at(State.SUSPENDED)
    keep(row())
    look_up()
    with nothing_stored():
        assert actions.retractions._suspend(version.pk, by=User.objects.system(), now=NOW) is None


def test_version_in_review_is_told_of_once_and_keeps_its_state(db):
    make_work()
    version = factories.make_version_at(State.UNDER_REVIEW)
    keep(row())
    look_up()
    warned = actions.warn_in_review(by=User.objects.system(), now=NOW)
    assert ([found.pk for found in warned], factories.reread(version).state) == ([version.pk], State.UNDER_REVIEW)
    owed = Notice.objects.filter(kind="work_retracted_in_review")
    assert {notice.recipient.username for notice in owed} == {"wanda", "edith"}
    with nothing_stored():
        assert actions.warn_in_review(by=User.objects.system(), now=NOW) == []


def test_no_list_is_ever_changed(db):
    kept = keep(row())
    assert RetractionList.objects.get() == kept


def test_history_of_works_that_were_looked_up_holds_against_their_records(db):
    for key in "abc":
        make_work(key, DOI=f"10.1000/{key}")
    keep(row(OriginalPaperDOI="10.1000/b"))
    look_up()
    assert list(seals.breaks_in_history_of(Reference)) == []
    past = Reference.objects.get(key="b").history.latest("history_id")
    assert (past.history_type, past.history_change_reason) == ("~", "checked against the list of retractions")

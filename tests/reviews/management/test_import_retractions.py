"""The command that imports the list of retractions, and the task that completes it."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from articles import actions
from articles.lifecycle import State
from articles.models import Reference, RetractionList
from editorial.exceptions import NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice, User
from editorial.record import ledger
from reviews.tasks import follow_retractions
from tests.support import factories
from tests.support.api import client, nothing_stored
from tests.support.retraction_lists import as_csv, make_list, make_record, make_work, row, write


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("import_retractions", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*arguments) -> str:
    User.objects.system()
    with nothing_stored(), pytest.raises(CommandError) as error:
        run(*arguments)
    return str(error.value)


def read_article() -> dict:
    return client().get("/api/v1/articles/ivig-back-pain/").json()


@pytest.fixture
def version(db):
    make_work()
    return factories.make_approved(now=timezone.now())


def test_file_that_names_a_cited_work_takes_the_approval_back_in_one_run(version, tmp_path, edith, wanda):
    out, _ = run(write(tmp_path, row()))
    assert out.splitlines()[1:] == ["1 works of the library are now: retracted", "suspended ivig-back-pain, version 1"]
    shown = read_article()
    assert shown["review"]["status"] == "under_review"
    assert "was retracted on 15 January 2020 (https://doi.org/10.1000/notice)." in shown["review"]["caution"]
    assert shown["references"][0]["retraction"]["status"] == "retracted"
    assert sorted(Notice.objects.filter(kind="work_retracted").values_list("recipient__username", flat=True)) == [
        "edith",
        "wanda",
    ]
    assert LedgerEntry.objects.filter(chain=version.article.chain, action="suspend").count() == 1
    assert list(ledger.chain_breaks()) == []


def test_second_run_adds_nothing_and_says_so(version, tmp_path):
    path = write(tmp_path, row())
    run(path)
    with nothing_stored():
        out, _ = run(path)
    assert out.startswith("This file was imported on ")
    assert out.endswith("Nothing changed for the library and its articles.\n")


def test_reinstating_needs_an_editor_and_a_reason(version, tmp_path, edith, wanda):
    run(write(tmp_path, row()))
    act = {"version_id": version.pk, "now": timezone.now()}
    with pytest.raises(NotPermitted):
        actions.reinstate(reason="It stands.", by=wanda, **act)
    with pytest.raises(Unacceptable):
        actions.reinstate(reason=" ", by=edith, **act)
    actions.reinstate(reason="It stands without that work.", by=edith, **act)
    assert read_article()["review"]["status"] == "approved"
    with nothing_stored():
        assert follow_retractions() == 0


def test_run_after_one_that_was_killed_before_suspending_completes_it(version, tmp_path):
    path = write(tmp_path, row())
    make_list(sha256=sha256(path.read_bytes()).hexdigest())
    make_record()
    assert "suspended ivig-back-pain, version 1" in run(path)[0]


def test_task_completes_what_a_killed_run_left(version):
    make_list()
    make_record()
    assert (follow_retractions(), follow_retractions()) == (1, 0)
    assert factories.reread(version).state == State.SUSPENDED


def test_reader_is_told_of_a_retraction_before_anything_else_was_done(version):
    make_list()
    make_record()
    assert Reference.objects.get(key="orbach2005").retraction == "unknown"
    assert read_article()["references"][0]["retraction"]["status"] == "retracted"


def test_day_is_when_the_file_was_written_unless_said(db, tmp_path):
    path = write(tmp_path, row())
    written = datetime(2026, 2, 1, 12, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    assert run(path)[0].startswith("1 records as of 2026-02-01\n")
    run(write(tmp_path, row(2), name="other.csv"), "--as-of", "2026-02-03")
    assert [str(kept.as_of) for kept in RetractionList.objects.order_by("pk")] == ["2026-02-01", "2026-02-03"]


def test_what_could_not_be_read_is_counted_and_a_shorter_list_is_doubted(db, tmp_path):
    run(write(tmp_path, row(1), row(2), row(3)))
    doubtful = as_csv(row(1, Title="%", RetractionDate="?"), row(2, RetractionNature="?")).replace(b"%", b"\xff")
    path = tmp_path / "doubtful.csv"
    path.write_bytes(doubtful)
    _, err = run(path)
    assert err.splitlines()[:3] == ["1 could not be read", "1 have broken UTF-8", "1 have no day that can be read"]
    assert err.splitlines()[3].endswith("had 3: was this one cut off?")


def test_file_that_cannot_be_taken_is_refused_in_words(db, tmp_path):
    assert "cannot be read: No such file" in refused(tmp_path / "none.csv")
    assert "cannot be read: Is a directory" in refused(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("DOI,Title\n10.1000/x,T\n")
    assert "no column Record ID" in refused(other)
    assert "Nothing was stored." in refused(other)
    assert "The day is still to come." in refused(write(tmp_path, row()), "--as-of", "2999-01-01")
    assert "x is not a day such as 2026-03-02" in refused(write(tmp_path, row()), "--as-of", "x")


def test_those_who_review_a_version_in_review_are_told_once(db, tmp_path):
    make_work()
    factories.make_policy()
    submitted = factories.make_submitted(now=timezone.now())
    factories.make_accepted(submitted, "ada", now=timezone.now())
    factories.make_invitation(submitted, "ben", now=timezone.now())
    assert "in review ivig-back-pain, version 1" in run(write(tmp_path, row()))[0]
    follow_retractions()
    owed = Notice.objects.filter(kind="work_retracted_in_review").order_by("recipient__username")
    assert [notice.recipient.username for notice in owed] == ["ada", "ben", "edith", "wanda"]
    assert "/reviews/review/" in owed[0].context["path"]

"""One run of a sweep: who rests, what is recorded, and what ends it."""

import logging
from datetime import timedelta

import psycopg
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, OperationalError, connection

from editorial.exceptions import Conflict
from editorial.models import Specialty, SweepFailure, SweepTask, User
from editorial.record import sweeps
from editorial.record.sweeps import RETRY_AFTER, SubjectLockedError, Sweep, describe, sweep
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

TASK = SweepTask.FILL_SEATS
MINUTE = timedelta(minutes=1)


class Broken(Exception):
    """A bug in the code of a sweep."""


def process(pk: int) -> int:
    """Process a subject; those with an odd id fail."""
    if pk % 2:
        raise Broken("of Ada Example")
    return pk


def swept(*pks: int, now=NOW, is_complete: bool = True, process=process) -> list[int]:
    with sweep(TASK, now=now) as run:
        run.is_complete = is_complete
        return run.each(Specialty, pks, process)


def failures() -> dict[int, int]:
    return dict(SweepFailure.objects.values_list("subject_id", "attempts"))


def test_subject_that_fails_is_recorded_logged_and_hides_no_other(caplog):
    assert swept(1, 2, 3, 4) == [2, 4]
    assert failures() == {1: 1, 3: 1}
    failure = SweepFailure.objects.get(subject_id=1)
    assert str(failure) == "Invite members for empty seats: specialty 1"
    assert failure.error.startswith("Broken test_sweeps.py:")
    assert [(line.levelno, bool(line.exc_info)) for line in caplog.records] == [(logging.ERROR, True)] * 2


def test_waits_grow_and_the_last_one_repeats():
    now, waits = NOW, []
    for _ in range(len(RETRY_AFTER) + 2):
        swept(1, now=now)
        following = SweepFailure.objects.get().next_try_at
        waits.append(following - now)
        now = following
    least = [*RETRY_AFTER, RETRY_AFTER[-1], RETRY_AFTER[-1]]
    assert all(wait >= shortest for wait, shortest in zip(waits, least, strict=True))
    assert all(wait <= shortest * 1.2 for wait, shortest in zip(waits, least, strict=True))


def test_failure_goes_when_the_subject_leaves_a_complete_sweep_only():
    swept(1)
    swept(2, now=NOW + MINUTE / 2)
    assert failures() == {1: 1}  # it rests
    swept(2, now=NOW + 2 * MINUTE, is_complete=False)
    assert failures() == {1: 1}
    swept(2, now=NOW + 2 * MINUTE)
    assert failures() == {}


def test_failure_of_a_sweep_that_runs_at_the_same_time_is_kept():
    swept(1)
    now = NOW + 2 * MINUTE
    with sweep(TASK, now=now) as slow:
        swept(1, now=now + MINUTE)
        assert slow.each(Specialty, [1], lambda pk: pk) == [1]
    assert failures() == {1: 2}


def test_batch_that_fails_is_processed_one_by_one():
    batches = []

    def process_all(pks):
        batches.append(list(pks))
        return [process(pk) for pk in pks]

    with sweep(TASK, now=NOW) as run:
        assert run.in_batches(Specialty, [2, 4, 1, 6, 8], process_all, size=2) == [[2, 4], [6], [8]]
    assert batches == [[2, 4], [1, 6], [1], [6], [8]]
    assert failures() == {1: 1}


def test_lock_counts_once_a_minute_and_shows_when_it_was_met_three_times(caplog):
    seen = []
    for moment in (NOW, NOW + MINUTE / 2, NOW + MINUTE, NOW + 2 * MINUTE):
        Sweep(TASK, now=moment).fail(Specialty, 1, SubjectLockedError())
        seen.append((failures()[1], SweepFailure.objects.persistent().count()))
    assert seen == [(1, 0), (1, 0), (2, 0), (3, 1)]
    assert {(line.levelno, line.exc_info) for line in caplog.records} == {(logging.WARNING, None)}


def test_error_shows_at_once_also_after_a_lock():
    Sweep(TASK, now=NOW).fail(Specialty, 1, SubjectLockedError())
    Sweep(TASK, now=NOW).fail(Specialty, 1, Broken())
    assert SweepFailure.objects.persistent().get().attempts == 2


def lock_timeout(_pk: int = 0) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


def test_many_locked_subjects_cost_little_time(monkeypatch):
    monkeypatch.setattr(sweeps, "LONG_WAITS", 1)
    with sweep(TASK, now=NOW) as run:
        assert run.each(Specialty, [1], lock_timeout) == ["2s"]
        run.fail(Specialty, 2, SubjectLockedError())
        assert run.each(Specialty, [3], lock_timeout) == ["50ms"]


@pytest.mark.parametrize("method", ["each", "in_batches"])
def test_end_of_the_time_of_a_task_ends_its_sweep(method):
    def run_out(_pks):
        raise SoftTimeLimitExceeded

    run = Sweep(TASK, now=NOW)
    with pytest.raises(SoftTimeLimitExceeded):
        getattr(run, method)(Specialty, [1, 2], run_out, **({"size": 2} if method == "in_batches" else {}))
    assert failures() == {}


@pytest.mark.django_db(transaction=True)
def test_database_that_is_gone_ends_the_sweep_and_no_subject_is_to_blame(monkeypatch):
    tried = []

    def lose_the_database(pk):
        tried.append(pk)
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
        connection.close()
        return User.objects.count()

    with pytest.raises(OperationalError):
        swept(1, 2, process=lose_the_database)
    monkeypatch.undo()
    assert (tried, failures()) == ([1], {})


@pytest.mark.django_db(transaction=True)
def test_connection_that_is_lost_in_one_subject_is_opened_again_for_the_others():
    def end_own_session(pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())" if pk == 1 else "SELECT 1")
        return pk

    assert swept(1, 2, process=end_own_session) == [2]
    assert failures() == {1: 1}


def test_description_of_an_error_has_its_code_and_no_data():
    assert (
        describe(Conflict("Ada Example was reminded already.", code="reminded_already")) == "Conflict reminded_already"
    )
    error = IntegrityError("Key (email)=(ada@example.org) exists")
    error.__cause__ = psycopg.errors.UniqueViolation("Key (email)=(ada@example.org) exists")
    assert describe(error) == "IntegrityError UniqueViolation"

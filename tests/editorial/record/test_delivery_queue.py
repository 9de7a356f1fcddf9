"""Waits between attempts. What is claimed, by whom and for how long is tested with what is sent."""

from datetime import timedelta

import pytest

from articles.models import ReaderMail
from editorial.models import Dispatch, Notice
from editorial.record.delivery_queue import JITTER, next_attempt, rest
from tests.support.factories import NOW

RETRY_AFTER = [timedelta(minutes=1), timedelta(hours=1)]


@pytest.mark.parametrize("model", [Notice, ReaderMail, Dispatch])
def test_rows_that_failed_together_are_not_retried_together(model):
    due = {next_attempt(model(pk=pk, attempts=1), retry_after=RETRY_AFTER, now=NOW) for pk in range(20)}
    assert len(due) == 20
    assert all(NOW + RETRY_AFTER[0] <= moment <= NOW + RETRY_AFTER[0] * (1 + JITTER) for moment in due)


@pytest.mark.parametrize(("attempts", "least"), [(1, RETRY_AFTER[0]), (2, RETRY_AFTER[1])])
def test_wait_follows_from_the_number_of_attempts(attempts, least):
    due = next_attempt(Notice(pk=1, attempts=attempts), retry_after=RETRY_AFTER, now=NOW)
    assert least <= due - NOW <= least * (1 + JITTER)


def test_row_that_failed_after_the_last_wait_is_given_up():
    assert next_attempt(Notice(pk=1, attempts=3), retry_after=RETRY_AFTER, now=NOW) is None


@pytest.mark.parametrize(("failures", "least"), [(1, 1), (2, 2), (4, 8), (5, 15), (10_000, 15)])
def test_rest_of_a_server_doubles_up_to_the_longest(failures, least):
    first, longest = timedelta(minutes=1), timedelta(minutes=15)
    found = {rest(failures, first=first, longest=longest, of=server) for server in range(20)}
    assert len(found) == 20
    assert all(least <= one / first <= least * (1 + JITTER) for one in found)

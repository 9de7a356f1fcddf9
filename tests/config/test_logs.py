"""What a line of the log looks like, and what never stands in one."""

import json
import logging
import sys

import kombu.exceptions
import psycopg
import pytest
import redis
from celery.signals import before_task_publish
from django.db import OperationalError

from config.logs import JsonFormatter, LineFormatter, OutageFilter, without_secrets
from editorial.monitoring import logging_context


def record(message, *args, exc_info=None):
    return logging.LogRecord("x", logging.WARNING, "f.py", 1, message, args, exc_info)


def test_line_for_machines_is_json_with_the_request_and_an_exception_without_rows():
    words = "broken\nDETAIL:  Failing row contains (1, what the mail says).\nCONTEXT: x"
    try:
        raise ValueError(words)
    except ValueError:
        failed = record("a %s", "line", exc_info=sys.exc_info())
    with logging_context.within(request_id="1234", task=""):
        said = json.loads(JsonFormatter().format(failed))
    assert said["message"] == "a line"
    assert (said["level"], said["logger"], said["request_id"]) == ("WARNING", "x", "1234")
    assert "task" not in said
    assert "ValueError: broken" in said["exception"]
    assert "what the mail says" not in said["exception"]
    assert json.loads(JsonFormatter().format(record("b"))).keys() == {"time", "level", "logger", "message"}


def test_line_for_people_ends_with_the_request():
    line = LineFormatter("{levelname}: {message}", style="{")
    assert line.format(record("a")) == "WARNING: a"
    with logging_context.within(request_id="1234"):
        assert line.format(record("a")) == "WARNING: a [1234]"


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("cannot reach redis://:hush-hush@host:6379/0", "hush-hush"),
        ("Not Found: /reviews/answer/kX92hfksAdj38fhsK2j3h4k5/", "kX92hf"),
        ("Gone: /account/link/password/1/1772442000/gxvkpqcmauzyckrys/", "gxvkpqc"),
        ("headers Authorization: Bearer 9a8b7c", "9a8b7c"),
        ("{'password': 'three-quiet-herons'}", "heron"),
        ("GET /x?token=9a8b7c&y=1", "9a8b7c"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(message, secret):
    for formatter in (JsonFormatter(), LineFormatter()):
        assert secret not in formatter.format(record(message))


@pytest.mark.parametrize("sent", [":", "://", "://:", "token", "/A1", "/calendar/"])
def test_line_of_nothing_but_signs_is_looked_through_to_its_end(sent):
    """In time that grows with the square of its length, this would take twenty minutes."""
    assert len(without_secrets("://" + sent * 600_000)) > 3


def test_address_of_an_article_is_no_secret():
    assert "ivig-cause-back-pain-in-2025" in LineFormatter().format(
        record("/articles/can-ivig-cause-back-pain-in-2025/")
    )


def test_line_logged_in_a_request_bears_its_id(db, client, caplog):
    caplog.handler.setFormatter(JsonFormatter())
    response = client.get("/nowhere/", headers={"X-Request-ID": "request-of-mine"})
    assert response["X-Request-ID"] == "request-of-mine"
    (line,) = (json.loads(line) for line in caplog.text.splitlines())
    assert (line["message"], line["request_id"]) == ("Not Found: /nowhere/", "request-of-mine")
    assert logging_context.marks() == {}


def test_task_is_sent_with_the_request_that_asks_for_it():
    headers = {}
    before_task_publish.send(sender="x", headers=headers)
    assert headers == {}
    with logging_context.within(request_id="1234"):
        before_task_publish.send(sender="x", headers=headers)
    assert headers == {"request_id": "1234"}


# --- outages ----------------------------------------------------------------------------------------------------------


def raised(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return record("GET %s", "/x/", exc_info=sys.exc_info())


def failed(cause: Exception) -> logging.LogRecord:
    try:
        raise OperationalError("lost") from cause
    except OperationalError:
        return record("GET %s", "/x/", exc_info=sys.exc_info())


def unavailable() -> logging.LogRecord:
    """The line that Django logs of a 503 response."""
    refused = record("Service Unavailable: %s", "/x/")
    refused.status_code = 503
    return refused


def test_outage_is_one_line_without_a_traceback():
    line = failed(psycopg.errors.DiskFull())
    assert OutageFilter().filter(line)
    assert LineFormatter("{message}", style="{").format(line) == "GET /x/: storage_full (OperationalError)"


def test_lines_of_an_outage_are_limited_and_the_next_one_says_how_many_were_left_out():
    limited = OutageFilter(seconds=3600)
    lines = [failed(psycopg.OperationalError()), unavailable(), failed(psycopg.errors.AdminShutdown())]
    assert [limited.filter(line) for line in lines] == [True, False, False]
    limited.passes_from.clear()  # an hour later
    last = unavailable()
    assert limited.filter(last)
    assert last.getMessage() == "Service Unavailable: /x/ [2 similar lines left out]"


@pytest.mark.parametrize("error", [redis.exceptions.OutOfMemoryError(), kombu.exceptions.OperationalError()])
def test_lines_about_redis_are_one_line_and_limited_beside_those_of_the_database(error):
    limited = OutageFilter(seconds=3600)
    lines = [raised(error), failed(psycopg.errors.DiskFull()), raised(error)]
    assert [limited.filter(line) for line in lines] == [True, True, False]
    assert lines[0].getMessage() == f"GET /x/: redis_unavailable ({type(error).__name__})"


def test_other_errors_keep_their_traceback_and_are_not_limited():
    lines = [failed(psycopg.errors.LockNotAvailable()), failed(ValueError()), record("a")]
    limited = OutageFilter(seconds=3600)
    assert [limited.filter(line) for line in [*lines, *lines]] == [True] * 6
    assert all(line.exc_info for line in lines[:2])

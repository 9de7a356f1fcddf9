"""What a line of the log looks like, and what never stands in one."""

import json
import logging
import sys

import pytest
from celery.signals import before_task_publish

from config.logs import JsonFormatter, LineFormatter, without_secrets
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

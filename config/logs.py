"""Log formatters, JSON for machines and text for people. Both remove secrets."""

import json
import logging
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic

from kombu.exceptions import OperationalError
from redis import RedisError

from editorial.monitoring import logging_context
from editorial.monitoring.outages import outage_of

HIDDEN = "[hidden]"

SECRETS = (
    # secret tokens in these addresses
    (
        re.compile(r"(?<=/answer/)[^/\s\"'?&]+|(?<=/account/link/)[^\s\"'?&]+|(?<=/calendar/)[^/\s\"'?&]+(?=\.ics)"),
        HIDDEN,
    ),
    # credentials of a server: scheme://user:password@host
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]*(?=@)"), HIDDEN),
    # an unguessable part of an address: long, with capital letters and digits
    (re.compile(r"(?<=/)(?=[^\s/?]*[A-Z])(?=[^\s/?]*\d)[\w.:~=-]{20,}"), HIDDEN),
    # values with a name: token=…, "password": "…", Authorization: Bearer …
    (
        re.compile(
            r"(?i)((?:token|password|secret|authorization|sessionid)['\"]?\s*[=:]\s*['\"]?)"
            r"(?:(?:bearer|token|basic)\s+)?[^\s'\"&,;]+"
        ),
        rf"\1{HIDDEN}",
    ),
    # PostgreSQL quotes whole rows in the details of an error
    (re.compile(r"(?m)^DETAIL:.*$"), f"DETAIL: {HIDDEN}"),
)


def without_secrets(text: str) -> str:
    """Return ``text`` without anything that looks like a secret. The site's own code logs none, but packages might."""
    for secret, instead in SECRETS:
        text = secret.sub(instead, text)
    return text


def marks_of(record: logging.LogRecord) -> dict[str, str]:
    """Return the marks of ``record``. Django logs refused requests after their end, but with the request attached."""
    request_id = getattr(getattr(record, "request", None), "request_id", "")
    return {**({"request_id": request_id} if request_id else {}), **logging_context.marks()}


REDIS_UNAVAILABLE = "redis_unavailable"


def outage_code(error: BaseException | None) -> str:
    """Return the code of the outage of PostgreSQL or Redis that caused ``error``; an empty string for other errors."""
    if outage := outage_of(error):
        return outage.code
    return REDIS_UNAVAILABLE if isinstance(error, RedisError | OperationalError) else ""


class OutageFilter(logging.Filter):
    """Shortens errors of an outage to one line, and passes one about PostgreSQL and one about Redis every ``seconds``.

    During an outage each request would log a traceback. The next line that passes says how many did not.
    """

    def __init__(self, *, seconds: float = 10) -> None:
        super().__init__()
        self.seconds = seconds
        self.passes_from: defaultdict[str, float] = defaultdict(float)
        self.held_back = Counter[str]()

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        code = outage_code(error)
        if code:
            record.exc_info, record.exc_text = None, None
            record.msg, record.args = "%s: %s (%s)", (record.getMessage(), code, type(error).__name__)
        elif getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE:
            return True
        return self._passes(record, about="redis" if code == REDIS_UNAVAILABLE else "postgresql")

    def _passes(self, record: logging.LogRecord, *, about: str) -> bool:
        if monotonic() < self.passes_from[about]:
            self.held_back[about] += 1
            return False
        if count := self.held_back.pop(about, 0):
            record.msg, record.args = "%s [%d similar lines left out]", (record.getMessage(), count)
        self.passes_from[about] = monotonic() + self.seconds
        return True


class LineFormatter(logging.Formatter):
    """For people: each line begins with the time and ends with the id of its request."""

    def format(self, record: logging.LogRecord) -> str:
        request = marks_of(record).get("request_id")
        return without_secrets(super().format(record)) + (f" [{request}]" if request else "")


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object per line, ``time`` in UTC, with the marks of request and task."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            **marks_of(record),
        }
        if record.exc_info:
            entry["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)

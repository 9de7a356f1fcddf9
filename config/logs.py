"""How a line of the log is written: as JSON for machines, or for people; without secrets in either."""

import json
import logging
import re
from datetime import UTC, datetime

from editorial import tracing

HIDDEN = "[hidden]"

SECRETS = (
    # what follows these doors lets in whoever knows it
    (re.compile(r"(?<=/answer/)[^/\s\"'?&]+|(?<=/calendar/)[^/\s\"'?&]+(?=\.ics)"), HIDDEN),
    # what logs in to a server: scheme://user:password@host
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]*(?=@)"), HIDDEN),
    # a part of an address that only who was given it can know: long, with capitals and figures
    (re.compile(r"(?<=/)(?=[^\s/?]*[A-Z])(?=[^\s/?]*\d)[\w.:~=-]{20,}"), HIDDEN),
    # named as what it is: token=…, "password": "…", Authorization: Bearer …
    (
        re.compile(
            r"(?i)((?:token|password|secret|authorization|sessionid)['\"]?\s*[=:]\s*['\"]?)"
            r"(?:(?:bearer|token|basic)\s+)?[^\s'\"&,;]+"
        ),
        rf"\1{HIDDEN}",
    ),
    # PostgreSQL quotes whole rows where it says what stood against them
    (re.compile(r"(?m)^DETAIL:.*$"), f"DETAIL: {HIDDEN}"),
)


def discreet(text: str) -> str:
    """``text`` without what looks like a secret. Nothing of ours logs one; what packages say is not in our hands."""
    for secret, instead in SECRETS:
        text = secret.sub(instead, text)
    return text


def marks_of(record: logging.LogRecord) -> dict[str, str]:
    """The marks of ``record``. Django logs what it refused after the request is over, and says which request it was."""
    request_id = getattr(getattr(record, "request", None), "request_id", "")
    return {**({"request_id": request_id} if request_id else {}), **tracing.marks()}


class LineFormatter(logging.Formatter):
    """For people: a line begins with the time and ends with the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        request = marks_of(record).get("request_id")
        return discreet(super().format(record)) + (f" [{request}]" if request else "")


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object a line, ``time`` in UTC, with the marks of request and task."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
            **marks_of(record),
        }
        if record.exc_info:
            said["exception"] = discreet(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)

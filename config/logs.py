"""What a line of the log looks like, and what never stands in one."""

import logging
import re

SECRET_ADDRESS = re.compile(r"(?<=/answer/)[^/\s\"'?&]+|(?<=/calendar/)[^/\s\"'?&]+(?=\.ics)")
"""The part of an address that lets in whoever knows it."""


class Line(logging.Formatter):
    """The last hand on each line, tracebacks included: Django, for one, logs the address of every refused request."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    """``text`` with the secret parts of addresses blotted out."""
    return SECRET_ADDRESS.sub("…", text)

"""Read the text of a file, and check whether values can be stored."""

import json
from collections.abc import Iterator
from pathlib import Path

from articles.library.formats.file_faults import FileFault, Unreadable

MAX_FILE = 4 * 1024 * 1024
"""Maximum number of bytes in a file: a text of the largest allowed size in any script, with its front matter."""


def read_text(path: Path) -> str:
    """Return the file as text with ``\\n`` line ends, without a byte order mark.

    Raises Unreadable if it is too large, is not UTF-8, contains NUL or cannot be read.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE else b""
    except OSError as error:
        raise Unreadable(FileFault(str(path), 0, "", f"cannot be read: {error.strerror}")) from error
    if size > MAX_FILE:
        raise Unreadable(FileFault(str(path), 0, "", f"has {size:,} bytes; {MAX_FILE:,} are allowed"))
    return _decoded(data, path=path)


def _decoded(data: bytes, *, path: Path) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(FileFault(str(path), line, "", f"is not UTF-8 at byte {error.start}")) from error
    if (place := text.find("\0")) >= 0:
        raise Unreadable(FileFault(str(path), text.count("\n", 0, place) + 1, "", "holds a NUL character"))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def unstorable(value: object) -> str:
    """Return why ``value`` cannot be stored as JSON, or an empty string."""
    try:
        written = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return "holds a value that JSON has no form for"
    if "\\u0000" not in written and "\\ud" not in written:  # the usual case, and a quick check
        return ""
    return next((why for text in _strings(value) if (why := _unstorable_text(text))), "")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _unstorable_text(text: str) -> str:
    if "\0" in text:
        return "holds a NUL character"
    return "" if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text) else "holds half a character"

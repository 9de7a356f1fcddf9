"""Write CSV files that are safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters that begin a formula in a spreadsheet (OWASP, CSV Injection)."""


def safe(value: object) -> str:
    """Return ``value`` as a cell that no spreadsheet computes. An apostrophe is put before a possible formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield each row as a line of CSV (RFC 4180), with safe cells."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe(value) for value in row])
        yield line.getvalue()

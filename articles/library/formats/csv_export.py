"""Cells of CSV files that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""


def safe(value: object) -> str:
    """``value`` as a cell that no spreadsheet computes: one that would begin a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Each row as a line of CSV (RFC 4180), its cells made safe."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe(value) for value in row])
        yield line.getvalue()

"""The border table: what happens to each kind of record at each border, and who gets a notice.

Law 12 of the design: everything that a person stated about an article survives every border, or a named person ends it
on record. ``docs/borders.md`` is drawn from here; ``tests/borders/test_borders.py`` tests every record at every border.
"""

from collections.abc import Mapping
from types import MappingProxyType

from reviews.borders import seats, signing, statements
from reviews.borders.table import Border, BorderOutcome, Cell, NoticeRecipient, NoticesByRecipient, RecordKind

__all__ = ["BORDERS", "Border", "BorderOutcome", "Cell", "NoticeRecipient", "NoticesByRecipient", "RecordKind"]

_ROWS: Mapping[RecordKind, Mapping[Border, Cell]] = {
    RecordKind.COMMENT: statements.COMMENT,
    RecordKind.VERDICT: statements.VERDICT,
    RecordKind.ANSWER: statements.ANSWER,
    RecordKind.SIGNATURE: signing.SIGNATURE,
    RecordKind.RECUSAL: signing.RECUSAL,
    RecordKind.INTEREST: signing.INTEREST,
    RecordKind.WAIVER: signing.WAIVER,
    RecordKind.TYPED: statements.TYPED,
    RecordKind.INVITATION: seats.INVITATION,
    RecordKind.DUE_DATE: seats.DUE_DATE,
    RecordKind.ROLE: seats.ROLE,
    RecordKind.AUTHORSHIP: seats.AUTHORSHIP,
}

BORDERS: Mapping[tuple[RecordKind, Border], Cell] = MappingProxyType(
    {(thing, border): cell for thing, row in _ROWS.items() for border, cell in row.items()}
)

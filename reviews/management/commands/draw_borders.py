"""Draws docs/borders.md from the border table."""

from collections.abc import Iterator
from pathlib import Path

from reviews.borders import BORDERS, Border, BorderOutcome, Cell, NoticeRecipient, RecordKind
from reviews.management.commands import draw_lifecycle

INTRODUCTION = """# Borders

A person's statement about an article (an objection, verdict, recusal, signature or answer) survives every border, or
ends by a recorded act of a named person. A border is an event that can happen meanwhile: the next version, a seat that
ends, a new policy, another risk tier, a merged record, another channel.

This page has a section for each kind of record. Its table shows the outcome at each border, and who gets which notices.
“Stays” means that the record holds although something around it changed. “Not touched” means that nothing about it
changed. The person who acts gets no notice of their own act.

- *Next version*: an editor requests changes, the writer changes another passage, and the reviewer is invited again.
- *Same text submitted again*: the writer withdraws the version and submits it unchanged. After changes were requested,
  pre-flight refuses the same text.
- *Invited again*: an open review is cancelled, and its reviewer is invited to the same version.
- *Risk changed*: an editor raises the tier, then proposes a lower one than before, and another editor confirms it.
- *Member left*, *account disabled*, *account merged*: the member or account is the one that the record is about.
- *Work completed*, *work merged*: a cited work gets fields that its record lacked, or is merged into a fuller record.

Drawn from `reviews/borders/` by `python manage.py draw_borders`. `make check` refuses a page that differs from the
table, and `tests/borders/test_borders.py` crosses every border with every kind of record by real actions.
"""


class Command(draw_lifecycle.Command):
    """Write the page, or with ``--check`` show how it differs from the table and exit with code 1."""

    help = "Draw docs/borders.md from the border table."
    place = Path("docs") / "borders.md"

    def page(self) -> str:
        """Return the whole page as Markdown."""
        return INTRODUCTION + "".join(line for kind in RecordKind for line in section(kind))


def section(kind: RecordKind) -> Iterator[str]:
    """Yield one kind of record at every border."""
    yield f"\n## {kind.label}\n\n| Border | Outcome | What survives | Notices |\n|---|---|---|---|\n"
    for border in Border:
        cell = BORDERS[kind, border]
        yield f"| {border.label} | {outcome_text(cell)} | {cell.words} | {notices_text(cell)} |\n"


def outcome_text(cell: Cell) -> str:
    """Return the outcome, and who ends it."""
    return (
        f"{cell.outcome.label}, by {cell.ended_by}" if cell.outcome == BorderOutcome.ENDS else str(cell.outcome.label)
    )


def notices_text(cell: Cell) -> str:
    """Return who gets which notices."""
    parts = [
        f"{who.label}: {', '.join(kind.replace('_', ' ') for kind in sorted(cell.notices[who]))}"
        for who in NoticeRecipient
        if who in cell.notices
    ]
    nothing_changes = cell.outcome in (BorderOutcome.UNTOUCHED, BorderOutcome.REFUSED)
    return "; ".join(parts) or ("nobody: nothing changes for them" if nothing_changes else "nobody")

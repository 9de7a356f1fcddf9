"""Finding every change between two versions of an article, numbered in reading order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from articles.models import Rendition, Version
from articles.text.comparison.marks import MarkedChanges, TextChange, find_changes
from articles.text.comparison.units import Segment, plain_segments, segments
from articles.text.rendering import parse

LISTED = 500
"""Maximum number of changes in the list above a text. Further changes are still marked in the text."""


@dataclass(frozen=True)
class LocatedChange:
    """A change and the name of the text that contains it."""

    change: TextChange
    where: str


@dataclass(frozen=True)
class TextMarks:
    """The changes of one rendition."""

    summary: MarkedChanges
    body: MarkedChanges


@dataclass(frozen=True)
class Changes:
    """All changes of a version since another one. ``texts`` has those of each rendition by its id.

    ``is_markup_only`` is True if the texts differ in markup only.
    """

    since: Version
    question: MarkedChanges
    texts: Mapping[int, TextMarks]
    placed: Sequence[LocatedChange]
    is_markup_only: bool

    @property
    def count(self) -> int:
        return len(self.placed)

    @property
    def numbers(self) -> int:
        """How many of the changes concern a number or a unit."""
        return sum(placed.change.has_quantity for placed in self.placed)

    def counted(self, *, statements: int) -> str:
        """Return how much changed, as text; ``statements`` is the number of cited statements that changed."""
        numbers = f", {self.numbers or 'none'} of them in numbers" if self.count else ""
        claims = f"{statements} cited statement{'' if statements == 1 else 's'} changed"
        return f"{self.count} change{'' if self.count == 1 else 's'} in the text{numbers}; {claims}."

    @property
    def listed(self) -> Sequence[LocatedChange]:
        return self.placed[:LISTED]

    @property
    def unlisted(self) -> int:
        return max(self.count - LISTED, 0)


def text_changes(before: Version, after: Version) -> Changes:
    """Return every changed word of question, summaries and texts, in cited statements or not. Two queries."""
    numbering = _Numbering()
    old_texts = {text.audience_id: text for text in Rendition.objects.filter(version=before).in_order()}
    old_bodies = {text.audience_id: text.body for text in old_texts.values()}
    new_texts = list(Rendition.objects.filter(version=after).in_order())
    question = numbering.marks(plain_segments(before.question), plain_segments(after.question), "Question")
    texts = {}
    for text in new_texts:
        old = old_texts.pop(text.audience_id, None)
        summary = numbering.marks(
            plain_segments(old.summary) if old else [], plain_segments(text.summary), f"Summary for: {text.audience}"
        )
        body = numbering.marks(_units(old), _units(text), f"Text for: {text.audience}")
        texts[text.pk] = TextMarks(summary, body)
    for removed in old_texts.values():
        numbering.marks([*plain_segments(removed.summary), *_units(removed)], [], f"Text for: {removed.audience}")
    differs = {text.audience_id: text.body for text in new_texts} != old_bodies
    return Changes(before, question, texts, numbering.placed, is_markup_only=differs and not numbering.placed)


class _Numbering:
    def __init__(self) -> None:
        self.placed: list[LocatedChange] = []

    def marks(self, before: Sequence[Segment], after: Sequence[Segment], where: str) -> MarkedChanges:
        """Return the changes of one text, with numbers that continue those before."""
        marked = find_changes(before, after, first=len(self.placed) + 1)
        self.placed += [LocatedChange(change, where) for change in marked.changes]
        return marked


def _units(text: Rendition | None) -> list[Segment]:
    return segments(parse(text.body)) if text else []

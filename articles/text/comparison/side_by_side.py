"""What changed between two versions, for the side-by-side page."""

from collections.abc import Sequence
from dataclasses import dataclass

from articles import vancouver
from articles.comparison import Row, compare
from articles.models import Citation, Rendition, Version

ROWS = 2000
"""Rows of one text on the page."""


@dataclass(frozen=True)
class Part:
    """One part of a version: its question, or the summary or text for one audience."""

    title: str
    rows: Sequence[Row]
    left_out: int = 0


@dataclass(frozen=True)
class Differences:
    """Parts that changed, and works cited only before or only now."""

    parts: Sequence[Part]
    added: Sequence[str]
    removed: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return not (self.parts or self.added or self.removed)


def differences(before: Version, after: Version) -> Differences:
    """Four queries, whatever the versions hold."""
    ours, theirs = _texts(before), _texts(after)
    titles = dict.fromkeys([*theirs, *ours])
    parts = [_part("Question", before.question, after.question)]
    parts += [_part(title, ours.get(title, ""), theirs.get(title, "")) for title in titles]
    old, new = _works(before), _works(after)
    return Differences(
        parts=[part for part in parts if part.rows],
        added=[words for pk, words in new.items() if pk not in old],
        removed=[words for pk, words in old.items() if pk not in new],
    )


def _part(title: str, before: str, after: str) -> Part:
    rows = compare(before, after)
    return Part(title, rows[:ROWS], left_out=max(len(rows) - ROWS, 0))


def _texts(version: Version) -> dict[str, str]:
    texts: dict[str, str] = {}
    for rendition in Rendition.objects.filter(version=version).in_order():
        texts[f"Summary, {rendition.audience}"] = rendition.summary
        texts[f"Text, {rendition.audience}"] = rendition.body
    return texts


def _works(version: Version) -> dict[int, str]:
    citations = Citation.objects.filter(version=version).order_by("number")
    return {citation.reference_id: vancouver.reference(citation.csl) for citation in citations}

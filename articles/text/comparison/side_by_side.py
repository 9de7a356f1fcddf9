"""Comparing two versions of an article side by side, line by line, in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from articles.library import vancouver
from articles.models import Citation, Rendition, Version
from articles.text.comparison.rows import Row, compare

ROWS = 2000
"""Maximum number of rows of one text on the page."""


@dataclass(frozen=True)
class TextDifferences:
    """The rows of one text of a version: its question, or the summary or text for one audience."""

    title: str
    rows: Sequence[Row]
    left_out: int = 0


@dataclass(frozen=True)
class Differences:
    """The texts that changed, and works cited only before or only now."""

    parts: Sequence[TextDifferences]
    added: Sequence[str]
    removed: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return not (self.parts or self.added or self.removed)


def differences(before: Version, after: Version) -> Differences:
    """Compare two versions. Four queries, whatever the versions contain."""
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


def _part(title: str, before: str, after: str) -> TextDifferences:
    rows = compare(before, after)
    return TextDifferences(title, rows[:ROWS], left_out=max(len(rows) - ROWS, 0))


def _texts(version: Version) -> dict[str, str]:
    texts: dict[str, str] = {}
    for rendition in Rendition.objects.filter(version=version).in_order():
        texts[f"Summary, {rendition.audience}"] = rendition.summary
        texts[f"Text, {rendition.audience}"] = rendition.body
    return texts


def _works(version: Version) -> dict[int, str]:
    citations = Citation.objects.filter(version=version).order_by("number")
    return {citation.reference_id: vancouver.reference(citation.csl) for citation in citations}

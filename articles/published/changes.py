"""Find the kind of change of each version. The record decides it, so no author has to declare it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from django.db.models import TextChoices

from articles.lifecycle import State
from articles.models import Version
from articles.published.events import Moves


class Change(TextChoices):
    """The kind of change from the previous public version."""

    FIRST = "first", "First publication"
    CORRECTION = "correction", "Correction"
    UPDATE = "update", "Update"
    RE_REVIEW = "re_review", "Reviewed again"


def changes(versions: Sequence[Version], *, moves: Mapping[int, Moves]) -> dict[int, Change]:
    """Return the kind of change of each of ``versions``, by id. No query.

    ``versions`` are the newest first, and come from ``with_past``. A version is reviewed again if its texts, its works
    and their numbers did not change. It is a correction if the record has an error: since the previous version was
    submitted, a reader's report was upheld or that version was suspended. Everything else is an update.
    """
    newest: Any = versions[0]
    upheld = [datetime.fromisoformat(report["triaged_at"]) for report in newest.upheld]
    kinds = {versions[-1].pk: Change.FIRST}
    for version, before in pairwise(versions):
        same = _text(version) == _text(before)
        suspended = [move.at for move in moves[before.pk] if move.state == State.SUSPENDED]
        wrong = any(_between(before, at, version) for at in (*upheld, *suspended))
        kinds[version.pk] = Change.RE_REVIEW if same else Change.CORRECTION if wrong else Change.UPDATE
    return kinds


def _between(before: Version, at: datetime, version: Version) -> bool:
    """Return whether ``at`` is between the submissions of two versions. Both are public, so both were submitted."""
    return cast(datetime, before.submitted_at) <= at <= cast(datetime, version.submitted_at)


def _text(version: Any) -> tuple[Any, ...]:
    """Return the content of a version: question, texts, citations, and each claim with the identity of its works."""
    claims = Counter((row["rendition__audience_id"], row["fingerprint"]) for row in version.claims)
    return version.question, version.texts, version.cited, claims

"""What kind of change each version was: told from the record, so that nobody has to be asked, or believed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from django.db.models import TextChoices

from articles.lifecycle import State
from articles.models import Version
from articles.reading.events import Moves


class Change(TextChoices):
    """What a version is, beside the one that readers knew before it."""

    FIRST = "first", "First publication"
    CORRECTION = "correction", "Correction"
    UPDATE = "update", "Update"
    RE_REVIEW = "re_review", "Reviewed again"


def changes(versions: Sequence[Version], *, moves: Mapping[int, Moves]) -> dict[int, Change]:
    """The kind of change of each of ``versions``, which are the newest first and come ``with_past``. No query.

    Reviewed again: the question and every cited statement are as they were. Else a correction, when what was wrong is
    on record: a reader's report was upheld since the version before was handed in, or that version was suspended.
    Everything else is an update.
    """
    claims = {version.pk: _claims(version) for version in versions}
    upheld = _upheld(versions[0])
    kinds = {versions[-1].pk: Change.FIRST}
    for version, before in pairwise(versions):
        same = version.question == before.question and claims[version.pk] == claims[before.pk]
        suspended = [move.at for move in moves[before.pk] if move.state == State.SUSPENDED]
        wrong = any(_between(before, at, version) for at in (*upheld, *suspended))
        kinds[version.pk] = Change.RE_REVIEW if same else Change.CORRECTION if wrong else Change.UPDATE
    return kinds


def _upheld(version: Any) -> list[datetime]:
    """When readers' reports about the article were upheld."""
    return [datetime.fromisoformat(told["triaged_at"]) for told in version.upheld]


def _between(before: Version, at: datetime, version: Version) -> bool:
    """Both were handed in: readers know them."""
    return cast(datetime, before.submitted_at) <= at <= cast(datetime, version.submitted_at)


def _claims(version: Any) -> Counter[tuple[int, str]]:
    """What a version claims to whom, whatever the order."""
    return Counter((told["rendition__audience_id"], told["fingerprint"]) for told in version.claims)

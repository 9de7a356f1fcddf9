"""The history of an article as a reader may know it."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q

from articles.lifecycle import State
from articles.models import Version
from articles.models.version import EVER_APPROVED
from articles.reading.changes import changes
from articles.reading.events import Move, Moves, events
from articles.reading.shown import Shown, Standing
from articles.reading.wording import address, utc

DATES = {
    "superseded_at": State.SUPERSEDED,
    "suspended_at": State.SUSPENDED,
    "retracted_at": State.RETRACTED,
}
"""The moments that the record of states tells, each the last time it happened."""

WITH_NOTICE = (State.SUSPENDED, State.RETRACTED)


def history(shown: Shown) -> dict[str, Any]:
    """Every version that was ever approved, and the one that is shown now; the newest first. Five queries.

    Drafts and versions that were rejected or withdrawn have no place in it, nor has one in review behind an
    approved text. Numbers are those of the record, so one may be missing. ``events`` are what happened to these
    versions up to the moment of reading, the newest first. Values are JSON values.
    """
    known = Q(state__in=EVER_APPROVED) | Q(pk=shown.version.pk)
    versions = list(shown.article.versions.filter(known).newest_first())
    moves = _moves(versions)
    kinds = changes(versions, moves=moves)
    return {
        "slug": shown.article.slug,
        "question": shown.version.question,
        "html": address("pages:history", shown.article.slug),
        "versions": [
            _entry(version, shown=shown, moves=moves[version.pk], change=kinds[version.pk]) for version in versions
        ],
        "events": events(versions, moves=moves, kinds=kinds, at=shown.at),
    }


def _moves(versions: list[Version]) -> dict[int, Moves]:
    """When each version came into which state, and why, in order, out of the field history."""
    rows = Version.history.filter(id__in=[version.pk for version in versions]).order_by("history_id")
    moves: dict[int, Moves] = defaultdict(list)
    for pk, state, at, reason in rows.values_list("id", "state", "state_changed_at", "state_reason"):
        if not moves[pk] or moves[pk][-1].state != state:
            moves[pk].append(Move(state, at, reason))
    return moves


def _entry(version: Version, *, shown: Shown, moves: Moves, change: str) -> dict[str, Any]:
    last: dict[str, datetime] = {move.state: move.at for move in moves}
    lapsed = version.state == State.APPROVED and not version.is_validly_approved(at=shown.at)
    return {
        "version": version.number,
        "question": version.question,
        "digest": version.digest,
        "change": str(change),
        "status": Standing.LAPSED.value if lapsed else version.state,
        "submitted_at": utc(version.submitted_at),
        "under_review_at": utc(version.under_review_at),
        "approved_at": utc(version.approved_at),
        "valid_until": utc(version.valid_until),
        **{name: utc(last.get(state)) for name, state in DATES.items()},
        "notice": version.state_reason if version.state in WITH_NOTICE else None,
    }

"""The history of an article as a reader may know it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q

from articles.along import rows
from articles.lifecycle import State
from articles.models import Claim, Triage, Version
from articles.models.version import EVER_APPROVED, VersionQuerySet
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
    """Every version that was ever approved, and the one that is shown now; the newest first. One query.

    Drafts and versions that were rejected or withdrawn have no place in it, nor has one in review behind an
    approved text. Numbers are those of the record, so one may be missing. ``events`` are what happened to these
    versions up to the moment of reading, the newest first. Values are JSON values.
    """
    known = Q(state__in=EVER_APPROVED) | Q(pk=shown.version.pk)
    versions = list(with_past(shown.article.versions.filter(known)).newest_first())
    moves = {version.pk: _moves(version.moves) for version in versions}
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


def with_past(versions: VersionQuerySet) -> VersionQuerySet:
    """``versions`` with all that their history is told from: states, cited statements, and decided reports."""
    states = Version.history.filter(id=OuterRef("pk")).order_by("history_id")
    claims = Claim.objects.filter(rendition__version=OuterRef("pk")).order_by("pk")
    decided = Triage.objects.order_by("pk")
    return versions.annotate(
        moves=rows(states, "state", "state_changed_at", "state_reason"),
        claims=rows(claims, "rendition__audience_id", "fingerprint"),
        decided=rows(decided.filter(report__version=OuterRef("pk")), "outcome", "triaged_at", "public_words"),
        upheld=rows(decided.filter(report__article=OuterRef("article"), outcome=Triage.Outcome.UPHELD), "triaged_at"),
    )


def _moves(states: Iterable[Mapping[str, Any]]) -> Moves:
    """When a version came into which state, and why, in order, out of the field history."""
    moves: Moves = []
    for told in states:
        if not moves or moves[-1].state != told["state"]:
            moves.append(Move(told["state"], datetime.fromisoformat(told["state_changed_at"]), told["state_reason"]))
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

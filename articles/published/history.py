"""The public history of an article."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Func, OuterRef, Q

from articles.lifecycle import State
from articles.models import Citation, Claim, Rendition, Triage, Version
from articles.models.json_rows import rows
from articles.models.versions import EVER_APPROVED, VersionQuerySet
from articles.published.changes import changes
from articles.published.dates_and_urls import address, utc
from articles.published.events import Move, Moves, events
from articles.published.visible_version import Shown, Standing
from editorial.record.canonical_json import JSONDict

DATES = {
    "superseded_at": State.SUPERSEDED,
    "suspended_at": State.SUSPENDED,
    "retracted_at": State.RETRACTED,
}
"""Dates that come from the history of states: the last change to each state."""


class Hashed(Func):
    """The SHA-256 of a text, computed by PostgreSQL: 64 hexadecimal digits."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"


WITH_NOTICE = (State.SUSPENDED, State.RETRACTED)


def history(shown: Shown) -> JSONDict:
    """Return every version that was ever approved and the visible one, the newest first. One query.

    Drafts, rejected and withdrawn versions are left out, and so is a version in review while an approved one is
    visible. Numbers are those of the record, so one may be missing. ``events`` are the events of these versions up to
    the time of reading, the newest first. All values are JSON values.
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
    """Annotate ``versions`` with the data of their history: states, hashes of texts, citations, claims and reports."""
    states = Version.history.filter(id=OuterRef("pk")).order_by("history_id")
    claims = Claim.objects.filter(rendition__version=OuterRef("pk")).order_by("pk")
    texts = Rendition.objects.filter(version=OuterRef("pk")).annotate(said=Hashed("body"), in_short=Hashed("summary"))
    citations = Citation.objects.filter(version=OuterRef("pk")).order_by("number")
    decided = Triage.objects.order_by("pk")
    return versions.annotate(
        moves=rows(states, "state", "state_changed_at", "state_reason"),
        texts=rows(texts.order_by("audience_id"), "audience_id", "is_primary", "in_short", "said"),
        cited=rows(citations, "number", "reference_id"),
        claims=rows(claims, "rendition__audience_id", "fingerprint"),
        decided=rows(decided.filter(report__version=OuterRef("pk")), "outcome", "triaged_at", "public_words"),
        upheld=rows(decided.filter(report__article=OuterRef("article"), outcome=Triage.Outcome.UPHELD), "triaged_at"),
    )


def _moves(states: Iterable[Mapping[str, Any]]) -> Moves:
    """Return the changes of state in the field history, in order, each with its time and reason."""
    moves: Moves = []
    for row in states:
        if not moves or moves[-1].state != row["state"]:
            moves.append(Move(row["state"], datetime.fromisoformat(row["state_changed_at"]), row["state_reason"]))
    return moves


def _entry(version: Version, *, shown: Shown, moves: Moves, change: str) -> JSONDict:
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

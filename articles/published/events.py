"""What happened to an article's versions, day by day, as far as a reader may know it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from django.db.models import TextChoices

from articles.lifecycle import State
from articles.models import Triage, Version
from articles.reading.wording import utc


@dataclass(frozen=True)
class Move:
    """A version came into a state, with the words given then."""

    state: str
    at: datetime
    reason: str


Moves = list[Move]


class Event(TextChoices):
    """What can happen. The approval of a version is told as the kind of change that it was."""

    SUBMITTED = "submitted", "Submitted"
    FIRST = "first", "First publication"
    CORRECTION = "correction", "Correction"
    UPDATE = "update", "Update"
    RE_REVIEW = "re_review", "Reviewed again, no cited statement changed"
    SUSPENSION = "suspension", "Approval suspended"
    REINSTATEMENT = "reinstatement", "Approval given back"
    LAPSE = "lapse", "Approval lapsed"
    RETRACTION = "retraction", "Retracted"
    REPORT_UPHELD = "report_upheld", "A reader's report was found to be right"
    REPORT_DECLINED = "report_declined", "A reader's report was looked into; nothing had to change"


REPORTED = {Triage.Outcome.UPHELD: Event.REPORT_UPHELD, Triage.Outcome.DECLINED: Event.REPORT_DECLINED}

Dated = tuple[datetime, dict[str, Any]]


def events(
    versions: Sequence[Version], *, moves: Mapping[int, Moves], kinds: Mapping[int, str], at: datetime
) -> list[dict[str, Any]]:
    """What happened to ``versions``, which come ``with_past``, up to ``at``, the newest first. No query.

    Whoever approved is named as they signed: that they did stays true when the approval counts no more. Of a reader's
    report only the outcome is told, and the words that an editor wrote for readers: never the reader's own, and never
    the reason, which was written for the house.
    """
    dated = [*_reports(versions)]
    for version in reversed(versions):  # of one moment, what came first comes first
        dated += _moved(version, moves[version.pk], kind=kinds[version.pk])
        dated += _lapses(version, moves[version.pk], at=at)
    dated.sort(key=lambda pair: pair[0])
    return [event for _, event in reversed(dated)]


def _event(
    kind: str, version: Version, at: datetime, *, notice: str = "", by: Sequence[Mapping[str, Any]] = ()
) -> Dated:
    people = [{name: person[name] or None for name in ("name", "credentials", "orcid")} for person in by]
    people = [person | {"credentials": person["credentials"] or ""} for person in people]
    told = {"at": utc(at), "kind": str(kind), "label": Event(kind).label, "version": version.number}
    return at, told | {"approved_by": people, "notice": notice or None}


def _moved(version: Version, moves: Moves, *, kind: str) -> Iterator[Dated]:
    """Each state that readers were told of, and what led there."""
    for before, move in pairwise(moves):
        if move.state == State.SUBMITTED:
            yield _event(Event.SUBMITTED, version, move.at)
        elif move.state == State.APPROVED and before.state == State.SUSPENDED:
            yield _event(Event.REINSTATEMENT, version, move.at)
        elif move.state == State.APPROVED:
            yield _event(kind, version, move.at, by=version.reviewed_by or [])
        elif move.state == State.SUSPENDED:
            yield _event(Event.SUSPENSION, version, move.at, notice=move.reason)
        elif move.state == State.RETRACTED:
            yield _event(Event.RETRACTION, version, move.at, notice=move.reason)


def _lapses(version: Version, moves: Moves, *, at: datetime) -> list[Dated]:
    """The moment from which a standing approval did not count any more, by the clock alone; at most one."""
    ends = [*(move.at for move in moves[1:]), None]
    for move, end in zip(moves, ends, strict=True):
        lapsed = max(cast(datetime, version.valid_until), move.at) if move.state == State.APPROVED else None
        if lapsed and lapsed <= at and (end is None or lapsed < end):
            return [_event(Event.LAPSE, version, lapsed)]
    return []


def _reports(versions: Sequence[Any]) -> Iterator[Dated]:
    """Decided reports about what readers know; a report about another text would tell that there was one."""
    for version in reversed(versions):
        for told in version.decided:
            at = datetime.fromisoformat(told["triaged_at"])
            yield _event(REPORTED[Triage.Outcome(told["outcome"])], version, at, notice=told["public_words"])

"""The public events of an article's versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from django.db.models import TextChoices

from articles.lifecycle import State
from articles.models import Triage, Version
from articles.published.dates_and_urls import utc
from editorial.record.canonical_json import JSONDict


@dataclass(frozen=True)
class Move:
    """The change of a version to a state, with the reason that was given."""

    state: str
    at: datetime
    reason: str


Moves = list[Move]


class HistoryEvent(TextChoices):
    """The kinds of events. The approval of a version is an event of its kind of change."""

    SUBMITTED = "submitted", "Submitted"
    FIRST = "first", "First publication"
    CORRECTION = "correction", "Correction"
    UPDATE = "update", "Update"
    RE_REVIEW = "re_review", "Reviewed again, the text is unchanged"
    SUSPENSION = "suspension", "Approval suspended"
    REINSTATEMENT = "reinstatement", "Approval given back"
    LAPSE = "lapse", "Approval lapsed"
    RETRACTION = "retraction", "Retracted"
    REPORT_UPHELD = "report_upheld", "A reader's report was found to be right"
    REPORT_DECLINED = "report_declined", "A reader's report was checked; nothing had to change"


REPORTED = {Triage.Outcome.UPHELD: HistoryEvent.REPORT_UPHELD, Triage.Outcome.DECLINED: HistoryEvent.REPORT_DECLINED}

Dated = tuple[datetime, JSONDict]


def events(
    versions: Sequence[Version], *, moves: Mapping[int, Moves], kinds: Mapping[int, str], at: datetime
) -> list[JSONDict]:
    """Return the events of ``versions`` up to ``at``, the newest first. ``versions`` come from ``with_past``. No query.

    Reviewers who approved are named as they signed, also when the approval no longer counts: they did sign. Of a
    reader's report, the event has only the outcome and the editor's public words. It never has the reader's message,
    nor the editor's internal reason.
    """
    dated = [*_reports(versions)]
    for version in reversed(versions):  # the sort keeps the order of events at the same time
        dated += _moved(version, moves[version.pk], kind=kinds[version.pk])
        dated += _lapses(version, moves[version.pk], at=at)
    dated.sort(key=lambda pair: pair[0])
    return [event for _, event in reversed(dated)]


def _event(
    kind: str, version: Version, at: datetime, *, notice: str = "", by: Sequence[Mapping[str, object]] = ()
) -> Dated:
    people = [
        {
            "name": person["name"] or None,
            "credentials": person["credentials"] or "",
            "orcid": person["orcid"] or None,
            "orcid_authenticated": person.get("orcid_authenticated", False),
        }
        for person in by
    ]
    event = {"at": utc(at), "kind": str(kind), "label": HistoryEvent(kind).label, "version": version.number}
    return at, event | {"approved_by": people, "notice": notice or None}


def _moved(version: Version, moves: Moves, *, kind: str) -> Iterator[Dated]:
    """Yield an event for each public change of state."""
    for before, move in pairwise(moves):
        if move.state == State.SUBMITTED:
            yield _event(HistoryEvent.SUBMITTED, version, move.at)
        elif move.state == State.APPROVED and before.state == State.SUSPENDED:
            yield _event(HistoryEvent.REINSTATEMENT, version, move.at)
        elif move.state == State.APPROVED:
            yield _event(kind, version, move.at, by=version.reviewed_by or [])
        elif move.state == State.SUSPENDED:
            yield _event(HistoryEvent.SUSPENSION, version, move.at, notice=move.reason)
        elif move.state == State.RETRACTED:
            yield _event(HistoryEvent.RETRACTION, version, move.at, notice=move.reason)


def _lapses(version: Version, moves: Moves, *, at: datetime) -> list[Dated]:
    """Return the event of the approval's expiry, if it expired while it was in force; at most one."""
    ends = [*(move.at for move in moves[1:]), None]
    for move, end in zip(moves, ends, strict=True):
        lapsed = max(cast(datetime, version.valid_until), move.at) if move.state == State.APPROVED else None
        if lapsed and lapsed <= at and (end is None or lapsed < end):
            return [_event(HistoryEvent.LAPSE, version, lapsed)]
    return []


def _reports(versions: Sequence[Any]) -> Iterator[Dated]:
    """Yield the decided reports about public versions. A report about another version would reveal that it exists."""
    for version in reversed(versions):
        for row in version.decided:
            at = datetime.fromisoformat(row["triaged_at"])
            yield _event(REPORTED[Triage.Outcome(row["outcome"])], version, at, notice=row["public_words"])

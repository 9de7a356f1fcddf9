"""Merging two records of the same work."""

from datetime import datetime

from django.db import transaction

from articles.actions.drafts import recite
from articles.actions.references import LIBRARY_CHAIN, describe, record_library_event, refuse_merged
from articles.lifecycle import State
from articles.models import Reference, Version
from articles.transitions import lock
from editorial.exceptions import Conflict, NotFound
from editorial.models import User
from editorial.permissions import is_editor, require
from editorial.record import ledger

IDENTIFIERS = {"DOI": "doi", "PMID": "pmid", "PMCID": "pmcid"}
"""Identifiers that are unique in the library, by CSL variable."""


@transaction.atomic
def merge_references(*, loser_id: int, winner_id: int, by: User, now: datetime, reason: str = "") -> Reference:
    """Merge the record ``loser_id`` into ``winner_id``, which then also stands for its work. Returns the winner.

    The loser stays, because submitted versions still cite it as they did. Its identifiers move to the winner where that
    has none. Drafts that cite the loser cite the winner from now on, as an edit. Records that were merged into the
    loser are merged into the winner.

    Raises NotPermitted unless ``by`` may edit, NotFound for an unknown record, and Conflict for a record merged into
    itself, or when one of the two was already merged.
    """
    require(is_editor(by), "Only editors merge records of the library.")
    ledger.lock(LIBRARY_CHAIN)
    loser, winner = _locked_records(loser_id, winner_id)
    taken = _move_identifiers(loser, winner, by=by, now=now, reason=reason or f"merged into {winner.key}")
    if taken:
        describe(winner, {**winner.csl, **taken})
        winner.record(by=by, now=now, reason=f"merged with {loser.key}")
    for earlier in Reference.objects.filter(merged_into=loser).in_order():
        earlier.merged_into = winner
        earlier.record(by=by, now=now, reason=f"{loser.key} was merged into {winner.key}")
    drafts = _recite_drafts(loser, by=by, now=now)
    record_library_event(
        loser, action="merge_references", by=by, now=now, into=winner.key, drafts=drafts, reason=reason
    )
    return winner


def _locked_records(loser_id: int, winner_id: int) -> tuple[Reference, Reference]:
    """Return both records, locked, the loser first."""
    ids = {loser_id, winner_id}
    rows = Reference.objects.select_for_update(no_key=True, of=("self",)).select_related("merged_into")
    records = {row.pk: row for row in rows.filter(pk__in=ids).in_order()}
    if ids - records.keys():
        raise NotFound("There is no such work.")
    if len(ids) == 1:
        raise Conflict("A record cannot be merged into itself.", code="same_reference")
    for row in records.values():
        refuse_merged(row)
    return records[loser_id], records[winner_id]


def _move_identifiers(loser: Reference, winner: Reference, *, by: User, now: datetime, reason: str) -> dict[str, str]:
    """Move the identifiers that the winner lacks from the loser to the winner; returns them.

    They are removed from the loser first, because they are unique. The loser keeps an identifier if the winner has
    another value, so that the work is still found by it.
    """
    taken = {
        variable: value
        for variable, field in IDENTIFIERS.items()
        if (value := getattr(loser, field)) and not getattr(winner, field)
    }
    for variable in taken:
        setattr(loser, IDENTIFIERS[variable], None)
    loser.merged_into = winner
    loser.record(by=by, now=now, reason=reason)
    return taken


def _recite_drafts(loser: Reference, *, by: User, now: datetime) -> list[int]:
    """Edit each draft that cites the loser, under the lock of its article; returns the ids of these versions."""
    citing = Version.objects.filter(state=State.DRAFT, citations__reference=loser).order_by("article_id", "pk")
    locked = [lock(version_id) for version_id in citing.values_list("pk", flat=True)]
    drafts = [
        version for version in locked if version.state == State.DRAFT
    ]  # one may have been submitted while this waited for the lock
    for version in drafts:
        recite(version, by=by, now=now)
    return [version.pk for version in drafts]

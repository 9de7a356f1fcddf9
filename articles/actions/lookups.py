"""Completing the record of a work from an external service."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from articles.actions.references import (
    LIBRARY_CHAIN,
    describe,
    faults_of,
    record_library_event,
    refuse_merged,
    refuse_taken,
)
from articles.library.matching.work_comparison import compare
from articles.library.retractions import apply_newest_list
from articles.models import Reference
from editorial.exceptions import Conflict, Unacceptable
from editorial.models import User
from editorial.permissions import is_system, require
from editorial.record import ledger

COMPLETED = (
    *("author", "issued", "container-title", "container-title-short", "volume", "issue", "page", "publisher"),
    *("DOI", "PMID", "PMCID"),
)
"""Variables that are filled in. Title and type are not among them: every record has them."""


@transaction.atomic
def complete_reference(
    *, reference_id: int, found: Mapping[str, object], source: str, by: User, now: datetime
) -> list[str]:
    """Fill in missing variables of a work's record from the item ``found`` at ``source``. Returns their names.

    Existing values stay, whatever the source says, and so does the kind. Raises NotPermitted unless ``by`` is the
    system, Unacceptable for an invalid item, and Conflict when the item has another identifier than the record, another
    title and first author, or an identifier of another work, or when the record was merged.
    """
    require(is_system(by), "Only the system completes works from outside.")
    ledger.lock(LIBRARY_CHAIN)
    rows = Reference.objects.select_for_update(no_key=True, of=("self",)).select_related("merged_into")
    reference = rows.get(pk=reference_id)
    refuse_merged(reference)
    comparison = compare(reference.csl, found)
    if comparison.differs_by_identifier or {"title", "first author"} <= {*comparison.differing}:
        detail = f"{source} has another {comparison.differing[0]} for “{reference.key}”."
        raise Conflict(detail, code="reference_contradicted")
    missing = {name: found[name] for name in lacking(reference.csl) if found.get(name)}
    if not missing:
        return []
    csl = {**reference.csl, **missing}
    if faults := faults_of(csl):
        raise Unacceptable(f"What {source} says cannot be taken over.", faults=tuple(faults))
    describe(reference, csl)
    refuse_taken(reference)
    apply_newest_list(reference)
    reference.record(by=by, now=now, reason=f"completed from {source}: {', '.join(missing)}")
    record_library_event(reference, action="complete_reference", by=by, now=now, source=source, fields=list(missing))
    return list(missing)


def lacking(csl: Mapping[str, object]) -> list[str]:
    """Return the variables that the record lacks and that can be filled in."""
    return [name for name in COMPLETED if not csl.get(name)]

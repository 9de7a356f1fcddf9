"""Adding a work, or correcting its record."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.library import identifiers
from articles.library.matching.doubtful_identifiers import leave_out
from articles.library.matching.work_index import WorkIndex
from articles.library.retractions import apply_newest_list
from articles.library.work_kinds import kind_of
from articles.models import Reference
from articles.models.references import publication_year, title_key
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.http.etags import Expectation
from editorial.models import User
from editorial.permissions import is_editor, is_writer, require
from editorial.record import ledger
from editorial.record.canonical_json import JSON, JSONDict

LIBRARY_CHAIN = "library"
RESERVED = re.compile(r"(?:imports|export|duplicates)(?:/.*)?|.*/merge")
"""Keys that would collide with other addresses of the API."""

ONLY_LIBRARIANS = "Only writers and editors change the library."


@transaction.atomic
def keep_reference(
    *,
    csl: JSONDict,
    by: User,
    now: datetime,
    kind: str = "",
    reference: Reference | None = None,
    expected: Expectation | None = None,
) -> Reference:
    """Add a work to the library, or correct ``reference``. The key is the item's ``id`` and never changes.

    The work is checked against the list of retractions. Identifiers are stored in normalised spelling. If no kind is
    given, a new work's kind is derived from the item, and an existing work's kind stays. Submitted versions keep the
    earlier record. A new work that has an identifier of another one, but differs from it in several marks, is added
    without it: it stays in ``custom.told``.

    Raises NotPermitted unless ``by`` is a writer or an editor, PreconditionFailed when the work was corrected since
    ``expected``, Unacceptable for an invalid item, and Conflict when the key or an identifier belongs to another work,
    or when the record was merged into another one.
    """
    require(is_writer(by) or is_editor(by), ONLY_LIBRARIANS)
    if faults := faults_of(csl):
        raise Unacceptable("The work has invalid fields.", faults=tuple(faults))
    ledger.lock(LIBRARY_CHAIN)  # if two users add the same work at once, the second one finds it
    added = reference is None
    csl = without_contradicted(csl) if added else csl
    reference = Reference() if reference is None else _locked(reference, key=csl["id"], expected=expected)
    describe(reference, csl, kind=kind)
    refuse_taken(reference)
    apply_newest_list(reference)
    reference.record(by=by, now=now, reason="added" if added else "corrected")
    record_library_event(reference, action="add_reference" if added else "correct_reference", by=by, now=now)
    return reference


def without_contradicted(csl: JSONDict) -> JSONDict:
    """Return the item of a new work without identifiers of works that it contradicts, which it keeps as told."""
    told, _ = WorkIndex.for_items([csl]).contradicted(csl)
    return leave_out(csl, told) if told else csl


def describe(reference: Reference, csl: JSONDict, *, kind: str = "") -> None:
    """Write the item, and the fields derived from it, to the unsaved ``reference``."""
    identifiers_found, _ = identifiers.read(csl)
    reference.key, reference.csl = csl["id"], identifiers.with_normalised_identifiers(csl, identifiers_found)
    for field, value in identifiers_found.items():
        setattr(reference, field, value)
    reference.title, reference.year = " ".join(csl["title"].split()), publication_year(csl)
    reference.title_key = title_key(csl)
    reference.kind = kind or (kind_of(csl) if reference._state.adding else reference.kind)


def record_library_event(reference: Reference, *, action: str, by: User, now: datetime, **particulars: JSON) -> None:
    """Append an event about ``reference`` to the ledger of the library."""
    payload = {"reference": reference.pk, "key": reference.key, "doi": reference.doi, "pmid": reference.pmid}
    ledger.append(
        chain=LIBRARY_CHAIN, action=action, by=by, now=now, payload={**payload, "title": reference.title, **particulars}
    )


def refuse_merged(reference: Reference) -> None:
    """Raise Conflict if the record was merged, with the key of the record that replaced it."""
    if reference.merged_into:
        winner = reference.merged_into.key
        fault = Fault("/csl/id", "reference_merged", f"The work is kept as “{winner}”.")
        detail = f"The record “{reference.key}” was merged into “{winner}”."
        raise Conflict(detail, code="reference_merged", faults=(fault,))


def _locked(reference: Reference, *, key: str, expected: Expectation | None) -> Reference:
    """Return the work, read again under its lock, so that no concurrent correction is lost."""
    current = Reference.objects.select_for_update(no_key=True, of=("self",)).get(pk=reference.pk)
    if expected is not None:
        expected.check(current.etag)
    refuse_merged(current)
    if key != current.key:
        fault = Fault("/csl/id", "fixed", f"Texts cite this work as “{current.key}”, so its key stays.")
        raise Unacceptable("The key of a work stays.", faults=(fault,))
    return current


def faults_of(csl: JSONDict) -> list[Fault]:
    """Return every reason why the library cannot store ``csl``, with its place."""
    faults = [
        Fault(f"/csl/{name}", "required", f"A work needs its {name}.")
        for name in ("id", "type", "title")
        if not (isinstance(csl.get(name), str) and csl[name].strip())
    ]
    try:
        Reference._meta.get_field("key").run_validators(str(csl.get("id") or ""))
    except ValidationError as error:
        faults.append(Fault("/csl/id", "invalid", error.messages[0]))
    if RESERVED.fullmatch(str(csl.get("id") or "")):
        faults.append(Fault("/csl/id", "reserved", "This is an address of the library itself; take another key."))
    _, errors = identifiers.read(csl)
    return [*faults, *(Fault(f"/csl/{name}", "invalid", words) for name, words in errors.items())]


def refuse_taken(reference: Reference) -> None:
    """Raise Conflict if the key or an identifier of the unsaved ``reference`` belongs to another work."""
    others = Reference.objects.exclude(pk=reference.pk).select_related("merged_into")
    names = {"id": "key", "DOI": "doi", "PMID": "pmid", "PMCID": "pmcid"}
    values = {name: (field, getattr(reference, field)) for name, field in names.items()}
    taken = {name: others.filter(**{field: value}).first() for name, (field, value) in values.items() if value}
    faults = tuple(
        Fault(f"/csl/{name}", "taken", f"The library has it as “{(other.merged_into or other).key}”.")
        for name, other in taken.items()
        if other
    )
    if faults:
        raise Conflict("The library has this work already.", code="reference_exists", faults=faults)

"""The library of works."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.models import Reference
from articles.models.reference import Kind, publication_year
from editorial import ledger
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor, is_writer, require
from editorial.preconditions import Expectation

LIBRARY_CHAIN = "library"
KIND_OF_TYPE = {"chapter": Kind.TEXTBOOK, "book": Kind.TEXTBOOK, "webpage": Kind.WEB_PAGE}
"""What a CSL type says about the kind of work; the rest is for people to say."""


@transaction.atomic
def keep_reference(
    *,
    csl: dict[str, Any],
    by: User,
    now: datetime,
    kind: str = "",
    reference: Reference | None = None,
    expected: Expectation | None = None,
) -> Reference:
    """Add a work to the library, or correct ``reference``; its key is the item's ``id`` and stays.

    Versions that were submitted keep the record as it was. Raises NotPermitted unless ``by`` writes or edits,
    PreconditionFailed when the work was corrected since ``expected``, Unacceptable when the item does not do and
    Conflict when the key, DOI or PMID belongs to another work.
    """
    require(is_writer(by) or is_editor(by), "Only writers and editors keep the library.")
    doi, pmid = _identifier(csl, "DOI").lower() or None, _identifier(csl, "PMID") or None
    _refuse_faults(csl, doi=doi, pmid=pmid)
    ledger.lock(LIBRARY_CHAIN)  # two who add the same work at once: the second finds it there
    added = reference is None
    reference = Reference() if reference is None else _locked(reference, key=csl["id"], expected=expected)
    _refuse_taken(reference, key=csl["id"], doi=doi, pmid=pmid)
    reference.key, reference.csl, reference.doi, reference.pmid = csl["id"], csl, doi, pmid
    reference.title, reference.year = " ".join(csl["title"].split()), publication_year(csl)
    reference.kind = kind or _kind(csl) if added else kind or reference.kind
    reference.record(by=by, now=now, reason="added" if added else "corrected")
    payload = {"reference": reference.pk, "key": reference.key, "doi": doi, "pmid": pmid, "title": reference.title}
    ledger.append(
        chain=LIBRARY_CHAIN, action="add_reference" if added else "correct_reference", by=by, now=now, payload=payload
    )
    return reference


def _locked(reference: Reference, *, key: str, expected: Expectation | None) -> Reference:
    """The work, read afresh under its lock, so that nobody corrects it in between."""
    current = Reference.objects.select_for_update(no_key=True).get(pk=reference.pk)
    if expected is not None:
        expected.check(current.etag)
    if key != current.key:
        fault = Fault("/csl/id", "fixed", f"Texts cite this work as “{current.key}”, so its key stays.")
        raise Unacceptable("The key of a work stays.", faults=(fault,))
    return current


def _identifier(csl: dict[str, Any], name: str) -> str:
    return str(csl.get(name) or "").strip()


def _kind(csl: dict[str, Any]) -> str:
    custom = csl.get("custom")
    named = custom.get("kind") if isinstance(custom, dict) else None
    return named if named in Kind.values else KIND_OF_TYPE.get(csl["type"], Kind.OTHER)


def _refuse_faults(csl: dict[str, Any], *, doi: str | None, pmid: str | None) -> None:
    faults = [
        Fault(f"/csl/{name}", "required", f"A work needs its {name}.")
        for name in ("id", "type", "title")
        if not (isinstance(csl.get(name), str) and csl[name].strip())
    ]
    for name, field, value in (("id", "key", str(csl.get("id") or "")), ("DOI", "doi", doi), ("PMID", "pmid", pmid)):
        try:
            Reference._meta.get_field(field).run_validators(value)  # type: ignore[union-attr]
        except ValidationError as error:
            faults.append(Fault(f"/csl/{name}", "invalid", error.messages[0]))
    if faults:
        raise Unacceptable("The work cannot be added like this.", faults=tuple(faults))


def _refuse_taken(reference: Reference, *, key: str, doi: str | None, pmid: str | None) -> None:
    others = Reference.objects.exclude(pk=reference.pk)
    taken = {
        "id": others.filter(key=key).first(),
        "DOI": others.filter(doi=doi).first() if doi else None,
        "PMID": others.filter(pmid=pmid).first() if pmid else None,
    }
    faults = tuple(
        Fault(f"/csl/{name}", "taken", f"The library has it as “{other.key}”.")
        for name, other in taken.items()
        if other
    )
    if faults:
        raise Conflict("The library has this work already.", code="reference_exists", faults=faults)

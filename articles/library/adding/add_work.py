"""What the library and other services know of a work that a person is about to add."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from articles.library.adding.pasted import Pasted, PastedKind, recognise
from articles.library.crossref_pubmed import SOURCES, Unanswered
from articles.library.formats.citation_keys import key_of, spare
from articles.library.matching.work_index import WorkIndex
from articles.models import Reference
from editorial.record.canonical_json import JSONDict

WAIT = 6.0
"""Seconds that a person waits for another service. Then they fill in the form themselves."""

NAMES: Mapping[PastedKind, str] = {
    PastedKind.DOI: "the DOI",
    PastedKind.PMID: "the PMID",
    PastedKind.PMCID: "the PMCID",
    PastedKind.TRIAL: "the trial",
    PastedKind.ADDRESS: "the address",
}
"""What was pasted, in words, where its value is shown."""

NOTHING_PASTED = "Paste something first: a DOI, a PMID, an address, a citation or a record."


@dataclass(frozen=True)
class Suggested:
    """The item that a form begins with; sentences about where it is from; and the library's record of the same work.

    ``fault`` says why nothing could be made of what was pasted.
    """

    csl: JSONDict
    remarks: tuple[str, ...] = ()
    present: Reference | None = None
    fault: str = ""


def suggest(text: str, *, today: date, anyway: bool = False) -> Suggested:
    """Return what is known of the work that ``text`` names. Asks the library, then the service for its identifier.

    ``anyway`` does not stop at a work that the library has. Waits up to ``WAIT`` seconds for the service.
    """
    pasted = recognise(text)
    if pasted.kind is PastedKind.NOTHING or pasted.fault:
        return Suggested({}, fault=pasted.fault or NOTHING_PASTED)
    if not anyway and (present := present_work(pasted.csl)):
        return Suggested(pasted.csl, present=present)
    csl, remarks = _looked_up(pasted)
    if csl.get("type") == "webpage" and not csl.get("accessed"):
        csl = {**csl, "accessed": {"date-parts": [[today.year, today.month, today.day]]}}
    return Suggested(csl, remarks, present=None if anyway else present_work(csl))


def _looked_up(pasted: Pasted) -> tuple[JSONDict, tuple[str, ...]]:
    """Return what the service for the identifier says, or else what was pasted; with sentences about it.

    A service without an address in the settings is not asked.
    """
    service = next((one for one in SOURCES if one.field == pasted.kind and one.is_on), None)
    if service is None:
        return pasted.csl, (*pasted.remarks, _by_hand(pasted))
    try:
        found = service.ask(pasted.value, timeout=WAIT)
    except Unanswered as error:
        return pasted.csl, (f"{service.name} could not be used: {error}. {_by_hand(pasted)}",)
    if found is None:
        return pasted.csl, (f"{service.name} does not know this work. {_by_hand(pasted)}",)
    known = {name: value for name, value in pasted.csl.items() if name in ("DOI", "PMID", "PMCID")}
    return {**known, **found}, (f"The fields were filled in from {service.name}. Check them before you add the work.",)


def _by_hand(pasted: Pasted) -> str:
    if pasted.csl.get("title"):
        return "The fields were filled in from what you pasted. Check them before you add the work."
    if pasted.kind is PastedKind.ISBN:
        return f"ISBNs are not looked up. Fill in the fields of the book; its ISBN, {pasted.value}, is there already."
    return f"This is {NAMES[pasted.kind]} {pasted.value}. Nothing else is known of it here, so fill in the fields."


def present_work(csl: JSONDict, *, but: int | None = None) -> Reference | None:
    """Return another work of the library that ``csl`` describes, by identifier, or by title and year.

    A person decides, so also a short title is enough if nothing differs. ``but`` is the id of the record that the item
    belongs to.
    """
    index = WorkIndex.for_items([csl])
    match = index.match({**csl, "id": ""})
    alike = (work for work, found in index.compared(csl) if found.agree("title", "year") and not found.differing)
    works = [match.reference] if match else [work.merged_into or work for work in alike]
    return next((work for work in works if work.pk != but), None)


def free_key(csl: JSONDict) -> str:
    """Return a key that no work of the library has: the item's own, or one of author, year and title."""
    key = key_of(csl)
    taken = set(Reference.objects.filter(key__startswith=key).values_list("key", flat=True))
    letters = ("", *"abcdefghijklmnopqrstuvwxyz")
    return next((key + letter for letter in letters if key + letter not in taken), spare(key, csl))

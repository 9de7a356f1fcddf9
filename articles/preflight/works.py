"""What is found in the works that a version cites, and in those that came with it and are not cited."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from articles.duplicates import alike
from articles.models import Reference
from articles.models.reference import Kind, RetractionStatus
from articles.models.retraction import Nature
from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from articles.retractions import Found

WITHOUT_IDENTIFIER = frozenset({Kind.TEXTBOOK, Kind.OWN_CONTENT, Kind.WEB_PAGE, Kind.DRUG_LABEL})
"""Kinds of works that DOI and PubMed do not cover."""


def works(draft: Draft) -> Iterator[Finding]:
    """Everything about the cited works, each at its place among the citations."""
    for index, work in enumerate(draft.cited):
        pointer = f"/citations/{index}"
        yield from _standing(work, pointer)
        yield from _notices(draft.listed[work.pk], work, pointer)
        yield from _record(work, pointer)
        yield from _age(work, pointer, draft)
    yield from _duplicates(draft)


def _standing(work: Reference, pointer: str) -> Iterator[Finding]:
    """What became of the work since it was published."""
    statuses = {record.retraction for record in (work, work.merged_into) if record}
    if RetractionStatus.RETRACTED in statuses:
        yield Finding(Code.RETRACTED_WORK, pointer, f"{_named(work)} was retracted.", "Cite another work.")
    elif statuses == {RetractionStatus.UNKNOWN}:
        detail = f"Nobody looked up whether {_named(work)} was retracted."
        yield Finding(Code.RETRACTION_UNKNOWN, pointer, detail, "Look it up and note the day in its record.")
    if work.superseded_by:
        detail = f"{_named(work)} was superseded by {_named(work.superseded_by)}."
        yield Finding(
            Code.SUPERSEDED_WORK, pointer, detail, f"Check what changed, and cite [@{work.superseded_by.key}]."
        )
    if work.merged_into:
        detail = f"The record “{work.key}” was merged into “{work.merged_into.key}”."
        yield Finding(Code.MERGED_WORK, pointer, detail, f"Cite [@{work.merged_into.key}] instead.")


def _notices(found: Found, work: Reference, pointer: str) -> Iterator[Finding]:
    """What was published about the work and is no retraction."""
    natures = {record.nature for record in found.notices}
    if Nature.CONCERN in natures:
        detail = f"An expression of concern was published about {_named(work)}."
        yield Finding(Code.CONCERN_RAISED, pointer, detail, "Read it, and say in the text what still holds.")
    if Nature.CORRECTION in natures:
        detail = f"A correction of {_named(work)} was published."
        yield Finding(Code.CORRECTED_WORK, pointer, detail, "Hold the text against the corrected work.")


def _record(work: Reference, pointer: str) -> Iterator[Finding]:
    """What its record says, and does not."""
    if work.kind != Kind.OWN_CONTENT and is_ours(work.csl):
        detail = f"{_named(work)} is our own content, recorded as {work.get_kind_display().lower()}."
        remedy = "Record it as our own content, or cite the work that it stands on."
        yield Finding(Code.OWN_CONTENT, pointer, detail, remedy)
    if work.kind not in WITHOUT_IDENTIFIER and not (work.doi or work.pmid):
        detail = f"{_named(work)} has neither DOI nor PMID."
        yield Finding(Code.NO_IDENTIFIER, pointer, detail, "Add an identifier to its record.")


def is_ours(csl: dict[str, Any]) -> bool:
    """Whether the work was published by this site: at its address, or under its name."""
    names = (csl.get(name) for name in ("publisher", "container-title"))
    ours, host = _host(settings.SITE_URL), _host(csl.get("URL"))
    return settings.SITE_NAME.casefold() in {_plain(name) for name in names} or (bool(ours) and ours == host)


def _plain(name: object) -> str:
    return " ".join(name.split()).casefold() if isinstance(name, str) else ""


def _host(url: object) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") if isinstance(url, str) else ""
    except ValueError:
        return ""


def _age(work: Reference, pointer: str, draft: Draft) -> Iterator[Finding]:
    years = draft.policy.work_ages.get(work.kind) if draft.policy else None
    if not isinstance(years, int):
        return
    limit = f"the policy allows {years} years for a {work.get_kind_display().lower()}"
    if work.year is None:
        detail = f"{_named(work)} has no year, and {limit}."
        yield Finding(Code.UNDATED_WORK, pointer, detail, "Add the year to its record.")
    elif draft.now.year - work.year > years:
        detail = f"{_named(work)} is of {work.year}, and {limit}."
        yield Finding(Code.OLD_WORK, pointer, detail, "Look for a newer one, or say in the text why this one stands.")


def _duplicates(draft: Draft) -> Iterator[Finding]:
    first: dict[object, tuple[int, Reference]] = {}
    for index, work in enumerate(draft.cited):
        for sign, is_sure in _signs(work):
            number, other = first.setdefault(sign, (index, work))
            if number != index and (is_sure or alike(work, other)):
                detail = f"{_named(work)} is the work that is cited as [@{other.key}] already, at number {number + 1}."
                remedy = f"Cite [@{other.key}] in both places; an editor can merge the two records."
                yield Finding(Code.DUPLICATE_WORK, f"/citations/{index}", detail, remedy)
                break


def _signs(work: Reference) -> Iterator[tuple[object, bool]]:
    """By what two records are known to be of one work, and whether that alone says so."""
    for record in filter(None, (work, work.merged_into)):
        yield ("record", record.pk), True
        for name in ("doi", "pmid", "pmcid"):
            if value := getattr(record, name):
                yield (name, value), True
    yield ("title", work.title_key), False


def uncited(draft: Draft) -> Iterator[Finding]:
    """Works that were handed in with the text and that it does not cite."""
    cited = {work.key for work in draft.cited}
    for index, key in enumerate(draft.version.listed):
        if key not in cited:
            named = _named(draft.works[key]) if key in draft.works else f"“{key}”"
            detail = f"{named} is listed with this article and cited nowhere."
            remedy = f"Cite it as [@{key}] where the text stands on it, or take it off the list."
            yield Finding(Code.UNCITED_WORK, f"/listed/{index}", detail, remedy)


def _named(work: Reference) -> str:
    return f"“{work.title}”"

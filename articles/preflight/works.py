"""Findings about the works that a version cites, and about listed works that it does not cite."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from articles.library.matching.duplicates import alike
from articles.library.retractions import RetractionCheck
from articles.models import Reference
from articles.models.references import RetractionStatus, WorkKind
from articles.models.retractions import Nature
from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from editorial.record.canonical_json import JSONDict

WORD = re.compile(r"\w+")

WITHOUT_IDENTIFIER = frozenset({WorkKind.TEXTBOOK, WorkKind.OWN_CONTENT, WorkKind.WEB_PAGE, WorkKind.DRUG_LABEL})
"""Kinds of works that usually have neither DOI nor PMID."""


def cited_work_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every finding about the cited works, each at its place among the citations."""
    for index, work in enumerate(draft.cited):
        pointer = f"/citations/{index}"
        yield from _status_findings(work, pointer)
        yield from _notice_findings(draft.listed[work.pk], work, pointer)
        yield from _record_findings(work, pointer)
        yield from _age_findings(work, pointer, draft)
    yield from _duplicate_findings(draft)


def _status_findings(work: Reference, pointer: str) -> Iterator[Finding]:
    """Yield findings about retraction, replacement and merging of the work."""
    statuses = {record.retraction for record in (work, work.merged_into) if record}
    if RetractionStatus.RETRACTED in statuses:
        yield Finding(Code.RETRACTED_WORK, pointer, f"{_title(work)} was retracted.", "Cite another work.")
    elif statuses == {RetractionStatus.UNKNOWN}:
        detail = f"It is not known whether {_title(work)} was retracted."
        yield Finding(Code.RETRACTION_UNKNOWN, pointer, detail, "Check it and enter the date in its record.")
    if work.superseded_by:
        detail = f"{_title(work)} was superseded by {_title(work.superseded_by)}."
        yield Finding(
            Code.SUPERSEDED_WORK, pointer, detail, f"Check what changed, and cite [@{work.superseded_by.key}]."
        )
    if work.merged_into:
        detail = f"The record “{work.key}” was merged into “{work.merged_into.key}”."
        yield Finding(Code.MERGED_WORK, pointer, detail, f"Cite [@{work.merged_into.key}] instead.")


def _notice_findings(check: RetractionCheck, work: Reference, pointer: str) -> Iterator[Finding]:
    """Yield findings about published notices that are not retractions."""
    natures = {record.nature for record in check.notices}
    if Nature.CONCERN in natures:
        detail = f"An expression of concern was published about {_title(work)}."
        yield Finding(Code.CONCERN_RAISED, pointer, detail, "Read it, and say in the text what still holds.")
    if Nature.CORRECTION in natures:
        detail = f"A correction of {_title(work)} was published."
        yield Finding(Code.CORRECTED_WORK, pointer, detail, "Compare the text with the corrected work.")


def _record_findings(work: Reference, pointer: str) -> Iterator[Finding]:
    """Yield findings about the work's record."""
    if work.kind != WorkKind.OWN_CONTENT and is_ours(work.csl):
        detail = f"{_title(work)} is our own content, recorded as {work.get_kind_display().lower()}."
        remedy = "Record it as our own content, or cite the work that it is based on."
        yield Finding(Code.OWN_CONTENT, pointer, detail, remedy)
    if work.kind not in WITHOUT_IDENTIFIER and not (work.doi or work.pmid):
        detail = f"{_title(work)} has neither DOI nor PMID."
        yield Finding(Code.NO_IDENTIFIER, pointer, detail, "Add an identifier to its record.")


def is_ours(csl: JSONDict) -> bool:
    """Return whether the work was published by this site: at its address, or under one of its names.

    The names are looked for as publisher, container and author. Case, punctuation and a leading article are ignored.
    """
    ours, host = _host(settings.SITE_URL), _host(csl.get("URL"))
    our_names = {_plain(name) for name in (settings.SITE_NAME, *settings.SITE_NAMES)}
    return bool((our_names - {""}) & {_plain(name) for name in _names(csl)}) or (bool(ours) and ours == host)


def _names(csl: JSONDict) -> Iterator[object]:
    yield from (csl.get(name) for name in ("publisher", "container-title", "collection-title"))
    for role in ("author", "editor"):
        people = csl.get(role)
        for person in people if isinstance(people, list) else ():
            if isinstance(person, dict):
                yield person.get("literal") or " ".join(str(person.get(part, "")) for part in ("given", "family"))


def _plain(name: object) -> str:
    words = WORD.findall(name.casefold()) if isinstance(name, str) else []
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _host(url: object) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") if isinstance(url, str) else ""
    except ValueError:
        return ""


def _age_findings(work: Reference, pointer: str, draft: Draft) -> Iterator[Finding]:
    years = draft.policy.work_ages.get(work.kind) if draft.policy else None
    if not isinstance(years, int):
        return
    limit = f"the policy allows {years} years for a {work.get_kind_display().lower()}"
    if work.year is None:
        detail = f"{_title(work)} has no year, and {limit}."
        yield Finding(Code.UNDATED_WORK, pointer, detail, "Add the year to its record.")
    elif draft.now.year - work.year > years:
        detail = f"{_title(work)} is of {work.year}, and {limit}."
        yield Finding(
            Code.OLD_WORK, pointer, detail, "Look for a newer work, or explain in the text why this one is still valid."
        )


def _duplicate_findings(draft: Draft) -> Iterator[Finding]:
    first: dict[object, tuple[int, Reference]] = {}
    for index, work in enumerate(draft.cited):
        for feature, is_sure in _identifying_features(work):
            number, other = first.setdefault(feature, (index, work))
            if number != index and (is_sure or alike(work, other)):
                detail = f"{_title(work)} is the work that is cited as [@{other.key}] already, at number {number + 1}."
                remedy = f"Cite [@{other.key}] in both places; an editor can merge the two records."
                yield Finding(Code.DUPLICATE_WORK, f"/citations/{index}", detail, remedy)
                break


def _identifying_features(work: Reference) -> Iterator[tuple[object, bool]]:
    """Yield the features that two records of one work share, and whether that one alone is proof."""
    for record in filter(None, (work, work.merged_into)):
        yield ("record", record.pk), True
        for name in ("doi", "pmid", "pmcid"):
            if value := getattr(record, name):
                yield (name, value), True
    yield ("title", work.title_key), False


def uncited_works(draft: Draft) -> Iterator[Finding]:
    """Yield works that were listed with the text but are not cited."""
    cited = {work.key for work in draft.cited}
    for index, key in enumerate(draft.version.listed):
        if key not in cited:
            name = _title(draft.works[key]) if key in draft.works else f"“{key}”"
            detail = f"{name} is listed with this article but not cited."
            remedy = f"Cite it as [@{key}] where it supports the text, or remove it from the list."
            yield Finding(Code.UNCITED_WORK, f"/listed/{index}", detail, remedy)


def _title(work: Reference) -> str:
    return f"“{work.plain_title}”"

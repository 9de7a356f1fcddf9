"""The findings of pre-flight on the page of a draft, grouped by the part of the version that they concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from articles.models import Rendition, Version
from articles.preflight import Finding, preflight

HEADINGS = {
    "question": "Question",
    "renditions": "Texts",
    "citations": "References",
    "listed": "Works that came with the text",
}


@dataclass(frozen=True)
class FindingGroup:
    """One part of the version, with its findings."""

    heading: str
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Findings:
    """The grouped findings: how many prevent submission, and how many are only notes."""

    parts: Sequence[FindingGroup]
    refusing: int
    notes: int


def findings(version: Version, texts: Sequence[Rendition], *, now: datetime) -> Findings:
    """Return the findings of a draft, grouped; ``texts`` are its renditions in order, as saved or as typed."""

    def heading(finding: Finding) -> str:
        name, index = finding.part
        return f"Text for: {texts[index].audience}" if name == "renditions" and index >= 0 else HEADINGS[name]

    all_findings = preflight(version, now=now, texts=texts)
    refusing = sum(finding.refuses for finding in all_findings)
    parts = [FindingGroup(name, list(group)) for name, group in groupby(all_findings, key=heading)]
    return Findings(parts, refusing, len(all_findings) - refusing)

"""What pre-flight finds, as it stands beside a draft: under the part of the version that it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from articles.models import Rendition, Version
from articles.preflight import Finding, preflight

HEADINGS = {"question": "Question", "renditions": "Texts", "citations": "References", "listed": "Listed works"}


@dataclass(frozen=True)
class Part:
    """One part of the version with what was found there."""

    heading: str
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Findings:
    """What stands in the way of submitting, and what is worth a look."""

    parts: Sequence[Part]
    refusing: int
    notes: int


def findings(version: Version, texts: Sequence[Rendition], *, now: datetime) -> Findings:
    """The findings of a draft, grouped; ``texts`` are its renditions in their order, as saved or as typed."""

    def heading(finding: Finding) -> str:
        name, index = finding.part
        return f"Text for: {texts[index].audience}" if name == "renditions" and index >= 0 else HEADINGS[name]

    found = preflight(version, now=now, texts=texts)
    refusing = sum(finding.refuses for finding in found)
    parts = [Part(name, list(some)) for name, some in groupby(found, key=heading)]
    return Findings(parts, refusing, len(found) - refusing)

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


def findings(version: Version, texts: Sequence[Rendition], *, now: datetime) -> list[Part]:
    """The findings of a draft, grouped; ``texts`` are its renditions in their order, as saved or as typed."""

    def heading(finding: Finding) -> str:
        name, index = finding.part
        return f"Text for: {texts[index].audience}" if name == "renditions" and index >= 0 else HEADINGS[name]

    return [Part(name, list(found)) for name, found in groupby(preflight(version, now=now, texts=texts), key=heading)]

"""Pre-flight: the checks of a version before submission, as one list of findings."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from articles.models import Rendition, Version
from articles.preflight.codes import Code, Severity, warnings
from articles.preflight.draft import read
from articles.preflight.findings import Finding, sorted_findings
from articles.preflight.footnotes import stray_footnotes
from articles.preflight.links import questionable_links
from articles.preflight.numbered_citations import numbered_citations
from articles.preflight.texts import dangling_citations, missing_content, readability, uncited_claims
from articles.preflight.unchanged import unchanged_text
from articles.preflight.visible_markup import visible_markup
from articles.preflight.works import cited_work_findings, uncited_works

__all__ = ["Code", "Finding", "Severity", "preflight", "refusing", "warnings"]

CHECKS = (
    missing_content,
    unchanged_text,
    dangling_citations,
    stray_footnotes,
    cited_work_findings,
    uncited_works,
    uncited_claims,
    readability,
    questionable_links,
    visible_markup,
    numbered_citations,
)


def preflight(version: Version, *, now: datetime, texts: Sequence[Rendition] | None = None) -> list[Finding]:
    """Return every finding of ``version`` under the policy in force at ``now``, by place. Changes nothing.

    If ``texts`` are given, in order, they are checked instead of the saved ones.

    Takes time in proportion to the length of the texts, and the same number of queries for any content.
    """
    draft = read(version, now=now, texts=texts)
    refused = draft.policy.preflight_refuses if draft.policy else []
    return sorted_findings((finding for check in CHECKS for finding in check(draft)), refused=refused)


def refusing(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that prevent submission: every error, and the warnings that the policy refuses."""
    return [finding for finding in findings if finding.refuses]

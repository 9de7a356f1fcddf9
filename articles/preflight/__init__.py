"""What stands in the way of submitting a version, and what a writer should look at: one list of findings."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from articles.models import Rendition, Version
from articles.preflight.codes import Code, Severity, warnings
from articles.preflight.draft import read
from articles.preflight.findings import Finding, in_order
from articles.preflight.links import links
from articles.preflight.texts import dangling, missing, readability, uncited_claims
from articles.preflight.works import uncited, works

__all__ = ["Code", "Finding", "Severity", "preflight", "refusing", "warnings"]

CHECKS = (missing, dangling, works, uncited, uncited_claims, readability, links)


def preflight(version: Version, *, now: datetime, texts: Sequence[Rendition] | None = None) -> list[Finding]:
    """Every finding of ``version`` under the policy in force at ``now``, by place. Changes nothing.

    ``texts``, in order, are looked at instead of those that are saved.

    Takes time in proportion to the length of the texts, and the same number of queries whatever they hold.
    """
    draft = read(version, now=now, texts=texts)
    refused = draft.policy.preflight_refuses if draft.policy else []
    return in_order((finding for check in CHECKS for finding in check(draft)), refused=refused)


def refusing(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand in the way: every error, and the warnings that the policy refuses."""
    return [finding for finding in findings if finding.refuses]

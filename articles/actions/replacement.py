"""Superseding a work by another, and drafts of the articles that cite it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import TextChoices

from articles.actions.approval import require_reason
from articles.actions.drafts import recite, revise
from articles.actions.references import LIBRARY_CHAIN, record_library_event, refuse_merged
from articles.announcements import version_context, writers
from articles.library.cited_by import CitedBy, articles_citing, cited_by, records_of
from articles.models import Reference, Version
from articles.models.references import RetractionStatus
from articles.transitions import record_in_ledger
from editorial.exceptions import Conflict, Fault, NotFound, Refusal, Unacceptable
from editorial.mail import notices
from editorial.models import User
from editorial.permissions import is_editor, require
from editorial.record import ledger

DRAFTS = 100
"""The maximum number of drafts made at once. The next call makes further ones."""

CLAIMS = 20
"""The maximum number of claims that a mail names."""


class ReplacementResult(TextChoices):
    DRAFTED = "drafted"
    HAS_DRAFT = "has_draft", "has a draft already"
    IN_REVIEW = "in_review", "in review"
    REFUSED = "refused"
    LEFT = "left", "left for the next time"


@dataclass(frozen=True)
class Replacement:
    """The result for one article: the draft made or found, the version in review, or why it was refused."""

    cited: CitedBy
    outcome: ReplacementResult
    version: Version | None = None
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """The superseded work and its successor, and the keys to replace in drafts, if they are rewritten."""

    old: Reference
    new: Reference
    cited_as: Collection[str] = ()

    @property
    def keys(self) -> dict[str, str]:
        return dict.fromkeys(self.cited_as, self.new.key)


@transaction.atomic
def supersede_work(*, reference_id: int, superseded_by: Reference, by: User, now: datetime, reason: str) -> Reference:
    """Record that another work supersedes this one, such as a guideline's next edition. Returns the superseded work.

    Texts that cite it do not change. Repeating the call changes nothing.

    Raises NotPermitted unless ``by`` may edit, Unacceptable without a reason, for the work itself, a retracted one or
    one that it supersedes, and Conflict when one of the two was merged into another record.
    """
    require(is_editor(by), "Only editors say which work takes another's place.")
    require_reason(reason)
    ledger.lock(LIBRARY_CHAIN)
    old, new = _locked(reference_id), _locked(superseded_by.pk)
    _refuse_unfit(old, new)
    if old.superseded_by_id == new.pk:
        return old
    old.superseded_by = new
    old.record(by=by, now=now, reason=reason.strip())
    record_library_event(old, action="supersede_work", by=by, now=now, superseded_by=new.key, reason=reason.strip())
    return old


def _locked(pk: int) -> Reference:
    work = Reference.objects.select_for_update(no_key=True, of=("self",)).select_related("merged_into").get(pk=pk)
    refuse_merged(work)
    return work


def _refuse_unfit(old: Reference, new: Reference) -> None:
    if old == new:
        words = "A work cannot take its own place."
    elif old in line_of(new):
        words = f"“{old.key}” took the place of “{new.key}”."
    elif new.retraction == RetractionStatus.RETRACTED:
        words = f"“{new.key}” was retracted."
    else:
        return
    raise Unacceptable(words, faults=(Fault("/superseded_by", "unfit", words),))


def draft_replacements(*, reference_id: int, by: User, now: datetime, rewrite: bool = False) -> list[Replacement]:
    """Begin a draft in every article that cites a superseded work, and notify the writers of the claims to check.

    The draft has the text of the newest version that cites the work. It still cites the work, and pre-flight warns
    about it; with ``rewrite`` it cites the successor, as an edit with history. An article that has a draft or a version
    in review is listed and not changed. Each article has its own transaction; at most ``DRAFTS`` drafts are created at
    once.

    Raises NotPermitted unless ``by`` may edit, NotFound, and Conflict when no successor is known or the record was
    merged into another one.
    """
    require(is_editor(by), "Only editors make drafts in articles of others.")
    work = Reference.objects.select_related("superseded_by", "merged_into").filter(pk=reference_id).first()
    if work is None:
        raise NotFound("There is no such work.")
    refuse_merged(work)
    if work.superseded_by is None:
        raise Conflict("Say first which work takes its place.", code="not_superseded")
    plan = Plan(work, line_of(work)[-1], records_of(work).values() if rewrite else ())
    articles = list(articles_citing(work, seen_by=by).order_by("slug", "pk"))
    report: list[Replacement] = []
    for cited in cited_by(work, articles):
        full = sum(replacement.outcome == ReplacementResult.DRAFTED for replacement in report) >= DRAFTS
        report.append(_replace(cited, plan, full=full, by=by, now=now))
    return report


def line_of(work: Reference) -> list[Reference]:
    """Return ``work`` and its successors in order, following merges. One query for each."""
    line = [work]
    while (later := line[-1].merged_into or line[-1].superseded_by) and later not in line:
        line.append(later)
    return line


def _replace(cited: CitedBy, plan: Plan, *, full: bool, by: User, now: datetime) -> Replacement:
    try:
        with transaction.atomic():
            replacement = _draft(cited, plan, full=full, by=by, now=now)
            if replacement.version:
                _notify_writers(replacement, replacement.version, plan, by=by, now=now)
    except Refusal as refusal:
        return Replacement(cited, ReplacementResult.REFUSED, reason=refusal.detail)
    return replacement


def _draft(cited: CitedBy, plan: Plan, *, full: bool, by: User, now: datetime) -> Replacement:
    if cited.draft:
        return Replacement(cited, ReplacementResult.HAS_DRAFT, cited.draft)
    if cited.in_review:
        return Replacement(cited, ReplacementResult.IN_REVIEW, cited.in_review)
    if full:
        return Replacement(cited, ReplacementResult.LEFT)
    draft = revise(version_id=cited.versions[0].pk, by=by, now=now)
    if plan.keys:
        recite(draft, by=by, now=now, keys=plan.keys)
    record_in_ledger(
        draft,
        action="replace_work",
        by=by,
        now=now,
        work=plan.old.key,
        superseded_by=plan.new.key,
        rewritten=bool(plan.keys),
    )
    return Replacement(cited, ReplacementResult.DRAFTED, draft)


def _notify_writers(replacement: Replacement, version: Version, plan: Plan, *, by: User, now: datetime) -> None:
    """Queue one notice about this replacement of the work to the writers of ``version``."""
    is_new, claims = replacement.outcome == ReplacementResult.DRAFTED, replacement.cited.claims
    notices.owe(
        kind="work_superseded",
        recipients=[user for user in writers(version) if user != by],
        subject=version.subject,
        occasion=f"{plan.old.pk}:{plan.new.pk}",
        context={
            **version_context(version),
            "by": str(by),
            "old": {"key": plan.old.key, "title": plan.old.plain_title, "year": plan.old.year},
            "new": {"key": plan.new.key, "title": plan.new.plain_title, "year": plan.new.year},
            "is_new": is_new,
            "is_rewritten": is_new and bool(plan.keys),
            "claims": claims[:CLAIMS],
            "more_claims": max(len(claims) - CLAIMS, 0),
        },
        now=now,
    )

"""The sign page: what a signature covers, and what changed since the page was opened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.models.references import RetractionStatus
from articles.requirements import required, requirements
from articles.text.comparison.versions import Changes, text_changes
from articles.text.rendering import BRACKETED
from editorial.exceptions import Fault
from editorial.models import EditorialPolicy
from editorial.policy.requirements import Requirements
from reviews.desk.claims import ClaimCounts, claim_checklist
from reviews.desk.objections import blocking_claims, visible_objections
from reviews.models import ClaimCheck, Comment, Decision, Review, Signature, Verdict
from reviews.rounds.decision import RoundTally, tally_round
from reviews.signing.checklist import ChecklistItem, checklist_items

RETRACTED = "Cited works found retracted"
ORDINALS = ("first", "second", "third", "fourth", "fifth")
NUMBERS = ("no", "one", "two", "three", "four", "five")


@dataclass(frozen=True)
class SignedText:
    """One audience's text and its number of words, without citation markers."""

    rendition: Rendition
    words: int


@dataclass(frozen=True)
class SigningSummary:
    """Everything that a signature would cover."""

    review: Review
    requirements: Requirements | None
    texts: Sequence[SignedText]
    verdicts: Sequence[tuple[str, int]]
    claims: ClaimCounts
    changes: Changes | None
    comments: int
    open_comments: int
    blocking: int
    questions: Sequence[ChecklistItem]
    facts: Mapping[str, str]

    @property
    def counted(self) -> str:
        """How much changed since the reviewer last signed, as text."""
        return self.changes.counted(statements=self.claims.changed) if self.changes else ""

    @property
    def retracted(self) -> str:
        return self.facts[RETRACTED]

    @property
    def policy(self) -> EditorialPolicy | None:
        return self.requirements.policy if self.requirements else None


def signing_summary(review: Review, *, now: datetime) -> SigningSummary:
    """Return what a signature in ``review`` would cover at ``now``. The number of queries is bounded."""
    claims = claim_checklist(review, user=review.member.user, now=now)
    asked_for = requirements(review.version, at=now)
    comments = Comment.objects.filter(review=review)
    return SigningSummary(
        review=review,
        requirements=asked_for,
        texts=[
            SignedText(rendition, count_words(rendition))
            for rendition in Rendition.objects.filter(version=review.version).in_order()
        ],
        verdicts=verdict_counts(review),
        claims=claims.summary,
        changes=text_changes(claims.since, review.version) if claims.since else None,
        comments=comments.count(),
        open_comments=comments.filter(resolved_at=None).count(),
        blocking=comments.blocking().count(),
        questions=checklist_items(review, policy=asked_for.policy if asked_for else None),
        facts=facts(review, now=now),
    )


def count_words(rendition: Rendition) -> int:
    """Count the words of summary and body as written, without citation markers."""
    return len(BRACKETED.sub(" ", f"{rendition.summary} {rendition.body}").split())


def verdict_counts(review: Review) -> list[tuple[str, int]]:
    """Count the reviewer's own verdicts by kind, in the order of ``Verdict``, without kinds that were not given."""
    verdicts = ClaimCheck.objects.filter(review=review).order_by().values_list("verdict")
    counts = dict(verdicts.annotate(times=Count("pk")))
    return [(str(verdict.label), counts[verdict.value]) for verdict in Verdict if verdict.value in counts]


# --- detecting a stale page -----------------------------------------------------------------------------------------


def facts(review: Review, *, now: datetime) -> dict[str, str]:
    """Return what must not change between opening the page and signing, as text by label.

    Text, works, verdicts, comments and policy.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    comments = Comment.objects.filter(review=review)
    return {
        "The text, by its digest": review.version.digest[:12],
        RETRACTED: retracted_works(review.version),
        **{f"Verdicts “{verdict}”": str(times) for verdict, times in verdict_counts(review)},
        "Your comments": str(comments.count()),
        "Blocking comments": str(comments.blocking().count()),
        "Open objections": str(blocking_claims(visible_objections(review.version, user=review.member.user))),
        "The policy, version": str(policy.number) if policy else "none",
    }


def retracted_works(version: Version) -> str:
    """Return the numbers of the retracted works cited in ``version``, as text."""
    retracted = version.citations.filter(reference__retraction=RetractionStatus.RETRACTED).order_by("number")
    return ", ".join(f"[{number}]" for number in retracted.values_list("number", flat=True)) or "none"


def changed_facts(shown: Mapping[str, str], present: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return a fault for each fact that differs from what was ``shown``."""
    pairs = {what: (shown.get(what, "0"), present.get(what, "0")) for what in [*shown, *present]}
    return tuple(
        Fault("", "changed", f"{what}: {before} when you opened the page, {now} now.")
        for what, (before, now) in pairs.items()
        if before != now
    )


# --- what follows ---------------------------------------------------------------------------------------------------


def signing_effects(requirements: Requirements | None) -> dict[Decision, str]:
    """Return for each decision what a signature would do, as far as can be said before it is given.

    Colleagues' votes are sealed until the reviewer has signed. So the text says “if”.
    """
    needed = _approval_conditions(requirements) if requirements else "No policy is in force."
    return {
        Decision.APPROVE: f"{needed} If your approval is the last one needed, readers see Approved at once; otherwise "
        "nothing changes for them yet. The version is not approved while a colleague asks for changes, an objection "
        "is open or a claim lacks a verdict that the policy requires. Colleagues' votes are hidden until you have "
        "signed, so your receipt says which of the two happened.",
        Decision.REQUEST_CHANGES: "Readers will not see Approved for this version. When all who accepted have signed, "
        "the writers get all comments and revise the text; the next version comes back for review.",
    }


def _approval_conditions(requirements: Requirements) -> str:
    risk, stricter = requirements.in_force.get_risk_display().lower(), stricter_words(requirements)
    if stricter:
        return f"{stricter} It asks for {_approvals_words(requirements)}."
    return f"At {risk} risk the policy asks for {_approvals_words(requirements)}."


def stricter_words(requirements: Requirements) -> str:
    """Return which stricter rule applies and why; empty if only the rule in force applies."""
    if not requirements.exceeded:
        return ""
    named = dict.fromkeys(
        f"version {rule.policy.number} of the policy at {rule.get_risk_display().lower()} risk"
        for rule in requirements.exceeded
    )
    present = f"version {requirements.policy.number} at {requirements.in_force.get_risk_display().lower()} risk"
    return (
        "The policy or the risk changed since this version was submitted. The stricter rule applies to a running "
        "round: "
        f"{' and '.join(named)} asked for more than {present} does now."
    )


def _approvals_words(requirements: Requirements) -> str:
    count = f"{_number_word(requirements.quorum)} approval{'' if requirements.quorum == 1 else 's'}"
    return count + (
        f", with {', '.join(requirements.required_specialties)} among the approvers"
        if requirements.required_specialties
        else ""
    )


def signature_effect(signature: Signature, *, now: datetime) -> str:
    """Return as text which approval ``signature`` is, and the version's state or what is still missing."""
    version = signature.review.version
    is_open = version.state == State.UNDER_REVIEW
    counted = tally_round(version, requirements=required(version, at=now if is_open else signature.signed_at), now=now)
    lacking = f"An approval still needs {'; '.join(counted.missing) or 'nothing more'}."
    outcome = lacking if is_open else f"The version is {version.get_state_display()}."
    return " ".join([*_position(signature, counted), outcome])


def _position(signature: Signature, counted: RoundTally) -> Iterator[str]:
    """Yield which of the required approvals ``signature`` is. Additional approvals are not counted."""
    approvals = [approval.pk for approval in counted.approvals]
    place = approvals.index(signature.pk) if signature.pk in approvals else counted.quorum
    if place < counted.quorum:
        which = ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"
        of_how_many = f"{which} of {_number_word(counted.quorum)} approvals" if counted.quorum > 1 else "one approval"
        yield f"This is the {of_how_many} that the policy asks for."


def _number_word(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)

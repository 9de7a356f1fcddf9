"""What is signed, put together to be read beforehand, and what has changed since it was read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.models.reference import RetractionStatus
from editorial.exceptions import Fault
from editorial.models import EditorialPolicy, PolicyRule
from reviews.checklist import Summary as ClaimsSummary
from reviews.checklist import checklist
from reviews.consolidation import Standing, standing
from reviews.models import ClaimCheck, Comment, Decision, Review, Signature, Verdict
from reviews.questionnaire import Asked, asked

CITATION = re.compile(r"\[@[^\]]*\]")
RETRACTED = "Cited works found retracted"
ORDINALS = ("first", "second", "third", "fourth", "fifth")
NUMBERS = ("no", "one", "two", "three", "four", "five")


@dataclass(frozen=True)
class SignedText:
    """One audience's text and how many words it has, citation markers not counted."""

    rendition: Rendition
    words: int


@dataclass(frozen=True)
class Summary:
    """All that a signature would stand on."""

    review: Review
    policy: EditorialPolicy | None
    texts: Sequence[SignedText]
    verdicts: Sequence[tuple[str, int]]
    claims: ClaimsSummary
    comments: int
    open_comments: int
    blocking: int
    questions: Sequence[Asked]
    facts: Mapping[str, str]

    @property
    def retracted(self) -> str:
        return self.facts[RETRACTED]


def summary(review: Review, *, now: datetime) -> Summary:
    """What ``review`` would be signed over at ``now``; a bounded number of queries, whatever it holds."""
    policy = EditorialPolicy.objects.in_force(at=now)
    comments = Comment.objects.filter(review=review)
    return Summary(
        review=review,
        policy=policy,
        texts=[SignedText(one, words_of(one)) for one in Rendition.objects.filter(version=review.version).in_order()],
        verdicts=verdict_counts(review),
        claims=checklist(review, user=review.member.user, now=now).summary,
        comments=comments.count(),
        open_comments=comments.filter(resolved_at=None).count(),
        blocking=comments.blocking().count(),
        questions=asked(review, policy=policy),
        facts=facts(review, now=now),
    )


def words_of(rendition: Rendition) -> int:
    """Words of summary and body as they are written, without the markers of citations."""
    return len(CITATION.sub(" ", f"{rendition.summary} {rendition.body}").split())


def verdict_counts(review: Review) -> list[tuple[str, int]]:
    """How many of the reviewer's own verdicts say what, in the order of ``Verdict``, without what was never said."""
    given = ClaimCheck.objects.filter(review=review).order_by().values_list("verdict")
    counted = dict(given.annotate(times=Count("pk")))
    return [(str(verdict.label), counted[verdict.value]) for verdict in Verdict if verdict.value in counted]


# --- what a stale page is told by -----------------------------------------------------------------------------------


def facts(review: Review, *, now: datetime) -> dict[str, str]:
    """What must not change between reading and signing, in words: text, works, verdicts, comments, policy."""
    policy = EditorialPolicy.objects.in_force(at=now)
    comments = Comment.objects.filter(review=review)
    return {
        "The text, by its digest": review.version.digest[:12],
        RETRACTED: retracted_works(review.version),
        **{f"Verdicts “{verdict}”": str(times) for verdict, times in verdict_counts(review)},
        "Your comments": str(comments.count()),
        "Blocking comments": str(comments.blocking().count()),
        "The policy, version": str(policy.number) if policy else "none",
    }


def retracted_works(version: Version) -> str:
    """The numbers of the works cited in ``version`` that are known to be retracted."""
    retracted = version.citations.filter(reference__retraction=RetractionStatus.RETRACTED).order_by("number")
    return ", ".join(f"[{number}]" for number in retracted.values_list("number", flat=True)) or "none"


def changes(shown: Mapping[str, str], present: Mapping[str, str]) -> tuple[Fault, ...]:
    """A fault for everything that is not as it was ``shown``."""
    pairs = {what: (shown.get(what, "0"), present.get(what, "0")) for what in [*shown, *present]}
    return tuple(
        Fault("", "changed", f"{what}: {before} when you opened the page, {now} now.")
        for what, (before, now) in pairs.items()
        if before != now
    )


# --- what follows ---------------------------------------------------------------------------------------------------


def outlook(review: Review, *, policy: EditorialPolicy | None) -> dict[Decision, str]:
    """What a signature will do, by decision, as far as it can be told before it is given.

    It says nothing of how colleagues voted: until one has signed, their votes are sealed. So it says "if".
    """
    needed = _needed(policy.rule(review.version.article.risk)) if policy else "No policy is in force."
    return {
        Decision.APPROVE: f"{needed} If yours completes what is asked for, readers will see Approved at once; if not, "
        "nothing changes for them yet. It does not come to that while a colleague asks for changes, a blocking comment "
        "is open or a claim lacks a verdict that the policy asks for. Which of the two it was is on your receipt: how "
        "colleagues voted is sealed until you have signed.",
        Decision.REQUEST_CHANGES: "Readers will not see Approved for this version. When all who accepted have signed, "
        "the writers get all comments and revise the text; the next version comes back for review.",
    }


def _needed(rule: PolicyRule) -> str:
    count = f"{_number(rule.quorum)} approval{'' if rule.quorum == 1 else 's'}"
    among = f", with {', '.join(rule.required_specialties)} among the approvers" if rule.required_specialties else ""
    return f"At {rule.get_risk_display().lower()} risk the policy asks for {count}{among}."


def consequence(signature: Signature, *, now: datetime) -> str:
    """What came of ``signature``, in words: its place, and what the version is now or what an approval still lacks."""
    version = signature.review.version
    is_open = version.state == State.UNDER_REVIEW
    policy = EditorialPolicy.objects.required(at=now) if is_open else signature.policy
    counted = standing(version, policy=policy, now=now)
    lacking = f"An approval still needs {'; '.join(counted.missing) or 'nothing more'}."
    outcome = lacking if is_open else f"The version is {version.get_state_display()}."
    return " ".join([*_place(signature, counted), outcome])


def _place(signature: Signature, counted: Standing) -> Iterator[str]:
    """Which approval ``signature`` is; more than are asked for are not counted."""
    given = [approval.pk for approval in counted.approvals]
    place = given.index(signature.pk) if signature.pk in given else counted.quorum
    if place < counted.quorum:
        which = ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"
        of_how_many = f"{which} of {_number(counted.quorum)} approvals" if counted.quorum > 1 else "one approval"
        yield f"This is the {of_how_many} that the policy asks for."


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)

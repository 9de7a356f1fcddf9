"""Deciding a round: load the facts, count the signatures, and approve, request changes or wait."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Q

from articles import actions as versions
from articles import lifecycle as version_lifecycle
from articles.announcements import ArticlePeople, article_people
from articles.announcements import announce as announce_version
from articles.library.retractions import cited_retracted
from articles.models import Article, Version
from articles.requirements import required, requirements
from articles.transitions import move as move_version
from editorial.mail import notices
from editorial.models import User
from editorial.policy.requirements import Requirements
from editorial.record import ledger
from editorial.record.canonical_json import JSONDict, timestamp
from reviews.announcements import announce, announce_conflict, announce_unsigned
from reviews.desk.objections import Objection, open_objections
from reviews.desk.verdicts import RoundVerdict, count_unchecked, round_verdicts
from reviews.invitations.urls import admin_path
from reviews.lifecycle import OPEN, Action, State
from reviews.models import ClaimCheck, Decision, Review, Signature
from reviews.models.signatures import AGAINST, Signer
from reviews.rounds.obstacles import InterestsByAccount, conflicts, interests_touching
from reviews.transitions import load_round, move_all


@dataclass(frozen=True)
class RoundTally:
    """The progress of a round, compared with its rules.

    ``approvals`` has one signature for each person, without conflicts of interest; ``uncounted`` is the number of the
    others. ``is_unheard``: nobody has approved since a request for changes was set aside.
    """

    quorum: int
    approvals: tuple[Signature, ...]
    missing_specialties: tuple[str, ...]
    retracted: tuple[int, ...]
    asks_for_changes: bool
    uncounted: int
    is_unheard: bool
    at_work: int
    to_confirm: int
    unchecked: int
    objections: tuple[Objection, ...]

    @property
    def missing(self) -> list[str]:
        """What an approval still lacks, as text; empty when the policy is satisfied."""
        return [*_missing_signatures(self), *_missing_agreement(self)]

    @property
    def is_approval(self) -> bool:
        return not self.missing

    @property
    def is_request_for_changes(self) -> bool:
        """Whether a reviewer requests changes and nobody who accepted has yet to sign."""
        return self.asks_for_changes and self.at_work == 0


def _missing_signatures(tally: RoundTally) -> Iterator[str]:
    lacking = tally.quorum - len(tally.approvals)
    if lacking > 0:
        uncounted = ""
        if tally.uncounted:
            signatures = f"{_counted(tally.uncounted, 'signature')} {'are' if tally.uncounted > 1 else 'is'}"
            uncounted = f" ({signatures} not counted: a conflict of interest, or a second one of the same person)"
        yield f"{_counted(lacking, 'more approving signature')}{uncounted}"
    elif tally.is_unheard:
        yield "an approving signature given after a request for changes was set aside"
    if tally.missing_specialties:
        yield f"an approval from {', '.join(tally.missing_specialties)}"
    if (lacking > 0 or tally.missing_specialties) and tally.to_confirm:
        yield f"confirmation of {_counted(tally.to_confirm, 'signature')} given earlier"


def _missing_agreement(tally: RoundTally) -> Iterator[str]:
    if tally.retracted:
        yield f"another work for reference {', '.join(map(str, tally.retracted))}: retracted"
    if tally.asks_for_changes:
        yield "agreement: a reviewer asks for changes"
    if tally.unchecked:
        yield f"a verdict on {_counted(tally.unchecked, 'claim')}"
    standing = [objection for objection in tally.objections if objection.stands]
    if comments := sum(not objection.is_verdict for objection in standing):
        yield f"resolution of {_counted(comments, 'blocking comment')}"
    if claims := len({objection.source.claim_id for objection in standing if objection.is_verdict}):
        yield f"a ruling on, or another wording of, {_counted(claims, 'claim')} that a reviewer found not supported"
    if changed := len(tally.objections) - len(standing):
        yield f"a reviewer's word that the changed text answers {_counted(changed, 'objection')} of an earlier round"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


@dataclass(frozen=True)
class RoundFacts:
    """The data on which a round is decided, loaded once under the article's lock.

    ``reviews`` are all reviews of the version. ``verdicts`` are those of signed reviews and carried-over ones.
    ``objections`` are all open objections to the article, of any author. ``interests`` touch the version today.
    """

    version: Version
    requirements: Requirements
    reviews: Sequence[Review]
    verdicts: Sequence[RoundVerdict]
    objections: Sequence[Objection]
    interests: InterestsByAccount

    @property
    def conflicted(self) -> Mapping[int, list[str]]:
        """Signed reviews that do not count because of a conflict of interest, by id, with the reasons."""
        signed = (review for review in self.reviews if review.state == State.SIGNED)
        return {review.pk: why for review in signed if (why := conflicts(review, self.interests))}


def load_round_facts(
    version: Version,
    *,
    requirements: Requirements,
    now: datetime,
    reviews: Sequence[Review] | None = None,
    signing: Review | None = None,
    interests: InterestsByAccount | None = None,
) -> RoundFacts:
    """Return the data on which ``version`` would be decided. The verdicts of ``signing`` count as if it was signed.

    ``reviews`` are those of the version, ``interests`` those that touch it today, if the caller has them.
    """
    counting = Q(review__state=State.SIGNED)
    own = ClaimCheck.objects.filter(counting | Q(review=signing) if signing else counting)
    verdicts = round_verdicts(version, requirements=requirements, now=now, own=own)
    reviews = load_round(version=version) if reviews is None else reviews
    interests = interests_touching(version, on=now.date()) if interests is None else interests
    return RoundFacts(version, requirements, reviews, verdicts, open_objections(version, signing=signing), interests)


def tally_round(version: Version, *, requirements: Requirements, now: datetime) -> RoundTally:
    """Load the facts of the round of ``version``, and count them with ``count_round``."""
    return count_round(load_round_facts(version, requirements=requirements, now=now))


def count_round(facts: RoundFacts) -> RoundTally:
    """Count the signatures over the current digest. Carried-over verdicts count as at the time of the facts."""
    version, rules, conflicted = facts.version, facts.requirements, facts.conflicted
    over_digest = Signature.objects.filter(review__version=version, digest=version.digest, withdrawal=None)
    rows = over_digest.with_confirmations().select_related("review", "set_aside").annotate(person=Signer("pk"))
    signatures = list(rows.order_by("signed_at", "pk"))
    present = [signature for signature in signatures if not hasattr(signature, "set_aside")]
    approving = [signature for signature in present if signature.decision == Decision.APPROVE]
    confirmed = [signature for signature in approving if not signature.to_confirm]
    counting = [signature for signature in confirmed if signature.review_id not in conflicted]
    approvals = tuple({signature.person: signature for signature in reversed(counting)}.values())[::-1]
    approvers = {signature.review.member_id for signature in approvals}
    specialties = {code for signature in counting for code in signature.specialties}
    verdicts = [verdict for verdict in facts.verdicts if verdict.check.review_id not in conflicted]
    return RoundTally(
        quorum=rules.quorum,
        approvals=approvals,
        uncounted=len(confirmed) - len(approvals),
        is_unheard=_is_unheard(signatures, counting),
        missing_specialties=tuple(sorted(set(rules.required_specialties) - specialties)),
        retracted=tuple(citation.number for citation in cited_retracted(version)),
        asks_for_changes=any(signature.decision in AGAINST for signature in present),
        at_work=sum(review.state == State.ACCEPTED for review in facts.reviews),
        to_confirm=len(approving) - len(confirmed),
        unchecked=count_unchecked(version, verdicts, rule=rules.claim_checks, approvers=approvers),
        objections=tuple(facts.objections),
    )


def _is_unheard(signatures: Sequence[Signature], counting: Sequence[Signature]) -> bool:
    """Whether nobody has approved since a request for changes was set aside. Then no person has decided."""
    overruled = [
        row.set_aside.set_aside_at for row in signatures if row.decision in AGAINST and hasattr(row, "set_aside")
    ]
    return bool(overruled) and max(overruled) >= max((row.signed_at for row in counting), default=max(overruled))


def still_satisfies(version: Version, *, now: datetime) -> bool:
    """Whether the signatures over an approved ``version`` that count today satisfy the rules of its approval.

    Verdicts count as they did at the approval.
    """
    approved_at = cast(datetime, version.approved_at)
    rules, interests = required(version, at=approved_at), interests_touching(version, on=now.date())
    tally = count_round(load_round_facts(version, requirements=rules, now=approved_at, interests=interests))
    return len(tally.approvals) >= tally.quorum and not (tally.missing_specialties or tally.unchecked)


def decide_if_complete(version: Version, *, approving: bool, now: datetime) -> None:
    """Decide the round if its signatures decide it, as the system, in the caller's transaction.

    Call it with the article's lock held after every event that can decide. Set ``approving`` after a person's decision:
    a resolved comment, a ruling, a confirmed signature. A reviewer who leaves or is overdue approves nothing: that only
    ends a round in which a reviewer requests changes.
    """
    if version.state == version_lifecycle.State.UNDER_REVIEW:
        rules = requirements(version, at=now)
        if rules:
            with ledger.batched(), notices.batched():
                facts = load_round_facts(version, requirements=rules, now=now)
                apply_decision(facts, participants=article_people(version), approving=approving, now=now)


def decide_rounds_of(article: Article, *, now: datetime) -> None:
    """Call ``decide_if_complete`` for the article's version in review, after a person ended an objection."""
    for version in article.versions.in_review().select_related("article"):
        decide_if_complete(version, approving=True, now=now)


def apply_decision(facts: RoundFacts, *, participants: ArticlePeople, now: datetime, approving: bool = True) -> None:
    """As ``decide_if_complete``, for a version under review whose ``facts`` and ``participants`` are loaded.

    If nothing is decided, the editors get a notice of each signature that does not count because of a conflict.
    """
    tally, version, system = count_round(facts), facts.version, participants.system
    if tally.is_approval:
        if not approving:
            return
        reviewers = [printed_signer(signature) for signature in tally.approvals]
        versions.approve(version, requirements=facts.requirements, reviewers=reviewers, by=system, now=now)
    elif tally.is_request_for_changes:
        action, why = version_lifecycle.Action.REQUEST_CHANGES, "A reviewer asks for changes."
        move_version(version, action, by=system, now=now, reason=why, in_force=facts.requirements.policy)
    else:
        conflicted = facts.conflicted
        for review in facts.reviews:
            if why_not := conflicted.get(review.pk):
                announce_conflict(review, why_not, to=participants.editors, now=now)
        return
    close_round(version, facts.reviews, participants=participants, by=system, now=now)


def close_round(
    version: Version, reviews: Sequence[Review], *, participants: ArticlePeople, by: User, now: datetime
) -> None:
    """Close the open ``reviews`` of a round that ended, and notify writers, editors and signers.

    Open reviews lapse as an act of the system, never of the member.
    """
    still_open, system = [review for review in reviews if review.state in OPEN], participants.system
    for review in still_open:
        review.version = version
    move_all(still_open, Action.LAPSE, by=system, now=now, reason=f"The round ended: {version.get_state_display()}.")
    for review in still_open:
        announce(review, "review_closed", to=[review.member.user], by=system, now=now)
    announce_unsigned(still_open, now=now)
    announce_version(version, version.state, to=[*participants.writers, *participants.editors], by=by, now=now)
    for review in reviews:
        if review.has_signed:  # they see their review, not the version's record
            announce_version(version, version.state, to=[review.member.user], by=by, now=now, path=admin_path(review))


def printed_signer(signature: Signature) -> JSONDict:
    """Return the signer as readers see them: name and credentials at the time of signing.

    ``orcid_authenticated`` is there only if it is true, as in versions from before it was kept.
    """
    authenticated = {"orcid_authenticated": True} if signature.orcid_authenticated else {}
    return {
        "name": signature.name,
        "credentials": signature.credentials,
        "orcid": signature.orcid,
        "signed_at": timestamp(signature.signed_at),
        **authenticated,
    }

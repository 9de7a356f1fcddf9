"""Signing a decision, and taking a signature back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from articles.actions.standing import require_reason
from articles.announcements import people
from articles.lifecycle import State as VersionState
from editorial import ledger, notices
from editorial.exceptions import Conflict, Fault, InvalidTransition, Unacceptable
from editorial.models import EditorialPolicy, User
from editorial.preconditions import Expectation
from reviews.actions.questions import Answers, keep_answers
from reviews.announcements import announce
from reviews.consolidation import decide, ground
from reviews.lifecycle import Action, after
from reviews.models import Decision, Review, Signature, SignatureWithdrawal
from reviews.models.signature import MEANING, signature_hash
from reviews.models.work import verdicts_hash
from reviews.permissions import require_may, require_unhindered
from reviews.questionnaire import Asked, as_signed, asked, unmet
from reviews.signing import changes, facts
from reviews.transitions import lock_for, lock_round_for, move
from reviews.verdicts import Said


@transaction.atomic
@ledger.together()
@notices.together()
def sign(
    *,
    review_id: int,
    decision: str,
    digest: str,
    by: User,
    now: datetime,
    statement: str = "",
    checklist: Answers = MappingProxyType({}),
    expected: Expectation | None = None,
    shown: Mapping[str, str] | None = None,
) -> Signature:
    """Sign ``decision`` over the text with ``digest``, and decide the round if this signature decides it.

    ``checklist`` has answers to the policy's questions that are kept first; all of them become part of the signature.
    ``shown`` is what the page that is signed on showed of the review's work, see ``reviews.signing.facts``.

    Raises Conflict when ``digest`` is not that of the version or ``shown`` is not so any more, PreconditionFailed when
    the review changed since ``expected``, NotPermitted when an interest stands in the way, InvalidTransition, and
    Unacceptable when an approval contradicts the signer's own blocking comments or verdicts or leaves a required
    question unanswered, or a request for changes says nothing.
    """
    review, reviews = lock_round_for(review_id, by=by)
    require_may(by, Action.SIGN, review)
    _require_round_open(review, Action.SIGN)
    policy = EditorialPolicy.objects.required(at=now)
    require_unhindered(review, policy=policy, now=now)
    _refuse_stale(review, digest=digest, expected=expected, shown=shown, now=now)
    keep_answers(review, checklist, policy=policy, by=by, now=now)
    _refuse_contradiction(review, decision=decision, statement=statement)
    answers = asked(review, policy=policy)
    decided_on = ground(review.version, policy=policy, now=now, reviews=reviews, signing=review)
    if decision == Decision.APPROVE:
        _refuse_own_verdicts(review, decided_on.verdicts)
        _refuse_unanswered(answers)
    words = {"statement": statement.strip(), "checklist": as_signed(answers)}
    signature = _signature(review, decision=decision, policy=policy, by=by, now=now, **words)
    particulars: dict[str, Any] = {"signature": signature.pk, "decision": str(decision), "meaning": signature.meaning}
    particulars["signature_hash"] = signature_hash(signature)
    own = [one.check for one in decided_on.verdicts if one.check.review_id == review.pk]
    particulars["verdicts_hash"] = verdicts_hash(own)
    move(review, Action.SIGN, by=by, now=now, printed_name=str(review.member), **particulars)
    review.has_signed = True
    among = people(review.version)
    announce(review, "review_signed", to=among.editors, by=by, now=now)
    decide(decided_on, among=among, now=now)
    return signature


def _require_round_open(review: Review, action: Action) -> None:
    after(review.state, action)
    if review.version.state != VersionState.UNDER_REVIEW:
        raise InvalidTransition(f"The version is {review.version.get_state_display()}.")


def _refuse_stale(
    review: Review,
    *,
    digest: str,
    expected: Expectation | None,
    shown: Mapping[str, str] | None,
    now: datetime,
) -> None:
    """What is signed is what was read: say what is otherwise now."""
    changed = changes(shown, facts(review, now=now)) if shown is not None else ()
    if changed:
        raise Conflict("This changed since you opened the page. Look again, then sign.", code="stale", faults=changed)
    if expected is not None:
        expected.check(review.etag)
    if digest != review.version.digest:
        raise Conflict("This is not the text that is under review; read it again.", code="digest_mismatch")


def _refuse_unanswered(answers: Sequence[Asked]) -> None:
    if faults := unmet(answers):
        raise Unacceptable("The policy's checklist has to be answered before an approval.", faults=faults)


def _refuse_contradiction(review: Review, *, decision: str, statement: str) -> None:
    if decision == Decision.APPROVE and review.blocking:
        fault = Fault("/decision", "own_blocking_comment", "Resolve your blocking comments, or request changes.")
        raise Unacceptable("A comment of yours blocks this approval.", faults=(fault,))
    if decision == Decision.REQUEST_CHANGES and not statement.strip() and not review.comments.exists():
        fault = Fault("/statement", "required", "Say in a comment or a statement what has to change.")
        raise Unacceptable("The writers need to know what to change.", faults=(fault,))


def _refuse_own_verdicts(review: Review, verdicts: Iterable[Said]) -> None:
    """Nobody approves what they found not supported, now or in an earlier version, unless an editor ruled on it."""
    if any(one.blocks for one in verdicts if one.member_id == review.member_id):
        detail = "You found a claim not supported. Give another verdict if you changed your mind, or request changes."
        fault = Fault("/decision", "own_blocking_verdict", detail)
        raise Unacceptable("A verdict of yours blocks this approval.", faults=(fault,))


def _signature(
    review: Review, *, decision: str, policy: EditorialPolicy, by: User, now: datetime, **words: Any
) -> Signature:
    return Signature.objects.create(
        review=review,
        signer=by,
        name=str(by),
        credentials=review.member.credentials,
        orcid=review.member.orcid,
        specialties=review.member.specialties,
        decision=decision,
        meaning=MEANING[Decision(decision)],
        digest=review.version.digest,
        policy=policy,
        signed_at=now,
        **words,
    )


@transaction.atomic
def withdraw_signature(*, review_id: int, reason: str, by: User, now: datetime) -> Review:
    """Take one's signature back while the round is undecided; the signature stays on record as withdrawn."""
    review = lock_for(review_id, by=by)
    require_may(by, Action.WITHDRAW_SIGNATURE, review)
    _require_round_open(review, Action.WITHDRAW_SIGNATURE)
    require_reason(reason)
    signature = Signature.objects.standing().get(review=review)
    SignatureWithdrawal.objects.create(signature=signature, reason=reason.strip(), withdrawn_at=now)
    return move(review, Action.WITHDRAW_SIGNATURE, by=by, now=now, reason=reason.strip(), signature=signature.pk)

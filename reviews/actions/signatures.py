"""Signing a decision, and withdrawing a signature."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from articles.actions.approval import require_reason
from articles.announcements import article_people
from articles.lifecycle import State as VersionState
from articles.requirements import required
from editorial.exceptions import Conflict, Fault, InvalidTransition, Unacceptable
from editorial.http.etags import Expectation
from editorial.mail import notices
from editorial.models import EditorialPolicy, User
from editorial.record import ledger
from reviews.actions.checklist import Answers, save_answers
from reviews.actions.objections import accept_own_changes
from reviews.announcements import announce
from reviews.desk.objections import Objection
from reviews.desk.verdicts import RoundVerdict
from reviews.lifecycle import Action, after
from reviews.models import Decision, Review, Signature, SignatureWithdrawal
from reviews.models.comments_and_verdicts import verdicts_hash
from reviews.models.signatures import MEANING, signature_hash
from reviews.permissions import require_may
from reviews.rounds.decision import apply_decision, load_round_facts
from reviews.rounds.obstacles import interests_touching, require_one_seat, require_unhindered
from reviews.signing.checklist import ChecklistItem, checklist_as_signed, checklist_items, unanswered_faults
from reviews.signing.sign_page import changed_facts, facts
from reviews.transitions import lock_for, lock_round_for, move


@transaction.atomic
@ledger.batched()
@notices.batched()
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
    identified_by: Sequence[str] = (),
) -> Signature:
    """Sign ``decision`` over the text with ``digest``. If this signature completes the round, the round is decided.

    The answers in ``checklist`` are saved first. All answers to the policy's questions become part of the signature,
    and so does ``identified_by``: by which of ``IdentifiedBy`` the caller has confirmed who signs.

    Raises Conflict when ``digest`` is not that of the version, ``shown`` is no longer what the sign page shows, or the
    same person signed with another account; PreconditionFailed when the review changed since ``expected``; NotPermitted
    because of a conflict of interest; InvalidTransition; and Unacceptable when an approval contradicts the signer's own
    blocking comments or verdicts or lacks a required answer, or a request for changes says nothing.
    """
    review, reviews = lock_round_for(review_id, by=by)
    require_may(by, Action.SIGN, review)
    _require_round_open(review, Action.SIGN)
    rules = required(review.version, at=now)
    policy, interests = rules.policy, interests_touching(review.version, on=now.date())
    require_unhindered(review, interests, policy=policy, now=now)
    require_one_seat(review)
    _refuse_stale(review, digest=digest, expected=expected, shown=shown, now=now)
    save_answers(review, checklist, policy=policy, by=by, now=now)
    _refuse_silence(review, decision=decision, statement=statement)
    answers = checklist_items(review, policy=policy)
    round_facts = load_round_facts(
        review.version, requirements=rules, now=now, reviews=reviews, signing=review, interests=interests
    )
    if decision == Decision.APPROVE:
        _refuse_approval(review, round_facts.objections, answers)
        still_open = accept_own_changes(review, round_facts.objections, by=by, now=now)
        round_facts = replace(round_facts, objections=still_open)
    signature = _save_signature(
        review, answers, decision=decision, statement=statement, policy=policy, by=by, now=now, known_by=identified_by
    )
    _move_to_signed(review, signature, round_facts.verdicts, by=by, now=now)
    review.has_signed = True
    participants = article_people(review.version)
    announce(review, "review_signed", to=participants.editors, by=by, now=now)
    apply_decision(round_facts, participants=participants, now=now)
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
    """Raise Conflict or PreconditionFailed if text, review or facts changed since the page was opened."""
    changed = changed_facts(shown, facts(review, now=now)) if shown is not None else ()
    if changed:
        raise Conflict("This changed since you opened the page. Look again, then sign.", code="stale", faults=changed)
    if expected is not None:
        expected.check(review.etag)
    if digest != review.version.digest:
        raise Conflict("This is not the text that is under review; read it again.", code="digest_mismatch")


def _refuse_silence(review: Review, *, decision: str, statement: str) -> None:
    if decision == Decision.REQUEST_CHANGES and not statement.strip() and not review.comments.exists():
        fault = Fault("/statement", "required", "Say in a comment or a statement what has to change.")
        raise Unacceptable("The writers need to know what to change.", faults=(fault,))


def _refuse_approval(review: Review, objections: Iterable[Objection], answers: Sequence[ChecklistItem]) -> None:
    """Raise Unacceptable for own open objections, of this round or an earlier one, and for required questions."""
    own = [objection for objection in objections if objection.stands and objection.is_by(review.member.user)]
    if any(not objection.is_verdict for objection in own):
        fault = Fault("/decision", "own_blocking_comment", "Resolve your blocking comments, or request changes.")
        raise Unacceptable("A comment of yours blocks this approval.", faults=(fault,))
    if own:
        detail = "You found a claim not supported. Give another verdict if you changed your mind, or request changes."
        fault = Fault("/decision", "own_blocking_verdict", detail)
        raise Unacceptable("A verdict of yours blocks this approval.", faults=(fault,))
    if faults := unanswered_faults(answers):
        raise Unacceptable("The policy's checklist has to be answered before an approval.", faults=faults)


def _save_signature(
    review: Review,
    answers: Sequence[ChecklistItem],
    *,
    decision: str,
    statement: str,
    known_by: Sequence[str],
    policy: EditorialPolicy,
    by: User,
    now: datetime,
) -> Signature:
    return Signature.objects.create(
        review=review,
        signer=by,
        name=str(by),
        credentials=review.member.credentials,
        orcid=review.member.orcid,
        orcid_authenticated=review.member.orcid_authenticated,
        specialties=review.member.specialties,
        decision=decision,
        meaning=MEANING[Decision(decision)],
        statement=statement.strip(),
        checklist=checklist_as_signed(answers),
        digest=review.version.digest,
        policy=policy,
        signed_at=now,
        identified_by=list(known_by),
    )


def _move_to_signed(
    review: Review, signature: Signature, verdicts: Iterable[RoundVerdict], *, by: User, now: datetime
) -> None:
    """Move the review to its signed state. The ledger gets the hashes of the signature and its reviewer's verdicts."""
    own = [verdict.check for verdict in verdicts if verdict.check.review_id == review.pk]
    move(
        review,
        Action.SIGN,
        by=by,
        now=now,
        printed_name=str(review.member),
        signature=signature.pk,
        decision=str(signature.decision),
        meaning=signature.meaning,
        signature_hash=signature_hash(signature),
        verdicts_hash=verdicts_hash(own),
    )


@transaction.atomic
def withdraw_signature(*, review_id: int, reason: str, by: User, now: datetime) -> Review:
    """Withdraw the member's own signature while the round is undecided. It stays on record as withdrawn."""
    review = lock_for(review_id, by=by)
    require_may(by, Action.WITHDRAW_SIGNATURE, review)
    _require_round_open(review, Action.WITHDRAW_SIGNATURE)
    require_reason(reason)
    signature = Signature.objects.standing().filter(review=review).first()
    if signature is None:
        raise Conflict("An editor set this signature aside; it counts no more.", code="counts_no_more")
    SignatureWithdrawal.objects.create(signature=signature, reason=reason.strip(), withdrawn_at=now)
    return move(review, Action.WITHDRAW_SIGNATURE, by=by, now=now, reason=reason.strip(), signature=signature.pk)

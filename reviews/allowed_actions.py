"""What a user can do in a review now, and what is still missing. It uses the same predicates as the actions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.text import capfirst

from articles.lifecycle import IN_REVIEW
from articles.permissions import Offer
from editorial.exceptions import Fault
from editorial.models import EditorialPolicy, Notice
from editorial.permissions import AnyUser
from editorial.roles import Role
from reviews.invitations.urls import decline_path, interests_path, member_path, recusal_path
from reviews.lifecycle import ACTS, OPEN, TRANSITIONS, Act, Action, State
from reviews.models import AnswerLink, Review, Signature
from reviews.models.unsigned_work import asks_to_hand_over
from reviews.permissions import WHO, is_reviewer, may, who_may_words
from reviews.rounds.obstacles import (
    InterestsByAccount,
    cannot_remind,
    hindrances,
    interests_touching,
    nothing_to_waive,
    own_waiver,
    seat_elsewhere,
    unwaived_interests,
)
from reviews.transitions import annotate_for_actions

NEEDS_NO_OBSTACLE = frozenset({Action.ACCEPT, Action.SIGN, Act.CONFIRM})
"""Actions that need a reviewer without obstacles."""

NO_POLICY = "No editorial policy is in force, so nothing can be reviewed."
SET_ASIDE = "An editor set this signature aside; it counts no more."


@dataclass(frozen=True)
class MissingRequirement:
    """A requirement that a reviewer does not meet yet: what is missing, what to do about it, and on which page."""

    code: str
    detail: str
    remedy: str
    way: str


def with_offer_fields(reviews: QuerySet[Review], *, now: datetime) -> QuerySet[Review]:
    """Annotate ``reviews`` with everything that ``offers`` and ``missing_requirements`` check. One query for all."""
    day = timezone.localtime(now).date()
    links = AnswerLink.objects.filter(review=OuterRef("pk"), revoked_at=None)
    standing = Signature.objects.standing().filter(review=OuterRef("pk"))
    key = Concat(_text("review_reminder:review:"), _number("pk"), _text(f":{day}:"), _number("member__user"))
    loaded = annotate_for_actions(reviews).with_confirmations().with_conflicts(on=now.date()).alias(reminder=key)  # type: ignore[attr-defined]
    return loaded.annotate(
        is_reminded=Exists(Notice.objects.filter(key=OuterRef("reminder"))),
        has_links=Exists(links),
        counts=Exists(standing),
    )


def _text(words: str) -> Value:
    return Value(words, output_field=TextField())


def _number(field: str) -> Cast:
    return Cast(F(field), TextField())


def _loaded(review: Review, *, now: datetime) -> Review:
    return (
        review
        if hasattr(review, "has_links")
        else with_offer_fields(Review.objects.filter(pk=review.pk), now=now).get()
    )


def missing_requirements(
    review: Review, *, now: datetime, policy: EditorialPolicy | None = None
) -> list[MissingRequirement]:
    """Return what keeps the reviewer of ``review`` from accepting or signing now; empty if nothing is to be done.

    ``policy`` is the policy in force, if the caller has it. Seven queries at most.
    """
    loaded = _loaded(review, now=now)
    return _missing_requirements(loaded, _interests(loaded, now=now), now=now, policy=policy)


def _interests(review: Review, *, now: datetime) -> InterestsByAccount:
    return interests_touching(review.version, on=now.date()) if review.is_obstructed else {}


def _missing_requirements(
    review: Review, interests: InterestsByAccount, *, now: datetime, policy: EditorialPolicy | None
) -> list[MissingRequirement]:
    is_expected = review.state in OPEN or (review.state == State.SIGNED and review.to_confirm)
    if not is_expected or review.version.state not in IN_REVIEW:
        return []
    policy = policy or EditorialPolicy.objects.newest(at=now)
    if policy is None:
        return [MissingRequirement("no_policy", NO_POLICY, "", "")]
    elsewhere = seat_elsewhere(review)
    faults = [*hindrances(review, interests, policy=policy, now=now), *([elsewhere] if elsewhere else [])]
    return [_with_remedy(review, fault) for fault in faults]


def _with_remedy(review: Review, fault: Fault) -> MissingRequirement:
    if fault.code == "no_statement":
        return MissingRequirement(fault.code, fault.detail, "Declare your interests (1 minute)", interests_path(review))
    if fault.code in ("not_in_office", "no_licence"):
        remedy = "See your page of the board, and ask the editors to bring it up to date"
        return MissingRequirement(fault.code, fault.detail, remedy, member_path(review))
    if fault.code in ("already_invited", "signed_already"):
        return MissingRequirement(fault.code, fault.detail, "Decline this review", decline_path(review))
    return MissingRequirement(fault.code, fault.detail, "Step back, or ask the editors", recusal_path(review))


def offers(user: AnyUser, review: Review, *, now: datetime, policy: EditorialPolicy | None = None) -> list[Offer]:
    """Return every action of people in ``review``: whether ``user`` may do it at ``now``, else why not and where to go.

    An allowed action is refused only because of its content. For many reviews, load them ``with_offer_fields`` and give
    the ``policy`` in force.
    """
    loaded = _loaded(review, now=now)
    interests = _interests(loaded, now=now)
    lacking = _missing_requirements(loaded, interests, now=now, policy=policy) if is_reviewer(user, review) else []
    personal = [action for action in (*Act, *Action) if WHO[action] != {Role.SYSTEM}]
    return [_offer(user, action, loaded, interests, lacking=lacking, now=now) for action in personal]


def _offer(
    user: AnyUser,
    action: Action | Act,
    review: Review,
    interests: InterestsByAccount,
    *,
    lacking: Sequence[MissingRequirement],
    now: datetime,
) -> Offer:
    reason, way = _refusal(user, action, review, now=now), ""
    if not reason and action == Act.WAIVE:
        reason = own_waiver(review.accounts, by=user) or nothing_to_waive(
            review.member, unwaived_interests(review, interests)
        )
    if not reason and lacking and action in NEEDS_NO_OBSTACLE:
        reason, way = " ".join(requirement.detail for requirement in lacking), lacking[0].way
    return Offer(action.value, capfirst(str(action.label)), allowed=not reason, reason=reason, way=way)


def _refusal(user: AnyUser, action: Action | Act, review: Review, *, now: datetime) -> str:
    """Return why role or state does not allow this to ``user``; empty when both do."""
    if not may(user, action, review):
        return who_may_words(action)
    state = State(review.state)
    if not (state in ACTS[action] if isinstance(action, Act) else (state, action) in TRANSITIONS):
        return f"The review is {state.label}."
    if action not in (Act.HAND_OVER, Act.WAIVE) and review.version.state not in IN_REVIEW:
        return f"The version is {review.version.get_state_display()}."
    return FURTHER_CONDITIONS[action](review, now) if action in FURTHER_CONDITIONS else ""


def _no_confirmation(review: Review, _now: datetime) -> str:
    if not review.counts:
        return SET_ASIDE
    return "" if review.to_confirm else "Your signature counts; there is nothing to confirm."


def _no_hand_over(review: Review, _now: datetime) -> str:
    return "" if asks_to_hand_over(review) else "There is nothing to hand over, or you have answered already."


def _no_reminder(review: Review, now: datetime) -> str:
    already = f"{review.member.user} was reminded today already." if review.is_reminded else ""
    return cannot_remind(review, on=now.date()) or already


def _no_links(review: Review, _now: datetime) -> str:
    return "" if review.has_links else "The links were withdrawn already."


def _no_withdrawal(review: Review, _now: datetime) -> str:
    return "" if review.counts else SET_ASIDE


FURTHER_CONDITIONS: Mapping[Action | Act, Callable[[Review, datetime], str]] = {
    Act.CONFIRM: _no_confirmation,
    Act.HAND_OVER: _no_hand_over,
    Act.REMIND: _no_reminder,
    Act.REVOKE_LINKS: _no_links,
    Action.WITHDRAW_SIGNATURE: _no_withdrawal,
}
"""Further conditions of an action beside the states of review and version: a function returns why not, or an empty
string.
"""

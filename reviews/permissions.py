"""Who may take part in a review, and who may not."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from django.utils.text import capfirst

from articles.lifecycle import IN_REVIEW
from articles.models import Article, Version
from articles.permissions import Offer
from articles.permissions import plays as plays_in_article
from editorial.exceptions import Fault, NotPermitted
from editorial.interests import unstated
from editorial.models import BoardMember, Disclosure, EditorialPolicy
from editorial.permissions import Somebody, is_editor, is_system, require
from editorial.roles import Role
from reviews.lifecycle import ACTS, TRANSITIONS, Act, Action, State
from reviews.models import ClaimCheck, Comment, Review

WHO: Mapping[Action | Act, frozenset[Role]] = {
    Act.COMMENT: frozenset({Role.BOARD_MEMBER}),
    Act.CHECK_CLAIM: frozenset({Role.BOARD_MEMBER}),
    Act.ANSWER: frozenset({Role.BOARD_MEMBER}),
    Act.EXTEND: frozenset({Role.EDITOR, Role.SYSTEM}),
    Act.REMIND: frozenset({Role.EDITOR}),
    Act.REVOKE_LINKS: frozenset({Role.EDITOR}),
    Action.ACCEPT: frozenset({Role.BOARD_MEMBER}),
    Action.SIGN: frozenset({Role.BOARD_MEMBER}),
    Action.WITHDRAW_SIGNATURE: frozenset({Role.BOARD_MEMBER}),
    Action.DECLINE: frozenset({Role.BOARD_MEMBER}),
    Action.RECUSE: frozenset({Role.BOARD_MEMBER}),
    Action.CANCEL: frozenset({Role.EDITOR}),
    Action.LAPSE: frozenset({Role.SYSTEM}),
}
"""A board member acts in their own reviews only."""


def is_reviewer(user: Somebody, review: Review) -> bool:
    return user.is_active and review.member.user_id == user.pk


def plays(user: Somebody, role: Role, review: Review) -> bool:
    if role == Role.BOARD_MEMBER:
        return is_reviewer(user, review)
    return is_editor(user) if role == Role.EDITOR else is_system(user)


def may(user: Somebody, action: Action | Act, review: Review) -> bool:
    return any(plays(user, role, review) for role in WHO[action])


def require_may(user: Somebody, action: Action | Act, review: Review) -> None:
    """Raise NotPermitted (403) unless ``user`` may ``action`` this review."""
    if not may(user, action, review):
        raise NotPermitted(_only(action))


def may_resolve(user: Somebody, comment: Comment) -> bool:
    """A comment is resolved by who made it, or by an editor."""
    return (user.is_active and comment.author_id == user.pk) or is_editor(user)


def may_answer(user: Somebody, version: Version) -> bool:
    """The writers of the article answer what reviewers said of it."""
    return plays_in_article(user, Role.WRITER, version.article)


def may_resolve_by_answer(user: Somebody, comment: Comment) -> bool:
    """On a blocking comment the last word is with who may resolve it anyway; any other is resolved by an answer too."""
    return may_resolve(user, comment) or (not comment.is_blocking and may_answer(user, comment.version))


def cannot_rule(user: Somebody, check: ClaimCheck) -> str:
    """Why ``user`` may not rule on ``check``, in words; empty when they may.

    Editors rule; not on a verdict of their own, and not while they owe a review of the article themselves.
    """
    if not is_editor(user):
        return "Only editors rule on a verdict."
    if is_reviewer(user, check.review):
        return "Nobody rules on a verdict of their own."
    owes = Review.objects.of(user).open().filter(version__article__versions=check.review.version_id).exists()
    return "You owe a review of this article; another editor rules on its verdicts." if owes else ""


def require_may_rule(user: Somebody, check: ClaimCheck) -> None:
    """Raise NotPermitted (403) unless ``user`` may rule on ``check``, see ``cannot_rule``."""
    reason = cannot_rule(user, check)
    require(not reason, reason)


def conflicts(member: BoardMember, article: Article, *, on: date) -> list[Disclosure]:
    """Interests of ``member`` on that day in makers of the article's products."""
    held = Disclosure.objects.filter(member=member).held(on=on).select_related("company", "product")
    return list(held.filter(company__in=article.companies()).order_by("pk"))


def obstacles(
    member: BoardMember, article: Article, *, wrote: bool, on: date, waived: Collection[int]
) -> Iterator[Fault]:
    """Everything that keeps ``member`` from reviewing ``article`` on that day.

    ``wrote`` says whether they have written in it; ``waived`` has ids of disclosures.
    """
    if not member.is_in_office(on=on):
        yield Fault("/member", "not_in_office", f"{member.user} is not in office.")
    if not member.is_licensed(on=on):
        yield Fault("/member", "no_licence", f"No valid licence of {member.user} is on record.")
    if wrote:
        yield Fault("/member", "own_article", f"{member.user} wrote in this article; nobody reviews what they wrote.")
    for disclosure in conflicts(member, article, on=on):
        if disclosure.pk in waived:
            continue
        interest = disclosure.product or disclosure.company
        detail = f"{member.user} disclosed an interest that touches this article: {disclosure.nature}, {interest}."
        yield Fault("/member", "conflict_of_interest", detail)


def require_unhindered(review: Review, *, policy: EditorialPolicy, now: datetime) -> None:
    """Raise NotPermitted (403) when anything keeps the reviewer from judging this version now. It was read to be moved.

    That is every obstacle, and that their word on interests is missing or too old. It is no obstacle to be invited:
    the invitation is what reminds a member of the form.
    """
    article, waived = review.version.article, review.waived_interests
    obstructed = obstacles(review.member, article, wrote=review.wrote, on=now.date(), waived=waived)
    hindrances = [*obstructed, *unstated(review.member, stated_at=review.stated_at, policy=policy, now=now)]
    if hindrances:
        detail = " ".join(fault.detail for fault in hindrances)
        raise NotPermitted(detail, code=hindrances[0].code, faults=tuple(hindrances))


def offers(user: Somebody, review: Review) -> list[Offer]:
    """Everything a person can do in ``review``, allowed to ``user`` now or not, with the reason."""
    personal = [action for action in (*Act, *Action) if WHO[action] != {Role.SYSTEM}]
    return [_offer(user, action, review) for action in personal]


def _offer(user: Somebody, action: Action | Act, review: Review) -> Offer:
    if not may(user, action, review):
        return Offer(action.value, capfirst(str(action.label)), allowed=False, reason=_only(action))
    state = State(review.state)
    possible = state in ACTS[action] if isinstance(action, Act) else (state, action) in TRANSITIONS
    reason = "" if possible else f"The review is {state.label}."
    if possible and review.version.state not in IN_REVIEW:
        possible, reason = False, f"The version is {review.version.get_state_display()}."
    return Offer(action.value, capfirst(str(action.label)), allowed=possible, reason=reason)


def _only(action: Action | Act) -> str:
    names = {Role.BOARD_MEMBER: "the reviewer", Role.EDITOR: "editors", Role.SYSTEM: "the house itself"}
    who = " and ".join(name for role, name in names.items() if role in WHO[action])
    return f"Only {who} may do this: {action.label}."

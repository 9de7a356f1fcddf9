"""Who may do what in a review."""

from collections.abc import Callable, Mapping
from datetime import date

from articles.lifecycle import IN_REVIEW
from articles.models import Article, Version
from articles.models.versions import VersionQuerySet
from articles.permissions import has_role as plays_in_article
from articles.permissions import has_written
from editorial.exceptions import NotPermitted
from editorial.permissions import AnyUser, board_member, is_editor, is_system, reads_the_record, require
from editorial.roles import Role
from reviews.lifecycle import Act, Action, State
from reviews.models import ClaimCheck, Comment, Lowering, Recusal, Review, Signature

WHO: Mapping[Action | Act, frozenset[Role]] = {
    Act.COMMENT: frozenset({Role.BOARD_MEMBER}),
    Act.CHECK_CLAIM: frozenset({Role.BOARD_MEMBER}),
    Act.ANSWER: frozenset({Role.BOARD_MEMBER}),
    Act.CONFIRM: frozenset({Role.BOARD_MEMBER}),
    Act.EXTEND: frozenset({Role.EDITOR, Role.SYSTEM}),
    Act.REMIND: frozenset({Role.EDITOR}),
    Act.REVOKE_LINKS: frozenset({Role.EDITOR}),
    Act.HAND_OVER: frozenset({Role.BOARD_MEMBER}),
    Act.WAIVE: frozenset({Role.EDITOR}),
    Action.ACCEPT: frozenset({Role.BOARD_MEMBER}),
    Action.SIGN: frozenset({Role.BOARD_MEMBER}),
    Action.WITHDRAW_SIGNATURE: frozenset({Role.BOARD_MEMBER}),
    Action.DECLINE: frozenset({Role.BOARD_MEMBER}),
    Action.RECUSE: frozenset({Role.BOARD_MEMBER}),
    Action.CANCEL: frozenset({Role.EDITOR}),
    Action.LAPSE: frozenset({Role.SYSTEM}),
}
"""A board member acts in their own reviews only."""


def is_reviewer(user: AnyUser, review: Review) -> bool:
    return user.is_active and review.member.user_id == user.pk


PLAYS: Mapping[Role, Callable[[AnyUser, Review], bool]] = {
    Role.BOARD_MEMBER: is_reviewer,
    Role.EDITOR: lambda user, _review: is_editor(user),
    Role.SYSTEM: lambda user, _review: is_system(user),
}
"""For each role in ``WHO``: whether a user has it for a review."""

CALLED: Mapping[Role, str] = {
    Role.BOARD_MEMBER: "the reviewer",
    Role.EDITOR: "editors",
    Role.SYSTEM: "the system",
}
"""How refusals name each role."""


def may(user: AnyUser, action: Action | Act, review: Review) -> bool:
    return any(PLAYS[role](user, review) for role in WHO[action])


def require_may(user: AnyUser, action: Action | Act, review: Review) -> None:
    """Raise NotPermitted (403) unless ``user`` may do ``action`` in this review."""
    if not may(user, action, review):
        raise NotPermitted(who_may_words(action))


WITHHELD = "The text is no longer shown here, since you take no part in this round."
"""Shown in place of the text to a member who no longer takes part in the round."""


def texts_read_by(user: AnyUser) -> VersionQuerySet:
    """Return versions whose text ``user`` may read outside the public pages.

    These are the versions whose record they see, and those that they review: from the invitation on and after the
    signature, but not after they declined, recused, were cancelled or let the review lapse. Pages, API, files and mails
    all use this rule. What a member wrote stays visible to them.
    """
    reviewed = Version.objects.filter(reviews__in=Review.objects.of(user).live()).values("pk")
    seen = Version.objects.visible_to(user)
    return seen | Version.objects.filter(pk__in=reviewed)


def reads_text(user: AnyUser, version: Version) -> bool:
    """Whether ``version`` is among ``texts_read_by(user)``. One query, or none for readers of the record."""
    return reads_the_record(user) or texts_read_by(user).filter(pk=version.pk).exists()


def cannot_resolve(user: AnyUser, comment: Comment) -> str:
    """Return why ``user`` may not resolve ``comment``, or an empty string when they may.

    The author withdraws it. Editors resolve any comment; on a blocking one they rule, as on a verdict.
    """
    if user.is_active and comment.author_id == user.pk:
        return ""
    if not is_editor(user):
        return "A comment is resolved by who made it, or by an editor."
    return _cannot_judge(user, comment.version.article_id) if comment.is_blocking else ""


def may_resolve(user: AnyUser, comment: Comment) -> bool:
    """Whether ``user`` may resolve ``comment``, see ``cannot_resolve``."""
    return not cannot_resolve(user, comment)


def _cannot_judge(user: AnyUser, article_id: int) -> str:
    """Return why an editor may not rule on objections to this article: they wrote or review it."""
    article = Article(pk=article_id)
    if has_written(user, article):
        return "You wrote in this article; another editor rules on objections to it."
    owes = Review.objects.of(user).open().filter(version__article=article_id).exists()
    return "You have an open review of this article; another editor rules on objections to it." if owes else ""


def open_review_of(user: AnyUser, article: Article) -> Review | None:
    """Return the accepted review by ``user`` of the article's version in review, or None."""
    mine = Review.objects.of(user).filter(state=State.ACCEPTED, version__article=article)
    return mine.filter(version__state__in=IN_REVIEW).select_related("version__article", "member__user").first()


def require_open_review(user: AnyUser, article: Article) -> Review:
    """Return ``open_review_of``. Raises NotPermitted (403) when there is none."""
    if review := open_review_of(user, article):
        return review
    raise NotPermitted("Only a reviewer at work on the changed version accepts a change.")


def require_may_withdraw(user: AnyUser, check: ClaimCheck) -> None:
    """Raise NotPermitted (403) unless the verdict is the user's own."""
    require(is_reviewer(user, check.review), "Only the reviewer who gave a verdict withdraws it.")


def may_answer(user: AnyUser, version: Version) -> bool:
    """Whether ``user`` is a writer of the article: writers answer the reviewers' comments."""
    return plays_in_article(user, Role.WRITER, version.article)


def may_resolve_by_answer(user: AnyUser, comment: Comment) -> bool:
    """Whether ``user`` may resolve ``comment`` by an answer.

    A blocking comment needs someone who may resolve it anyway. Any other is also resolved by a writer's answer.
    """
    return may_resolve(user, comment) or (not comment.is_blocking and may_answer(user, comment.version))


def cannot_decide_lowering(user: AnyUser, lowering: Lowering, *, on: date) -> str:
    """Return why ``user`` may not decide on a proposed lowering, or an empty string when they may.

    Another editor than the proposer decides, or the chair of the board in office, but neither a writer nor a reviewer
    in the round.
    """
    member = board_member(user)
    chairs = member is not None and member.is_chair and member.is_in_office(on=on)
    if not (is_editor(user) or chairs):
        return "Only another editor or the chair of the board decides this."
    if lowering.proposed_by_id == user.pk:
        return "You proposed this; another editor or the chair of the board decides it."
    if has_written(user, lowering.version.article):
        return "You wrote in this article; another editor or the chair of the board decides this."
    reviews = Review.objects.of(user).live().filter(version=lowering.version_id).exists()
    return "You take part in this round; another editor or the chair of the board decides this." if reviews else ""


def cannot_decide(user: AnyUser) -> str:
    """Return why ``user`` may not decide a round on its signatures, or an empty string when they may."""
    return "" if is_editor(user) else "Only editors decide a round."


def cannot_rule(user: AnyUser, check: ClaimCheck) -> str:
    """Return why ``user`` may not rule on ``check``, or an empty string when they may.

    Editors rule, but not on their own verdict, not on objections to text that they wrote, and not while they have an
    open review of the article.
    """
    if not is_editor(user):
        return "Only editors rule on a verdict."
    if is_reviewer(user, check.review):
        return "Editors cannot rule on their own verdicts."
    return _cannot_judge(user, check.review.version.article_id)


def require_may_rule(user: AnyUser, check: ClaimCheck) -> None:
    """Raise NotPermitted (403) unless ``user`` may rule on ``check``, see ``cannot_rule``."""
    reason = cannot_rule(user, check)
    require(not reason, reason)


def cannot_set_aside(user: AnyUser, signature: Signature) -> str:
    """Return why ``user`` may not set ``signature`` aside, or an empty string when they may."""
    if not is_editor(user):
        return "Only editors set a signature aside."
    if signature.signer_id == user.pk:
        return "This signature is yours: withdraw it, or ask another editor."
    if hasattr(signature, "withdrawal"):
        return "The signature was withdrawn already."
    return "The signature was set aside already." if hasattr(signature, "set_aside") else ""


def may_withdraw_recusal(user: AnyUser, recusal: Recusal) -> bool:
    """Whether ``user`` may withdraw the recusal: its member and editors may."""
    return is_editor(user) or (user.is_active and recusal.member.user_id == user.pk)


def who_may_words(action: Action | Act) -> str:
    """Return the refusal that names who may do this."""
    who = " and ".join(name for role, name in CALLED.items() if role in WHO[action])
    return f"Only {who} may do this: {action.label}."

"""Who may do what to an article and its versions. When is ``lifecycle.py``'s business."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, Expression, F, Value
from django.db.models.expressions import Combinable
from django.utils.text import capfirst

from articles.lifecycle import ACTS, TRANSITIONS, Act, Action, State, in_the_way
from articles.models import Article, Authorship, Question, Rendition, Report, Version
from editorial.exceptions import NotPermitted
from editorial.permissions import Somebody, is_editor, is_system, is_writer, reads_the_record
from editorial.roles import Role

WHO: Mapping[Action | Act, frozenset[Role]] = {
    Act.EDIT: frozenset({Role.WRITER}),
    Act.INVITE: frozenset({Role.SYSTEM, Role.EDITOR}),
    Act.REVISE: frozenset({Role.SYSTEM, Role.WRITER, Role.EDITOR}),
    Action.SUBMIT: frozenset({Role.WRITER}),
    Action.WITHDRAW: frozenset({Role.WRITER, Role.EDITOR}),
    Action.BEGIN_REVIEW: frozenset({Role.SYSTEM}),
    Action.REQUEST_CHANGES: frozenset({Role.SYSTEM, Role.EDITOR}),
    Action.APPROVE: frozenset({Role.SYSTEM}),
    Action.REJECT: frozenset({Role.EDITOR}),
    Action.SUPERSEDE: frozenset({Role.SYSTEM}),
    Action.SUSPEND: frozenset({Role.SYSTEM, Role.EDITOR}),
    Action.REINSTATE: frozenset({Role.EDITOR}),
    Action.RETRACT: frozenset({Role.EDITOR}),
}
"""A writer acts on articles of their own only."""


@dataclass(frozen=True)
class Offer:
    """Whether somebody may do something now, and if not, why not."""

    action: str
    label: str
    allowed: bool
    reason: str = ""


def is_author(user: Somebody, article: Article) -> bool:
    return any(authorship.user_id == user.pk for authorship in article.authorships.all())


def has_written(user: Somebody, article: Article) -> bool:
    """Whether ``user`` is an author of ``article`` or ever saved a word of it: they never review it."""
    return Article.objects.filter(wrote_in(Value(article.pk), user=Value(user.pk)), pk=article.pk).exists()


def wrote_in(article: Expression | F, *, user: Expression | F) -> Combinable:
    """As ``has_written``, asked within a query, by ids."""
    signed = Authorship.objects.filter(article=article, user=user)
    began = Version.objects.filter(article=article, created_by=user)
    wrote = Rendition.history.filter(version__article=article, history_user=user)
    return Exists(signed) | Exists(began) | Exists(wrote)


def plays(user: Somebody, role: Role, article: Article) -> bool:
    """Whether ``user`` has ``role`` towards ``article``."""
    if role == Role.WRITER:
        return is_writer(user) and is_author(user, article)
    return is_editor(user) if role == Role.EDITOR else is_system(user)


def may(user: Somebody, action: Action | Act, article: Article) -> bool:
    return any(plays(user, role, article) for role in WHO[action])


def require_may(user: Somebody, action: Action | Act, article: Article) -> None:
    """Raise NotPermitted (403) unless ``user`` may ``action`` versions of ``article``."""
    if not may(user, action, article):
        raise NotPermitted(_only(action))


def may_see_record(user: Somebody, article: Article) -> bool:
    return reads_the_record(user) or is_system(user) or is_author(user, article)


def may_classify(user: Somebody, article: Article) -> bool:
    """Editors decide risk, specialties and products; its writers only while nothing was submitted yet."""
    only_drafts = not article.versions.exclude(state=State.DRAFT).exists()
    return is_editor(user) or (only_drafts and is_writer(user) and is_author(user, article))


def offers(user: Somebody, version: Version) -> list[Offer]:
    """Everything a person can do to ``version``, allowed to ``user`` now or not, with the reason.

    Where many are asked about, prefetch ``article__authorships`` and ``article__versions``.
    """
    personal = [action for action in (*Act, *Action) if WHO[action] != {Role.SYSTEM}]
    return [_offer(user, action, version) for action in personal]


def _offer(user: Somebody, action: Action | Act, version: Version) -> Offer:
    if not may(user, action, version.article):
        return Offer(action.value, capfirst(str(action.label)), allowed=False, reason=_only(action))
    reason = _when(action, version)
    return Offer(action.value, capfirst(str(action.label)), allowed=not reason, reason=reason)


def _when(action: Action | Act, version: Version) -> str:
    """Why ``action`` is not possible now, by the version's own state or by another version's; empty when it is."""
    state = State(version.state)
    possible = state in ACTS[action] if isinstance(action, Act) else (state, action) in TRANSITIONS
    if not possible:
        return f"The version is {state.label}."
    versions = version.article.versions.all()
    refusal = in_the_way(action, others=[(other.number, other.state) for other in versions if other.pk != version.pk])
    return refusal.detail if refusal else ""


def cannot_decide(user: Somebody, report: Report) -> str:
    """Why ``user`` may not decide about ``report`` now, in words; empty when they may."""
    if not is_editor(user):
        return "Only editors decide about a report."
    return "This report was decided already." if report.decision else ""


def cannot_settle(user: Somebody, question: Question) -> str:
    """Why ``user`` may not answer ``question`` now, in words; empty when they may."""
    if not is_editor(user):
        return "Only editors answer a question."
    return "This question was settled already." if question.settled else ""


def _only(action: Action | Act) -> str:
    names = {Role.WRITER: "its writers", Role.EDITOR: "editors", Role.SYSTEM: "the house itself"}
    who = " and ".join(names[role] for role in (Role.WRITER, Role.EDITOR, Role.SYSTEM) if role in WHO[action])
    return f"Only {who} may do this: {action.label}."

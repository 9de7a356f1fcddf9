"""Who may do what with an article and its versions. In which states is defined in ``lifecycle.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, Expression, F, OuterRef, Value
from django.db.models.expressions import Combinable
from django.utils.text import capfirst

from articles.lifecycle import ACTS, TRANSITIONS, Act, Action, State, blocked_by_other_version
from articles.models import Article, Authorship, Question, Rendition, Report, Version
from editorial.accounts.persons import Accounts, EachAccount
from editorial.exceptions import NotPermitted
from editorial.models import User
from editorial.permissions import AnyUser, is_editor, is_system, is_writer, reads_the_record
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
"""The roles that may perform each action. Writers act only on their own articles."""


@dataclass(frozen=True)
class Offer:
    """An action that a user may or may not perform now.

    If not, ``reason`` says why, and ``way`` is the address where the missing step can be taken.
    """

    action: str
    label: str
    allowed: bool
    reason: str = ""
    way: str = ""


def is_author(user: AnyUser, article: Article) -> bool:
    return any(authorship.user_id == user.pk for authorship in article.authorships.all())


def has_written(user: AnyUser, article: Article) -> bool:
    """Return whether ``user``, with any of their accounts, is an author of ``article`` or saved a part of its text.

    They never review it.
    """
    return Article.objects.filter(has_written_expr(Value(article.pk), user=Value(user.pk)), pk=article.pk).exists()


def has_written_expr(article: Expression | F, *, user: Expression | F) -> Combinable:
    """As ``has_written``, as an expression inside a query, with ids."""
    account = OuterRef(user) if isinstance(user, OuterRef) else user
    accounts = User.objects.filter(pk=account).values(account=EachAccount(Accounts("pk")))
    is_author = Authorship.objects.filter(article=article, user__in=accounts)
    created = Version.objects.filter(article=article, created_by__in=accounts)
    wrote = Rendition.history.filter(version__article=article, history_user__in=accounts)
    return Exists(is_author) | Exists(created) | Exists(wrote)


PLAYS: Mapping[Role, Callable[[AnyUser, Article], bool]] = {
    Role.WRITER: lambda user, article: is_writer(user) and is_author(user, article),
    Role.EDITOR: lambda user, _article: is_editor(user),
    Role.SYSTEM: lambda user, _article: is_system(user),
}
"""How to check that a user has a role for an article, for each role in ``WHO``."""

CALLED: Mapping[Role, str] = {Role.WRITER: "its writers", Role.EDITOR: "editors", Role.SYSTEM: "the system"}


def has_role(user: AnyUser, role: Role, article: Article) -> bool:
    """Return whether ``user`` has ``role`` for ``article``."""
    return PLAYS[role](user, article)


def may(user: AnyUser, action: Action | Act, article: Article) -> bool:
    return any(has_role(user, role, article) for role in WHO[action])


def require_may(user: AnyUser, action: Action | Act, article: Article) -> None:
    """Raise NotPermitted (403) unless ``user`` may ``action`` versions of ``article``."""
    if not may(user, action, article):
        raise NotPermitted(_reason_by_role(action))


def may_see_record(user: AnyUser, article: Article) -> bool:
    return reads_the_record(user) or is_system(user) or is_author(user, article)


def may_classify(user: AnyUser, article: Article) -> bool:
    """Editors may change risk, specialties and products; writers only before the first submission."""
    only_drafts = not article.versions.exclude(state=State.DRAFT).exists()
    return is_editor(user) or (only_drafts and is_writer(user) and is_author(user, article))


def offers(user: AnyUser, version: Version) -> list[Offer]:
    """Return every action on ``version`` that people can perform, and whether ``user`` may perform it now, or why not.

    For many versions, prefetch ``article__authorships`` and ``article__versions``.
    """
    personal = [action for action in (*Act, *Action) if WHO[action] != {Role.SYSTEM}]
    offered = []
    for action in personal:
        is_permitted = may(user, action, version.article)
        reason = _reason_by_state(action, version) if is_permitted else _reason_by_role(action)
        allowed = is_permitted and not reason
        offered.append(Offer(action.value, capfirst(str(action.label)), allowed=allowed, reason=reason))
    return offered


def _reason_by_state(action: Action | Act, version: Version) -> str:
    """Return why the state of this or another version forbids ``action`` now; empty if it is possible."""
    state = State(version.state)
    possible = state in ACTS[action] if isinstance(action, Act) else (state, action) in TRANSITIONS
    if not possible:
        return f"The version is {state.label}."
    versions = version.article.versions.all()
    refusal = blocked_by_other_version(
        action, others=[(other.number, other.state) for other in versions if other.pk != version.pk]
    )
    return refusal.detail if refusal else ""


def cannot_decide(user: AnyUser, report: Report) -> str:
    """Return why ``user`` may not decide about ``report`` now, as a sentence; empty if they may."""
    if not is_editor(user):
        return "Only editors decide about a report."
    return "This report was decided already." if report.decision else ""


def cannot_settle(user: AnyUser, question: Question) -> str:
    """Return why ``user`` may not answer ``question`` now, as a sentence; empty if they may."""
    if not is_editor(user):
        return "Only editors answer a question."
    return "This question was settled already." if question.settled else ""


def _reason_by_role(action: Action | Act) -> str:
    who = " and ".join(name for role, name in CALLED.items() if role in WHO[action])
    return f"Only {who} may do this: {action.label}."

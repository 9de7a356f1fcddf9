"""Open objections as pages list them, and the buttons that end them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from articles.models import Version
from articles.text.comparison import Row, compare
from editorial.admin.formatting import address
from editorial.admin.verbs import OptionalReasonForm, Verb, VerbForm
from editorial.models import User
from editorial.permissions import reads_the_record
from reviews import actions
from reviews.desk.objections import Objection, ended_objections, open_objections, visible_objections
from reviews.lifecycle import State
from reviews.models import AcceptedChange, ClaimCheck, Comment, Ruling
from reviews.permissions import cannot_resolve, cannot_rule, is_reviewer, open_review_of

ACCEPT_CHANGE = "accept_change"


@dataclass(frozen=True)
class Listed:
    """An objection with the address of its page. ``accept`` is the address to accept the change, if allowed."""

    objection: Objection
    page: str
    accept: str

    @property
    def difference(self) -> Row | None:
        """The words objected to, compared with the current ones. None if unchanged or if nothing similar is left."""
        objection = self.objection
        rows = compare(objection.before, objection.now) if objection.now else []
        return rows[0] if rows else None


@dataclass(frozen=True)
class ObjectionsPanel:
    """The objections on a page: open ones, and those that were ended, with by whom and why."""

    listed: Sequence[Listed]
    ended: Sequence[Comment | ClaimCheck]


def objections_panel(version: Version, *, user: User, earlier_only: bool = False) -> ObjectionsPanel:
    """Return objections to ``version`` that ``user`` may read; with ``earlier_only`` none of its own round."""
    open_ones = visible_objections(version, user=user)
    ended = ended_objections(version, user=user)
    if earlier_only:
        open_ones = [objection for objection in open_ones if objection.review.version_id != version.pk]
        ended = [source for source in ended if source.review.version_id != version.pk]
    works = open_review_of(user, version.article) is not None
    return ObjectionsPanel([_listed(objection, works=works) for objection in open_ones], ended)


def _listed(objection: Objection, *, works: bool) -> Listed:
    route = "admin:reviews_claimcheck_do" if objection.is_verdict else "admin:reviews_comment_do"
    do = reverse(route, args=[objection.source.pk, ACCEPT_CHANGE])
    return Listed(objection, address(objection.source), do if works and not objection.stands else "")


# --- buttons --------------------------------------------------------------------------------------------------------


class ResolveForm(VerbForm):
    """Requires a reason to rule on another person's blocking comment. Otherwise the reason is optional."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_own = self.request is not None and self.subject.author_id == self.request.user.pk
        needed = self.subject.is_blocking and not is_own
        self.fields["reason"].required = needed
        help_text = (
            "The reviewer, the writers and the board read it." if needed else "Optional. It becomes part of the record."
        )
        self.fields["reason"].help_text = help_text


def resolve(subject: Comment, data: Any, *, by: User, now: datetime) -> Comment:
    return actions.resolve(comment_id=subject.pk, reason=data["reason"], by=by, now=now)


RESOLVE = Verb(
    name="resolve",
    label="Mark as resolved",
    call=resolve,
    form=ResolveForm,
    explain="The comment no longer blocks an approval, here and in later versions. If nothing else blocks the "
    "approval, readers see Approved at once.",
    done="Resolved.",
    is_main=True,
)


def accept_passage(subject: Comment, data: Any, *, by: User, now: datetime) -> AcceptedChange:
    return actions.accept_changed_passage(comment_id=subject.pk, reason=data["reason"], by=by, now=now)


def accept_claim(subject: ClaimCheck, data: Any, *, by: User, now: datetime) -> AcceptedChange:
    return actions.accept_changed_claim(check_id=subject.pk, reason=data["reason"], by=by, now=now)


def desk_of(accepted: AcceptedChange) -> str:
    """Return the address of the desk on which the change was accepted."""
    review = open_review_of(accepted.accepted_by, accepted.version.article)
    return reverse("admin:reviews_review_desk", args=[review.pk]) if review else reverse("admin:index")


ACCEPTS: dict[str, Any] = {
    "name": ACCEPT_CHANGE,
    "label": "The change answers this",
    "form": OptionalReasonForm,
    "explain": "You say that the changed words answer the objection. It no longer blocks an approval of this version. "
    "If a later version says the same as before, it blocks again. Its author and the writers are notified.",
    "done": "Accepted. The objection no longer blocks an approval.",
    "is_main": True,
    "lands": desk_of,
}

ACCEPT_PASSAGE = Verb(call=accept_passage, **ACCEPTS)
ACCEPT_CLAIM = Verb(call=accept_claim, **ACCEPTS)


def withdraw(subject: ClaimCheck, data: Any, *, by: User, now: datetime) -> Ruling:
    return actions.withdraw_verdict(check_id=subject.pk, reason=data["reason"], by=by, now=now)


WITHDRAW = Verb(
    name="withdraw",
    label="Withdraw the verdict",
    call=withdraw,
    form=OptionalReasonForm,
    explain="The verdict stays on record as withdrawn and no longer blocks an approval. If nothing else blocks the "
    "approval, readers see Approved at once.",
    done="Withdrawn.",
)


def resolving(user: User, comment: Comment) -> dict[str, str]:
    """Return the verbs resolve and accept, each with why ``user`` cannot use it on ``comment``; empty if they can."""
    ended = "The comment is resolved already." if comment.resolved_at else ""
    return {RESOLVE.name: ended or cannot_resolve(user, comment), **_accepting(user, comment)}


def ending(user: User, check: ClaimCheck) -> dict[str, str]:
    """Return the verbs withdraw, accept and rule that ``user`` has on a negative verdict, as ``resolving`` does."""
    if not check.is_negative:
        return {}
    ended = "The verdict was ruled on or withdrawn already." if check.ruling else ""
    offered = _accepting(user, check)
    if is_reviewer(user, check.review):
        is_open = check.review.state == State.ACCEPTED
        at_work = "Your review is open: give another verdict at the desk." if is_open else ""
        offered[WITHDRAW.name] = ended or at_work
    if reads_the_record(user):
        offered["rule"] = ended or cannot_rule(user, check)
    return offered


def _accepting(user: User, source: Comment | ClaimCheck) -> dict[str, str]:
    """Return the verb accept for a reviewer with an open review of a later version in which the objection is open."""
    review = open_review_of(user, source.review.version.article)
    if review is None or review.version_id == source.review.version_id:
        return {}
    objection = next((candidate for candidate in open_objections(review.version) if candidate.source == source), None)
    if objection is None:
        return {}
    return {ACCEPT_CHANGE: "Its words are unchanged in the version under review." if objection.stands else ""}

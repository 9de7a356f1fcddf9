"""Every verb as a call with a row and a user, for tests that try all of them in all states and as all users."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from articles import actions as articles
from articles import transitions as version_transitions
from articles.lifecycle import Act as VersionAct
from articles.lifecycle import Action as VersionAction
from articles.models import ArticleProduct, Claim, Rendition, Version
from articles.requirements import required
from editorial.models import BoardMember, EditorialPolicy, LedgerEntry, Notice, User
from reviews import actions as reviews
from reviews import transitions as review_transitions
from reviews.lifecycle import ENDED, Act, Action
from reviews.models import (
    CarriedCheck,
    ChecklistAnswer,
    ClaimCheck,
    Comment,
    Decision,
    Lowering,
    Recusal,
    Review,
    Ruling,
    Signature,
    SignatureConfirmation,
    SignatureSetAside,
    SignatureWithdrawal,
)
from tests.support import factories
from tests.support.factories import NOW

Verb = Callable[[Any, User], object]

WHY = {"now": NOW, "reason": "For the test."}


@transaction.atomic
def _approve(version: Version, by: User) -> object:
    locked = version_transitions.lock(version.pk)
    return articles.approve(locked, requirements=required(locked, at=NOW), reviewers=[], by=by, now=NOW)


def _move_version(action: VersionAction) -> Verb:
    return lambda version, by: version_transitions.move(version_transitions.lock(version.pk), action, by=by, now=NOW)


def _invite(version: Version, by: User) -> object:
    member = BoardMember.objects.get(user__username="cleo")
    return reviews.invite(version_id=version.pk, member_id=member.pk, by=by, now=NOW)


def _edit(version: Version, by: User) -> object:
    return articles.edit(version_id=version.pk, question="Can IVIG cause a sore back?", by=by, now=NOW)


VERSION_VERBS: dict[VersionAction | VersionAct, Verb] = {
    VersionAct.EDIT: _edit,
    VersionAct.INVITE: _invite,
    VersionAct.REVISE: lambda version, by: articles.revise(version_id=version.pk, by=by, now=NOW),
    VersionAction.SUBMIT: lambda version, by: articles.submit(version_id=version.pk, by=by, now=NOW),
    VersionAction.WITHDRAW: lambda version, by: reviews.withdraw(version_id=version.pk, by=by, **WHY),
    VersionAction.BEGIN_REVIEW: _move_version(VersionAction.BEGIN_REVIEW),
    VersionAction.REQUEST_CHANGES: lambda version, by: reviews.request_changes(version_id=version.pk, by=by, **WHY),
    VersionAction.APPROVE: _approve,
    VersionAction.REJECT: lambda version, by: reviews.reject(version_id=version.pk, by=by, **WHY),
    VersionAction.SUPERSEDE: _move_version(VersionAction.SUPERSEDE),
    VersionAction.SUSPEND: lambda version, by: articles.suspend(version_id=version.pk, by=by, **WHY),
    VersionAction.REINSTATE: lambda version, by: reviews.reinstate(version_id=version.pk, by=by, **WHY),
    VersionAction.RETRACT: lambda version, by: articles.retract(version_id=version.pk, by=by, **WHY),
}


def _sign(review: Review, by: User) -> object:
    digest = review.version.digest
    return reviews.sign(review_id=review.pk, decision=Decision.APPROVE, digest=digest, by=by, now=NOW)


def _lapse(review: Review, by: User) -> object:
    return review_transitions.move(review_transitions.lock(review.pk), Action.LAPSE, by=by, now=NOW)


def _comment(review: Review, by: User) -> object:
    return reviews.comment(review_id=review.pk, text="How mild?", by=by, now=NOW)


def _check_claim(review: Review, by: User) -> object:
    claim = Claim.objects.filter(rendition__version=review.version).order_by("pk")[0]
    work = claim.references.order_by("pk")[0]
    found = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": "supports"}
    return reviews.check_claim(review_id=review.pk, by=by, now=NOW, **found)


def _answer(review: Review, by: User) -> object:
    question = EditorialPolicy.objects.required(at=NOW).questions.get()
    return reviews.answer_checklist(review_id=review.pk, checklist={question.pk: "Nothing."}, by=by, now=NOW)


def _confirm(review: Review, by: User) -> object:
    """Confirm a signature. If there is one, first record that the requirements were lowered after it."""
    if signature := Signature.objects.standing().filter(review=review).first():
        edith, decided = User.objects.get(username="edith"), {"outcome": "confirmed", "decided_at": NOW}
        said = {"before": {}, "after": {}, "less": [], "reason": "x", "proposed_by": edith, "proposed_at": NOW}
        decided["decided_by"] = User.objects.system()
        lowering, _ = Lowering.objects.get_or_create(version=review.version, defaults={**said, **decided})
        SignatureConfirmation.objects.get_or_create(signature=signature, lowering=lowering, defaults={"asked_at": NOW})
    return reviews.confirm_signature(review_id=review.pk, digest=review.version.digest, by=by, now=NOW)


def _extend(review: Review, by: User) -> None:
    reviews.extend(review_id=review.pk, due_at=review.due_at + timedelta(days=7), by=by, **WHY)


def _hand_over(review: Review, by: User) -> Any:
    """Hand over unsigned work. For the member of an ended review, first add a comment to it."""
    if by == review.member.user and review.state in ENDED:
        with connection.cursor() as cursor:  # bypasses the trigger that keeps an ended review unchanged
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE reviews_review SET accepted_at = now() WHERE id = %s", [review.pk])
            said = {"version": review.version, "review": review, "author": by, "text": "Left.", "created_at": NOW}
            Comment(**said).record(by=by, now=NOW)
            cursor.execute("SET LOCAL session_replication_role = origin")
    return reviews.hand_over(review_id=review.pk, handed_over=True, by=by, now=NOW)


def _waive(review: Review, by: User) -> None:
    """Waive an interest that was disclosed after the invitation."""
    product = factories.make_product()
    if not review.version.article.products.exists():
        row = ArticleProduct(article=review.version.article, product=product)
        row.record(by=User.objects.system(), now=NOW)
        factories.make_disclosure(review.member, company=product.manufacturer)
    reviews.waive(review_id=review.pk, by=by, **WHY)


REVIEW_VERBS: dict[Action | Act, Verb] = {
    Act.COMMENT: _comment,
    Act.CHECK_CLAIM: _check_claim,
    Act.ANSWER: _answer,
    Act.CONFIRM: _confirm,
    Act.EXTEND: _extend,
    Act.HAND_OVER: _hand_over,
    Act.REMIND: lambda review, by: reviews.remind(review_id=review.pk, by=by, now=NOW),
    Act.WAIVE: _waive,
    Act.REVOKE_LINKS: lambda review, by: reviews.revoke_links(review_id=review.pk, by=by, now=NOW),
    Action.ACCEPT: lambda review, by: reviews.accept(review_id=review.pk, by=by, now=NOW),
    Action.SIGN: _sign,
    Action.WITHDRAW_SIGNATURE: lambda review, by: reviews.withdraw_signature(review_id=review.pk, by=by, **WHY),
    Action.DECLINE: lambda review, by: reviews.decline(review_id=review.pk, by=by, **WHY),
    Action.RECUSE: lambda review, by: reviews.recuse(review_id=review.pk, by=by, **WHY),
    Action.CANCEL: lambda review, by: reviews.cancel(review_id=review.pk, by=by, now=NOW),
    Action.LAPSE: _lapse,
}


@contextmanager
def undone() -> Iterator[None]:
    """Roll back everything that happens in the block, also on success."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def whole_record() -> tuple[str, ...]:
    """Return a hash of each table that a refused action must leave unchanged."""
    tracked = [Version, Rendition, Review, Comment, ClaimCheck, ChecklistAnswer]
    models = [
        *tracked,
        *(model.history.model for model in tracked),
        Claim,
        Signature,
        SignatureWithdrawal,
        SignatureSetAside,
        Recusal,
        CarriedCheck,
        Ruling,
    ]
    tables = [model._meta.db_table for model in [*models, LedgerEntry, Notice]]
    hashes = [f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t)" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(hashes)}")
        return cursor.fetchone()

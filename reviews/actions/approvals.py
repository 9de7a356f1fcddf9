"""Approvals under stricter rules: marked, treated as the policy says, reinstated only when they satisfy the rules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from articles import actions as articles
from articles.actions import Classification
from articles.actions.approval import require_reason, shorten
from articles.announcements import announce, editors, writers
from articles.lifecycle import Action, after
from articles.models import Article, Version
from articles.permissions import require_may
from articles.transitions import lock, lock_for, move, record_in_ledger
from editorial import actions as editorial
from editorial.exceptions import Conflict
from editorial.http.etags import Expectation
from editorial.models import EditorialPolicy, SweepTask, User
from editorial.models.policy import ApprovalsBelow
from editorial.permissions import is_system, require
from editorial.record.sweeps import sweep
from reviews.desk.objections import open_objections
from reviews.models import ApprovalMark
from reviews.rounds.approval_shortfalls import Shortfall, shortfalls, valid_approvals

CHECKED_TOGETHER = 500
"""Approvals whose shortfalls are found by the same queries."""


def publish_policy(*, policy_id: int, by: User, now: datetime) -> EditorialPolicy:
    """Publish a drafted policy, then mark the approvals that do not satisfy it and treat them as it says.

    Each approval is treated in its own transaction, so a policy that affects hundreds locks one article at a time. The
    next sweep treats what an interrupted process leaves. Raises as ``editorial.actions.publish_policy`` does.
    """
    policy = editorial.publish_policy(policy_id=policy_id, by=by, now=now)
    mark_approvals(by=User.objects.system(), now=now)
    return policy


@transaction.atomic
def classify(
    *,
    article_id: int,
    classification: Classification,
    by: User,
    now: datetime,
    reason: str = "",
    expected: Expectation | None = None,
) -> Article:
    """Set risk tier, specialties and products. Editors always can, the article's writers until its first submission.

    The new tier's rule also applies to a version in review, immediately. An approval that does not satisfy it is
    treated as the policy says. A reason is required for a lower tier, and for the removal of a specialty or product.
    While a version is in review, such a change is proposed instead, and another person confirms it.

    Raises as ``articles.actions.classify`` does.
    """
    wanted = {"article_id": article_id, "classification": classification, "reason": reason, "expected": expected}
    article = articles.classify(**wanted, by=by, now=now)  # type: ignore[arg-type]
    for pk in valid_approvals(at=now).filter(article=article).values_list("pk", flat=True):
        _mark(pk, by=User.objects.system(), now=now)
    return article


def mark_approvals(*, by: User, now: datetime) -> list[Version]:
    """Mark approvals that do not satisfy the rules in force and are not marked for them. Returns the marked versions.

    The policy decides what follows. It never approves anything. Raises NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system marks approvals.")
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None:
        return []
    marked = ApprovalMark.objects.filter(version=OuterRef("pk"), policy=policy, risk=OuterRef("article__risk"))
    unmarked = list(valid_approvals(at=now).filter(~Exists(marked)).values_list("pk", flat=True))

    def below(ids: Sequence[int]) -> list[Shortfall]:
        return shortfalls(valid_approvals(at=now).filter(pk__in=ids), policy=policy, at=now)

    with sweep(SweepTask.MARK_APPROVALS, now=now) as run:
        found = run.in_batches(Version, unmarked, below, size=CHECKED_TOGETHER)
        ids = [shortfall.version.pk for batch in found for shortfall in batch]
        return [version for version in run.each(Version, ids, lambda pk: _mark(pk, by=by, now=now)) if version]


@transaction.atomic
def _mark(version_id: int, *, by: User, now: datetime) -> Version | None:
    """Check again under the article's lock: by now the version may satisfy the rules, or be marked."""
    version = lock(version_id)
    policy = EditorialPolicy.objects.required(at=now)
    below = shortfalls(valid_approvals(at=now).filter(pk=version_id), policy=policy, at=now)
    of = {"version": version, "policy": policy, "risk": version.article.risk}
    if not below or ApprovalMark.objects.filter(**of).exists():
        return None
    mark = ApprovalMark.objects.create(
        **of, missing=list(below[0].missing), treatment=policy.approvals_below, marked_at=now
    )
    record_in_ledger(
        version,
        action="mark_approval",
        by=by,
        now=now,
        treatment=str(mark.treatment),
        mark=mark.pk,
        policy=policy.number,
        risk=mark.risk,
        missing=mark.missing,
    )
    _treat(version, below[0], policy=policy, by=by, now=now)
    return version


def _treat(version: Version, shortfall: Shortfall, *, policy: EditorialPolicy, by: User, now: datetime) -> None:
    risk = version.article.get_risk_display().lower()
    reason = f"Version {policy.number} of the policy asks for more at {risk} risk. Missing: {shortfall.words}."
    TREATMENTS[ApprovalsBelow(policy.approvals_below)](version, policy=policy, reason=reason, by=by, now=now)


def _let_stand(version: Version, *, policy: EditorialPolicy, reason: str, by: User, now: datetime) -> None:
    """Do nothing more than mark it: editors find it in their list."""


def _shorten_validity(version: Version, *, policy: EditorialPolicy, reason: str, by: User, now: datetime) -> None:
    until = now + timedelta(days=policy.approvals_below_days)
    shorten(version, valid_until=until, reason=reason, by=by, now=now)


def _suspend(version: Version, *, policy: EditorialPolicy, reason: str, by: User, now: datetime) -> None:  # noqa: ARG001
    move(version, Action.SUSPEND, by=by, now=now, reason=reason)
    announce(version, version.state, to=[*writers(version), *editors()], by=by, now=now)


TREATMENTS: Mapping[ApprovalsBelow, Callable[..., None]] = {
    ApprovalsBelow.STAND: _let_stand,
    ApprovalsBelow.DATED: _shorten_validity,
    ApprovalsBelow.SUSPENDED: _suspend,
}
"""What to do with an approval that does not satisfy a policy, by the policy's setting."""


@transaction.atomic
def reinstate(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Reinstate the approval of a suspended version that satisfies the rules. Its shelf life continues unchanged.

    Raises NotPermitted, InvalidTransition also when another version has been approved meanwhile, Unacceptable without a
    reason, and Conflict, naming what is missing, when the rules are not satisfied.
    """
    require_reason(reason)
    version = lock_for(version_id, by=by)
    require_may(by, Action.REINSTATE, version.article)
    after(version.state, Action.REINSTATE)
    require_reinstatable(version, now=now)
    return articles.reinstate(version_id=version_id, reason=reason, by=by, now=now)


def require_reinstatable(version: Version, *, now: datetime) -> None:
    """Raise Conflict, naming what is missing, unless ``version`` satisfies the rules for an approval.

    It needs signatures and specialties, and no open objection to its words, including later ones.
    """
    policy = EditorialPolicy.objects.required(at=now)
    if blocking := [objection for objection in open_objections(version) if objection.stands]:
        detail = (
            f"The approval cannot be given back. Open objections to its words: {len(blocking)}. Each ends when its "
            "author withdraws it, or when an editor rules on it with a reason."
        )
        raise Conflict(detail, code="open_objections")
    if below := shortfalls(Version.objects.filter(pk=version.pk), policy=policy, at=now, checks_conflicts=True):
        detail = (
            f"The approval cannot be given back, because it does not satisfy the rules. Missing: {below[0].words}. "
            "Submit a new version for review instead."
        )
        raise Conflict(detail, code="below_the_rules")

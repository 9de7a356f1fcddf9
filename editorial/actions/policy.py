"""The editorial policy: draft, change and publish it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from editorial.exceptions import Fault, InvalidTransition, Unacceptable
from editorial.models import ChecklistQuestion, EditorialPolicy, PolicyRule, RiskTier, Rung, User
from editorial.models.ledger import POLICY_CHAIN
from editorial.permissions import is_editor, require
from editorial.policy.default_reminders import rungs_of
from editorial.record import ledger
from editorial.record.field_values import values

PolicyRecord = EditorialPolicy | PolicyRule | ChecklistQuestion | Rung


@transaction.atomic
def keep_policy(*, record: PolicyRecord, by: User, now: datetime, reason: str = "") -> PolicyRecord:
    """Save an unpublished policy, or a rule, question or rung of one.

    Raises NotPermitted unless ``by`` is an editor, and InvalidTransition when the policy was published meanwhile.
    """
    _lock_draft(record.pk if isinstance(record, EditorialPolicy) else record.policy_id, by=by)
    return record.record(by=by, now=now, reason=reason)


@transaction.atomic
def remove_policy_row(*, row: ChecklistQuestion | Rung, by: User, now: datetime, reason: str = "") -> None:
    """Remove a question or a rung from an unpublished policy. Raises what ``keep_policy`` raises."""
    _lock_draft(row.policy_id, by=by)
    row.remove(by=by, now=now, reason=reason)


def _lock_draft(policy_id: int, *, by: User) -> None:
    require(is_editor(by), "Only editors write the policy.")
    policy = EditorialPolicy.objects.select_for_update(no_key=True).get(pk=policy_id)
    if policy.is_published:
        raise InvalidTransition(f"{policy} is published. To change it, create a new version.")


@transaction.atomic
def publish_policy(*, policy_id: int, by: User, now: datetime) -> EditorialPolicy:
    """Put a drafted policy in force from ``now``, and freeze it with its rules, questions and ladder.

    Raises NotPermitted unless ``by`` is an editor, InvalidTransition when it is already published, and Unacceptable
    when a risk tier has no rule.
    """
    require(is_editor(by), "Only editors publish the policy.")
    policy = EditorialPolicy.objects.select_for_update(no_key=True).get(pk=policy_id)
    if policy.is_published:
        raise InvalidTransition(f"{policy} is already in force. To change it, create a new version.")
    _refuse_missing_tiers(policy)
    policy.in_force_from, policy.published_by = now, by
    policy.record(by=by, now=now, reason="published")
    rules = [values(rule) for rule in policy.rules.in_order()]
    questions = [values(question) for question in policy.questions.in_order()]
    rungs = [values(rung) for rung in policy.rungs.in_order()]
    payload = {"policy": policy.number, "values": values(policy)}
    payload |= {"rules": rules, "questions": questions, "rungs": rungs}
    ledger.append(chain=POLICY_CHAIN, action="publish_policy", by=by, now=now, payload=payload)
    return policy


def _refuse_missing_tiers(policy: EditorialPolicy) -> None:
    ruled = {rule.risk for rule in policy.rules.all()}
    faults = tuple(
        Fault(f"/rules/{tier}", "missing", f"The policy has no rule for {tier.label.lower()} risk.")
        for tier in RiskTier
        if tier not in ruled
    )
    if faults:
        raise Unacceptable("A policy needs a rule for every risk tier.", faults=faults)


@transaction.atomic
def draft_next_policy(*, by: User, now: datetime) -> EditorialPolicy:
    """Create an unpublished policy: a copy of the latest one with its rules, questions and ladder, and the next number.

    The first policy, and one after a policy without rungs, gets the ladder of ``editorial.policy.default_reminders``.

    Raises NotPermitted unless ``by`` is an editor, and InvalidTransition while an unpublished policy exists.
    """
    require(is_editor(by), "Only editors write the policy.")
    if unpublished := EditorialPolicy.objects.filter(in_force_from=None).first():
        raise InvalidTransition(f"Version {unpublished.number} is being written already.")
    highest = EditorialPolicy.objects.aggregate(highest=Max("number"))["highest"] or 0
    latest = EditorialPolicy.objects.filter(number=highest).first()
    policy = latest or EditorialPolicy(title="Editorial policy")
    rows: list[PolicyRule | ChecklistQuestion | Rung] = []
    if latest:
        rows = [*latest.rules.in_order(), *latest.questions.in_order()]
    rows += (list(latest.rungs.in_order()) if latest else []) or rungs_of(policy)
    policy.pk, policy.number, policy.in_force_from, policy.published_by = None, highest + 1, None, None
    policy._state.adding = True
    policy.record(by=by, now=now, reason="new version")
    for row in rows:
        row.pk, row.policy_id = None, policy.pk
        row._state.adding = True
        row.record(by=by, now=now, reason="new version")
    return policy

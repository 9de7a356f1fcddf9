"""The demo's two editorial policies."""

from datetime import datetime
from pathlib import Path

from editorial import actions
from editorial.models import EditorialPolicy, PolicyRule, RiskTier, User

FOLDER = Path(__file__).parent / "policies"

Rules = dict[RiskTier, tuple[int, list[str], int]]

FIRST: Rules = {tier: (2, [], 365) for tier in RiskTier}
SECOND: Rules = {
    RiskTier.LOW: (1, [], 730),
    RiskTier.MODERATE: (2, [], 365),
    RiskTier.HIGH: (2, ["pharmacology"], 365),
}
"""Per risk tier: approving signatures, specialties that have to be among them, days until an approval lapses."""


def publish(number: int, *, now: datetime) -> EditorialPolicy:
    """Write the next policy from ``policies/<number>.md`` with its rules and put it in force."""
    editor = User.objects.get(username="edith")
    policy = actions.draft_next_policy(by=editor, now=now)
    policy.text = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    policy.days_to_respond, policy.days_to_review = 5, 14
    actions.keep_policy(record=policy, by=editor, now=now, reason="written")
    present = {rule.risk: rule for rule in policy.rules.all()}
    for risk, (quorum, specialties, days) in (FIRST if number == 1 else SECOND).items():
        rule = present.get(risk) or PolicyRule(policy=policy, risk=risk)
        rule.quorum, rule.required_specialties, rule.shelf_life_days = quorum, specialties, days
        actions.keep_policy(record=rule, by=editor, now=now, reason="written")
    return actions.publish_policy(policy_id=policy.pk, by=editor, now=now)

"""The demo's editorial policies."""

from datetime import datetime
from pathlib import Path

from editorial import actions
from editorial.models import ChecklistQuestion, EditorialPolicy, PolicyRule, RiskTier, User
from editorial.models.checklist import QuestionKind
from editorial.models.policy import ClaimCheckRule

FOLDER = Path(__file__).parent / "policies"

Rules = dict[RiskTier, tuple[int, list[str], int]]

SAME: Rules = {tier: (2, [], 365) for tier in RiskTier}
BY_RISK: Rules = {
    RiskTier.LOW: (1, [], 730),
    RiskTier.MODERATE: (2, [], 365),
    RiskTier.HIGH: (2, ["pharmacology"], 365),
}
"""Per risk tier: approving signatures, specialties that have to be among them, days until an approval lapses."""


VERSIONS: dict[int, tuple[Rules, ClaimCheckRule]] = {
    1: (SAME, ClaimCheckRule.NONE),
    2: (BY_RISK, ClaimCheckRule.NONE),
    3: (BY_RISK, ClaimCheckRule.ONE),
}


REFUSES = ["superseded_work", "duplicate_work", "no_identifier", "uncited_work", "questionable_link"]
WORK_AGES = {"guideline": 5, "drug_label": 5}
"""From the third policy on: the pre-flight warnings that prevent a submission, and after how many years a work is old.
"""

FALLBACKS = {"caregiver": "patient", "student": "professional"}
"""From the third policy on: the audience whose text replaces a missing one."""

QUESTIONS = [
    ("Are doses, contraindications and interactions right as they stand?", QuestionKind.YES_NO, True, "yes"),
    ("How well does each text suit those it is written for?", QuestionKind.SCALE, True, "4"),
    ("What should be looked at first when this answer is reviewed again?", QuestionKind.TEXT, False, ""),
]
"""The checklist of the third policy: question, kind, whether an answer is required, and the answer of the demo's
members.
"""


def publish_next(number: int, *, now: datetime) -> EditorialPolicy:
    """Write the next policy from ``policies/<number>.md`` with its rules, and publish it."""
    rules, claim_checks = VERSIONS[number]
    editor = User.objects.get(username="edith")
    policy = actions.draft_next_policy(by=editor, now=now)
    policy.text = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    policy.days_to_respond, policy.days_to_review = 5, 14
    policy.claim_checks = claim_checks
    if number >= 3:
        policy.preflight_refuses, policy.work_ages, policy.fallbacks = REFUSES, WORK_AGES, FALLBACKS
    actions.keep_policy(record=policy, by=editor, now=now, reason="written")
    if number == 3:  # a later one takes them over
        _add_questions(policy, by=editor, now=now)
    present = {rule.risk: rule for rule in policy.rules.all()}
    for risk, (quorum, specialties, days) in rules.items():
        rule = present.get(risk) or PolicyRule(policy=policy, risk=risk)
        rule.quorum, rule.required_specialties, rule.shelf_life_days = quorum, specialties, days
        actions.keep_policy(record=rule, by=editor, now=now, reason="written")
    return actions.publish_policy(policy_id=policy.pk, by=editor, now=now)


def _add_questions(policy: EditorialPolicy, *, by: User, now: datetime) -> None:
    for position, (text, kind, is_required, _) in enumerate(QUESTIONS, start=1):
        question = ChecklistQuestion(policy=policy, position=position, text=text, kind=kind, is_required=is_required)
        actions.keep_policy(record=question, by=by, now=now, reason="written")


def checklist_answers(*, now: datetime) -> dict[int, str]:
    """Return the answers of the demo's members to the current policy's questions, by the question's id."""
    answers = {text: answer for text, _, _, answer in QUESTIONS}
    questions = EditorialPolicy.objects.required(at=now).questions.in_order()
    return {question.pk: answers[question.text] for question in questions}

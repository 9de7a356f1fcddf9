"""Answering the policy's checklist."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from editorial.exceptions import Fault, Unacceptable
from editorial.models import ChecklistQuestion, EditorialPolicy, User
from reviews.lifecycle import Act, allow
from reviews.models import ChecklistAnswer, Review
from reviews.permissions import require_may
from reviews.signing.checklist import answer_fault, checklist_items, json_pointer
from reviews.transitions import lock_for

Answers = Mapping[int, str]
"""Answers by the id of the question. An empty answer removes one."""


@transaction.atomic
def answer_checklist(*, review_id: int, checklist: Answers, by: User, now: datetime) -> Review:
    """Answer questions of the current policy in the member's own review. Later answers replace earlier ones.

    The answers can be changed until signing. An answer still counts under a later policy that asks the same question in
    the same words.

    Raises NotPermitted, InvalidTransition, and Unacceptable for an unknown question or an invalid answer.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.ANSWER, review)
    allow(review.state, Act.ANSWER)
    policy = EditorialPolicy.objects.required(at=now)
    save_answers(review, checklist, policy=policy, by=by, now=now)
    return review


def save_answers(review: Review, answers: Answers, *, policy: EditorialPolicy, by: User, now: datetime) -> None:
    """Save the changed ``answers``. The caller holds the article's lock and has checked permission and state."""
    if not answers:
        return
    present = {item.question.pk: item for item in checklist_items(review, policy=policy)}
    words = {pk: answer.strip() for pk, answer in answers.items()}
    _refuse_unfit({pk: item.question for pk, item in present.items()}, words)
    stored = {answer.question_id: answer for answer in ChecklistAnswer.objects.filter(review=review)}
    for pk, value in words.items():
        if present[pk].answer != value:
            answer = stored.get(pk) or ChecklistAnswer(review=review, question=present[pk].question)
            answer.value = value
            answer.record(by=by, now=now, reason="answered")


def _refuse_unfit(questions: Mapping[int, ChecklistQuestion], answers: Answers) -> None:
    faults = [
        answer_fault(questions[pk], answer)
        if pk in questions
        else Fault(json_pointer(pk), "unknown_question", "The policy in force does not ask this.")
        for pk, answer in answers.items()
    ]
    if refused := tuple(fault for fault in faults if fault):
        raise Unacceptable("Not every answer fits its question.", faults=refused)

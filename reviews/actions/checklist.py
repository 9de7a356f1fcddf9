"""Answering the policy's checklist."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from editorial.exceptions import Fault, Unacceptable
from editorial.models import ChecklistQuestion, EditorialPolicy, User
from reviews.lifecycle import Act, allow
from reviews.models import ChecklistAnswer, Review
from reviews.permissions import require_may
from reviews.questionnaire import pointer, unfit
from reviews.transitions import lock_for

Answers = Mapping[int, str]
"""What is answered, by the id of the question; an empty answer takes one back."""


@transaction.atomic
def answer_checklist(*, review_id: int, checklist: Answers, by: User, now: datetime) -> Review:
    """Answer questions of the policy in force in one's own review; later answers replace these until signing.

    Raises NotPermitted, InvalidTransition, and Unacceptable for what is not asked or no answer to it.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.ANSWER, review)
    allow(review.state, Act.ANSWER)
    policy = EditorialPolicy.objects.required(at=now)
    keep_answers(review, checklist, policy=policy, by=by, now=now)
    return review


def keep_answers(review: Review, answers: Answers, *, policy: EditorialPolicy, by: User, now: datetime) -> None:
    """Keep what is new of ``answers``. The caller holds the article's lock and has asked who and when."""
    if not answers:
        return
    questions = {question.pk: question for question in policy.questions.in_order()}
    words = {pk: answer.strip() for pk, answer in answers.items()}
    _refuse_unfit(questions, words)
    given = {answer.question_id: answer for answer in ChecklistAnswer.objects.filter(review=review)}
    for pk, value in words.items():
        answer = given.get(pk) or ChecklistAnswer(review=review, question=questions[pk], value="")
        if answer.value != value:
            answer.value = value
            answer.record(by=by, now=now, reason="answered")


def _refuse_unfit(questions: Mapping[int, ChecklistQuestion], answers: Answers) -> None:
    faults = [
        unfit(questions[pk], answer)
        if pk in questions
        else Fault(pointer(pk), "unknown_question", "The policy in force does not ask this.")
        for pk, answer in answers.items()
    ]
    if found := tuple(fault for fault in faults if fault):
        raise Unacceptable("Not every answer fits its question.", faults=found)

"""The policy's checklist for one reviewer: questions, answers, and what a signature stores of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from editorial.accounts.persons import same_person
from editorial.exceptions import Fault
from editorial.models import ChecklistQuestion, EditorialPolicy, TrackedQuerySet
from editorial.models.checklist import QuestionKind
from editorial.permissions import AnyUser
from editorial.record.canonical_json import JSONDict
from reviews.lifecycle import State
from reviews.models import ChecklistAnswer, Review
from reviews.permissions import is_reviewer

MAX_ANSWER = 2000
"""Maximum length of a text answer, in characters. Longer remarks belong into a comment."""

CHOICES = {
    QuestionKind.SCALE: ("1", "2", "3", "4", "5"),
    QuestionKind.YES_NO: ("yes", "no"),
}
"""Possible answers by kind of question. Other kinds accept any text up to ``MAX_ANSWER`` characters."""


@dataclass(frozen=True)
class EarlierAnswer:
    """The answer to an earlier form of the question, with other words or of another kind."""

    question: str
    answer: str


@dataclass(frozen=True)
class ChecklistItem:
    """A question with the reviewer's answer, empty if there is none.

    ``earlier`` is an answer to an earlier form of the question.
    """

    question: ChecklistQuestion
    answer: str
    earlier: EarlierAnswer | None = None


def checklist_items(review: Review, *, policy: EditorialPolicy | None) -> list[ChecklistItem]:
    """Return the questions of ``policy`` in order, each with the answer that counts in ``review``. One query.

    This is the last answer to the same question (identity, kind and words) under any policy. It was given in this
    review, or else in an earlier unsigned review of the same person and article, so that nobody answers twice.
    """
    if policy is None:
        return []
    answers = reviewer_answers(review).filter(question__identity=OuterRef("identity"))
    stored = answers.order_by("review", "question__policy__number").values(
        json=JSONObject(question="question__text", kind="question__kind", answer="value")
    )
    return [_checklist_item(question) for question in policy.questions.in_order().annotate(given=ArraySubquery(stored))]


def reviewer_answers(review: Review) -> TrackedQuerySet:
    """Return the reviewer's answers in ``review``, and those in the person's other unsigned reviews of the article.

    Reviews with any account of the person count.
    """
    theirs = same_person(review.member.user_id)
    left = Q(review__member__user__in=theirs, review__version__article=review.version.article_id)
    return ChecklistAnswer.objects.filter(Q(review=review) | left & ~Q(review__state=State.SIGNED))


def _checklist_item(question: Any) -> ChecklistItem:
    present: list[Mapping[str, str]] = []
    before: list[Mapping[str, str]] = []
    for stored in question.given:
        is_same = (stored["question"], stored["kind"]) == (question.text, question.kind)
        (present if is_same else before).append(stored)
    answer = present[-1]["answer"] if present else ""
    last = before[-1] if before else None
    earlier = EarlierAnswer(last["question"], last["answer"]) if last and last["answer"] else None
    return ChecklistItem(question, answer, earlier)


def visible_checklist_items(user: AnyUser, review: Review, *, policy: EditorialPolicy | None) -> list[ChecklistItem]:
    """As ``checklist_items``, but without the answers for users who may not see the reviewer's work yet."""
    sees = is_reviewer(user, review) or Review.objects.unsealed_for(user).filter(pk=review.pk).exists()
    items = checklist_items(review, policy=policy)
    return items if sees else [ChecklistItem(item.question, "") for item in items]


def json_pointer(question_id: object) -> str:
    """Return the JSON pointer to the answer to this question in the request."""
    return f"/checklist/{question_id}"


def answer_fault(question: ChecklistQuestion, answer: str) -> Fault | None:
    """Return what is wrong with ``answer``, or None. An empty answer is valid."""
    choices = CHOICES.get(QuestionKind(question.kind))
    if choices and answer and answer not in choices:
        return Fault(json_pointer(question.pk), "invalid_choice", f"Answer with one of: {', '.join(choices)}.")
    if len(answer) > MAX_ANSWER:
        return Fault(json_pointer(question.pk), "max_length", f"Say it in {MAX_ANSWER} characters at most.")
    return None


def unanswered_faults(items: Sequence[ChecklistItem]) -> tuple[Fault, ...]:
    """Return a fault for each required question without an answer."""
    return tuple(
        Fault(json_pointer(item.question.pk), "required", f"Not answered yet: {item.question.text}")
        for item in items
        if item.question.is_required and not item.answer
    )


def checklist_as_signed(items: Sequence[ChecklistItem]) -> list[JSONDict]:
    """Return questions and answers as a signature stores them: as text, because the questions may change."""
    return [
        {
            "identity": str(item.question.identity),
            "question": item.question.text,
            "kind": item.question.kind,
            "required": item.question.is_required,
            "answer": item.answer,
        }
        for item in items
    ]

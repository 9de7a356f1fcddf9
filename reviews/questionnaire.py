"""The policy's checklist as one reviewer meets it: what is asked, what they answered, and what is signed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from editorial.exceptions import Fault
from editorial.models import ChecklistQuestion, EditorialPolicy
from editorial.models.policy import QuestionKind
from editorial.permissions import Somebody
from reviews.models import ChecklistAnswer, Review
from reviews.permissions import is_reviewer

MAX_ANSWER = 2000
"""Characters of an answer in words; what needs more is a comment."""

CHOICES = {
    QuestionKind.SCALE: ("1", "2", "3", "4", "5"),
    QuestionKind.YES_NO: ("yes", "no"),
}
"""What can be answered, by kind; to a question of another kind anything up to ``MAX_ANSWER`` characters."""


@dataclass(frozen=True)
class Asked:
    """A question with the reviewer's answer, empty while there is none."""

    question: ChecklistQuestion
    answer: str


def asked(review: Review, *, policy: EditorialPolicy | None) -> list[Asked]:
    """The questions of ``policy``, in their order, with the answers in ``review``; one query."""
    if policy is None:
        return []
    given = Subquery(ChecklistAnswer.objects.filter(review=review, question=OuterRef("pk")).values("value"))
    return [Asked(question, question.given or "") for question in policy.questions.in_order().annotate(given=given)]


def asked_for(user: Somebody, review: Review, *, policy: EditorialPolicy | None) -> list[Asked]:
    """As ``asked``; without the answers for those who may not see what the reviewer writes yet."""
    sees = is_reviewer(user, review) or Review.objects.unsealed_for(user).filter(pk=review.pk).exists()
    items = asked(review, policy=policy)
    return items if sees else [Asked(item.question, "") for item in items]


def pointer(question_id: int) -> str:
    """Where in what was sent the answer to this question is."""
    return f"/checklist/{question_id}"


def unfit(question: ChecklistQuestion, answer: str) -> Fault | None:
    """What is wrong with ``answer``, if anything; no answer at all is none yet, and fits."""
    choices = CHOICES.get(QuestionKind(question.kind))
    if choices and answer and answer not in choices:
        return Fault(pointer(question.pk), "invalid_choice", f"Answer with one of: {', '.join(choices)}.")
    if len(answer) > MAX_ANSWER:
        return Fault(pointer(question.pk), "max_length", f"Say it in {MAX_ANSWER} characters at most.")
    return None


def unmet(items: Sequence[Asked]) -> tuple[Fault, ...]:
    """A fault for each required question without an answer."""
    return tuple(
        Fault(pointer(item.question.pk), "required", f"Not answered yet: {item.question.text}")
        for item in items
        if item.question.is_required and not item.answer
    )


def as_signed(items: Sequence[Asked]) -> list[dict[str, Any]]:
    """Questions and answers as a signature keeps them: words, not references to what could be asked otherwise."""
    return [
        {
            "question": item.question.text,
            "kind": item.question.kind,
            "required": item.question.is_required,
            "answer": item.answer,
        }
        for item in items
    ]

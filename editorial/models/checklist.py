"""The checklist of a policy: the questions that every reviewer answers before they sign."""

from typing import Self
from uuid import uuid4, uuid5

from django.db import models

from editorial.models.field_history import TrackedModel, TrackedQuerySet
from editorial.models.policy import EditorialPolicy


class QuestionKind(models.TextChoices):
    SCALE = "scale", "1 (poor) to 5 (excellent)"
    YES_NO = "yes_no", "yes or no"
    TEXT = "text", "in words"


class ChecklistQuestionQuerySet(TrackedQuerySet):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class ChecklistQuestion(TrackedModel):
    """A question that every reviewer answers before they sign; frozen with the policy.

    ``identity`` stays the same when a policy is copied into the next one, even if the text is edited there. So an
    answer under the former policy still counts, or is shown beside the question whose text changed.
    """

    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="questions")
    identity = models.UUIDField(default=uuid4, editable=False)
    position = models.PositiveSmallIntegerField(help_text="Order in which they are asked.")
    text = models.CharField("question", max_length=300)
    kind = models.CharField("answered", max_length=10, choices=QuestionKind, default=QuestionKind.YES_NO)
    is_required = models.BooleanField("required", default=True)

    objects = ChecklistQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("policy", "position", name="question_position_once"),
            models.UniqueConstraint("policy", "identity", name="question_once"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def asks(self) -> str:
        """Return a key for what is asked, equal in all policies for the same identity, kind and text."""
        return uuid5(self.identity, f"{self.kind}\n{self.text}").hex

"""The ladder of reminders: a policy's rungs, each a number of days before or after a moment."""

from string import Template
from typing import Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from editorial.models.field_history import TrackedModel, TrackedQuerySet
from editorial.models.policy import EditorialPolicy

MAX_OFFSET = 730
"""The most days between a moment and a rung; a larger number is a typing error."""

PLACEHOLDERS = {
    "about": "what it is about: the question of the article, or the member's name",
    "due": "the day that it is counted from",
    "days": "how many days that day is away, in words: “in 3 days”",
    "member": "the member of the board whose turn it is",
}
"""The placeholders of a rung's text, and what replaces them in the mail."""


class Moment(models.TextChoices):
    """What a rung is counted from. A reminder is sent only while the moment still applies to its subject."""

    ANSWER_DUE = "answer_due", "an invitation has to be answered"
    REVIEW_DUE = "review_due", "a review is due"
    UNASSIGNED = "unassigned", "a text was submitted and has no invited reviewer"
    CHANGES_REQUESTED = "changes_requested", "changes were requested and there is no revision"
    COMMENT_UNANSWERED = "comment_unanswered", "comments were given to the writers and one is unanswered"
    DRAFT_UNTOUCHED = "draft_untouched", "a draft was last changed"
    APPROVAL_LAPSES = "approval_lapses", "an approval lapses"
    LICENCE_EXPIRES = "licence_expires", "a member's licence expires"
    STATEMENT_EXPIRES = "statement_expires", "a member's statement of interests expires"
    REPORT_UNTRIAGED = "report_untriaged", "a reader's report has to be decided"


OF_REVIEWS = frozenset({Moment.ANSWER_DUE, Moment.REVIEW_DUE})
OF_MEMBERS = frozenset({Moment.LICENCE_EXPIRES, Moment.STATEMENT_EXPIRES})
OF_REPORTS = frozenset({Moment.REPORT_UNTRIAGED})
OF_VERSIONS = frozenset(
    {
        Moment.UNASSIGNED,
        Moment.CHANGES_REQUESTED,
        Moment.COMMENT_UNANSWERED,
        Moment.DRAFT_UNTOUCHED,
        Moment.APPROVAL_LAPSES,
    }
)


class OffsetUnit(models.TextChoices):
    DAYS = "days", "days"
    WORKING_DAYS = "working_days", "working days"


class ReminderRecipient(models.TextChoices):
    MEMBER = "member", "the member"
    WRITER = "writer", "the writers"
    EDITOR = "editor", "the editors"
    CHAIR = "chair", "the chair of the board"


ESCALATIONS = frozenset({ReminderRecipient.EDITOR, ReminderRecipient.CHAIR})
"""Recipients of reminders about another person; these mails cannot be switched off or postponed."""


class Consequence(models.TextChoices):
    """What the site does on a rung besides sending the reminder."""

    NONE = "", "nothing else"
    LAPSE = "lapse", "the review lapses"
    NEXT_MEMBER = "next_member", "the review lapses and the next member is invited"
    RE_REVIEW = "re_review", "a draft for the next review is prepared"


FITS = {
    Consequence.NONE: frozenset(Moment),
    Consequence.LAPSE: OF_REVIEWS,
    Consequence.NEXT_MEMBER: OF_REVIEWS,
    Consequence.RE_REVIEW: frozenset({Moment.APPROVAL_LAPSES}),
}


class RungQuerySet(TrackedQuerySet):
    def in_order(self) -> Self:
        """Rungs by moment, then by offset."""
        return self.order_by("moment", "offset", "pk")


class Rung(TrackedModel):
    """One step of a policy's ladder; frozen with the policy.

    ``identity`` stays the same when a policy is copied into the next one. So a reminder that was sent is not sent again
    because its rung was changed.
    """

    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="rungs")
    identity = models.UUIDField(default=uuid4, editable=False)
    moment = models.CharField("counted from when", max_length=30, choices=Moment)
    offset = models.SmallIntegerField(
        validators=[MinValueValidator(-MAX_OFFSET), MaxValueValidator(MAX_OFFSET)],
        help_text="Days after that day; a negative number is before it, 0 is the day itself.",
    )
    unit = models.CharField("counted in", max_length=20, choices=OffsetUnit, default=OffsetUnit.DAYS)
    recipient = models.CharField("recipient", max_length=10, choices=ReminderRecipient)
    consequence = models.CharField("what follows", max_length=20, choices=Consequence, blank=True, default="")
    text = models.CharField(
        "words",
        max_length=300,
        help_text="Names what it needs: " + "; ".join(f"${name} is {words}" for name, words in PLACEHOLDERS.items()),
    )

    objects = RungQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("policy", "identity", name="rung_once"),
            models.UniqueConstraint(
                "policy",
                "moment",
                "offset",
                "unit",
                "recipient",
                name="one_rung_a_day",
                violation_error_message="Another rung notifies the same people on the same day.",
            ),
            models.CheckConstraint(
                condition=Q(offset__gte=-MAX_OFFSET, offset__lte=MAX_OFFSET),
                name="rung_within_reach",
                violation_error_message=f"A rung is at most {MAX_OFFSET} days before or after.",
            ),
        ]

    def __str__(self) -> str:
        when = "on the day" if self.offset == 0 else f"{abs(self.offset)} {self.get_unit_display()} {self._side}"
        return f"{when} that {self.get_moment_display()}: {self.get_recipient_display()}"

    @property
    def _side(self) -> str:
        return "before the day" if self.offset < 0 else "after the day"

    @property
    def is_escalation(self) -> bool:
        return self.recipient in ESCALATIONS

    def clean(self) -> None:
        """Refuse a text with unknown placeholders, and values that do not fit the moment; errors name their field."""
        errors = {"text": _text_fault(self.text), "recipient": self._recipient_fault(), "consequence": self._misfit()}
        errors["offset"] = self._offset_fault()
        if present := {field: error for field, error in errors.items() if error}:
            raise ValidationError(present)

    def _recipient_fault(self) -> str:
        if self.moment in OF_REPORTS and self.recipient not in ESCALATIONS:
            return "Editors decide on reports. Notify them, or the chair."
        if self.recipient == ReminderRecipient.MEMBER and self.moment in OF_VERSIONS:
            return "This moment has no single member. Notify the writers, the editors or the chair."
        if self.recipient == ReminderRecipient.WRITER and self.moment in OF_MEMBERS:
            return "Writers are not notified about a member's licence or statement."
        return ""

    def _misfit(self) -> str:
        return "" if self.moment in FITS[Consequence(self.consequence)] else "This cannot follow here."

    def _offset_fault(self) -> str:
        if self.consequence in (Consequence.LAPSE, Consequence.NEXT_MEMBER) and self.offset is not None:
            return "A review lapses after the day it was due, not before." if self.offset < 1 else ""
        return ""

    def rendered(self, values: dict[str, str]) -> str:
        """Return the rung's text with ``values`` for its placeholders."""
        return Template(self.text).safe_substitute(values)


def _text_fault(text: str) -> str:
    template = Template(text)
    if not template.is_valid():
        return "A $ begins the name of a placeholder; write $$ for the sign itself."
    unknown = [name for name in template.get_identifiers() if name not in PLACEHOLDERS]
    return f"Unknown: ${', $'.join(unknown)}. Known are ${', $'.join(PLACEHOLDERS)}." if unknown else ""

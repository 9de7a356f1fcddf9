"""The verbs of a review, except those of the desk: answer the invitation, cancel, waive a conflict, hand over."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from editorial.verbs.bodies import OptionalReasonSerializer, ReasonSerializer
from editorial.verbs.forms import OptionalReasonForm, ReasonForm, VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.actions.late_conflicts import conflicts_of
from reviews.models import Review
from reviews.models.unsigned_work import count_unsigned_work


def desk_address(review: Review) -> str:
    """Return the address of the desk of ``review``."""
    return reverse("admin:reviews_review_desk", args=[review.pk])


class ConflictForm(ReasonForm):
    """Shows the conflicts that would be waived."""

    subject: Review

    @property
    def reading(self) -> SafeString:
        rows = ((self.subject.member.user, words) for words in conflicts_of(self.subject, at=timezone.now()))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {}</li>", rows))


class HandOverForm(VerbForm):
    """Asks once what happens to unsigned work."""

    subject: Review
    handed_over = forms.TypedChoiceField(
        label="What happens to it",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Share it with editors and writers, marked as unsigned"), ("no", "Keep it to myself")],
        widget=forms.RadioSelect,
        help_text="The editors already have your blocking comments and negative verdicts.",
    )

    @property
    def reading(self) -> str:
        return f"In this review you wrote {count_unsigned_work([self.subject])[self.subject.pk].words}."


class HandOverSerializer(StrictSerializer):
    handed_over = serializers.BooleanField(
        help_text="Whether editors and writers may read your unsigned work. They can read objections in either case."
    )


ACCEPT = Verb(
    name="accept",
    action=actions.accept,
    label="Accept",
    explain="You agree to review this version. The policy sets the due date, counted from today.",
    done="Accepted. Thank you. Read the text, leave comments, and sign when you are done.",
    is_main=True,
    lands=desk_address,
    summary="Accept a review",
)
DECLINE = Verb(
    name="decline",
    action=actions.decline,
    label="Decline",
    form=ReasonForm,
    explain="The editors receive your reason and invite someone else.",
    done="Declined. The editors have been notified.",
    summary="Decline a review",
    body=ReasonSerializer,
)
REVOKE_LINKS = Verb(
    name="revoke_links",
    action=actions.revoke_links,
    label="Withdraw the links in the mail",
    explain="Use this if the mail reached the wrong person. The links in it stop working. "
    "The member can still log in and answer; extending the deadline sends new links.",
    done="Withdrawn. The member can answer after logging in.",
    summary="Revoke the answer links",
)
WAIVE = Verb(
    name="waive",
    action=actions.waive,
    label="Waive a conflict of interest",
    form=ConflictForm,
    explain="The reviewer can continue, and a signature that did not count now counts. Your reason stays on record. "
    "If nothing else blocks the approval, readers see Approved at once.",
    done="Waived. The reason is on record.",
    is_grave=True,
    summary="Waive a conflict of interest",
    body=ReasonSerializer,
)
CANCEL = Verb(
    name="cancel",
    action=actions.cancel,
    label="Cancel the review",
    form=OptionalReasonForm,
    explain="The member is notified that the review is no longer needed. Objections in it still block an approval of "
    "the article.",
    done="Review cancelled. The member has been notified.",
    is_grave=True,
    summary="Cancel a review",
    body=OptionalReasonSerializer,
)
HAND_OVER = Verb(
    name="hand_over",
    action=actions.hand_over,
    label="Decide what happens to your work",
    form=HandOverForm,
    explain="This review ended without your signature. You are asked once, and your answer is recorded.",
    done="Thank you. Your answer is recorded.",
    is_main=True,
    summary="Decide on handing over unsigned work",
    body=HandOverSerializer,
)

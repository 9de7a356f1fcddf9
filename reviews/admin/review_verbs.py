"""The verbs of a review, except those of the desk: answer the invitation, sign, step back, cancel."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.verbs import OptionalReasonForm, ReasonForm, Verb, VerbForm
from editorial.models import Company, Product, User
from reviews import actions
from reviews.actions.late_conflicts import conflicts_of
from reviews.admin.deadlines import DEADLINE_VERBS
from reviews.admin.sign_page import CONFIRM_SIGNATURE, SIGN
from reviews.models import Review
from reviews.models.unsigned_work import count_unsigned_work


def accept(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.accept(review_id=subject.pk, by=by, now=now)


def decline(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.decline(review_id=subject.pk, reason=data["reason"], by=by, now=now)


class ConflictForm(ReasonForm):
    """Shows the conflicts that would be waived."""

    @property
    def reading(self) -> SafeString:
        rows = ((self.subject.member.user, words) for words in conflicts_of(self.subject, at=timezone.now()))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {}</li>", rows))


class RecuseForm(ReasonForm):
    """Asks for the conflict and its scope: the article, a product or a maker."""

    product = forms.ModelChoiceField(
        Product.objects.none(),
        required=False,
        empty_label="Only this article",
        help_text="Choose a product if you can review no article on it.",
    )
    company = forms.ModelChoiceField(
        Company.objects.none(),
        required=False,
        empty_label="No maker",
        label="Maker",
        help_text="Choose a maker if you can review no article on its products.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        article = self.subject.version.article
        choices: Any = self.fields
        choices["product"].queryset = article.products.order_by("name", "pk")
        choices["company"].queryset = article.companies().order_by("name", "pk")


def recuse(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    about = {f"{name}_id": data[name].pk for name in ("product", "company") if data[name]}
    return actions.recuse(review_id=subject.pk, reason=data["reason"], **about, by=by, now=now)


def waive(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.waive(review_id=subject.pk, reason=data["reason"], by=by, now=now)


def cancel(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.cancel(review_id=subject.pk, reason=data["reason"], by=by, now=now)


class HandOverForm(VerbForm):
    """Asks once what happens to unsigned work."""

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


def hand_over(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.hand_over(review_id=subject.pk, handed_over=data["handed_over"], by=by, now=now)


def revoke_links(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.revoke_links(review_id=subject.pk, by=by, now=now)


def withdraw_signature(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    return actions.withdraw_signature(review_id=subject.pk, reason=data["reason"], by=by, now=now)


ACCEPT = Verb(
    name="accept",
    label="Accept",
    call=accept,
    explain="You agree to review this version. The policy sets the due date, counted from today.",
    done="Accepted. Thank you. Read the text, leave comments, and sign when you are done.",
    is_main=True,
)
WITHDRAW_SIGNATURE = Verb(
    name="withdraw_signature",
    label="Withdraw the signature",
    call=withdraw_signature,
    form=ReasonForm,
    explain="Until the round is decided, you can withdraw your signature and sign again. Both stay on record.",
    done="The signature is withdrawn.",
    is_grave=True,
)
DECLINE = Verb(
    name="decline",
    label="Decline",
    call=decline,
    form=ReasonForm,
    explain="The editors receive your reason and invite someone else.",
    done="Declined. The editors have been notified.",
)
RECUSE = Verb(
    name="recuse",
    label="Step back because of a conflict",
    call=recuse,
    form=RecuseForm,
    explain="Name the conflicting interest. The editors invite another member. The recusal holds for every version "
    "of this article: you are not invited again unless an editor waives it or you withdraw it.",
    done="You have stepped back. The editors have been notified.",
)
WAIVE = Verb(
    name="waive",
    label="Waive a conflict of interest",
    call=waive,
    form=ConflictForm,
    explain="The reviewer can continue, and a signature that did not count now counts. Your reason stays on record. "
    "If nothing else blocks the approval, readers see Approved at once.",
    done="Waived. The reason is on record.",
    is_grave=True,
)
REVOKE_LINKS = Verb(
    name="revoke_links",
    label="Withdraw the links in the mail",
    call=revoke_links,
    explain="Use this if the mail reached the wrong person. The links in it stop working. "
    "The member can still log in and answer; extending the deadline sends new links.",
    done="Withdrawn. The member can answer after logging in.",
)
CANCEL = Verb(
    name="cancel",
    label="Cancel the review",
    call=cancel,
    form=OptionalReasonForm,
    explain="The member is notified that the review is no longer needed. Objections in it still block an approval of "
    "the article.",
    done="Review cancelled. The member has been notified.",
    is_grave=True,
)
HAND_OVER = Verb(
    name="hand_over",
    label="Decide what happens to your work",
    call=hand_over,
    form=HandOverForm,
    explain="This review ended without your signature. You are asked once, and your answer is recorded.",
    done="Thank you. Your answer is recorded.",
    is_main=True,
)
VERBS = (
    ACCEPT,
    SIGN,
    CONFIRM_SIGNATURE,
    WITHDRAW_SIGNATURE,
    DECLINE,
    RECUSE,
    *DEADLINE_VERBS,
    REVOKE_LINKS,
    WAIVE,
    CANCEL,
    HAND_OVER,
)

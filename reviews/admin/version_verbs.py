"""What can be done to a version in review: invite, withdraw, ask for changes, reject."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Version
from editorial.admin.verbs import OptionalReasonForm, ReasonForm, Verb, VerbForm
from editorial.models import EditorialPolicy, User
from reviews import actions
from reviews.choosing import candidates, choose
from reviews.models import Review


class InviteForm(VerbForm):
    """Whom to invite, and the words that go with it."""

    member = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, label="Board member")
    message = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, help_text="Your words to the member, in the mail."
    )
    waiver = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="Only against a disclosed interest: why it does not stand in the way. It stays on record.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = candidates(self.subject, at=timezone.now())
        member: Any = self.fields["member"]
        member.choices = [(one.member.pk, one.words) for one in found]
        if not found:
            member.help_text = "Nobody is in office. Add board members first."


def invite(subject: Version, data: Any, *, by: User, now: datetime) -> Review:
    return actions.invite(
        version_id=subject.pk,
        member_id=data["member"],
        message=data["message"],
        waiver=data["waiver"],
        by=by,
        now=now,
    )


class InviteBestForm(VerbForm):
    """Shows who would be invited and why, and asks for the words that go with it."""

    message = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, help_text="Your words to the members, in the mail."
    )

    @property
    def reading(self) -> SafeString:
        now = timezone.now()
        policy = EditorialPolicy.objects.in_force(at=now)
        if policy is None:
            return format_html("<p>{}</p>", "No editorial policy is in force.")
        choice = choose(self.subject, policy=policy, at=now)
        found = format_html_join("", "<li>{}</li>", ((one.words,) for one in choice.chosen))
        lacking = format_html_join("", "<li>Nobody is free: {}.</li>", ((words,) for words in choice.lacking))
        if not found and not lacking:
            return format_html("<p>{}</p>", "Enough members take part already.")
        return format_html("<ul>{}{}</ul>", found, lacking)


def invite_best(subject: Version, data: Any, *, by: User, now: datetime) -> list[Review]:
    return actions.invite_best(version_id=subject.pk, message=data["message"], by=by, now=now)


def withdraw(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.withdraw(version_id=subject.pk, reason=data["reason"], by=by, now=now)


def request_changes(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.request_changes(version_id=subject.pk, reason=data["reason"], by=by, now=now)


def reject(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.reject(version_id=subject.pk, reason=data["reason"], by=by, now=now)


ROUND_VERBS = (
    Verb(
        name="invite",
        label="Invite a reviewer",
        call=invite,
        form=InviteForm,
        explain="The member gets a mail with your words and answers here.",
        done="Invited. The mail is on its way.",
        anchor="#reviews",
        is_main=True,
    ),
    Verb(
        name="invite_best",
        label="Invite the best set",
        call=invite_best,
        form=InviteBestForm,
        explain="These members, with those who take part already, can decide the round. Each gets a mail.",
        done="Invited. The mails are on their way.",
        anchor="#reviews",
    ),
    Verb(
        name="request_changes",
        label="Ask for changes",
        call=request_changes,
        form=ReasonForm,
        explain="The round ends, open reviews are closed, and the writers are asked for changes in your words.",
        done="The writers have been asked for changes.",
    ),
    Verb(
        name="withdraw",
        label="Withdraw",
        call=withdraw,
        form=OptionalReasonForm,
        explain="The round ends without a decision and open reviews are closed. A revision can be submitted later.",
        done="Withdrawn.",
        is_grave=True,
    ),
    Verb(
        name="reject",
        label="Reject",
        call=reject,
        form=ReasonForm,
        explain="The round ends, open reviews are closed, and the writers are told why.",
        done="Rejected.",
        is_grave=True,
    ),
)

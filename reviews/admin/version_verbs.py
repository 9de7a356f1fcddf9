"""What can be done to a version in review: invite, withdraw, ask for changes, reject."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from articles.models import Version
from editorial.admin.verbs import OptionalReasonForm, ReasonForm, Verb, VerbForm
from editorial.models import User
from reviews import actions
from reviews.admin.candidates import candidates
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
        found = candidates(self.subject, on=timezone.localdate())
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

"""The verbs of a round: invite, decide, request changes, withdraw, reject; and reinstate an approval."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Version
from articles.requirements import requirements
from editorial.admin.model_admin import actor
from editorial.permissions import reads_the_record
from editorial.verbs.bodies import OptionalReasonSerializer, ReasonSerializer
from editorial.verbs.forms import OptionalReasonForm, ReasonForm, VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers


class InviteForm(VerbForm):
    """Asks whom to invite, and for a message and a waiver."""

    subject: Version
    member = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, label="Board member")
    message = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="A message to the member, included in the mail.",
    )
    waiver = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="Only if the member disclosed an interest: why they can review anyway. It stays on record.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooses = self.request is not None and reads_the_record(actor(self.request))
        found = candidates(self.subject, at=timezone.now()) if chooses else []
        member: Any = self.fields["member"]
        member.choices = [(one.member.pk, one.words) for one in found]
        if chooses and not found:
            member.help_text = "The board has no current members. Add board members first."

    def arguments(self) -> dict[str, object]:
        data = self.cleaned_data
        return {"member_id": data["member"], "message": data["message"], "waiver": data["waiver"]}


class InviteBestForm(VerbForm):
    """Shows who would be invited and why, and asks for a message to them."""

    subject: Version
    message = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="A message to the members, included in the mail.",
    )

    @property
    def reading(self) -> SafeString:
        now = timezone.now()
        asked = requirements(self.subject, at=now)
        if asked is None:
            return format_html("<p>{}</p>", "No editorial policy is in force.")
        choice = choose_reviewers(self.subject, requirements=asked, at=now)
        found = format_html_join("", "<li>{}</li>", ((one.words,) for one in choice.chosen))
        lacking = format_html_join("", "<li>Nobody is available: {}.</li>", ((words,) for words in choice.lacking))
        if not found and not lacking:
            return format_html("<p>{}</p>", "Enough members take part already.")
        return format_html("<ul>{}{}</ul>", found, lacking)


INVITE = Verb(
    name="invite",
    action=actions.invite,
    label="Invite a reviewer",
    form=InviteForm,
    explain="The member gets a mail with your words and answers here.",
    done="Invited. The mail is on its way.",
    anchor="#reviews",
    is_main=True,
)
INVITE_BEST = Verb(
    name="invite_best",
    action=actions.invite_best,
    label="Invite the suggested reviewers",
    form=InviteBestForm,
    explain="Together with the current reviewers, these members can decide the round. Each gets a mail.",
    done="Invited. The mails are on their way.",
    anchor="#reviews",
)
DECIDE = Verb(
    name="decide",
    action=actions.decide_round,
    label="Decide the round",
    explain="Decides the round by the signatures given, if they are enough. You need this only if something "
    "outside the round blocked the decision and no longer does, such as the retraction of a cited work.",
    done="Decided.",
    summary="Decide a round whose signatures suffice",
)
REQUEST_CHANGES = Verb(
    name="request_changes",
    action=actions.request_changes,
    label="Ask for changes",
    form=ReasonForm,
    explain="The round ends, open reviews are closed, and the writers are asked for changes in your words.",
    done="The writers have been asked for changes.",
    summary="Ask the writers for changes",
    body=ReasonSerializer,
)
WITHDRAW = Verb(
    name="withdraw",
    action=actions.withdraw,
    label="Withdraw",
    form=OptionalReasonForm,
    explain="The round ends without a decision and open reviews are closed. A revision can be submitted later.",
    done="Withdrawn.",
    is_grave=True,
    summary="Withdraw a submitted version",
    body=OptionalReasonSerializer,
)
REJECT = Verb(
    name="reject",
    action=actions.reject,
    label="Reject",
    form=ReasonForm,
    explain="The round ends, open reviews are closed, and the writers receive your reason.",
    done="Rejected.",
    is_grave=True,
    summary="Reject a version",
    body=ReasonSerializer,
)
REINSTATE = Verb(
    name="reinstate",
    action=actions.reinstate,
    label="Reinstate the approval",
    form=ReasonForm,
    explain="Readers see Approved again, if the approval satisfies the rules. It lapses on the same day as before.",
    done="Reinstated.",
    is_main=True,
    summary="Reinstate a suspended approval",
    body=ReasonSerializer,
)

"""The verbs of a round: invite, decide, request changes, withdraw, reject; and reinstate an approval."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Version
from articles.requirements import requirements
from editorial.accounts.invitations import Invitee
from editorial.admin.invitation_forms import BOARD, PERSON, BoardFields
from editorial.admin.model_admin import actor
from editorial.permissions import reads_the_record
from editorial.roles import Role
from editorial.verbs.bodies import OptionalReasonSerializer, ReasonSerializer
from editorial.verbs.forms import OptionalReasonForm, ReasonForm, VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers

NEWCOMER = 0
"""The choice of someone who has no account yet."""


class InviteForm(VerbForm, BoardFields):
    """Asks whom to invite, and for a message and a waiver."""

    subject: Version
    member = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, label="Board member")
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
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
        self.fields["licence_expires_on"].help_text = "Only members with a valid licence are asked to review."
        found = candidates(self.subject, at=timezone.now()) if chooses else []
        member: Any = self.fields["member"]
        newcomer = [(NEWCOMER, "Someone who has no account yet: enter name and address below")] if chooses else []
        member.choices = [*((one.member.pk, one.words) for one in found), *newcomer]
        if chooses and not found:
            member.help_text = "The board has no current members. Add board members first, or invite someone new."

    @property
    def is_for_newcomer(self) -> bool:
        return self.is_bound and self["member"].value() == str(NEWCOMER)

    @property
    def parts(self) -> dict[str, dict[str, list[forms.BoundField]]]:
        """Return the fields in three groups, each as the template for fields takes a form."""
        groups = {"member": ["member"], "newcomer": [*PERSON, *BOARD], "words": ["message", "waiver"]}
        return {part: {"visible_fields": [self[name] for name in names]} for part, names in groups.items()}

    def clean(self) -> dict[str, Any]:
        """Require what the site must know of a newcomer whom it asks to review."""
        if self.is_for_newcomer:
            for name in (*PERSON, "credentials", "licence_expires_on"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, "This is needed to invite someone who has no account.")
        return self.cleaned_data

    def arguments(self) -> dict[str, object]:
        data = self.cleaned_data
        words = {"message": data["message"], "waiver": data["waiver"]}
        if data["member"] != NEWCOMER:
            return {"member_id": data["member"], **words}
        person = {name: data[name] for name in (*PERSON, "credentials", "licence_expires_on")}
        roles, specialties = frozenset({Role.BOARD_MEMBER}), tuple(data["specialties"])
        return {"newcomer": Invitee(**person, roles=roles, specialties=specialties), **words}


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
    action=actions.invite_reviewer,
    label="Invite a reviewer",
    form=InviteForm,
    explain="The member gets a mail with your words and answers here.",
    done="Invited. The mail is on its way.",
    anchor="#reviews",
    is_main=True,
    template="admin/reviews/invite.html",
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

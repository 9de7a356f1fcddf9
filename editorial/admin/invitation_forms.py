"""The forms with which people are invited: one, or a list of them."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst

from editorial.accounts.invitation_lists import COLUMNS, OPTIONAL, Planned, plan
from editorial.accounts.invitations import MAX_CREDENTIALS, ROLES, AddressTakenError, Invitee
from editorial.actions import invite_person
from editorial.admin.fields import SpecialtiesField
from editorial.admin.formatting import link
from editorial.admin.model_admin import actor
from editorial.exceptions import Refusal, Unacceptable
from editorial.permissions import is_administrator, may_invite
from editorial.roles import Role
from editorial.verbs.form_errors import add_refusal
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb

MAX_LIST_BYTES = 200_000
DAY = forms.DateInput(attrs={"type": "date"})
PERSON = ("first_name", "last_name", "email")
BOARD = ("credentials", "specialties", "licence_expires_on")


class BoardFields(forms.Form):
    """What the site records of a member of the board."""

    credentials = forms.CharField(
        required=False,
        max_length=MAX_CREDENTIALS,
        help_text="For a member of the board; shown after the name: “MD, PhD”.",
    )
    specialties = SpecialtiesField(help_text="For a member of the board.")
    licence_expires_on = forms.DateField(
        label="Licence expires on",
        required=False,
        widget=DAY,
        help_text="For a member of the board. Can be added later, but only members with a licence are asked to review.",
    )


class InvitePersonForm(VerbForm, BoardFields):
    """Asks for name, address and roles of one person."""

    field_order = (*PERSON, "roles", *BOARD)
    first_name = forms.CharField(max_length=150)
    last_name = forms.CharField(max_length=150)
    email = forms.EmailField(label="E-mail address", max_length=254)
    roles = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: Any = self.fields["roles"]
        user = actor(self.request) if self.request else None
        offered = [role for role in ROLES if user and may_invite(user, {role})]
        roles.choices = [(role.value, capfirst(role.label)) for role in offered]

    def arguments(self) -> dict[str, object]:
        data = self.cleaned_data
        person = {name: data[name] for name in (*PERSON, "credentials", "licence_expires_on")}
        roles = frozenset(Role(role) for role in data["roles"])
        return {"invitee": Invitee(**person, roles=roles, specialties=tuple(data["specialties"]))}

    def refused(self, refusal: Refusal) -> None:
        """Link to the account that has the address, for people who can see it."""
        if isinstance(refusal, AddressTakenError) and self.request and is_administrator(actor(self.request)):
            words = format_html("There is an account with this address already: {}", link(refusal.account))
            self.add_error("email", words)
        else:
            super().refused(refusal)


class PeopleForm(forms.Form):
    """Takes a list of people, pasted or as a file."""

    people = forms.CharField(
        label="List",
        required=False,
        max_length=MAX_LIST_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=f"CSV. The first line names the columns: {', '.join(COLUMNS)}; for members of the board also "
        f"{', '.join(OPTIONAL)}. Roles are writer, editor, board and administrator; separate several by +.",
    )
    file = forms.FileField(
        label="Or a file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"})
    )
    planned: list[Planned]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.by = by

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > MAX_LIST_BYTES:
            raise forms.ValidationError("The file is too large for a list of people.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("Save the file as CSV in UTF-8, then upload it again.") from error

    def clean(self) -> dict[str, Any]:
        """Read the list, and check every person in it."""
        if not self.errors:
            self.cleaned_data["people"] = self.cleaned_data["file"] or self.cleaned_data["people"]
            try:
                self.planned = plan(self.cleaned_data["people"], by=self.by)
            except Unacceptable as refusal:
                add_refusal(self, refusal)
        return self.cleaned_data


INVITE_PERSON = Verb(
    name="invite",
    action=invite_person,
    label="Invite a person",
    form=InvitePersonForm,
    explain="The account is created at once, so that work can be assigned to it. The person gets a mail with a link to "
    "choose a password, valid for 14 days.",
    done="Invited. The mail is on its way.",
    is_main=True,
    makes=True,
)

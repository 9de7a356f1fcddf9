"""The verb that merges two accounts of one person, on a page that shows the consequences first."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.formatting import link
from editorial.models import User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.actions.merging_accounts import consequences


class MergeForm(ReasonForm):
    """Asks for the account that stays, and to confirm the consequences, which the page shows when they are known."""

    subject: User
    account = forms.ModelChoiceField(
        User.objects.filter(is_active=True).exclude(username=SYSTEM_USERNAME).order_by("last_name", "first_name", "pk"),
        label="The account that stays",
        help_text="The other account of the same person. This one, whose page you are on, is closed.",
    )
    confirmed = forms.BooleanField(
        label="I have read what follows from it",
        error_messages={"required": "Read above what follows from it, then confirm."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["account", "reason", "confirmed"])
        choices: Any = self.fields["account"]
        choices.queryset = choices.queryset.exclude(pk=self.subject.pk)

    @property
    def reading(self) -> SafeString:
        """The consequences, as far as they are known. The account that stays is known after the first attempt."""
        chosen = str(self["account"].value() or "")
        choices: Any = self.fields["account"]
        account = choices.queryset.filter(pk=chosen).first() if chosen.isdecimal() else None
        effects = consequences(self.subject, account)
        twice = [(link(record), record.get_state_display()) for record in effects.signed_twice]
        return format_html(
            "<h2>What happens next</h2><p>{} can no longer log in with this account, and its seat on the board "
            "ends.</p>"
            "<p>Open reviews that end and are handed on to other members: {}</p>"
            "<p>Signed with both accounts, where one signature counts from now on: {}</p>"
            "<p>An approval among them is suspended at once unless the other signatures satisfy the policy.</p>",
            self.subject,
            format_html_join(", ", "{}", ((link(record),) for record in effects.ends)) or "none.",
            format_html_join(", ", "{} ({})", twice) or ("none." if account else "shown once you have chosen."),
        )

    def arguments(self) -> dict[str, object]:
        return {"account_id": self.cleaned_data["account"].pk, "reason": self.cleaned_data["reason"]}


MERGE = Verb(
    name="merge",
    action=actions.merge_accounts,
    label="Merge into another account",
    form=MergeForm,
    explain="For one person who has two accounts. This account is closed for good. What was done with it stays on "
    "record in its name, and counts as done by the same person.",
    done="Merged. The editors have been notified.",
    is_grave=True,
    makes=True,
)

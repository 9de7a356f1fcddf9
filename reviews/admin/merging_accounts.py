"""Merge two accounts of one person, on a page that shows the consequences first."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.accounts import UserAdmin
from editorial.admin.formatting import link
from editorial.admin.verbs import ReasonForm, Verb
from editorial.models import User
from editorial.models.accounts import SYSTEM_USERNAME
from reviews import actions
from reviews.actions.merging_accounts import consequences


class MergeForm(ReasonForm):
    """Asks for the account that stays, and to confirm the consequences, which the page shows when they are known."""

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
            "<p>Open reviews that end: {}</p><p>Signed with both accounts, where one signature counts from now on: {}"
            "</p><p>An approval among them is suspended at once unless the other signatures satisfy the policy.</p>",
            self.subject,
            format_html_join(", ", "{}", ((link(record),) for record in effects.ends)) or "none.",
            format_html_join(", ", "{} ({})", twice) or ("none." if account else "shown once you have chosen."),
        )


def merge(subject: User, data: Any, *, by: User, now: datetime) -> User:
    return actions.merge_accounts(
        duplicate_id=subject.pk, account_id=data["account"].pk, reason=data["reason"], by=by, now=now
    )


MERGE = Verb(
    name="merge",
    label="Merge into another account",
    call=merge,
    form=MergeForm,
    explain="For one person who has two accounts. This account is closed for good. What was done with it stays on "
    "record in its name, and counts as done by the same person.",
    done="Merged. The editors have been notified.",
    is_grave=True,
    makes=True,
)


@admin.register(User)
class MergingUserAdmin(UserAdmin):
    """Adds the merge, which also changes rounds and approvals."""

    verbs = (*UserAdmin.verbs, MERGE)

    def offered(self, user: User, record: User) -> dict[str, str]:
        own = "Your own account you cannot close." if user == record else ""
        merged = f"This account was merged into {record.merged_into}." if record.merged_into_id else own
        return {**super().offered(user, record), MERGE.name: merged}

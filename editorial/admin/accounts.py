"""Admin pages of accounts, for administrators. Accounts are never deleted."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.forms import SetPasswordMixin
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from editorial.accounts.second_factor import reset
from editorial.actions import change_password, keep_account
from editorial.admin.chips import chip
from editorial.admin.second_factor import SecondFactorPage
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.admin.verbs import ReasonForm, Verb, VerbForm, VerbPages
from editorial.models import User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.permissions import is_administrator

PASSWORD, REPEATED = SetPasswordMixin.create_password_fields()


class NewAccountForm(SetPasswordMixin, TrackedForm):
    """An account with its first password."""

    password1, password2 = PASSWORD, REPEATED

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance)


class PasswordForm(SetPasswordMixin, VerbForm):
    """A form for a new password, typed twice."""

    password1, password2 = PASSWORD, REPEATED

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.subject)
        return self.cleaned_data


def set_password(subject: User, data: Any, *, by: User, now: datetime) -> User:
    return change_password(account_id=subject.pk, password=data["password1"], by=by, now=now)


def reset_second_factor(subject: User, data: Any, *, by: User, now: datetime) -> User:
    return reset(account_id=subject.pk, reason=data["reason"], by=by, now=now)


class UserAdmin(SecondFactorPage, VerbPages, TrackedAdmin):
    list_display = ("name", "username", "email", "roles", "active", "has_second_factor", "last_login")
    list_display_links = ("name", "username")
    list_select_related = ("board_member", "second_factor")
    list_filter = ("is_active", "is_writer", "is_editor", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("last_name", "first_name", "username")
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_writer", "is_editor", "is_superuser", "is_active")}),
    )
    verbs: ClassVar[tuple[Verb, ...]] = (
        Verb(
            name="set-password",
            label="Set a password",
            form=PasswordForm,
            call=set_password,
            explain="The account's sessions end. Give its owner the new password in person.",
            done="The password is set.",
        ),
        Verb(
            name="reset-second-factor",
            label="Reset the second factor",
            form=ReasonForm,
            call=reset_second_factor,
            explain="For someone who lost their phone and recovery codes. Make sure that the request comes from "
            "them. Afterwards the "
            "password alone logs them in, until they set up a new one. They are notified by mail.",
            done="The second factor is reset.",
            is_grave=True,
        ),
    )

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.exclude(username=SYSTEM_USERNAME)

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def may_add(self, user: User) -> bool:
        return is_administrator(user)

    def may_change(self, user: User, _record: User | None) -> bool:
        return is_administrator(user)

    def offered(self, user: User, record: User) -> dict[str, str]:
        own = "Remove your own on the page “Second factor”." if user == record else ""
        resets = {"reset-second-factor": own} if hasattr(record, "second_factor") else {}
        return {"set-password": "", **resets}

    def own_fieldsets(self, request: Any, obj: User | None) -> list[Any]:
        extra = [] if obj else [("Password", {"fields": ("password1", "password2")})]
        return [*super().own_fieldsets(request, obj), *extra]

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = {} if obj else {"form": NewAccountForm}
        return super().get_form(request, obj, change, **form, **kwargs)

    def keep(self, record: User, form: Any, *, by: User, now: datetime, reason: str) -> None:
        if password := form.cleaned_data.get("password1"):
            record.set_password(password)
        keep_account(account=record, by=by, now=now, reason=reason)

    @admin.display(description="name", ordering="last_name")
    def name(self, account: User) -> str:
        return str(account)

    @admin.display(description="roles")
    def roles(self, account: User) -> SafeString | str:
        flags = {
            "Writer": account.is_writer,
            "Editor": account.is_editor,
            "Board": hasattr(account, "board_member"),
            "Administrator": account.is_superuser,
        }
        return (
            format_html_join(" ", "{}", ((chip("calm", role),) for role, is_set in flags.items() if is_set))
            or self.empty_value_display
        )

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, account: User) -> bool:
        return hasattr(account, "second_factor")

    @admin.display(description="active", boolean=True, ordering="is_active")
    def active(self, account: User) -> bool:
        return account.is_active

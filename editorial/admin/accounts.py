"""Admin pages of accounts, for administrators. Accounts are never deleted."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.forms import SetPasswordMixin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from editorial.accounts.second_factor import has_second_factor, second_factors
from editorial.actions import keep_account
from editorial.admin.chips import chip
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.admin.verbs import VerbPages
from editorial.http.sessions import keep_session
from editorial.models import User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.permissions import is_administrator
from editorial.verbs.accounts import RESET_SECOND_FACTOR, SEND_PASSWORD_LINK, SET_PASSWORD
from editorial.verbs.table import Verb


class NewAccountForm(SetPasswordMixin, TrackedForm):
    """An account with its first password."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance)


class UserAdmin(VerbPages, TrackedAdmin):
    list_display = ("name", "username", "email", "roles", "active", "has_second_factor", "last_login")
    list_display_links = ("name", "username")
    list_select_related = ("board_member",)
    list_filter = ("is_active", "is_writer", "is_editor", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("last_name", "first_name", "username")
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_writer", "is_editor", "is_superuser", "is_active")}),
    )
    verbs: ClassVar[tuple[Verb, ...]] = (SEND_PASSWORD_LINK, SET_PASSWORD, RESET_SECOND_FACTOR)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        factors = second_factors().filter(user=OuterRef("pk"))
        return rows.exclude(username=SYSTEM_USERNAME).annotate(has_factor=Exists(factors))

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def may_add(self, user: User) -> bool:
        return is_administrator(user)

    def may_change(self, user: User, _record: User | None) -> bool:
        return is_administrator(user)

    def offered(self, user: User, record: User) -> dict[str, str]:
        own = "Remove your own on the page “Second factor”." if user == record else ""
        resets = {RESET_SECOND_FACTOR.name: own} if has_second_factor(record) else {}
        if not record.email:
            return {SET_PASSWORD.name: "", **resets}
        return {SEND_PASSWORD_LINK.name: "" if record.is_active else "This account is closed.", **resets}

    def own_fieldsets(self, request: Any, obj: User | None) -> list[Any]:
        extra = [] if obj else [("Password", {"fields": ("password1", "password2")})]
        return [*super().own_fieldsets(request, obj), *extra]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = {} if obj else {"form": NewAccountForm}
        return super().get_form(request, obj, change, **form, **kwargs)

    def keep(self, record: User, form: Any, *, by: User, now: datetime, reason: str) -> None:
        if password := form.cleaned_data.get("password1"):
            record.set_password(password)
        keep_account(account=record, by=by, now=now, reason=reason)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        keep_session(request, obj.pk)

    def finished(self, request: HttpRequest, verb: Verb, record: Any, result: Any) -> HttpResponse:
        keep_session(request, record.pk)
        return super().finished(request, verb, record, result)

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
        return account.has_factor  # type: ignore[attr-defined]

    @admin.display(description="active", boolean=True, ordering="is_active")
    def active(self, account: User) -> bool:
        return account.is_active

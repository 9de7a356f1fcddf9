"""Admin pages of accounts, for administrators. Accounts are never deleted."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.accounts.second_factor import second_factors
from editorial.actions import keep_account
from editorial.admin.account_access import AccountAccess, access_endings
from editorial.admin.chips import chip
from editorial.admin.formatting import link
from editorial.admin.my_account import MyAccountPage
from editorial.admin.verbs import VerbPages
from editorial.http.sessions import keep_session
from editorial.models import AccountInvitation, User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.permissions import is_administrator
from editorial.verbs.account_access import ACCESS_VERBS
from editorial.verbs.accounts import RESET_SECOND_FACTOR, SEND_PASSWORD_LINK, SET_PASSWORD
from editorial.verbs.table import Verb


class UserAdmin(MyAccountPage, VerbPages, AccountAccess):
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
    readonly_fields = ("invitation",)
    change_list_template = "admin/editorial/accountinvitation/change_list.html"
    verbs: ClassVar[tuple[Verb, ...]] = (SEND_PASSWORD_LINK, SET_PASSWORD, RESET_SECOND_FACTOR, *ACCESS_VERBS)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        factors, pending = second_factors(), AccountInvitation.objects.open()
        return rows.exclude(username=SYSTEM_USERNAME).annotate(
            has_factor=Exists(factors.filter(user=OuterRef("pk"))),
            is_invited=Exists(pending.filter(account=OuterRef("pk"))),
        )

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def may_change(self, user: User, _record: User | None) -> bool:
        return is_administrator(user)

    def offered(self, user: User, record: Any) -> dict[str, str]:
        own = "Remove your own on the page “Second factor”." if user == record else ""
        resets = {RESET_SECOND_FACTOR.name: own} if record.has_factor else {}
        return {**_ways_to_a_password(record), **resets, **access_endings(user, record)}

    def own_fieldsets(self, request: Any, obj: User | None) -> list[Any]:
        invited = [("Invitation", {"fields": ("invitation",)})] if getattr(obj, "is_invited", False) else []
        return [*invited, *super().own_fieldsets(request, obj)]

    def keep(self, record: User, form: Any, *, by: User, now: datetime, reason: str) -> None:
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

    @admin.display(description="state")
    def invitation(self, account: User) -> SafeString:
        """Shown only to the end of the invitation, see ``own_fieldsets``."""
        invitation = AccountInvitation.objects.open().get(account=account)
        return format_html("{} {}", chip("wait", "Invited, not yet accepted"), link(invitation, "See the invitation"))

    @admin.display(description="roles")
    def roles(self, account: Any) -> SafeString | str:
        flags = {
            "Writer": account.is_writer,
            "Editor": account.is_editor,
            "Board": hasattr(account, "board_member"),
            "Administrator": account.is_superuser,
        }
        chips = [chip("calm", role) for role, is_set in flags.items() if is_set]
        if account.is_invited:
            chips.append(chip("wait", "Invited"))
        return format_html_join(" ", "{}", ((one,) for one in chips)) or self.empty_value_display

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, account: User) -> bool:
        return account.has_factor  # type: ignore[attr-defined]

    @admin.display(description="active", boolean=True, ordering="is_active")
    def active(self, account: User) -> bool:
        return account.is_active


def _ways_to_a_password(account: Any) -> dict[str, str]:
    """Return the verb by which ``account`` gets another password, with why it cannot be used now."""
    if not account.email:
        return {SET_PASSWORD.name: ""}
    if account.is_invited:
        return {SEND_PASSWORD_LINK.name: "Invited, not yet accepted: the owner chooses the first password."}
    return {SEND_PASSWORD_LINK.name: "" if account.is_active else "This account is closed."}

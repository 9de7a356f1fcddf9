"""Sessions and API tokens on the page of an account, for administrators."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.accounts.devices import device_name
from editorial.admin.formatting import NOTHING, moment
from editorial.admin.tracked_forms import TrackedAdmin
from editorial.models import ApiToken, User
from editorial.verbs.account_access import LOG_OUT_EVERYWHERE, REVOKE_TOKEN


class AccountAccess(TrackedAdmin):
    """Shows the sessions and tokens of an account."""

    access: ClassVar[tuple[str, ...]] = ("open_sessions", "open_tokens")

    def own_fieldsets(self, request: HttpRequest, obj: User | None) -> list[Any]:
        own = super().own_fieldsets(request, obj)
        return [*own, ("Access", {"fields": self.access})] if obj else own

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *self.access)

    @admin.display(description="sessions")
    def open_sessions(self, account: User) -> SafeString | str:
        sessions = account.account_sessions.live(at=timezone.now()).in_order()
        lines = ((device_name(one.user_agent), one.address or NOTHING, moment(one.last_seen_at)) for one in sessions)
        return _list("<li>{}, {}, last seen {}</li>", lines) or NOTHING

    @admin.display(description="API tokens")
    def open_tokens(self, account: User) -> SafeString | str:
        tokens = ApiToken.objects.filter(user=account).valid(at=timezone.now()).in_order()
        lines = ((one.name, ", ".join(one.scopes), moment(one.last_used_at), moment(one.expiry)) for one in tokens)
        return _list("<li>{}: {}; last used {}, expires {}</li>", lines) or NOTHING


def access_endings(user: User, account: User) -> dict[str, str]:
    """Return the verbs that end sessions and tokens of ``account``, each with why ``user`` may not use it."""
    own = "End your own on the page “My account”." if user == account else ""
    has_tokens = ApiToken.objects.filter(user=account).valid(at=timezone.now()).exists()
    return {LOG_OUT_EVERYWHERE.name: own, **({REVOKE_TOKEN.name: own} if has_tokens else {})}


def _list(line: str, rows: Iterable[tuple[str, ...]]) -> SafeString:
    """Return the rows as an HTML list; empty if there are none."""
    items = format_html_join("", line, rows)
    return format_html("<ul>{}</ul>", items) if items else items

"""Admin pages of webhook endpoints, for administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.chips import chip
from editorial.admin.formatting import NOTHING, moment
from editorial.admin.ledger_on_pages import LedgerPanel
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.admin.verbs import VerbPages
from editorial.admin.webhook_deliveries import SWITCHED_OFF, with_latest_attempt
from editorial.models import Endpoint, LedgerEntry, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_administrator
from editorial.verbs.table import Verb
from editorial.verbs.webhooks import ROTATE_SECRET, SEND_TEST, SWITCH_OFF, SWITCH_ON
from editorial.webhooks import endpoints

RECENT = 20
"""Deliveries on the page of an endpoint; the list of deliveries has all of them."""


ON = Q(is_active=True)
FAILING = ON & Q(health__failing_since__isnull=False)
STANDINGS = {"active": ON & Q(health__failing_since=None), "failing": FAILING, "off": Q(is_active=False)}


class StandingFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "active"), ("failing", "failing"), ("off", "switched off")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(STANDINGS.get(self.value() or "", Q()))


class EndpointForm(TrackedForm):
    events = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, help_text="Which events it receives.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(event, f"{event}: {words}") for event, words in endpoints.known_events()]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]


@admin.register(Endpoint)
class EndpointAdmin(LedgerPanel, VerbPages, TrackedAdmin):
    form = EndpointForm
    list_display = ("name", "host", "standing", "last_success", "failing")
    list_select_related = ("health",)
    list_filter = (StandingFilter,)
    search_fields = ("name", "address")
    search_help_text = "A name, or a part of an address."
    ordering = ("name", "pk")
    fields = ("name", "address", "events")
    facts: ClassVar[tuple[str, ...]] = ("standing", "last_success", "failing", "signs")
    verbs = (SEND_TEST, ROTATE_SECRET, SWITCH_ON, SWITCH_OFF)
    change_form_template = "admin/editorial/endpoint/change_form.html"
    empty_state = "No endpoints yet. Add the address at which a front-end listens."

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def may_add(self, user: User) -> bool:
        return is_administrator(user)

    def may_change(self, user: User, _record: Endpoint | None) -> bool:
        return is_administrator(user)

    def offered(self, user: User, record: Endpoint) -> Mapping[str, str]:
        switch = SWITCH_OFF if record.is_active else SWITCH_ON
        return {SEND_TEST.name: "" if record.is_active else SWITCHED_OFF, ROTATE_SECRET.name: "", switch.name: ""}

    def ledger_of(self, record: Endpoint) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(chain=BOARD_CHAIN, payload__record=f"endpoint:{record.pk}")

    def chain_of(self, record: Endpoint) -> str:
        return BOARD_CHAIN

    def own_fieldsets(self, request: HttpRequest, obj: Any) -> list[Any]:
        own = super().own_fieldsets(request, obj)
        return [(None, {"fields": self.facts}), *own] if obj else own

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.facts if obj else ()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if record := kwargs.get("obj"):
            context["deliveries"] = with_latest_attempt(record.dispatches.all()).order_by("-pk")[:RECENT]
        return super().render_change_form(request, context, *args, **kwargs)

    # --- a secret is shown once, in the response to the request that created it -------------------------------------

    def keep(self, record: Endpoint, form: Any, *, by: User, now: datetime, reason: str) -> None:
        act: dict[str, Any] = {"endpoint": record, "by": by, "now": now, "reason": reason}
        if record.pk is None:
            record.new_secret = endpoints.add_endpoint(**act)
        else:
            endpoints.change_endpoint(**act)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.secret_page(request, obj, secret=obj.new_secret)

    def finished(self, request: HttpRequest, verb: Verb, record: Any, result: Any) -> HttpResponse:
        """Return the page with the new secret after it was rotated, otherwise the usual one."""
        if verb is ROTATE_SECRET:
            return self.secret_page(request, record, secret=result)
        return super().finished(request, verb, record, result)

    def secret_page(self, request: HttpRequest, endpoint: Endpoint, *, secret: str) -> HttpResponse:
        about = {"opts": self.opts, "title": f"The secret of {endpoint}", "endpoint": endpoint}
        context = {**self.admin_site.each_context(request), **about, "secret": secret}
        return TemplateResponse(request, "admin/editorial/endpoint/secret.html", context)

    # --- columns and read-only fields -------------------------------------------------------------------------------

    @admin.display(description="host")
    def host(self, endpoint: Endpoint) -> str:
        return urlsplit(endpoint.address).hostname or NOTHING

    @admin.display(description="state", ordering="is_active")
    def standing(self, endpoint: Endpoint) -> SafeString:
        if not endpoint.is_active:
            return chip("calm", "Switched off")
        return chip("care", "Failing") if endpoint.health.failing_since else chip("good", "Active")

    @admin.display(description="last success", ordering="health__last_success_at")
    def last_success(self, endpoint: Endpoint) -> str:
        return moment(endpoint.health.last_success_at)

    @admin.display(description="failures", ordering="health__failures")
    def failing(self, endpoint: Endpoint) -> str:
        health = endpoint.health
        return f"{health.failures} since {moment(health.failing_since)}" if health.failing_since else NOTHING

    @admin.display(description="signed with")
    def signs(self, endpoint: Endpoint) -> SafeString:
        lines = (
            (moment(secret.made_at), secret.made_by, f"; ends {moment(secret.ends_at)}" if secret.ends_at else "")
            for secret in endpoint.secrets.select_related("made_by").order_by("-pk")[:3]
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>Secret of {}, made by {}{}</li>", lines))

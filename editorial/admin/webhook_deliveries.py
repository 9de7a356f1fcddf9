"""Admin pages of webhook deliveries, for administrators: their status, each attempt, and how to send them again."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.chips import delivery_chip
from editorial.admin.formatting import NOTHING, link, moment
from editorial.admin.history import HistoryPages
from editorial.admin.verbs import VerbPages
from editorial.models import Attempt, Dispatch, User
from editorial.models.webhooks import UNSETTLED
from editorial.permissions import is_administrator
from editorial.verbs.webhook_deliveries import REPLAY

SWITCHED_OFF = "The endpoint is switched off."

DELIVERED, GIVEN_UP = Q(delivered_at__isnull=False), Q(abandoned_at__isnull=False)
DELIVERY_STATES = {"owed": UNSETTLED, "delivered": DELIVERED, "given-up": GIVEN_UP}


def with_latest_attempt(dispatches: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Return ``dispatches`` annotated with status and error of their latest attempt, in one query."""
    latest = Attempt.objects.filter(dispatch=OuterRef("pk")).order_by("-pk")
    outcome = {name: Subquery(latest.values(name)[:1]) for name in ("status", "error")}
    return dispatches.select_related("message", "endpoint__health").annotate(**outcome)


class OutcomeFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.replace("-", " ")) for name in DELIVERY_STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(DELIVERY_STATES.get(self.value() or "", Q()))


@admin.register(Dispatch)
class DispatchAdmin(VerbPages, HistoryPages):
    list_display = ("owed", "event", "subject", "to", "delivery", "attempts", "outcome")
    list_filter = (OutcomeFilter, "endpoint")
    search_fields = ("=message__identity", "=message__subject", "message__event")
    search_help_text = "A webhook-id, a subject (version:12), or an event."
    ordering = ("-pk",)
    verbs = (REPLAY,)
    empty_state = "No deliveries match. Events that an endpoint subscribes to are queued here."

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return with_latest_attempt(rows)

    def offered(self, user: User, record: Dispatch) -> Mapping[str, str]:
        settled = record.delivered_at or record.abandoned_at
        obstacle = SWITCHED_OFF if not record.endpoint.is_active else ("" if settled else "It is queued already.")
        return {REPLAY.name: obstacle}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        settled = obj and (obj.delivered_at or obj.abandoned_at)
        next_attempt = () if settled else ("next",)
        return ("event", "subject", "to", "identity", "owed", "delivery", *next_attempt, "log", "body")

    @admin.display(description="queued", ordering="owed_at")
    def owed(self, dispatch: Dispatch) -> str:
        return moment(dispatch.owed_at)

    @admin.display(description="event", ordering="message__event")
    def event(self, dispatch: Dispatch) -> str:
        return dispatch.message.event

    @admin.display(description="about")
    def subject(self, dispatch: Dispatch) -> str:
        return dispatch.message.subject

    @admin.display(description="to", ordering="endpoint__name")
    def to(self, dispatch: Dispatch) -> SafeString:
        return link(dispatch.endpoint)

    @admin.display(description="webhook-id")
    def identity(self, dispatch: Dispatch) -> str:
        return dispatch.message.identity

    @admin.display(description="delivery")
    def delivery(self, dispatch: Dispatch) -> SafeString:
        return dispatch_chip(dispatch)

    @admin.display(description="latest answer")
    def outcome(self, dispatch: Any) -> str:
        return str(dispatch.status or dispatch.error or NOTHING)

    @admin.display(description="next attempt")
    def next(self, dispatch: Dispatch) -> str:
        due = max(dispatch.not_before, dispatch.endpoint.health.not_before)
        return moment(due) if due > timezone.now() else "As soon as a worker is free."

    @admin.display(description="message")
    def body(self, dispatch: Dispatch) -> SafeString:
        return format_html("<pre>{}</pre>", dispatch.message.body)

    @admin.display(description="attempts")
    def log(self, dispatch: Dispatch) -> SafeString | str:
        lines = (
            (
                moment(attempt.at),
                str(attempt),
                attempt.milliseconds,
                format_html("<pre>{}</pre>", attempt.excerpt) if attempt.excerpt else "",
            )
            for attempt in dispatch.log.order_by("pk")
        )
        items = format_html_join("", "<li>{}: {} after {} ms{}</li>", lines)
        return format_html("<ol>{}</ol>", items) if items else "None so far."


def dispatch_chip(dispatch: Dispatch) -> SafeString:
    """Return the status of the delivery of a webhook, as a chip."""
    return delivery_chip(
        delivered_at=dispatch.delivered_at,
        failed_at=dispatch.abandoned_at,
        is_failing=bool(dispatch.attempts),
        words="Delivered",
    )

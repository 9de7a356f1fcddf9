"""The log of what was delivered to front-ends, and how each attempt went. Administrators read it and send again."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.history import HistoryPages
from editorial.admin.showing import NOTHING, chip, link, moment
from editorial.admin.verbs import Verb, VerbPages
from editorial.models import Attempt, Dispatch, User
from editorial.models.webhooks import UNSETTLED
from editorial.permissions import is_administrator
from editorial.webhooks import keeping

OFF = "The endpoint is switched off."

REPLAY = Verb(
    name="replay",
    label="Send again",
    call=lambda dispatch, _data, *, by, now: keeping.replay(dispatch_ids=[dispatch.pk], by=by, now=now),
    explain="The same message under the same id: a front-end that has taken it already need not do anything.",
    done="It is sent again as soon as a worker is free.",
    is_main=True,
)
DELIVERED, GIVEN_UP = Q(delivered_at__isnull=False), Q(abandoned_at__isnull=False)
PARTS = {"owed": UNSETTLED, "delivered": DELIVERED, "given-up": GIVEN_UP}


def with_outcome(dispatches: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """With how the latest attempt went, in one query."""
    latest = Attempt.objects.filter(dispatch=OuterRef("pk")).order_by("-pk")
    outcome = {name: Subquery(latest.values(name)[:1]) for name in ("status", "error")}
    return dispatches.select_related("message", "endpoint__health").annotate(**outcome)


class OutcomeFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [(name, name.replace("-", " ")) for name in PARTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        return queryset.filter(PARTS.get(self.value() or "", Q()))


@admin.register(Dispatch)
class DispatchAdmin(VerbPages, HistoryPages):
    list_display = ("owed", "event", "subject", "to", "delivery", "attempts", "outcome")
    list_filter = (OutcomeFilter, "endpoint")
    search_fields = ("=message__identity", "=message__subject", "message__event")
    search_help_text = "A webhook-id, a subject (version:12), or an event."
    ordering = ("-pk",)
    verbs = (REPLAY,)
    empty_state = "No deliveries like this. What an endpoint listens to is owed here when it happens."

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:  # noqa: ARG002
        return with_outcome(rows)

    def offered(self, user: User, record: Dispatch) -> Mapping[str, str]:  # noqa: ARG002
        settled = record.delivered_at or record.abandoned_at
        refused = OFF if not record.endpoint.is_active else ("" if settled else "It is owed already.")
        return {REPLAY.name: refused}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        settled = obj and (obj.delivered_at or obj.abandoned_at)
        following = () if settled else ("next",)
        return ("event", "subject", "to", "identity", "owed", "delivery", *following, "log", "body")

    @admin.display(description="owed", ordering="owed_at")
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
        return delivery_chip(dispatch)

    @admin.display(description="latest answer")
    def outcome(self, dispatch: Any) -> str:
        return str(dispatch.status or dispatch.error or NOTHING)

    @admin.display(description="tried next")
    def next(self, dispatch: Dispatch) -> str:
        due = max(dispatch.not_before, dispatch.endpoint.health.not_before)
        return moment(due) if due > timezone.now() else "As soon as a worker is free."

    @admin.display(description="message")
    def body(self, dispatch: Dispatch) -> SafeString:
        return format_html("<pre>{}</pre>", dispatch.message.body)

    @admin.display(description="attempts")
    def log(self, dispatch: Dispatch) -> SafeString | str:
        tried = dispatch.log.order_by("pk")
        answers = (format_html("<pre>{}</pre>", one.excerpt) if one.excerpt else "" for one in tried)
        lines = (
            (moment(one.at), str(one), one.milliseconds, answer) for one, answer in zip(tried, answers, strict=True)
        )
        said = format_html_join("", "<li>{}: {} after {} ms{}</li>", lines)
        return format_html("<ol>{}</ol>", said) if said else "None so far."


def delivery_chip(dispatch: Dispatch) -> SafeString:
    """How far a delivery has come."""
    if dispatch.delivered_at:
        return chip("approved", f"Delivered {moment(dispatch.delivered_at)}")
    if dispatch.abandoned_at:
        return chip("rejected", f"Given up {moment(dispatch.abandoned_at)}")
    return chip("suspended", "Failing, tried again") if dispatch.attempts else chip("submitted", "Owed")

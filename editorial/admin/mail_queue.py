"""Admin pages of notices, and the mail queue: pending, failing and failed mails, and how to retry them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from editorial.admin.chips import chip, delivery_chip
from editorial.admin.formatting import admin_url, moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import actor
from editorial.admin.verbs import VerbPages
from editorial.mail import notices
from editorial.models import Notice, User
from editorial.models.notices import DEAD, DROPPED, FAILING, OWED
from editorial.permissions import reads_the_record
from editorial.verbs.mail_queue import TRY_AGAIN

MAX_ROWS = 20
"""Rows of each list in the mail queue; the list of notices has all of them."""

CANCELLED = "cancelled"
"""The status of a mail that was not sent, because everything in it was settled before its time."""


def kind_label(kind: str) -> str:
    return capfirst(kind.replace("_", " "))


class NoticeDeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("owed", "queued"),
            ("sent", "sent"),
            ("failed", "failing or failed"),
            ("dead", "failed for good"),
            ("dropped", CANCELLED),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        parts = {"owed": OWED, "sent": Q(sent_at__isnull=False), "failed": DEAD | FAILING, "dead": DEAD}
        parts["dropped"] = DROPPED
        return queryset.filter(parts.get(self.value() or "", Q()))


class KindForm(forms.Form):
    """The filter of the mail queue by kind of notice."""

    kind = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unsent = Notice.objects.filter(sent_at=None).order_by("kind").values_list("kind", flat=True).distinct()
        self.fields["kind"].choices = [("", "Any"), *((kind, kind_label(kind)) for kind in unsent)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        return self.cleaned_data["kind"] if self.is_valid() else ""


class MailQueuePages(VerbPages):
    """Adds the mail queue to the pages of notices."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.post_room_view)
        return [path("post-room/", view, name="editorial_notice_post_room"), *super().get_urls()]

    def post_room_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the queue. POST retries one failed mail (``notice``), or all failed mails of the chosen kind."""
        if not self.has_view_permission(request):
            raise PermissionDenied("Only editors and administrators see the mail queue.")
        now, form = timezone.now(), KindForm(request.GET)
        if request.method == "POST":
            return self.try_again(request, form.chosen, now=now)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Mail queue", "form": form}
        context |= {"elsewhere": self.elsewhere(), "is_off": not settings.MAIL_AND_WEBHOOKS}
        return TemplateResponse(
            request, "admin/editorial/notice/post_room.html", {**context, **queue_context(form.chosen, now)}
        )

    def elsewhere(self) -> list[tuple[str, int, str]]:
        """Return pending mail that is no notice, from admin pages with ``in_post_room``: label, count and address."""
        return [
            (words, count, f"{admin_url(model, 'changelist')}?delivery={part}")
            for model, page in self.admin_site._registry.items()
            if hasattr(page, "in_post_room")
            for words, count, part in page.in_post_room()
        ]

    def try_again(self, request: HttpRequest, kind: str, *, now: datetime) -> HttpResponse:
        """Retry the mails, and redirect to the queue with a message on how many there were."""
        sent_id = request.POST.get("notice", "")
        notice_id = int(sent_id) if sent_id.isdecimal() and len(sent_id) < 19 else None
        if sent_id and notice_id is None:
            raise Http404
        count = notices.try_again(notice_id=notice_id, kind=kind, by=actor(request), now=now)
        message = (
            f"{count} mail{'' if count == 1 else 's'} will be tried again."
            if count
            else "There was no failed mail left to send again."
        )
        messages.success(request, message)
        return HttpResponseRedirect(request.get_full_path())


def queue_context(kind: str, now: datetime) -> dict[str, Any]:
    """Return the template context of the mail queue: counts, and the first rows of each list."""
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    with_recipients = rows.select_related("recipient")
    waiting, dead = rows.waiting(at=now), rows.dead().count()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "counts": [
            ("Queued", waiting["owed"], "owed"),
            ("Failing, will be retried", waiting["failing"], "failed"),
            ("Failed", dead, "dead"),
            ("Sent today", rows.sent_since(midnight).count(), "sent"),
            ("Cancelled today", rows.filter(dropped_at__gte=midnight).count(), "dropped"),
        ],
        "is_late": waiting["oldest"] is not None and now - waiting["oldest"] > timedelta(minutes=15),
        "oldest": waiting["oldest"],
        "dead": with_recipients.dead().order_by("-abandoned_at", "-pk")[:MAX_ROWS],
        "dead_count": dead,
        "next": with_recipients.filter(OWED).order_by("not_before", "pk")[:MAX_ROWS],
        "kind": kind,
    }


@admin.register(Notice)
class NoticeAdmin(MailQueuePages, HistoryPages):
    list_display = ("owed", "kind_in_words", "recipient", "subject", "delivery", "attempts", "error")
    list_select_related = ("recipient",)
    list_filter = (NoticeDeliveryFilter,)
    search_fields = ("recipient__last_name", "recipient__first_name", "recipient__email", "=subject", "kind")
    ordering = ("-owed_at", "-pk")
    fields = (
        "kind_in_words",
        "recipient",
        "subject",
        "delivery",
        "owed",
        "attempts",
        "not_before",
        "sent_at",
        "error",
        "so_far",
    )
    verbs = (TRY_AGAIN,)
    change_list_template = "admin/editorial/notice/change_list.html"
    empty_state = "No notices match. Invitations, decisions and approvals are queued here before they are sent as mail."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def offered(self, user: User, record: Notice) -> Mapping[str, str]:
        """Offer a retry of an abandoned notice to everyone who can see it."""
        return {TRY_AGAIN.name: ""} if record.abandoned_at else {}

    @admin.display(description="queued", ordering="owed_at")
    def owed(self, notice: Notice) -> str:
        return moment(notice.owed_at)

    @admin.display(description="kind", ordering="kind")
    def kind_in_words(self, notice: Notice) -> str:
        return kind_label(notice.kind)

    @admin.display(description="delivery")
    def delivery(self, notice: Notice) -> SafeString:
        if notice.dropped_at:
            return chip("calm", f"{capfirst(CANCELLED)} {moment(notice.dropped_at)}")
        failed_at, is_failing = notice.abandoned_at, bool(notice.last_error)
        return delivery_chip(delivered_at=notice.sent_at, failed_at=failed_at, is_failing=is_failing)

    @admin.display(description="last error")
    def error(self, notice: Notice) -> str:
        return notice.last_error or self.empty_value_display

    @admin.display(description="what happened")
    def so_far(self, notice: Notice) -> SafeString | str:
        events = notice.events.select_related("by").order_by("pk")
        lines = ((moment(event.at), str(event), str(event.by or event.error)) for event in events)
        items = format_html_join("", "<li>{}: {} ({})</li>", lines)
        return format_html("<ul>{}</ul>", items) if items else "No attempt failed."

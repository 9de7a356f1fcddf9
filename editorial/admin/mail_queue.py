"""The notices, and the post room: what is owed, what fails, and what was given up and may be tried again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from editorial import notices
from editorial.admin.ground import actor
from editorial.admin.history import HistoryPages
from editorial.admin.showing import chip, moment
from editorial.admin.verbs import Verb, VerbPages
from editorial.models import Notice, User
from editorial.models.notices import DEAD, DROPPED, FAILING, OWED
from editorial.permissions import reads_the_record

SHOWN = 20
"""Rows of a list in the post room; the list of notices has them all."""

UNNEEDED = "not needed any more"
"""Of a mail that had nothing left to say when it was to be sent: all of it was decided by then."""

TRY_AGAIN = Verb(
    name="try-again",
    label="Try again",
    call=lambda notice, _data, *, by, now: notices.try_again(ids=[notice.pk], by=by, now=now),
    explain="The mail is owed again, as if it were new, and sent as soon as a worker is free.",
    done="It is owed again.",
    is_main=True,
)


def words_of(kind: str) -> str:
    return capfirst(kind.replace("_", " "))


class DeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("owed", "owed"), ("sent", "sent"), ("failed", "failed"), ("dead", "given up"), ("dropped", UNNEEDED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        parts = {"owed": OWED, "sent": Q(sent_at__isnull=False), "failed": DEAD | FAILING, "dead": DEAD}
        parts["dropped"] = DROPPED
        return queryset.filter(parts.get(self.value() or "", Q()))


class KindForm(forms.Form):
    """Which kind of notices the post room shows."""

    kind = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unsent = Notice.objects.filter(sent_at=None).order_by("kind").values_list("kind", flat=True).distinct()
        self.fields["kind"].choices = [("", "Any"), *((kind, words_of(kind)) for kind in unsent)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        return self.cleaned_data["kind"] if self.is_valid() else ""


class PostRoomPages(VerbPages):
    """Adds the post room to the notices."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.post_room_view)
        return [path("post-room/", view, name="editorial_notice_post_room"), *super().get_urls()]

    def post_room_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows how the post stands; POST owes again one dead letter (``notice``), or all of the kind shown."""
        if not self.has_view_permission(request):
            raise PermissionDenied("Only editors and administrators see the post room.")
        now, form = timezone.now(), KindForm(request.GET)
        if request.method == "POST":
            return self.try_again(request, form.chosen, now=now)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Post room", "form": form}
        context["elsewhere"] = self.elsewhere()
        return TemplateResponse(
            request, "admin/editorial/notice/post_room.html", {**context, **standing(form.chosen, now)}
        )

    def elsewhere(self) -> list[tuple[str, int, str]]:
        """Mail that is owed beside the notices, by pages that have ``in_post_room``: words, how many, and where."""
        return [
            (
                words,
                count,
                f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?delivery={part}",
            )
            for model, page in self.admin_site._registry.items()
            if hasattr(page, "in_post_room")
            for words, count, part in page.in_post_room()
        ]

    def try_again(self, request: HttpRequest, kind: str, *, now: datetime) -> HttpResponse:
        """Do it, say how many there were, and show the room again."""
        one = request.POST.get("notice", "")
        ids = [int(one)] if one.isdecimal() and len(one) < 19 else None
        if one and ids is None:
            raise Http404
        count = notices.try_again(ids=ids, kind=kind, by=actor(request), now=now)
        said = (
            f"{count} mail{'' if count == 1 else 's'} will be tried again."
            if count
            else "Nothing was given up any more."
        )
        messages.success(request, said)
        return HttpResponseRedirect(request.get_full_path())


def standing(kind: str, now: datetime) -> dict[str, Any]:
    """What the post room shows: counts, and the first of each list."""
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    listed = rows.select_related("recipient")
    waiting, dead = rows.waiting(at=now), rows.dead().count()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "counts": [
            ("Owed", waiting["owed"], "owed"),
            ("Failing, tried again", waiting["failing"], "failed"),
            ("Given up", dead, "dead"),
            ("Sent today", rows.sent_since(midnight).count(), "sent"),
            ("Not needed any more today", rows.filter(dropped_at__gte=midnight).count(), "dropped"),
        ],
        "is_late": waiting["oldest"] is not None and now - waiting["oldest"] > timedelta(minutes=15),
        "oldest": waiting["oldest"],
        "dead": listed.dead().order_by("-abandoned_at", "-pk")[:SHOWN],
        "dead_count": dead,
        "next": listed.filter(OWED).order_by("not_before", "pk")[:SHOWN],
        "kind": kind,
    }


@admin.register(Notice)
class NoticeAdmin(PostRoomPages, HistoryPages):
    list_display = ("owed", "kind_in_words", "recipient", "subject", "delivery", "attempts", "error")
    list_select_related = ("recipient",)
    list_filter = (DeliveryFilter,)
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
    empty_state = (
        "No notices like this. Invitations, decisions and approvals are owed here before they are sent as mail."
    )

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def offered(self, user: User, record: Notice) -> Mapping[str, str]:  # noqa: ARG002
        """Whoever sees a notice may have it tried again, once it was given up."""
        return {TRY_AGAIN.name: ""} if record.abandoned_at else {}

    @admin.display(description="owed", ordering="owed_at")
    def owed(self, notice: Notice) -> str:
        return moment(notice.owed_at)

    @admin.display(description="kind", ordering="kind")
    def kind_in_words(self, notice: Notice) -> str:
        return words_of(notice.kind)

    @admin.display(description="delivery")
    def delivery(self, notice: Notice) -> SafeString:
        if notice.sent_at:
            return chip("approved", f"Sent {moment(notice.sent_at)}")
        if notice.abandoned_at:
            return chip("rejected", f"Given up {moment(notice.abandoned_at)}")
        if notice.dropped_at:
            return chip("withdrawn", f"{capfirst(UNNEEDED)} {moment(notice.dropped_at)}")
        return chip("suspended", "Failing, tried again") if notice.last_error else chip("submitted", "Owed")

    @admin.display(description="last error")
    def error(self, notice: Notice) -> str:
        return notice.last_error or self.empty_value_display

    @admin.display(description="what happened")
    def so_far(self, notice: Notice) -> SafeString | str:
        events = notice.events.select_related("by").order_by("pk")
        lines = ((moment(event.at), str(event), str(event.by or event.error)) for event in events)
        said = format_html_join("", "<li>{}: {} ({})</li>", lines)
        return format_html("<ul>{}</ul>", said) if said else "No attempt failed."

"""What a policy's ladder of reminders tells, before it tells it."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from editorial import workdays
from editorial.admin.ground import HouseAdmin
from reviews import reminders

SPAN = timedelta(days=30)
PAGE = 50
MOST = 500
"""For each rung; the page says so when there are more."""

AHEAD, BEFORE = "ahead", "before"


class LadderPages(HouseAdmin):
    """Adds the preview of the ladder to the policies."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.ladder_view)
        return [path("<path:object_id>/ladder/", view, name="editorial_editorialpolicy_ladder"), *super().get_urls()]

    def ladder_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What goes out in the next 30 days, or with ``?span=before`` what was due in the last, as things stand now."""
        policy: Any = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if policy is None:
            return self.unseen(request, object_id)
        now, span = timezone.now(), BEFORE if request.GET.get("span") == BEFORE else AHEAD
        today = workdays.day_of(now)
        first, last = (today + workdays.ONE, today + SPAN) if span == AHEAD else (today - SPAN, today)
        told = reminders.preview(policy, first=first, last=last, now=now, limit=MOST)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Ladder of version {policy.number}",
            "policy": policy,
            "span": span,
            "first": first,
            "last": last,
            "page": Paginator(told, PAGE).get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/reviews/policy/ladder.html", context)

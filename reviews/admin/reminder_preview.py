"""A preview of the reminders that a policy's ladder sends."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from editorial.admin.model_admin import BaseAdmin
from editorial.calendar import working_days
from reviews import reminders

SPAN = timedelta(days=30)
PAGE = 50
MOST = 500
"""Maximum number of reminders for each rung. The page says if there are more."""

AHEAD, BEFORE = "ahead", "before"


class LadderPages(BaseAdmin):
    """Adds the preview of the ladder to the pages of policies."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.ladder_view)
        return [path("<path:object_id>/ladder/", view, name="editorial_editorialpolicy_ladder"), *super().get_urls()]

    def ladder_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the reminders of the next 30 days by the current data, or with ``?span=before`` those of the last 30."""
        policy: Any = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if policy is None:
            return self.unseen(request, object_id)
        now, span = timezone.now(), BEFORE if request.GET.get("span") == BEFORE else AHEAD
        today = working_days.site_day(now)
        first, last = (today + working_days.ONE_DAY, today + SPAN) if span == AHEAD else (today - SPAN, today)
        previews = reminders.preview_reminders(policy, first=first, last=last, now=now, limit=MOST)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Ladder of version {policy.number}",
            "policy": policy,
            "span": span,
            "first": first,
            "last": last,
            "page": Paginator(previews, PAGE).get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/reviews/policy/ladder.html", context)

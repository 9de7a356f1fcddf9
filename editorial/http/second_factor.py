"""Where ``REQUIRE_SECOND_FACTOR`` is on: who has no second factor sets one up before anything else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework import permissions
from rest_framework.request import Request

from editorial.exceptions import NotPermitted
from editorial.second_factor import lacks_second_factor

OPEN = {"login", "logout", "jsi18n", "password_change", "password_change_done", "second_factor"}
"""Pages of the admin that need none."""


class SecondFactorMiddleware:
    """Leads from every page of the admin to the one that sets a second factor up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        page = request.resolver_match
        closed = page and page.app_names == ["admin"] and page.url_name not in OPEN
        if closed and request.user.is_authenticated and lacks_second_factor(request.user):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return None


class IsAuthenticated(permissions.IsAuthenticated):
    """Whoever has an account, and the second factor that this site may demand."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if lacks_second_factor(request.user):  # type: ignore[arg-type]  # nobody else is let in above
            raise NotPermitted("Set up your second factor in the admin first.", code="second_factor_required")
        return True

"""Enforce ``REQUIRE_SECOND_FACTOR``: a person without a second factor has to set one up first."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework import permissions
from rest_framework.request import Request

from editorial.accounts.second_factor import lacks_second_factor
from editorial.exceptions import NotPermitted

EXEMPT_PAGES = {"login", "logout", "jsi18n", "password_change", "password_change_done", "second_factor"}
"""URL names of admin pages that do not require a second factor."""


class SecondFactorMiddleware:
    """Redirects from every other admin page to the one on which a second factor is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        page = request.resolver_match
        requires_factor = page and page.app_names == ["admin"] and page.url_name not in EXEMPT_PAGES
        if requires_factor and request.user.is_authenticated and lacks_second_factor(request.user):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return None


class IsAuthenticated(permissions.IsAuthenticated):
    """Allows people who are logged in and have the second factor, if this site requires one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if lacks_second_factor(request.user):  # type: ignore[arg-type]  # it is no AnonymousUser here
            raise NotPermitted("Set up your second factor in the admin first.", code="second_factor_required")
        return True

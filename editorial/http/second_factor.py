"""Enforce ``REQUIRE_SECOND_FACTOR``, and record what people change of their own second factors on allauth's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework import permissions
from rest_framework.request import Request

from editorial.accounts.second_factor import RECOVERY_CODES, lacks_second_factor, record_change
from editorial.exceptions import NotPermitted
from editorial.http.sessions import keep_session
from editorial.models import User

EXEMPT_PAGES = {"login", "logout", "jsi18n", "password_change", "password_change_done"}
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
            return HttpResponseRedirect(reverse("mfa_index"))
        return None


class IsAuthenticated(permissions.IsAuthenticated):
    """Allows people who are logged in and have the second factor, if this site requires one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if lacks_second_factor(request.user):
            raise NotPermitted("Set up your second factor on the site first.", code="second_factor_required")
        return True


def changes_factors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return allauth's ``view`` in one transaction with the record of what it changed of the person's own factors.

    A new app or passkey, or one that is removed, ends the account's access, but not the session in use.
    """

    @wraps(view)
    @transaction.atomic
    def recorded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        before = _factors(request)
        response = view(request, **kwargs)
        for what, ends in _changes(before, _factors(request)):
            account = User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
            kept = ends and bool(request.POST.get("keep_tokens"))
            record_change(account, what, by=account, now=timezone.now(), ends=ends, keep_tokens=kept)
            keep_session(request, account.pk)
        return response

    return recorded


def _factors(request: HttpRequest) -> dict[int, str]:
    return dict(Authenticator.objects.filter(user=request.user.pk).values_list("pk", "type"))


def _changes(before: dict[int, str], after: dict[int, str]) -> list[tuple[str, bool]]:
    """Return what was done, and whether it ends access: at most one thing, as each page does one."""
    new = {kind for pk, kind in after.items() if pk not in before}
    if new - {RECOVERY_CODES}:
        return [("set up", True)]
    if new:
        return [("given new recovery codes", False)]
    return [("removed", True)] if before != after else []

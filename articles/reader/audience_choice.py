"""The audience that a reader chose: in the URL, else in a header, else on pages in a cookie. No account is needed."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

HEADER = "Audience-Preference"
COOKIE = "audience"
A_YEAR = 365 * 24 * 60 * 60
"""Seconds for which the cookie is stored."""

CODE = re.compile(r"[-a-zA-Z0-9_]{1,50}")
"""The form of a code. Any other value of a header or a cookie is ignored."""


@dataclass(frozen=True)
class RequestedAudience:
    """The requested audience by code. If ``lenient``, an audience that does not exist counts as none."""

    audience: str | None
    lenient: bool


def requested_audience(request: HttpRequest, *stored_codes: str) -> RequestedAudience:
    """Return the audience in the URL; else the first valid code that the client stored, which may no longer exist."""
    if "audience" in request.GET:
        return RequestedAudience(request.GET["audience"], lenient=False)
    return RequestedAudience(next((code for code in stored_codes if CODE.fullmatch(code)), None), lenient=True)


def requested_by_api(request: HttpRequest) -> RequestedAudience:
    """The audience for a response of the API. Cookies are ignored, so that shared caches can store it."""
    return requested_audience(request, request.headers.get(HEADER, ""))


def requested_by_page(request: HttpRequest) -> RequestedAudience:
    """The audience for a page."""
    return requested_audience(request, request.headers.get(HEADER, ""), request.COOKIES.get(COOKIE, ""))


def vary_header(request: HttpRequest) -> str:
    """Return the value of ``Vary`` for a response about an article. The URL takes precedence over the header."""
    return "Accept" if "audience" in request.GET else f"Accept, {HEADER}"

"""Whom readers say they are: by the address, else by a header, else on pages by a cookie. Nobody needs an account."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

HEADER = "Audience-Preference"
COOKIE = "audience"
A_YEAR = 365 * 24 * 60 * 60
"""Seconds that a choice is kept."""

CODE = re.compile(r"[-a-zA-Z0-9_]{1,50}")
"""What a code can be; of a header or a cookie nothing else is looked at."""


@dataclass(frozen=True)
class Wish:
    """Whom a text is asked for, by code; if ``lenient``, an ``audience`` that does not exist is as good as none."""

    audience: str | None
    lenient: bool


def wish(request: HttpRequest, *kept: str) -> Wish:
    """What the address says; else the first that can be a code of what the client ``kept``, which may be gone since."""
    if "audience" in request.GET:
        return Wish(request.GET["audience"], lenient=False)
    return Wish(next((code for code in kept if CODE.fullmatch(code)), None), lenient=True)


def wished(request: HttpRequest) -> Wish:
    """For whom an answer of the API is: no cookie has a say, so that anybody's cache may keep it."""
    return wish(request, request.headers.get(HEADER, ""))


def wished_of_page(request: HttpRequest) -> Wish:
    """For whom a page is."""
    return wish(request, request.headers.get(HEADER, ""), request.COOKIES.get(COOKIE, ""))


def varies(request: HttpRequest) -> str:
    """What of a request an answer about an article depends on, for ``Vary``; what the address says comes first."""
    return "Accept" if "audience" in request.GET else f"Accept, {HEADER}"

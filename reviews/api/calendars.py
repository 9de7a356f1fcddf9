"""A member's private calendar feed."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.http import require_safe

from editorial.calendar import feeds
from editorial.exceptions import NotFound
from editorial.http.preconditions import not_modified
from reviews.invitations.calendar_files import deadlines, feed

PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the due dates of the member with this address; 304 if unchanged, 404 for an unknown or revoked address."""
    now = timezone.now()
    calendar_feed = feeds.find_feed(token, now=now)
    if calendar_feed is None:
        raise NotFound("There is no such calendar.")
    body = feed(deadlines(calendar_feed.member, at=now))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response: HttpResponse = HttpResponseNotModified()
    if not not_modified(request, etag=etag):
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="reviews.ics"'
    for name, value in {**PRIVATE, "ETag": etag}.items():
        response[name] = value
    return response

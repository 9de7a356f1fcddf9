"""A member's private calendar, for calendar programs that ask for it again and again."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.http import require_safe

from editorial import feeds
from editorial.exceptions import OutOfSight
from editorial.http.preconditions import not_modified
from reviews.calendars import deadlines, feed

PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The due dates of the member with this address; 304 for who has them, 404 for a guessed or revoked address."""
    found = feeds.find(token)
    if found is None:
        raise OutOfSight("There is no such calendar.")
    body = feed(deadlines(found.member, at=timezone.now()))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response: HttpResponse = HttpResponseNotModified()
    if not not_modified(request, etag=etag):
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="reviews.ics"'
    for name, value in {**PRIVATE, "ETag": etag}.items():
        response[name] = value
    return response

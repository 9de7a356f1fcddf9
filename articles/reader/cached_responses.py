"""Answers out of what was written beforehand. They pass by the frame of the REST API, which takes longer than they do.

None stands for "this wants more": the view then answers as it would without anything written.
"""

import gzip
import json
import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from articles.reading.listing import NEWEST_FIRST, Filters
from articles.reading.written import page, ready
from articles.views.audiences import varies, wished
from editorial.http.cross_origin import READABLE
from editorial.http.pagination import KeysetPagination

JSON = "application/json"
FRESH = {"Cache-Control": "public, max-age=0, must-revalidate", "Vary": "Accept"}
"""Anybody may keep an answer, and nobody may use it again without asking: an approval lapses by the clock."""

ALONE = READABLE | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
"""The headers that the layers would add which such an answer never reaches."""

TAKES_JSON = re.compile(r"\s*(application/(json|\*)|\*/\*)\s*(,\s*(application/(json|\*)|\*/\*)\s*)*")
"""``Accept`` headers without weights that JSON answers; the frame weighs all others."""

TAKES_GZIP = re.compile(r"(^|,)\s*gzip\s*(;\s*q=(1(\.0*)?|0\.0*[1-9]\d*)\s*)?(,|$)", re.IGNORECASE)
ZIPPED = '-gzip"'
"""Ends the entity tag of the compressed form: strong tags tell forms apart (RFC 9110, section 8.8.3)."""

TAG = re.compile(r'"[^"]*"')


def is_plain(request: HttpRequest) -> bool:
    """Whether what is asked for is JSON, in whole; the frame knows what to tell who has something, whatever it is."""
    wants = TAKES_JSON.fullmatch(request.headers.get("Accept", "*/*"))
    has_any = request.headers.get("If-None-Match", "").strip() == "*"
    return bool(wants) and request.method in ("GET", "HEAD") and "fields" not in request.GET and not has_any


def written_document(request: HttpRequest, slug: str, *, at: datetime) -> HttpResponse | None:
    """The reader's document of an article, compressed for who takes that; 304 for who has it. One query."""
    if not is_plain(request):
        return None
    asked = wished(request)
    sent = TAG.findall(request.headers.get("If-None-Match", ""))
    known = [tag.removesuffix(ZIPPED) + '"' if tag.endswith(ZIPPED) else tag for tag in sent]
    found = ready(slug, audience=asked.audience, known=known, at=at)
    if found is None or not (found.is_asked_for or asked.lenient):
        return None
    is_zipped = TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    tag = found.etag[:-1] + ZIPPED if is_zipped else found.etag
    headers = ALONE | FRESH | {"Vary": f"{varies(request)}, Accept-Encoding", "ETag": tag}
    headers["Last-Modified"] = http_date(found.last_modified.timestamp())
    if found.gzipped is None:
        return HttpResponseNotModified(headers=headers)
    content = found.gzipped if is_zipped else gzip.decompress(found.gzipped)
    headers |= {"Content-Length": str(len(content)), "Content-Type": JSON}
    return HttpResponse(content, headers=headers | {"Content-Encoding": "gzip"} if is_zipped else headers)


def written_list(request: HttpRequest, *, filters: Filters, at: datetime) -> HttpResponseBase | None:
    """A page of the list of articles. One query; an empty page is left to the record to tell."""
    if not is_plain(request):
        return None
    pager = KeysetPagination()
    pager.open(request, ordering=NEWEST_FIRST)
    after = pager.cursor.position if pager.cursor else None
    rows = pager.turn(page(filters=filters, at=at, limit=pager.size + 1, after=after, back=pager.back))
    if not rows:
        return None
    neighbours = f'"next":{json.dumps(pager.next)},"previous":{json.dumps(pager.previous)}'
    body = f'{{"results":[{",".join(row["told"] for row in rows)}],{neighbours}}}'
    return HttpResponse(body, content_type=JSON, headers=FRESH | pager.links())


def chosen(told: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """Of what is told the members with these names, or all."""
    return told if names is None else {name: told[name] for name in names}

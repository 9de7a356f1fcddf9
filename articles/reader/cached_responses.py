"""Responses from the cache. They bypass Django REST framework, which takes longer than they do.

A function returns None if it cannot answer. The view then responds without the cache.
"""

import gzip
import json
import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from articles.published.article_list import NEWEST_FIRST, Filters
from articles.published.document_cache import page, ready
from articles.reader.audience_choice import requested_by_api, vary_header
from editorial.http.cross_origin import READABLE
from editorial.http.pagination import KeysetPagination
from editorial.record.canonical_json import JSONDict

JSON = "application/json"
FRESH = {"Cache-Control": "public, max-age=0, must-revalidate", "Vary": "Accept"}
"""Any cache may store a response but must revalidate it on every use: an approval ends by the clock."""

ALONE = READABLE | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
"""The headers that middleware would add, which such a response does not pass."""

TAKES_JSON = re.compile(r"\s*(application/(json|\*)|\*/\*)\s*(,\s*(application/(json|\*)|\*/\*)\s*)*")
"""``Accept`` headers without weights that JSON satisfies. Django REST framework handles all others."""

TAKES_GZIP = re.compile(r"(^|,)\s*gzip\s*(;\s*q=(1(\.0*)?|0\.0*[1-9]\d*)\s*)?(,|$)", re.IGNORECASE)
ZIPPED = '-gzip"'
"""The end of the entity tag of the compressed form: strong tags differ by encoding (RFC 9110, section 8.8.3)."""

TAG = re.compile(r'"[^"]*"')


def is_plain(request: HttpRequest) -> bool:
    """Return whether the request is for the whole JSON document.

    Requests with ``If-None-Match: *`` are left to Django REST framework.
    """
    wants = TAKES_JSON.fullmatch(request.headers.get("Accept", "*/*"))
    has_any = request.headers.get("If-None-Match", "").strip() == "*"
    return bool(wants) and request.method in ("GET", "HEAD") and "fields" not in request.GET and not has_any


def written_document(request: HttpRequest, slug: str, *, at: datetime) -> HttpResponse | None:
    """Return the cached document of an article, compressed if the client accepts it; 304 if the client has it.

    None if the cache cannot answer. One query.
    """
    if not is_plain(request):
        return None
    audience = requested_by_api(request)
    sent = TAG.findall(request.headers.get("If-None-Match", ""))
    known = [tag.removesuffix(ZIPPED) + '"' if tag.endswith(ZIPPED) else tag for tag in sent]
    cached = ready(slug, audience=audience.audience, known=known, at=at)
    if cached is None or not (cached.is_asked_for or audience.lenient):
        return None
    is_zipped = TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    tag = cached.etag[:-1] + ZIPPED if is_zipped else cached.etag
    headers = ALONE | FRESH | {"Vary": f"{vary_header(request)}, Accept-Encoding", "ETag": tag}
    headers["Last-Modified"] = http_date(cached.last_modified.timestamp())
    if cached.gzipped is None:
        return HttpResponseNotModified(headers=headers)
    content = cached.gzipped if is_zipped else gzip.decompress(cached.gzipped)
    headers |= {"Content-Length": str(len(content)), "Content-Type": JSON}
    return HttpResponse(content, headers=headers | {"Content-Encoding": "gzip"} if is_zipped else headers)


def written_list(request: HttpRequest, *, filters: Filters, at: datetime) -> HttpResponseBase | None:
    """Return a page of the list of articles; None if it is empty or cannot be answered from the cache. One query."""
    if not is_plain(request):
        return None
    pager = KeysetPagination()
    pager.open(request, ordering=NEWEST_FIRST)
    after = pager.cursor.position if pager.cursor else None
    rows = pager.select_page(page(filters=filters, at=at, limit=pager.size + 1, after=after, back=pager.back))
    if not rows:
        return None
    neighbours = f'"next":{json.dumps(pager.next)},"previous":{json.dumps(pager.previous)}'
    body = f'{{"results":[{",".join(row["told"] for row in rows)}],{neighbours}}}'
    return HttpResponse(body, content_type=JSON, headers=FRESH | pager.links())


def select_fields(document: JSONDict, names: list[str] | None) -> JSONDict:
    """Return the members of ``document`` with these names, or all."""
    return document if names is None else {name: document[name] for name in names}

"""Searching articles: the endpoint and the page."""

from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, Throttled, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles.models import Version
from articles.published.review import ReviewStep
from articles.published.search.query_parser import Reading, read
from articles.published.search.ranking import Search
from articles.published.search.results import shown, understood
from articles.reader.cached_responses import ALONE, FRESH, JSON, is_plain
from articles.reader.list_api import SLUG
from articles.reader.search_serializers import FoundSerializer
from articles.reader.throttling import SearchThrottle
from editorial.http.pagination import KeysetPagination
from editorial.http.problems import Problem, problem_of
from editorial.http.throttling import require_under_the_rate
from editorial.record.canonical_json import JSONDict

MAX_QUERY = 300
"""Characters that may be searched for."""


CORRECTED = {"type": "array", "items": {"$ref": "#/components/schemas/Correction"}}
UNKNOWN = {"type": "array", "items": {"type": "string"}}
"""As in ``UnderstoodSerializer``, for the body of a page."""


class SearchPagination(KeysetPagination):
    """The best results first. A cursor is valid for one search, with its words and filters, and any page size."""

    reading: Reading

    def found(self, request: HttpRequest | Request) -> list[JSONDict]:
        """Return the requested page of results, in two queries. Raises ValidationError (422)."""
        search = search_of(request)
        self.reading = search.reading
        query = (search.reading.text, search.specialty, search.audience, search.step, request.GET.get("exact", ""))
        self.open(request, ordering=("-score", "-pk"), of="\n".join(query))
        position = self.cursor.position if self.cursor else None
        return [
            shown(hit) for hit in self.select_page(search.page(position=position, back=self.back, limit=self.size + 1))
        ]

    def body(self, data: Any) -> JSONDict:
        """The page, with how what was typed was read."""
        return super().body(data) | understood(self.reading, found=bool(data))

    def get_paginated_response_schema(self, schema: JSONDict) -> JSONDict:
        page = super().get_paginated_response_schema(schema)
        understood = {"corrected": CORRECTED, "unknown": UNKNOWN, "note": {"type": ["string", "null"]}}
        properties = page["properties"] | understood
        return page | {"required": list(properties), "properties": properties}


def search_of(request: HttpRequest | Request) -> Search:
    """Return the search that ``request`` asks for, in one query. Raises ValidationError (422)."""
    sent, now = request.GET, timezone.now()
    text, step = sent.get("q", ""), sent.get("status", "")
    specialty, audience = sent.get("specialty", ""), sent.get("audience", "")
    if not text.strip():
        raise _refused("q", "Enter a search term.", "required")
    if len(text) > MAX_QUERY:
        raise _refused("q", f"At most {MAX_QUERY} characters.", "max_length")
    if sent.get("exact", "1") != "1":
        raise _refused("exact", "1, or nothing.", "invalid_choice")
    if step and step not in ReviewStep.values:
        raise _refused("status", f"One of {', '.join(ReviewStep.values)}.", "invalid_choice")
    reading = read(text, at=now, specialty=specialty, audience=audience, is_being_typed=True, exact="exact" in sent)
    if specialty and not reading.knows_specialty:
        raise _refused("specialty", f"There is no specialty “{specialty}”.", "unknown_specialty")
    if audience and not reading.knows_audience:
        raise _refused("audience", f"There is no audience “{audience}”.", "unknown_audience")
    return Search(reading, at=now, specialty=specialty, audience=audience, step=step)


def _refused(name: str, words: str, code: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(words, code=code)]})


class ArticleSearch(GenericAPIView[Version]):
    permission_classes = [AllowAny]
    authentication_classes = []
    open_methods = ("GET", "HEAD")
    throttle_classes = [SearchThrottle]
    filter_backends = []
    pagination_class = SearchPagination
    queryset = Version.objects.none()
    serializer_class = FoundSerializer

    @extend_schema(
        operation_id="articles_search",
        summary="Search the articles that readers may read",
        parameters=[
            OpenApiParameter(
                "q",
                {"type": "string", "minLength": 1, "maxLength": MAX_QUERY},
                required=True,
                description="The words to search for. There are no operators. The last word can be a prefix.",
            ),
            OpenApiParameter("specialty", {"type": "string", "pattern": SLUG}, description="Code of a specialty."),
            OpenApiParameter("audience", {"type": "string", "pattern": SLUG}, description="Code of an audience."),
            OpenApiParameter(
                "exact",
                {"type": "string", "enum": ["1"]},
                description="Search for the words as typed, without corrections or prefixes.",
            ),
            OpenApiParameter("status", {"type": "string", "enum": ReviewStep.values}),
        ],
        responses=FoundSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List articles, the best match first, each with its best passage and the current state of its review."""
        pager = SearchPagination()
        return Response(pager.body(pager.found(request)), headers=FRESH | pager.links())


def json_response(request: HttpRequest) -> HttpResponse | None:
    """Return the same response as ``ArticleSearch``, without Django REST framework, to clients that accept JSON.

    None for others.
    """
    if not is_plain(request):
        return None
    pager = SearchPagination()
    try:
        require_under_the_rate(request, SearchThrottle())
        body = JSONRenderer().render(pager.body(pager.found(request)))
    except (Throttled, ValidationError) as error:
        problem = cast(Problem, problem_of(error))
        return replace(problem, headers={**ALONE, **problem.headers}).as_json(request)
    return HttpResponse(body, content_type=JSON, headers=ALONE | FRESH | pager.links())


@require_safe
@conditional_page
def search(request: HttpRequest) -> HttpResponse:
    """The page: a form, and the results."""
    query = request.GET.get("q", "").strip()
    context: dict[str, object] = {"q": query, "hits": [], "max_length": MAX_QUERY}
    if query:
        require_under_the_rate(request, SearchThrottle())
        pager = SearchPagination()
        try:
            hits = pager.found(request)
        except ValidationError as error:
            words = [str(message) for messages in error.detail.values() for message in messages]  # type: ignore[union-attr]
            return render(request, "reader/search.html", {**context, "errors": words}, status=422)
        context |= {"hits": hits, **pager.body(hits), "exactly": urlencode({"q": query, "exact": "1"})}
    return render(request, "reader/search.html", context)

"""Searching the articles that readers may read: the endpoint and the page."""

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, Throttled, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles.models import Version
from articles.reading.review import Status
from articles.search.ranking import Search
from articles.search.reading import read
from articles.search.showing import shown
from articles.serializers.searching import FoundSerializer
from articles.views.reader import SLUG
from articles.views.throttling import SearchThrottle, require_under_the_rate
from articles.views.written import ALONE, FRESH, JSON, is_plain
from editorial.http.pagination import KeysetPagination
from editorial.http.problems import Problem, problem_of

MAX_QUERY = 300
"""Characters that may be searched for."""


class SearchPagination(KeysetPagination):
    """The best first. Cursors belong to one search: to its words and filters, whatever the size of the pages."""

    def found(self, request: HttpRequest | Request) -> list[dict[str, Any]]:
        """The page that ``request`` asks for of what it looks for, in two queries. Raises ValidationError (422)."""
        search = searched(request)
        asked = (search.reading.text, search.specialty, search.audience, search.step)
        self.open(request, ordering=("-score", "-pk"), of="\n".join(asked))
        position = self.cursor.position if self.cursor else None
        return [shown(hit) for hit in self.turn(search.page(position=position, back=self.back, limit=self.size + 1))]


def searched(request: HttpRequest | Request) -> Search:
    """What ``request`` looks for, in one query. Raises ValidationError (422)."""
    sent, now = request.GET, timezone.now()
    text, step = sent.get("q", ""), sent.get("status", "")
    specialty, audience = sent.get("specialty", ""), sent.get("audience", "")
    if not text.strip():
        raise _refused("q", "What do you look for?", "required")
    if len(text) > MAX_QUERY:
        raise _refused("q", f"At most {MAX_QUERY} characters.", "max_length")
    if step and step not in Status.values:
        raise _refused("status", f"One of {', '.join(Status.values)}.", "invalid_choice")
    reading = read(text, at=now, specialty=specialty, audience=audience, is_being_typed=True)
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
                description="Words. No sign is an operator; the last word may be the beginning of one.",
            ),
            OpenApiParameter("specialty", {"type": "string", "pattern": SLUG}, description="Code of a specialty."),
            OpenApiParameter("audience", {"type": "string", "pattern": SLUG}, description="Code of an audience."),
            OpenApiParameter("status", {"type": "string", "enum": Status.values}),
        ],
        responses=FoundSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The best first, each with the passage that fits best and as its review stands at this moment."""
        pager = SearchPagination()
        return Response(pager.body(pager.found(request)), headers=FRESH | pager.links())


def plainly(request: HttpRequest) -> HttpResponse | None:
    """What ``ArticleSearch`` answers, without the frame of the REST API, to who takes JSON; None for others."""
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
def search(request: HttpRequest) -> HttpResponse:
    """The page: a field, and what was found."""
    asked = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"q": asked, "hits": [], "max_length": MAX_QUERY}
    if asked:
        require_under_the_rate(request, SearchThrottle())
        pager = SearchPagination()
        try:
            hits = pager.found(request)
        except ValidationError as error:
            words = [str(message) for messages in error.detail.values() for message in messages]  # type: ignore[union-attr]
            return render(request, "reader/search.html", {**context, "errors": words}, status=422)
        context |= {"hits": hits, "next": pager.next, "previous": pager.previous}
    return render(request, "reader/search.html", context)

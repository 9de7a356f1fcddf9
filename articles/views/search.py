"""Search for readers."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from articles.reading.listing import Filters
from articles.reading.review import Status
from articles.searching.finding import Hit, search
from articles.searching.terms import MAX_QUERY, terms
from articles.serializers.search import SearchPageSerializer
from articles.views.written import FRESH
from editorial.http.pagination import MAX_PAGE_SIZE, page_size
from editorial.models import EditorialPolicy

SLUG = r"^[-a-zA-Z0-9_]+$"
CODES = ("specialty", "audience")
MAX_CODE = 50

PARAMETERS = [
    OpenApiParameter("q", {"type": "string", "minLength": 1, "maxLength": MAX_QUERY}, required=True),
    OpenApiParameter("specialty", {"type": "string", "pattern": SLUG}, description="Code of a specialty."),
    OpenApiParameter("audience", {"type": "string", "pattern": SLUG}, description="In texts for it; its code."),
    OpenApiParameter("status", {"type": "string", "enum": Status.values}),
    OpenApiParameter("cursor", str, description="Where the page begins: taken from `next`."),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20}),
]


class Search(APIView):
    """What readers find."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(
        operation_id="articles_search",
        summary="Search what readers may read",
        parameters=PARAMETERS,
        responses=SearchPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """The best article first; approved ones before others that fit as well. As shown at this moment."""
        now = timezone.now()
        typed, filters, size = query(request), filters_of(request), page_size(request)
        signer = Signer(salt=f"search:{[typed, filters.specialty, filters.audience, filters.step]!r}")
        after = place(request, signer)
        policy = EditorialPolicy.objects.published(at=now).first()
        asked = terms(typed)
        hits: list[Hit] = []
        if policy and asked:
            hits = search(asked, policy=policy, at=now, filters=filters, after=after, limit=size + 1)
        body = {"results": [hit.told for hit in hits[:size]], "next": None}
        if len(hits) > size:
            cursor = signer.sign_object(list(hits[size - 1].place))
            body["next"] = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        links = {"Link": f'<{body["next"]}>; rel="next"'} if body["next"] else {}
        return Response(body, headers=FRESH | links)


def query(request: Request) -> str:
    """What is searched for; raise ValidationError (422)."""
    typed = request.GET.get("q", "").strip()
    if not typed:
        raise _invalid("q", "required", "Say what to search for.")
    if len(typed) > MAX_QUERY:
        raise _invalid("q", "max_length", f"At most {MAX_QUERY} characters.")
    return typed


def filters_of(request: Request) -> Filters:
    """In which articles; raise ValidationError (422)."""
    sent = {name: request.GET.get(name, "") for name in CODES}
    for name, code in sent.items():
        if len(code) > MAX_CODE or (not code.replace("-", "").replace("_", "").isalnum() and code):
            raise _invalid(name, "invalid", "This is no code.")
    step = request.GET.get("status", "")
    if step and step not in Status.values:
        raise _invalid("status", "invalid_choice", f"One of {', '.join(Status.values)}.")
    return Filters(**sent, step=step)


def place(request: Request, signer: Signer) -> tuple[str, int] | None:
    """Where the page begins; raise ValidationError (422) for what we did not sign for this search."""
    sent = request.GET.get("cursor")
    if sent is None:
        return None
    try:
        score, version = signer.unsign_object(sent)
    except BadSignature as error:
        raise _invalid("cursor", "invalid", "This cursor is not one of ours, or belongs to another search.") from error
    return score, version


def _invalid(parameter: str, code: str, message: str) -> ValidationError:
    refused: dict[str, Any] = {parameter: [ErrorDetail(message, code=code)]}
    return ValidationError(refused)

"""One view for every verb that the REST API offers by POST."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from editorial.http.idempotency import idempotent
from editorial.http.preconditions import expected
from editorial.http.schema import IF_MATCH, Schema
from editorial.models import User
from editorial.verbs.table import Verb

MAY_MATCH = OpenApiParameter(
    "If-Match",
    type=IF_MATCH.type,
    location=OpenApiParameter.HEADER,
    description="The `ETag` that you last read. Optional; 412 if it is no longer current.",
)

LOCATION = OpenApiParameter(
    "Location",
    type={"type": "string", "format": "uri-reference"},
    location=OpenApiParameter.HEADER,
    response=[HTTPStatus.CREATED.value],
    description="URL of the new record.",
)


class VerbSchema(Schema):
    """Documents the operation of a ``VerbView`` from its verb."""

    view: Any  # a VerbView

    def get_operation_id(self) -> str:
        return f"{self.view.lookup_url_kwarg.removesuffix('_id')}s_{self.view.verb.action.__name__}"

    def get_summary(self) -> str:
        return self.view.verb.summary

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular takes no arguments
        return described(self.view.verb.action)

    def get_request_serializer(self) -> Any:
        return self.view.verb.body

    def get_response_serializers(self) -> Any:
        stale = {HTTPStatus.PRECONDITION_FAILED.value: None} if self.view.verb.conditional else {}
        return {self.view.verb.status: self.view.serializer_class, **stale}

    def get_override_parameters(self) -> list[Any]:
        verb = self.view.verb
        location = [LOCATION] if verb.status == HTTPStatus.CREATED else []
        precondition = [MAY_MATCH] if verb.conditional else []
        return [*super().get_override_parameters(), *location, *precondition]


def sender(request: Request) -> User:
    """Return the user who sent the request. Only for views that require an account."""
    return cast(User, request.user)


def described(action: Callable[..., object]) -> str:
    """Return an action's docstring as the description of an operation: its effect, without the Python exceptions."""
    effect, _, _ = (action.__doc__ or "").partition("Raises ")
    return " ".join(effect.split())


class VerbView(GenericAPIView):
    """POST: one action on one record that the sender may see; answers with the record as it is then.

    A subclass says which records (``get_queryset``), how they are shown (``serializer_class``), what the URL calls the
    id (``lookup_url_kwarg``) and the name of the address where a record is read (``route``).
    """

    verb: Verb = None  # type: ignore[assignment]  # given in the URL conf
    lookup_url_kwarg: str
    route: str
    gives_etag: tuple[str, ...] = ("post",)
    schema = VerbSchema()

    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Look up what the sender may see, read the body, act, answer."""
        subject = self.get_object()
        body = self.verb.body(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        arguments = dict(body.validated_data)
        if self.verb.conditional:
            arguments["expected"] = expected(request, required=False)
        return self.answer(self.verb.call(subject, arguments, by=sender(request), now=timezone.now()))

    def answer(self, done: Model) -> Response:
        """The record that the action gave back, read afresh, with its ``ETag``, and ``Location`` if it is new."""
        record = self.get_queryset().get(pk=done.pk)
        headers = {"ETag": record.etag} if self.gives_etag else {}
        if self.verb.status == HTTPStatus.CREATED:
            headers["Location"] = reverse(self.route, args=[record.pk])
        return Response(self.get_serializer(record).data, status=self.verb.status, headers=headers)

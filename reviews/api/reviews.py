"""Reviews: board members see their own, editors and administrators all."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from articles.api.versions import OfVersions
from editorial.http.idempotency import SECRETS, idempotent
from editorial.http.passwords import confirm_identity
from editorial.http.preconditions import expected
from editorial.http.verbs import LOCATION, VerbView, described, sender
from reviews import actions
from reviews.allowed_actions import with_offer_fields
from reviews.api.reviews_serializers import without_text
from reviews.api.serializers import (
    ConfirmationSerializer,
    InvitationSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    SigningSerializer,
)
from reviews.lifecycle import State
from reviews.models import Review
from reviews.permissions import reads_text


class OfReviews(GenericAPIView):
    """Limits reviews to those visible to the sender."""

    queryset = Review.objects.none()  # gives the schema its model
    serializer_class: type[BaseSerializer[Any]] = ReviewSerializer
    lookup_url_kwarg = "review_id"

    def get_queryset(self) -> QuerySet[Review]:
        seen = Review.objects.visible_to(self.request.user)
        return with_offer_fields(seen, now=timezone.now())

    def shown_again(self, body: Any) -> Any:
        """Return a stored response to a repeated request, without the text if the sender may no longer read it."""
        version = body.get("version") if isinstance(body, dict) else None
        if not isinstance(version, dict) or reads_text(self.request.user, self.get_object().version):
            return body
        return {**body, "version": {**version, **without_text()}}

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}


class IdFilter(django_filters.NumberFilter):
    """The id of a record: nothing that is not a whole number PostgreSQL could hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=2**63 - 1, **kwargs)


class ReviewFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices)
    version = IdFilter(help_text="Id of the version.")
    member = IdFilter(help_text="Id of the board member.")
    overdue = django_filters.ChoiceFilter(
        choices=[("true", "overdue"), ("false", "not overdue")],
        method="filter_overdue",
        help_text="Whether the answer or the signature is overdue.",
    )

    class Meta:
        model = Review
        fields = ["state", "version", "member", "overdue"]

    def filter_overdue(self, queryset: QuerySet[Review], _name: str, value: str) -> QuerySet[Review]:
        late = Review.objects.overdue(at=timezone.now()).values("pk")
        return queryset.filter(pk__in=late) if value == "true" else queryset.exclude(pk__in=late)


class ReviewList(OfReviews, ListAPIView):
    serializer_class = ReviewRowSerializer
    filterset_class = ReviewFilter
    keyset_ordering = ("due_at", "pk")

    @extend_schema(operation_id="reviews_list", summary="List reviews")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your reviews, or all for editors, ordered by due date. Without the texts under review."""
        return super().get(request, *args, **kwargs)


class ReviewDetail(OfReviews):
    answers_304 = False  # what you may see of others changes without the review
    gives_etag = ("get",)

    @extend_schema(operation_id="reviews_read", summary="Read a review")
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """Return a review with the text, its claims and references, and what a signature would say."""
        review = self.get_object()
        return Response(self.get_serializer(review).data, headers={"ETag": review.etag})


class ReviewVerb(OfReviews, VerbView):
    """POST: one of the verbs of reviews."""

    route = "api-review"


class PasswordConfirmed(OfReviews):
    """Requires the password besides the token, because a signature belongs to a person."""

    gives_etag = ("post",)
    means: Sequence[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the password before the transaction begins: a failed attempt stays counted, and a code stays used."""
        super().initial(request, *args, **kwargs)
        sent = request.data if isinstance(request.data, dict) else {}
        if sent.get("password") is not None:
            secrets = {name: str(sent.get(name) or "") for name in ("password", "code")}
            self.means = confirm_identity(request._request, sender(request), **secrets)


class Sign(PasswordConfirmed):
    needs_if_match = ("post",)

    @extend_schema(
        operation_id="reviews_sign",
        summary="Sign a decision",
        description=described(actions.sign),
        request=SigningSerializer,
        responses={200: ReviewSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Sign over the digest of the text that the sender read. Returns the review."""
        review, expectation = self.get_object(), expected(request)
        body = SigningSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        payload = {name: value for name, value in body.validated_data.items() if name not in SECRETS}
        by, now = sender(request), timezone.now()
        actions.sign(review_id=review.pk, **payload, expected=expectation, identified_by=self.means, by=by, now=now)
        signed = self.get_object()
        return Response(self.get_serializer(signed).data, headers={"ETag": signed.etag})


class ConfirmSignature(PasswordConfirmed):
    @extend_schema(
        operation_id="reviews_confirm_signature",
        summary="Confirm a signature",
        description=described(actions.confirm_signature),
        request=ConfirmationSerializer,
        responses={200: ReviewSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Confirm over the digest of the text that the sender read. Returns the review."""
        review = self.get_object()
        body = ConfirmationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        digest = body.validated_data["digest"]
        by, now = sender(request), timezone.now()
        actions.confirm_signature(review_id=review.pk, digest=digest, identified_by=self.means, by=by, now=now)
        confirmed = self.get_object()
        return Response(self.get_serializer(confirmed).data, headers={"ETag": confirmed.etag})


class Invite(OfVersions):
    gives_etag = ("post",)

    @extend_schema(
        operation_id="versions_invite",
        summary="Invite a board member to review",
        description=described(actions.invite),
        request=InvitationSerializer,
        responses={201: ReviewSerializer},
        parameters=[LOCATION],
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Invite a member. Returns the new review."""
        version = self.get_object()
        body = InvitationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        review = actions.invite(version_id=version.pk, **body.validated_data, by=sender(request), now=now)
        headers = {"ETag": review.etag, "Location": reverse("api-review", args=[review.pk])}
        shown = ReviewSerializer(review, context={**self.get_serializer_context(), "now": now})
        return Response(shown.data, status=201, headers=headers)

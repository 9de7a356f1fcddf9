"""Reviews: board members see their own, editors and administrators all."""

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

from articles.views.versions import OfVersions
from editorial.http.idempotency import SECRETS, idempotent
from editorial.http.passwords import confirm
from editorial.http.preconditions import expected
from editorial.http.verbs import LOCATION, OptionalReasonSerializer, ReasonSerializer, Verb, VerbView, described, sender
from reviews import actions
from reviews.lifecycle import State
from reviews.models import Review
from reviews.serializers import (
    ExtensionSerializer,
    InvitationSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    SigningSerializer,
)

ACCEPT = Verb(act=actions.accept, summary="Take a review on")
DECLINE = Verb(act=actions.decline, summary="Turn a review down", body=ReasonSerializer)
RECUSE = Verb(act=actions.recuse, summary="Step back because of an interest", body=ReasonSerializer)
CANCEL = Verb(act=actions.cancel, summary="Call a review off", body=OptionalReasonSerializer)
EXTEND = Verb(act=actions.extend, summary="Put off a due date", body=ExtensionSerializer)
REMIND = Verb(act=actions.remind, summary="Remind the member by mail")
REVOKE_LINKS = Verb(act=actions.revoke_links, summary="Withdraw the links in the mail")
WITHDRAW_SIGNATURE = Verb(act=actions.withdraw_signature, summary="Take a signature back", body=ReasonSerializer)


class OfReviews(GenericAPIView):
    """What all views of reviews share: which there are for the sender."""

    queryset = Review.objects.none()  # tells the schema the model
    serializer_class: type[BaseSerializer[Any]] = ReviewSerializer
    lookup_url_kwarg = "review_id"

    def get_queryset(self) -> QuerySet[Review]:
        seen = Review.objects.visible_to(self.request.user)
        return seen.select_related("version__article", "member__user")

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
        help_text="Whether an answer or a signature should have been there by now.",
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
        """Your reviews, the first due first; for editors, all. Without the texts that are reviewed."""
        return super().get(request, *args, **kwargs)


class ReviewDetail(OfReviews):
    answers_304 = False  # what you may see of others changes without the review
    gives_etag = ("get",)

    @extend_schema(operation_id="reviews_read", summary="Read a review")
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A review of yours with the text, its claims and references, and what a signature would say."""
        review = self.get_object()
        return Response(self.get_serializer(review).data, headers={"ETag": review.etag})


class ReviewVerb(OfReviews, VerbView):
    """POST: one of the verbs above."""

    route = "api-review"


class Sign(OfReviews):
    needs_if_match = ("post",)
    gives_etag = ("post",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who it is before anything begins: a failed attempt is counted, not rolled back, and a code is spent."""
        super().initial(request, *args, **kwargs)
        sent = request.data if isinstance(request.data, dict) else {}
        if sent.get("password") is not None:
            said = {name: str(sent.get(name) or "") for name in SECRETS}
            confirm(request._request, sender(request), **said, now=timezone.now())

    @extend_schema(
        operation_id="reviews_sign",
        summary="Sign a decision",
        description=described(actions.sign),
        request=SigningSerializer,
        responses={200: ReviewSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Sign over the digest that the sender saw; answers with the review as it is then."""
        review, expectation = self.get_object(), expected(request)
        body = SigningSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = {name: value for name, value in body.validated_data.items() if name not in SECRETS}
        actions.sign(review_id=review.pk, **said, expected=expectation, by=sender(request), now=timezone.now())
        signed = self.get_object()
        return Response(self.get_serializer(signed).data, headers={"ETag": signed.etag})


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
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Invite; answers with the new review."""
        version = self.get_object()
        body = InvitationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        review = actions.invite(version_id=version.pk, **body.validated_data, by=sender(request), now=now)
        headers = {"ETag": review.etag, "Location": reverse("api-review", args=[review.pk])}
        shown = ReviewSerializer(review, context={**self.get_serializer_context(), "now": now})
        return Response(shown.data, status=201, headers=headers)

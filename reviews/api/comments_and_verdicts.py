"""Comments, verdicts, signatures and recusals, for those who may read them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.versions import OfVersions
from editorial.http.idempotency import idempotent
from editorial.http.verbs import VerbView, described, sender
from editorial.permissions import AnyUser
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.api.reviews import OfReviews
from reviews.api.serializers import (
    ChecklistSerializer,
    ClaimCheckSerializer,
    CommentSerializer,
    NewCommentSerializer,
    RecusalSerializer,
    SignatureSerializer,
    VerdictSerializer,
)
from reviews.desk.claims import claim_checklist
from reviews.models import ClaimCheck, Comment, Recusal, Review, Ruling, Signature
from reviews.permissions import texts_read_by


class Listing(GenericAPIView):
    """A view of one record that lists related records."""

    def list_of(self, rows: QuerySet[Any]) -> Response:
        """Return the requested page of ``rows``, serialized with ``serializer_class``."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def comments_on(version_id: int, *, user: AnyUser) -> QuerySet[Comment]:
    seen = Comment.objects.visible_to(user).filter(version=version_id)
    return seen.select_related("author", "resolved_by", "taken_over_by")


class ReviewComments(OfReviews, Listing):
    serializer_class = CommentSerializer
    keyset_ordering = ("created_at", "pk")

    @extend_schema(
        operation_id="reviews_comments", summary="List comments in the round", responses=CommentSerializer(many=True)
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List the comments on the version under review: yours, and those of others once you may see them."""
        return self.list_of(comments_on(self.get_object().version_id, user=request.user))

    @extend_schema(
        operation_id="reviews_comment",
        summary="Add a comment",
        description=described(actions.comment),
        request=NewCommentSerializer,
        responses={201: CommentSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Add a comment to the member's own open review."""
        review = self.get_object()
        body = NewCommentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        payload = body.validated_data
        comment = actions.comment(
            review_id=review.pk,
            text=payload["text"],
            anchor=Anchor(claim_id=payload["claim"], quote=payload["quote"], parent_id=payload["parent"]),
            proposal=payload["proposal"],
            is_blocking=payload["blocking"],
            by=sender(request),
            now=timezone.now(),
        )
        return Response(self.get_serializer(comment).data, status=201)


class VersionComments(OfVersions, Listing):
    serializer_class = CommentSerializer
    keyset_ordering = ("created_at", "pk")

    @extend_schema(
        operation_id="versions_comments", summary="List comments on a version", responses=CommentSerializer(many=True)
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List comments of the signed reviews, for the writers and editors of the version."""
        return self.list_of(comments_on(self.get_object().pk, user=request.user))


class VersionSignatures(OfVersions, Listing):
    serializer_class = SignatureSerializer
    keyset_ordering = ("signed_at", "pk")

    @extend_schema(
        operation_id="versions_signatures",
        summary="List signatures over a version",
        responses=SignatureSerializer(many=True),
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List the signatures: each decision, the signer's details of that day, the time, and the meaning."""
        seen = Signature.objects.visible_to(request.user).filter(review__version=self.get_object().pk)
        return self.list_of(seen.with_confirmations().with_their_end().select_related("policy"))


class SignatureVerb(VerbView):
    """POST: ``SET_ASIDE``."""

    queryset = Signature.objects.none()  # gives the schema its model
    serializer_class = SignatureSerializer
    lookup_url_kwarg = "signature_id"
    gives_etag = ()

    def get_queryset(self) -> QuerySet[Signature]:
        seen = Signature.objects.visible_to(self.request.user).with_confirmations()
        return seen.with_their_end().select_related("policy")


class OfRecusals(GenericAPIView):
    """Limits recusals to those visible to the sender."""

    queryset = Recusal.objects.none()  # gives the schema its model
    serializer_class = RecusalSerializer
    lookup_url_kwarg = "recusal_id"

    def get_queryset(self) -> QuerySet[Recusal]:
        seen = Recusal.objects.visible_to(self.request.user)
        return seen.select_related("member__user", "article", "product", "company", "withdrawn_by")


class Recusals(OfRecusals, Listing):
    keyset_ordering = ("declared_at", "pk")

    @extend_schema(operation_id="recusals_list", summary="List recusals", responses=RecusalSerializer(many=True))
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """List your recusals, or all for editors. Withdrawn recusals are included."""
        return self.list_of(self.get_queryset())


class RecusalVerb(OfRecusals, VerbView):
    """POST: ``WITHDRAW_RECUSAL``."""

    gives_etag = ()


class CommentVerb(VerbView):
    """POST: ``ANSWER``, ``RESOLVE`` and ``TAKE_OVER``."""

    queryset = Comment.objects.none()  # gives the schema its model
    serializer_class = CommentSerializer
    lookup_url_kwarg = "comment_id"
    gives_etag = ()

    def get_queryset(self) -> QuerySet[Comment]:
        seen = Comment.objects.visible_to(self.request.user)
        return seen.select_related("author", "resolved_by", "taken_over_by")


class ReviewClaimChecks(OfReviews, Listing):
    serializer_class = ClaimCheckSerializer
    keyset_ordering = ("checked_at", "pk")

    @extend_schema(
        operation_id="reviews_claim_checks",
        summary="List verdicts on claims",
        responses=ClaimCheckSerializer(many=True),
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List the verdicts of this review on single claims, once you may see them."""
        seen = ClaimCheck.objects.visible_to(request.user).filter(review=self.get_object().pk)
        return self.list_of(seen.select_related("reference").with_rulings())

    @extend_schema(
        operation_id="reviews_check_claim",
        summary="Set a verdict on a claim",
        description=described(actions.check_claim),
        request=VerdictSerializer,
        responses={200: ClaimCheckSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Set the reviewer's verdict on a claim against one work cited for it."""
        review = self.get_object()
        body = VerdictSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        payload = dict(body.validated_data)
        work = payload.pop("reference")
        check = actions.check_claim(
            review_id=review.pk, reference_id=work.pk, **payload, by=sender(request), now=timezone.now()
        )
        return Response(self.get_serializer(check).data)


class ReviewClaims(OfReviews):
    serializer_class = ChecklistSerializer

    def get_queryset(self) -> QuerySet[Review]:
        """Without reviews whose text the sender does not read any more."""
        return super().get_queryset().filter(version__in=texts_read_by(self.request.user))

    @extend_schema(operation_id="reviews_claims", summary="List claims to check", responses=ChecklistSerializer)
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List every claim with its works, the verdicts on them, and what has to be checked.

        Claims that changed since the reviewer's own last signature come first. Verdicts of earlier versions still count
        for the same claim in the same context, and show the member's name and the day. Other members' verdicts of this
        round appear once you may see them.
        """
        shown = claim_checklist(self.get_object(), user=request.user, now=timezone.now())
        return Response(self.get_serializer(shown).data)


class CheckVerb(VerbView):
    """POST: ``RULE``; returns the verdict that was ruled on."""

    queryset = ClaimCheck.objects.none()  # gives the schema its model
    serializer_class = ClaimCheckSerializer
    lookup_url_kwarg = "check_id"
    gives_etag = ()

    def get_queryset(self) -> QuerySet[ClaimCheck]:
        return ClaimCheck.objects.visible_to(self.request.user).select_related("reference").with_rulings()

    def answer(self, done: Ruling) -> Response:  # type: ignore[override]
        """Return the verdict, not only the ruling."""
        return super().answer(done.claim_check)

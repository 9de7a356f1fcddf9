"""What members write down in their reviews, for those who may read it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles.views.versions import OfVersions
from editorial.http.idempotency import idempotent
from editorial.http.verbs import ReasonSerializer, Verb, VerbView, described, sender
from editorial.permissions import reads_the_record
from reviews import actions
from reviews.actions.working import Anchor
from reviews.checklist import checklist
from reviews.lifecycle import LIVE
from reviews.models import ClaimCheck, Comment, Review, Ruling, Signature
from reviews.serializers import (
    AnswerSerializer,
    ChecklistSerializer,
    ClaimCheckSerializer,
    CommentSerializer,
    NewCommentSerializer,
    SignatureSerializer,
    VerdictSerializer,
)
from reviews.views.reviews import OfReviews

RESOLVE = Verb(act=actions.resolve, summary="Mark a comment as resolved")
TAKE_OVER = Verb(act=actions.take_over, summary="Take a proposed wording over into the draft")
ANSWER = Verb(act=actions.answer, summary="Answer a comment", body=AnswerSerializer)
RULE = Verb(act=actions.rule, summary="Let a claim stand against a verdict", body=ReasonSerializer)


class Listing(GenericAPIView):
    """A view of one record that lists what belongs to it."""

    def list_of(self, rows: QuerySet[Any]) -> Response:
        """The page of ``rows`` that was asked for, as ``serializer_class`` shows them."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def comments_on(version_id: int, *, user: Any) -> QuerySet[Comment]:
    seen = Comment.objects.visible_to(user).filter(version=version_id)
    return seen.select_related("author", "resolved_by", "taken_over_by")


class ReviewComments(OfReviews, Listing):
    serializer_class = CommentSerializer
    keyset_ordering = ("created_at", "pk")

    @extend_schema(
        operation_id="reviews_comments", summary="List comments in the round", responses=CommentSerializer(many=True)
    )
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """Comments on the version under review: yours, and those of others once you may see them."""
        return self.list_of(comments_on(self.get_object().version_id, user=request.user))

    @extend_schema(
        operation_id="reviews_comment",
        summary="Add a comment",
        description=described(actions.comment),
        request=NewCommentSerializer,
        responses={201: CommentSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Add a comment to one's own open review."""
        review = self.get_object()
        body = NewCommentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        comment = actions.comment(
            review_id=review.pk,
            text=said["text"],
            anchor=Anchor(claim_id=said["claim"], quote=said["quote"], parent_id=said["parent"]),
            proposal=said["proposal"],
            is_blocking=said["blocking"],
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
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """Comments of the reviews that were signed, for the writers and editors of the version."""
        return self.list_of(comments_on(self.get_object().pk, user=request.user))


class VersionSignatures(OfVersions, Listing):
    serializer_class = SignatureSerializer
    keyset_ordering = ("signed_at", "pk")

    @extend_schema(
        operation_id="versions_signatures",
        summary="List signatures over a version",
        responses=SignatureSerializer(many=True),
    )
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """What was decided, by whom as they were that day, when, and meaning what."""
        seen = Signature.objects.visible_to(request.user).filter(review__version=self.get_object().pk)
        return self.list_of(seen.select_related("policy", "withdrawal"))


class CommentVerb(VerbView):
    """POST: ``ANSWER``, ``RESOLVE`` and ``TAKE_OVER``."""

    queryset = Comment.objects.none()  # tells the schema the model
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
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """The verdicts of this review on single claims, once you may see them."""
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
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Set one's verdict on a claim against one work that is cited at it."""
        review = self.get_object()
        body = VerdictSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        work = said.pop("reference")
        check = actions.check_claim(
            review_id=review.pk, reference_id=work.pk, **said, by=sender(request), now=timezone.now()
        )
        return Response(self.get_serializer(check).data)


class ReviewClaims(OfReviews):
    serializer_class = ChecklistSerializer

    def get_queryset(self) -> QuerySet[Review]:
        """Without reviews whose member has left the round: their rights ended with it."""
        seen = super().get_queryset()
        return seen if reads_the_record(self.request.user) else seen.filter(state__in=LIVE)

    @extend_schema(operation_id="reviews_claims", summary="Read what there is to check", responses=ChecklistSerializer)
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """Every claim with its works, what was said about them, and what is to check.

        What changed since the reviewer's own last signature comes first. Verdicts of earlier versions hold for
        claims that are the same, with name and day; others' verdicts of this round show once you may see them.
        """
        shown = checklist(self.get_object(), user=request.user, now=timezone.now())
        return Response(self.get_serializer(shown).data)


class CheckVerb(VerbView):
    """POST: ``RULE``; answers with the verdict that was ruled on."""

    queryset = ClaimCheck.objects.none()  # tells the schema the model
    serializer_class = ClaimCheckSerializer
    lookup_url_kwarg = "check_id"
    gives_etag = ()

    def get_queryset(self) -> QuerySet[ClaimCheck]:
        return ClaimCheck.objects.visible_to(self.request.user).select_related("reference").with_rulings()

    def answer(self, done: Ruling) -> Response:  # type: ignore[override]
        """The verdict, not the ruling alone."""
        return super().answer(done.claim_check)

"""Objections to an article: listing and ending them."""

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.versions import OfVersions
from articles.models import Version
from editorial.permissions import AnyUser
from editorial.record.canonical_json import JSONDict
from reviews.api.comments_and_verdicts import CheckVerb, CommentVerb
from reviews.api.objections_serializers import ObjectionsSerializer
from reviews.api.reviews import OfReviews
from reviews.desk.objections import ended_objections, visible_objections
from reviews.models import AcceptedChange, Review, Ruling
from reviews.permissions import texts_read_by


def objections_to(version: Version, *, user: AnyUser) -> JSONDict:
    return {"open": visible_objections(version, user=user), "ended": ended_objections(version, user=user)}


class VersionObjections(OfVersions):
    serializer_class = ObjectionsSerializer

    @extend_schema(
        operation_id="versions_objections", summary="List objections to a version", responses=ObjectionsSerializer
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List the blocking comments and negative verdicts on any version of the article, as they apply to this one.

        While an objection is open, including one that you may not read, no version is approved.
        """
        return Response(self.get_serializer(objections_to(self.get_object(), user=request.user)).data)


class ReviewObjections(OfReviews):
    serializer_class = ObjectionsSerializer

    def get_queryset(self) -> QuerySet[Review]:
        """Without reviews whose text the sender does not read any more."""
        return super().get_queryset().filter(version__in=texts_read_by(self.request.user))

    @extend_schema(
        operation_id="reviews_objections", summary="List objections for a reviewer", responses=ObjectionsSerializer
    )
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List the objections for the reviewer: their own, and those of earlier rounds."""
        return Response(self.get_serializer(objections_to(self.get_object().version, user=request.user)).data)


class CheckEnded(CheckVerb):
    """POST: ``WITHDRAW`` and ``ACCEPT_CLAIM``; answers with the verdict."""

    def answer(self, done: Ruling | AcceptedChange) -> Response:  # type: ignore[override]
        return super(CheckVerb, self).answer(done.claim_check)  # type: ignore[arg-type]


class CommentAccepted(CommentVerb):
    """POST: ``ACCEPT_PASSAGE``; answers with the comment."""

    def answer(self, done: Model) -> Response:
        return super().answer(done.comment)  # type: ignore[attr-defined]

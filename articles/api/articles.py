"""API of new articles and their classification."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from articles import actions
from articles.api.articles_serializers import (
    ClassificationInputSerializer,
    ClassificationSerializer,
    NewArticleSerializer,
    classification_of,
)
from articles.api.versions_serializers import VersionSerializer
from articles.models import Article
from articles.reader.list_api import ArticleList
from editorial.http.idempotency import idempotent
from editorial.http.preconditions import expected, not_modified
from editorial.http.verbs import LOCATION, sender


class Articles(ArticleList):
    """The list of all articles, readable for everyone. Writers and editors can add to it."""

    gives_etag = ("post",)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return no authentication methods for reading."""
        return super().get_authenticators() if self._is_read() else [way() for way in APIView.authentication_classes]

    def get_permissions(self) -> Sequence[Any]:
        return super().get_permissions() if self._is_read() else [one() for one in APIView.permission_classes]

    def _is_read(self) -> bool:
        return getattr(self.request, "method", None) in SAFE_METHODS  # while the schema is drawn, there is no request

    @extend_schema(
        operation_id="articles_create",
        summary="Create an article",
        request=NewArticleSerializer,
        responses={201: VersionSerializer},
        parameters=[LOCATION],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create an article with its first draft. Returns the draft.

        You are its author unless you are an editor and name other authors.
        """
        body = NewArticleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        version = actions.create(new=body.new(), by=sender(request), now=timezone.now())
        headers = {"ETag": version.etag, "Location": reverse("api-version", args=[version.pk])}
        shown = VersionSerializer(version, context=self.get_serializer_context())
        return Response(shown.data, status=201, headers=headers)


class ArticleClassification(GenericAPIView):
    """The classification of an article. The URL conf can set another ``act``, which also checks approvals."""

    act: Callable[..., Article] = staticmethod(actions.classify)
    queryset = Article.objects.none()  # tells the schema the model
    serializer_class = ClassificationSerializer
    lookup_field = "slug"
    needs_if_match = ("put",)
    gives_etag = ("get", "put")

    def get_queryset(self) -> QuerySet[Article]:
        return Article.objects.visible_to(self.request.user)

    @extend_schema(operation_id="articles_classification", summary="Read the classification of an article")
    def get(self, request: Request, **_kwargs: object) -> HttpResponse:
        """Return risk tier, specialties and products of an article whose record you may see."""
        article = self.get_object()
        if not_modified(request, etag=article.classification_etag()):
            return HttpResponseNotModified(headers={"ETag": article.classification_etag()})
        return self._answer(article)

    @extend_schema(
        operation_id="articles_classify", summary="Classify an article", request=ClassificationInputSerializer
    )
    def put(self, request: Request, **_kwargs: object) -> Response:
        """Set risk tier, specialties and products. Editors always can, its writers until the first submission.

        A reason is required for a lower tier, and for the removal of a specialty or product. While a version is in
        review, such a change is refused with 409 and the code `needs_second_person`. Propose it at `lowerings/`
        instead. An approval that does not satisfy a higher tier is treated as the policy says.
        """
        article, expectation = self.get_object(), expected(request)
        body = ClassificationInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = self.act(
            article_id=article.pk,
            classification=classification_of(body.validated_data),
            reason=body.validated_data["reason"],
            expected=expectation,
            by=sender(request),
            now=timezone.now(),
        )
        return self._answer(done)

    def _answer(self, article: Article) -> Response:
        headers = {"ETag": article.classification_etag()}
        return Response(self.get_serializer(article).data, headers=headers)

"""The URLs of the REST API, version 1, and of its OpenAPI document."""

from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("", include("articles.reader.api_urls")),  # first, because readers send most requests
    path("", include("articles.api.urls")),
    path("", include("reviews.api.urls")),
    path("", include("editorial.api.urls")),
    path(
        "schema/",
        SpectacularAPIView.as_view(authentication_classes=[], renderer_classes=[OpenApiJsonRenderer2]),
        name="api-schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(authentication_classes=[], url_name="api-schema"),
        name="api-docs",
    ),
]

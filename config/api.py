"""All addresses of the REST API, version 1, with its description."""

from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("", include("articles.urls.reader")),  # first: readers come in millions
    path("", include("articles.urls.record")),
    path("", include("reviews.urls")),
    path("", include("editorial.urls")),
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

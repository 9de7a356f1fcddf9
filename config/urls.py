"""All addresses."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("", include("articles.urls.pages")),
]

handler400 = "editorial.http.problems.bad_request"
handler403 = "editorial.http.problems.permission_denied"
handler404 = "editorial.http.problems.not_found"
handler500 = "editorial.http.problems.server_error"

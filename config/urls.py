"""All addresses."""

from django.contrib import admin
from django.urls import include, path

from articles.views import finding
from reviews.lifecycle import Action
from reviews.views import answering, calendars

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("answer/<str:token>/accept/", answering.answer, {"choice": Action.ACCEPT}, name="answer-accept"),
    path("answer/<str:token>/decline/", answering.answer, {"choice": Action.DECLINE}, name="answer-decline"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("robots.txt", finding.robots, name="robots"),
    path("sitemap.xml", finding.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", finding.sitemap_part, name="sitemap-part"),
    path("feed.atom", finding.feed, name="feed"),
    path("", include("articles.urls.pages")),
]

handler400 = "editorial.http.problems.bad_request"
handler403 = "editorial.http.problems.permission_denied"
handler404 = "editorial.http.problems.not_found"
handler500 = "editorial.http.problems.server_error"

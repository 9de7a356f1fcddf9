"""The root URLconf."""

from django.contrib import admin
from django.urls import include, path

from articles.reader import sitemap_and_feed
from editorial.api import invitation_page, password_strength
from reviews.api import answer_page, calendars
from reviews.lifecycle import Action

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("account/", include("config.account_urls")),
    path("answer/<str:token>/accept/", answer_page.answer_invitation, {"choice": Action.ACCEPT}, name="answer-accept"),
    path(
        "answer/<str:token>/decline/", answer_page.answer_invitation, {"choice": Action.DECLINE}, name="answer-decline"
    ),
    path("invitation/<str:token>/", invitation_page.accept, name="invitation"),
    path("password-strength/", password_strength.password_strength, name="password-strength"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("robots.txt", sitemap_and_feed.robots, name="robots"),
    path("sitemap.xml", sitemap_and_feed.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_and_feed.sitemap_part, name="sitemap-part"),
    path("feed.atom", sitemap_and_feed.feed, name="feed"),
    path("", include("articles.reader.page_urls")),
]

handler400 = "editorial.http.error_handlers.bad_request"
handler403 = "editorial.http.error_handlers.permission_denied"
handler404 = "editorial.http.error_handlers.not_found"
handler500 = "editorial.http.error_handlers.server_error"

"""URLs of the readers' pages, under ``/``."""

from django.urls import path

from articles.reader import pages, photos, search

app_name = "pages"

urlpatterns = [
    path("", pages.articles, name="articles"),
    path("search/", search.search, name="search"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("articles/<slug:slug>/history/", pages.history, name="history"),
    path("articles/<slug:slug>/audience/", pages.choose, name="audience"),
    path("articles/<slug:slug>/question/", pages.question, name="question"),
    path("articles/<slug:slug>/report/", pages.report, name="report"),
    path("policy/", pages.policy, name="policy"),
    path("policy/<int:number>/", pages.policy, name="policy-version"),
    path("board/", pages.board, name="board"),
    path("board/portraits/<str:sha256>.jpg", photos.portrait, name="portrait"),
]

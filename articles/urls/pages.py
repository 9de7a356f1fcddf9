"""The reader's pages, under ``/``."""

from django.urls import path

from articles.views import pages

app_name = "pages"

urlpatterns = [
    path("", pages.articles, name="articles"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("articles/<slug:slug>/question/", pages.message, {"kind": "question"}, name="question"),
    path("articles/<slug:slug>/report/", pages.message, {"kind": "report"}, name="report"),
    path("policy/", pages.policy, name="policy"),
    path("policy/<int:number>/", pages.policy, name="policy-version"),
    path("board/", pages.board, name="board"),
]

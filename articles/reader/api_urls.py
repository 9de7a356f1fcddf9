"""URLs of the readers' API, under ``/api/v1/``."""

from django.urls import path

from articles.reader.article_api import ArticleDetail, ArticleFormat
from articles.reader.list_api import ArticleHistory, ArticleReports
from articles.reader.questions import ArticleQuestions
from articles.reader.search import ArticleSearch

app_name = "reader"

urlpatterns = [
    path("search/", ArticleSearch.as_view(), name="search"),
    path("articles/<slug:slug>/", ArticleDetail.as_view(), name="article"),
    path("articles/<slug:slug>.<str:suffix>", ArticleFormat.as_view(), name="format"),
    path("articles/<slug:slug>/history/", ArticleHistory.as_view(), name="history"),
    path("articles/<slug:slug>/questions/", ArticleQuestions.as_view(), name="questions"),
    path("articles/<slug:slug>/reports/", ArticleReports.as_view(), name="reports"),
]

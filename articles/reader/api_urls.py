"""The reader's endpoints, under ``/api/v1/``."""

from django.urls import path

from articles.views.asking import ArticleQuestions
from articles.views.document import ArticleDetail, ArticleFormat
from articles.views.reader import ArticleHistory, ArticleReports
from articles.views.searching import ArticleSearch

app_name = "reader"

urlpatterns = [
    path("search/", ArticleSearch.as_view(), name="search"),
    path("articles/<slug:slug>/", ArticleDetail.as_view(), name="article"),
    path("articles/<slug:slug>.<str:suffix>", ArticleFormat.as_view(), name="format"),
    path("articles/<slug:slug>/history/", ArticleHistory.as_view(), name="history"),
    path("articles/<slug:slug>/questions/", ArticleQuestions.as_view(), name="questions"),
    path("articles/<slug:slug>/reports/", ArticleReports.as_view(), name="reports"),
]

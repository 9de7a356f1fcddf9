"""URLs of the REST API for board, policy and accounts, under ``/api/v1/``."""

from django.urls import path

from editorial.api import views

urlpatterns = [
    path("tokens/", views.Tokens.as_view(), name="api-tokens"),
    path("tokens/current/", views.CurrentToken.as_view(), name="api-current-token"),
    path("me/", views.Me.as_view(), name="api-me"),
    path("me/mail/", views.MyMail.as_view(), name="api-my-mail"),
    path("policy/", views.PolicyInForce.as_view(), name="api-policy"),
    path("policy/<int:number>/", views.PublishedPolicy.as_view(), name="api-policy-version"),
    path("board/", views.Board.as_view(), name="api-board"),
    path("audiences/", views.Audiences.as_view(), name="api-audiences"),
]

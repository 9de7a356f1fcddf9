"""URLs of the REST API for board, policy and accounts, under ``/api/v1/``."""

from django.urls import path

from editorial.api import sessions_and_tokens, views

urlpatterns = [
    path("tokens/", views.Tokens.as_view(), name="api-tokens"),
    path("tokens/current/", views.CurrentToken.as_view(), name="api-current-token"),
    path("me/", views.Me.as_view(), name="api-me"),
    path("me/mail/", views.MyMail.as_view(), name="api-my-mail"),
    path("me/tokens/", sessions_and_tokens.MyTokens.as_view(), name="api-my-tokens"),
    path("me/tokens/<uuid:token_id>/", sessions_and_tokens.MyToken.as_view(), name="api-my-token"),
    path("me/sessions/", sessions_and_tokens.MySessions.as_view(), name="api-my-sessions"),
    path("me/sessions/<int:session_id>/", sessions_and_tokens.MySession.as_view(), name="api-my-session"),
    path("policy/", views.PolicyInForce.as_view(), name="api-policy"),
    path("policy/<int:number>/", views.PublishedPolicy.as_view(), name="api-policy-version"),
    path("board/", views.Board.as_view(), name="api-board"),
    path("audiences/", views.Audiences.as_view(), name="api-audiences"),
]

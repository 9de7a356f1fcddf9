"""API views of what lets into the sender's own account: API tokens and sessions."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from editorial.actions import end_own_session, revoke_own_token
from editorial.api.sessions_and_tokens_serializers import AccountSessionSerializer, ApiTokenSerializer
from editorial.http.verbs import sender
from editorial.models import AccountSession, ApiToken


class MyTokens(ListAPIView[ApiToken]):
    queryset = ApiToken.objects.none()  # names the model for the schema
    serializer_class = ApiTokenSerializer
    filter_backends = []
    keyset_ordering = ("-created", "pk")

    @extend_schema(operation_id="my_tokens_list", summary="List your API tokens")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your API tokens that are valid, the newest first, without their secrets."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=sender(self.request)).valid(at=timezone.now())


class MyToken(APIView):
    @extend_schema(operation_id="my_tokens_delete", summary="Revoke one of your API tokens", responses={204: None})
    def delete(self, request: Request, token_id: UUID) -> Response:
        """Revoke a token of yours. Programs that use it can no longer log in."""
        revoke_own_token(token_id=token_id, by=sender(request), now=timezone.now())
        return Response(status=204)


class MySessions(ListAPIView[AccountSession]):
    queryset = AccountSession.objects.none()  # names the model for the schema
    serializer_class = AccountSessionSerializer
    filter_backends = []
    keyset_ordering = ("-last_seen_at", "pk")

    @extend_schema(operation_id="my_sessions_list", summary="List your sessions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List where you are logged in, the last used first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AccountSession]:
        return AccountSession.objects.filter(user=sender(self.request)).live(at=timezone.now())


class MySession(APIView):
    @extend_schema(operation_id="my_sessions_delete", summary="Log out one of your sessions", responses={204: None})
    def delete(self, request: Request, session_id: int) -> Response:
        """Log out a session of yours."""
        end_own_session(session_id=session_id, by=sender(request), now=timezone.now())
        return Response(status=204)

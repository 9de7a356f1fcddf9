"""API views: policy, board and audiences for everyone; tokens, account and mail preferences for users."""

from typing import Any

from django.contrib.auth import authenticate
from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from editorial.actions import create_token, keep_mail_choice
from editorial.api.serializers import (
    AudienceSerializer,
    MailChoiceSerializer,
    MeSerializer,
    PolicySerializer,
    PublicMemberSerializer,
)
from editorial.api.sessions_and_tokens_serializers import LoginSerializer, NewTokenSerializer
from editorial.exceptions import Conflict, NotFound
from editorial.http.passwords import confirm_code
from editorial.http.throttling import ScopedThrottle
from editorial.http.verbs import sender
from editorial.models import ApiToken, Audience, BoardMember, EditorialPolicy, MailChoice, User


class Public(GenericAPIView):
    """A view for everyone, without authentication."""

    authentication_classes = []
    permission_classes = [AllowAny]


class PolicyInForce(Public):
    serializer_class = PolicySerializer

    @extend_schema(
        operation_id="policy_in_force", summary="Read the policy in force", responses={200: PolicySerializer, 404: None}
    )
    def get(self, _request: Request) -> Response:
        """Return the editorial policy in force now. 404 before the first one."""
        policy = EditorialPolicy.objects.in_force(at=timezone.now())
        if policy is None:
            raise NotFound("No editorial policy is in force yet.", code="no_policy")
        return Response(self.get_serializer(policy).data)


class PublishedPolicy(Public):
    serializer_class = PolicySerializer

    @extend_schema(operation_id="policy_read", summary="Read a version of the policy")
    def get(self, _request: Request, number: int) -> Response:
        """Return a policy that is or was in force."""
        published = EditorialPolicy.objects.published(at=timezone.now()).prefetch_related("rules")
        return Response(self.get_serializer(get_object_or_404(published, number=number)).data)


class Board(Public, ListAPIView):
    queryset = BoardMember.objects.none()  # names the model for the schema
    serializer_class = PublicMemberSerializer
    keyset_ordering = ("last_name", "first_name", "pk")

    @extend_schema(operation_id="board_list", summary="List the medical advisory board")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List members in office who agreed to be named, by name."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        public = BoardMember.objects.public(on=timezone.localdate())
        members = public.select_related("user", "photo").defer("photo__jpeg")
        return members.annotate(last_name=F("user__last_name"), first_name=F("user__first_name"))


class Audiences(Public, ListAPIView):
    queryset = Audience.objects.all()
    serializer_class = AudienceSerializer
    keyset_ordering = ("position", "code", "pk")
    open_methods = ("GET", "HEAD")

    @extend_schema(operation_id="audiences_list", summary="List the audiences")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the audiences in the order in which readers are asked, each with its fallback."""
        return super().get(request, *args, **kwargs)

    def get_serializer_context(self) -> dict[str, Any]:
        policy = EditorialPolicy.objects.newest(at=timezone.now())
        return {**super().get_serializer_context(), "fallbacks": policy.fallbacks if policy else {}}


class Tokens(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "token"

    def get_authenticate_header(self, _request: Request) -> str:
        """Return a header, which makes a wrong password a 401, although this view does not authenticate by header."""
        return TokenAuthentication().authenticate_header(_request)

    @extend_schema(
        operation_id="tokens_create",
        summary="Log in",
        request=LoginSerializer,
        responses={201: NewTokenSerializer, 401: None},
    )
    def post(self, request: Request) -> Response:
        """Create a token for a user name and password. 422 without the code of a second factor, if one is set up.

        A token with fewer `scopes` can do less, see the scope of each operation. The server stores only the token's
        digest. 429 after too many attempts; 409 if the password changes at the same moment.
        """
        login = LoginSerializer(data=request.data)
        login.is_valid(raise_exception=True)
        sent, now = login.validated_data, timezone.now()
        user = authenticate(request._request, username=sent["username"], password=sent["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed("The name or the password is wrong, or the account is closed.")
        confirm_code(user, code=sent.get("code", ""))
        stored, secret = create_token(**login.token(), by=user, now=now)
        stored.token = secret
        return Response(NewTokenSerializer(stored).data, status=201)


class CurrentToken(APIView):
    @extend_schema(operation_id="tokens_delete", summary="Log out", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete the token of this request. 409 if it has a session instead of a token."""
        if not isinstance(request.auth, ApiToken):
            raise Conflict("This request carries no token.", code="no_token")
        request.auth.delete()
        return Response(status=204)


class Me(GenericAPIView):
    serializer_class = MeSerializer

    @extend_schema(operation_id="me_read", summary="Read your account")
    def get(self, request: Request) -> Response:
        """Return your account and roles."""
        return Response(self.get_serializer(request.user).data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "today": timezone.localdate()}


class MyMail(GenericAPIView):
    serializer_class = MailChoiceSerializer

    @extend_schema(operation_id="my_mail_read", summary="Read your mail preferences")
    def get(self, request: Request) -> Response:
        """Return your mail preferences, or the defaults if you have not chosen any."""
        return Response(self.get_serializer(MailChoice.objects.of(sender(request))).data)

    @extend_schema(operation_id="my_mail_change", summary="Change your mail preferences")
    def patch(self, request: Request) -> Response:
        """Change your mail preferences for reminders. Invitations, decisions and escalations always come at once."""
        choice = MailChoice.objects.of(sender(request))
        serializer = self.get_serializer(choice, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(choice, name, value)
        saved = keep_mail_choice(choice=choice, by=sender(request), now=timezone.now())
        return Response(self.get_serializer(saved).data)

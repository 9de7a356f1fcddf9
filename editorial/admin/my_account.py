"""The page “My account”: sessions, API tokens, links to the other settings, and what is stored about the person."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from editorial.accounts.devices import device_name
from editorial.accounts.personal_data import personal_data
from editorial.accounts.second_factor import has_second_factor, recovery_codes_left
from editorial.actions import create_token, disconnect_orcid, end_other_sessions, end_own_session, revoke_own_token
from editorial.actions.api_tokens import longest_lifetime
from editorial.admin.formatting import address
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.admin.reauthentication import ConfirmingForm
from editorial.exceptions import Refusal
from editorial.http import orcid
from editorial.http.sessions_seen import note_session
from editorial.models import ApiToken, CalendarFeed, Scope, User
from editorial.permissions import board_member

LIFETIMES = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=90), timedelta(days=365))


class TokenForm(ConfirmingForm):
    """Asks how the token is to be, and confirms the person."""

    field_order = ("name", "scopes", "lifetime", "passkey", "password", "code")
    name = forms.CharField(
        max_length=100, required=False, help_text="What you recognise it by, such as the program that uses it."
    )
    scopes = forms.MultipleChoiceField(
        label="What it can do",
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text="It can never do more than you. Choose no more than the program needs.",
    )
    lifetime = forms.TypedChoiceField(label="Valid for", coerce=lambda hours: timedelta(hours=int(hours)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = lifetimes()
        self.fields["lifetime"].choices = choices  # type: ignore[attr-defined]
        self.fields["lifetime"].initial = choices[-1][0]

    def token(self) -> dict[str, Any]:
        """Return how the token is to be, as the action takes it."""
        return self.arguments()


def lifetimes() -> list[tuple[int, str]]:
    """Return the lifetimes to choose from, in hours, the longest that this site allows last."""
    longest = longest_lifetime()
    spans = [*(span for span in LIFETIMES if span < longest), longest]
    return [(span // timedelta(hours=1), _in_words(span)) for span in spans]


def _in_words(span: timedelta) -> str:
    if span % timedelta(days=1):
        hours = span // timedelta(hours=1)
        return f"{hours} hours" if hours > 1 else "1 hour"
    return f"{span.days} days" if span.days > 1 else "1 day"


class MyAccountPage(BaseAdmin):
    """Adds the page ``my-account/``, which is about the person's own account, and the download of their data."""

    def get_urls(self) -> list[URLPattern]:
        views = {"my-account/": self.my_account_view, "my-account/data.json": self.my_data_view}
        names = ("my_account", "my_data")
        own = [
            path(route, self.admin_site.admin_view(view), name=name)
            for name, (route, view) in zip(names, views.items(), strict=True)
        ]
        return [*own, *super().get_urls()]

    def my_account_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the page. POST does what ``do`` names."""
        if request.method != "POST":
            return self.my_account_page(request)
        chosen = request.POST.get("do", "")
        if chosen == "create_token":
            return self.token_created(request)
        if chosen == "connect_orcid" and orcid.is_configured():
            return HttpResponseRedirect(orcid.authorisation_address(request))
        if chosen not in ENDINGS:
            raise Http404
        try:
            messages.success(request, ENDINGS[chosen](request))
        except Refusal as refusal:
            messages.error(request, refusal.detail)
        return HttpResponseRedirect(reverse("admin:my_account"))

    def token_created(self, request: HttpRequest) -> HttpResponse:
        """Create a token and show its secret; a form that is not valid is shown again."""
        form = token_form(request, request.POST)
        if not form.is_valid():
            return self.my_account_page(request, form=form, status=422)
        try:
            token, secret = create_token(**form.token(), by=actor(request), now=timezone.now())
        except Refusal as refusal:
            form.refused(refusal)
            return self.my_account_page(request, form=form, status=refusal.status)
        return self.my_account_page(request, token=token, secret=secret)

    def my_account_page(
        self,
        request: HttpRequest,
        *,
        form: TokenForm | None = None,
        token: ApiToken | None = None,
        secret: str = "",
        status: int = 200,
    ) -> HttpResponse:
        note_session(request)
        context = {
            **self.admin_site.each_context(request),
            **lists_of(actor(request), current_key=request.session.session_key or ""),
            **settings_of(actor(request)),
            "title": "My account",
            "form": form or token_form(request),
            "token": token,
            "secret": secret,
        }
        response = TemplateResponse(request, "admin/editorial/my_account.html", context, status=status)
        # Browsers apply ``form-action`` also to where a form is redirected to.
        response._csp_update = {"form-action": [settings.ORCID_URL]} if orcid.is_configured() else None  # type: ignore[attr-defined]
        return response

    def my_data_view(self, request: HttpRequest) -> HttpResponse:
        """Return what this site stores about the person, as a file."""
        account = actor(request)
        response = JsonResponse(personal_data(account, now=timezone.now()), json_dumps_params={"indent": 2})
        response["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response


def token_form(request: HttpRequest, data: Mapping[str, Any] | None = None) -> TokenForm:
    return TokenForm(data, subject=actor(request), request=request, auto_id="id_token_%s")


def lists_of(account: User, *, current_key: str) -> dict[str, Any]:
    """Return the sessions and tokens that the page lists, the session in use first."""
    now = timezone.now()
    sessions = list(account.account_sessions.live(at=now).in_order())
    sessions.sort(key=lambda session: session.session_key != current_key)
    shown = [
        {"row": session, "device": device_name(session.user_agent), "current": session.session_key == current_key}
        for session in sessions
    ]
    tokens = ApiToken.objects.filter(user=account).valid(at=now).in_order()
    return {"sessions": shown, "others": sum(not one["current"] for one in shown), "tokens": tokens}


def settings_of(account: User) -> dict[str, Any]:
    """Return the state of the settings that have pages of their own."""
    member = board_member(account)
    return {
        "has_factor": has_second_factor(account),
        "codes_left": recovery_codes_left(account),
        "member": member,
        "orcid_is_configured": orcid.is_configured(),
        "member_address": address(member) if member else "",
        "has_calendar": CalendarFeed.objects.filter(member=member, revoked_at=None).exists() if member else False,
    }


# --- what the page ends; each returns the message --------------------------------------------------------------------


def _end_session(request: HttpRequest) -> str:
    session_id = _number(request.POST.get("session", ""))
    end_own_session(session_id=session_id, by=actor(request), now=timezone.now())
    return "The session is logged out."


def _end_others(request: HttpRequest) -> str:
    key = request.session.session_key or ""
    ended = end_other_sessions(current_key=key, by=actor(request), now=timezone.now())
    return f"{ended} other session{'s are' if ended != 1 else ' is'} logged out."


def _revoke_token(request: HttpRequest) -> str:
    name = revoke_own_token(token_id=_uuid(request.POST.get("token", "")), by=actor(request), now=timezone.now())
    return f"The token “{name}” is revoked."


def _disconnect_orcid(request: HttpRequest) -> str:
    member = disconnect_orcid(by=actor(request), now=timezone.now())
    return f"Your ORCID iD {member.orcid} is disconnected. It stays on your board record, as not authenticated."


ENDINGS: Mapping[str, Callable[[HttpRequest], str]] = {
    "end_session": _end_session,
    "end_others": _end_others,
    "revoke_token": _revoke_token,
    "disconnect_orcid": _disconnect_orcid,
}


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Http404
    return int(value)


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None

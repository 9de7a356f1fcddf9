"""The page on which people set up or remove their own second factor, and renew its recovery codes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from editorial.accounts import second_factor
from editorial.accounts.derived_secrets import new_salt
from editorial.accounts.one_time_codes import grouped_secret, secret_of, setup_address
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.admin.reauthentication import ConfirmingForm
from editorial.exceptions import Refusal
from editorial.http.passwords import code_field, confirm_password, keep_tokens_field, password_field
from editorial.http.sessions import keep_session
from editorial.verbs.form_errors import add_refusal
from editorial.verbs.forms import VerbForm

SALT = "second-factor-salt"
"""Session key of the salt whose secret the page shows, until a code proves that the app has it."""

Codes = Sequence[str]


class SetUpForm(VerbForm):
    """Asks for the password, which confirms the person, and for a code, which proves that the app has the secret."""

    request: HttpRequest
    password = password_field()
    code = code_field("Code", help_text="The six digits that your app shows now.")
    keep_tokens = keep_tokens_field()

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                confirm_password(self.request, actor(self.request), password=self.cleaned_data["password"])
            except Refusal as refusal:
                add_refusal(self, refusal)
        return self.cleaned_data

    def arguments(self) -> dict[str, object]:
        return {
            "salt": _salt(self.request),
            "code": self.cleaned_data["code"],
            "keep_tokens": self.cleaned_data["keep_tokens"],
        }


class RemoveForm(ConfirmingForm):
    """Confirms the person, and asks whether their API tokens are kept."""

    keep_tokens = keep_tokens_field()


@dataclass(frozen=True)
class PageAction:
    """One of the page's actions: its form, and the function to call, which can return recovery codes to show."""

    form: type[VerbForm]
    action: Callable[..., Codes | None]


SET_UP_ACTIONS = {"set_up": PageAction(SetUpForm, second_factor.set_up)}
CHANGE_ACTIONS = {
    "renew": PageAction(ConfirmingForm, second_factor.renew_recovery_codes),
    "remove": PageAction(RemoveForm, second_factor.remove),
}


class SecondFactorPage(BaseAdmin):
    """Adds the page ``second-factor/``, which is about the person's own account."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.second_factor_view)
        return [path("second-factor/", view, name="second_factor"), *super().get_urls()]

    def second_factor_view(self, request: HttpRequest) -> HttpResponse:
        return second_factor_response(request, site=self.admin_site)


def second_factor_response(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """GET shows the second factor and the possible actions. POST does the one named ``do``, and shows new codes."""
    account, chosen = actor(request), request.POST.get("do", "")
    actions = CHANGE_ACTIONS if second_factor.second_factor_of(account) else SET_UP_ACTIONS
    if request.method == "POST" and chosen not in actions:
        messages.info(request, "Nothing was done: your second factor is as you see it here.")
        return HttpResponseRedirect(reverse("admin:second_factor"))
    forms = {name: _form(name, action, request, is_sent=name == chosen) for name, action in actions.items()}
    form = forms.get(chosen)
    if form is None:
        return _page(request, site=site, acts=forms)
    if not form.is_valid():
        return _page(request, site=site, acts=forms, status=422)
    try:
        codes = actions[chosen].action(account_id=account.pk, **form.arguments(), by=account, now=timezone.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _page(request, site=site, acts=forms, status=refusal.status)
    keep_session(request, account.pk)
    request.session.pop(SALT, None)
    if codes:
        return _page(request, site=site, codes=codes)
    messages.success(request, "Your second factor is removed. From now on the password is enough.")
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _form(name: str, action: PageAction, request: HttpRequest, *, is_sent: bool) -> VerbForm:
    data = request.POST if is_sent else None
    return action.form(data, subject=actor(request), request=request, auto_id=f"id_{name}_%s")


def _page(
    request: HttpRequest,
    *,
    site: AdminSite,
    acts: dict[str, VerbForm] | None = None,
    codes: Codes = (),
    status: int = 200,
) -> HttpResponse:
    account = actor(request)
    factor = second_factor.second_factor_of(account)
    secret = None if factor else secret_of(_salt(request))
    context = {
        **site.each_context(request),
        "title": "Second factor",
        "factor": factor,
        "codes": codes,
        "acts": acts or {},
        "is_demanded": settings.REQUIRE_SECOND_FACTOR,
        "secret": grouped_secret(secret) if secret else "",
        "picture": _picture(setup_address(secret, account=account.get_username())) if secret else "",
    }
    return TemplateResponse(request, "admin/editorial/second_factor.html", context, status=status)


def _salt(request: HttpRequest) -> str:
    """Return the salt, the same until it is used, so that reloading the page shows the secret that the app has."""
    return request.session.setdefault(SALT, new_salt())


def _picture(address: str) -> SafeString:
    """Return a QR code as inline SVG, black on white also in the dark theme, because cameras need that."""
    svg = segno.make(address, error="m", micro=False).svg_inline(scale=4, dark="#000", light="#fff", title="QR code")
    return mark_safe(svg)  # noqa: S308 - segno's own markup; the address is in its squares only

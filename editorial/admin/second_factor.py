"""The page on which everybody sets up, renews or removes their own second factor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
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

from editorial import second_factor
from editorial.admin.confirming import ConfirmingForm
from editorial.admin.ground import HouseAdmin, actor
from editorial.admin.refusals import put
from editorial.admin.verbs import VerbForm
from editorial.exceptions import Refusal
from editorial.http.passwords import code_field, confirm_password, password_field
from editorial.models import User
from editorial.one_time_codes import new_salt, secret_of, setup_address, spelled

SALT = "second-factor-salt"
"""In the session, until the app that was shown its secret has proven that it has it."""

Codes = Sequence[str]


class SetUpForm(VerbForm):
    """The password says whose factor it will be, the code that the app has the secret."""

    request: HttpRequest
    password = password_field()
    code = code_field("Code", help_text="The six digits that your app shows now.")

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                confirm_password(self.request, actor(self.request), password=self.cleaned_data["password"])
            except Refusal as refusal:
                put(self, refusal)
        return self.cleaned_data


@dataclass(frozen=True)
class Act:
    """What can be done on the page: its form, and its action, which may answer with recovery codes to be shown."""

    form: type[VerbForm]
    call: Callable[..., Codes]


def _set_up(request: HttpRequest, data: Any, *, account: User, now: datetime) -> Codes:
    codes = second_factor.set_up(account=account, salt=_salt(request), code=data["code"], by=account, now=now)
    del request.session[SALT]
    return codes


def _renew(_request: HttpRequest, _data: Any, *, account: User, now: datetime) -> Codes:
    return second_factor.renew_recovery_codes(account=account, by=account, now=now)


def _remove(_request: HttpRequest, _data: Any, *, account: User, now: datetime) -> Codes:
    second_factor.remove(account=account, by=account, now=now)
    return ()


SET_UP = {"set_up": Act(SetUpForm, _set_up)}
KEEP = {"renew": Act(ConfirmingForm, _renew), "remove": Act(ConfirmingForm, _remove)}


class SecondFactorPage(HouseAdmin):
    """Adds ``second-factor/``, which is about who asks."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.second_factor_view)
        return [path("second-factor/", view, name="second_factor"), *super().get_urls()]

    def second_factor_view(self, request: HttpRequest) -> HttpResponse:
        return answer(request, site=self.admin_site)


def answer(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """GET shows how it stands and what can be done; POST does what ``do`` names. Recovery codes are shown this once."""
    account, sent = actor(request), request.POST.get("do", "")
    acts = KEEP if second_factor.second_factor_of(account) else SET_UP
    if request.method == "POST" and sent not in acts:
        messages.info(request, "Nothing was done: your second factor is as you see it here.")
        return HttpResponseRedirect(reverse("admin:second_factor"))
    forms_shown = {name: _form(name, act, request, is_sent=name == sent) for name, act in acts.items()}
    form = forms_shown.get(sent)
    if form is None:
        return _page(request, site=site, acts=forms_shown)
    if not form.is_valid():
        return _page(request, site=site, acts=forms_shown, status=422)
    try:
        codes = acts[sent].call(request, form.cleaned_data, account=account, now=timezone.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _page(request, site=site, acts=forms_shown, status=refusal.status)
    if codes:
        return _page(request, site=site, codes=codes)
    messages.success(request, "Your second factor is removed. From now on the password is enough.")
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _form(name: str, act: Act, request: HttpRequest, *, is_sent: bool) -> VerbForm:
    data = request.POST if is_sent else None
    return act.form(data, subject=actor(request), request=request, auto_id=f"id_{name}_%s")


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
        "secret": spelled(secret) if secret else "",
        "picture": _picture(setup_address(secret, account=account.get_username())) if secret else "",
    }
    return TemplateResponse(request, "admin/editorial/second_factor.html", context, status=status)


def _salt(request: HttpRequest) -> str:
    """The same until it is used, so that a page that is loaded again shows the secret that the app has."""
    return request.session.setdefault(SALT, new_salt())


def _picture(address: str) -> SafeString:
    """A QR code as SVG in the page: black on white in both themes, or cameras do not read it."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, dark="#000", light="#fff", title="QR code")
    return mark_safe(drawn)  # noqa: S308 - segno's own markup; the address is in its squares only

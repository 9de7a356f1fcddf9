"""Pages of forgotten passwords and changed addresses: what asks for a link in a mail, and what the links lead to."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailConfirmationHMAC
from axes.utils import reset
from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from editorial.accounts import password_links
from editorial.actions import reset_password
from editorial.actions.addresses import ENDED
from editorial.exceptions import Ended
from editorial.http.private_pages import PRIVATE_FORM, private_page, refused_on
from editorial.http.throttling import (
    LinkRequestThrottle,
    LinkThrottle,
    MailAddressThrottle,
    client_address,
    require_under_the_rate,
)
from editorial.models import User
from editorial.permissions import require

account_page = private_page(refused_on("account/refused.html"), headers=PRIVATE_FORM)


def _address_field(label: str, **attributes: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", **attributes})
    return forms.EmailField(label=label, label_suffix="", max_length=254, widget=widget)


# --- a forgotten password -------------------------------------------------------------------------------------------


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    """Asks for an address, and looks nowhere whether an account has it."""

    email = _address_field("E-mail address of your account", autofocus=True)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        address = self.cleaned_data["email"]
        require_under_the_rate(request, LinkRequestThrottle(), MailAddressThrottle(address))
        password_links.ask(address=address, now=timezone.now())
        return address


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """A new password, typed twice."""

    password1, password2 = SetPasswordMixin.create_password_fields("New password", "New password, once more")

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.account = account
        self.fields["password1"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.account)
        return self.cleaned_data


forgotten_password = account_page(views.password_reset)


@account_page
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, account_id: int, asked: int, secret: str) -> HttpResponse:
    """GET asks for a new password, POST sets it. 403 for another logged-in user, 410 for a link that has ended."""
    require_under_the_rate(request, LinkThrottle())
    now, by = timezone.now(), request.user
    account = password_links.account_of(account_id, asked=asked, secret=secret, by=by, now=now)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, account=account)
    if not form.is_valid():
        return render(request, "account/password_reset_from_key.html", {"form": form, "account": account})
    password = form.cleaned_data["password1"]
    reset_password(account_id=account_id, password=password, asked=asked, secret=secret, by=account, now=now)
    _unlock(request, account)
    return HttpResponseRedirect(reverse("account_reset_password_from_key_done"))


def _unlock(request: HttpRequest, account: User) -> None:
    """Forget the wrong passwords that were sent for ``account`` from where the new one was set."""
    for name in (account.username, account.email):
        reset(username=name, ip=client_address(request))


# --- a changed address ----------------------------------------------------------------------------------------------


class NewAddressForm(allauth_forms.AddEmailForm):
    """Asks for a new address, and looks nowhere whether another account has it."""

    email = _address_field("New e-mail address")

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        if address == self.user.email:
            raise ValidationError("Your account has this address already.", code="same_address")
        return address

    def save(self, request: HttpRequest) -> Any:
        require_under_the_rate(request, LinkRequestThrottle(), MailAddressThrottle(self.cleaned_data["email"]))
        return super().save(request)


@login_required
@account_page
@reauthentication_required
def change_address(request: HttpRequest) -> HttpResponse:
    """Show the address, ask for a new one, or take back the one that was asked for. It needs a confirmed identity."""
    if request.method == "POST" and not {"action_add", "action_remove"} & request.POST.keys():
        return HttpResponseRedirect(reverse("account_email"))
    return views.email(request)


class ConfirmAddress(views.ConfirmEmailView):
    """Asks whether the account of the person who is logged in shall have the address of the link."""

    def get_object(self, queryset: Any = None) -> EmailConfirmationHMAC:
        confirmation = EmailConfirmationHMAC.from_key(self.kwargs["key"])
        if confirmation is None:
            raise Ended(ENDED, code="link_ended")
        own = self.request.user.pk == confirmation.email_address.user_id
        require(own, password_links.NOT_YOURS, code="not_yours")
        return confirmation

    def logout_other_user(self, confirmation: EmailConfirmationHMAC) -> None:
        """Log nobody out: a link of another account is refused."""

    def respond(self, _success: bool) -> HttpResponse:  # noqa: FBT001
        return self.render_to_response({**self.get_context_data(), "is_done": True})


@login_required
@account_page
def confirm_address(request: HttpRequest, key: str) -> HttpResponse:
    """GET asks, POST changes the address. 403 for another user's link, 410 for one that has ended."""
    require_under_the_rate(request, LinkThrottle())
    return ConfirmAddress.as_view()(request, key=key)

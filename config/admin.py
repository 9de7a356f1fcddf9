"""The admin site: login, permissions and start page."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone

from editorial.actions import change_password
from editorial.exceptions import Refusal
from editorial.http.passwords import PasswordHook, code_field, confirm_code, keep_tokens_field
from editorial.http.sessions import mark_begin
from editorial.permissions import works_here

OWN_APPS = frozenset({"editorial", "articles", "reviews"})


class LoginForm(AdminAuthenticationForm):
    """Lets in people with a role on this site; Django's form requires the staff flag, which this site does not use.

    The code of a second factor is on the same page; it is left empty by people without one.
    """

    request: HttpRequest
    code = code_field(
        "Code of your second factor",
        help_text="Only if you have set one up: the six digits that your app shows now, or a recovery code.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Check the code once the password is correct."""
        cleaned: dict[str, Any] = super().clean()
        try:
            confirm_code(self.request, self.get_user(), code=cleaned["code"], now=timezone.now())
        except Refusal as refusal:
            self.add_error("code", refusal.detail)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        if not works_here(user):
            raise forms.ValidationError(
                "This account has no role on this site. Ask an administrator for one.", code="no_role"
            )


class OwnPasswordForm(PasswordChangeForm):
    """Saves by the action, which records the change in the account's history and ends the account's access."""

    keep_tokens = keep_tokens_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out of the help what a new password ends: the field below says it."""
        super().__init__(*args, **kwargs)
        validators = [one for one in get_default_password_validators() if not isinstance(one, PasswordHook)]
        self.fields["new_password1"].help_text = password_validators_help_text_html(validators)

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002, ARG002
        chosen = {"password": self.cleaned_data["new_password1"], "keep_tokens": self.cleaned_data["keep_tokens"]}
        self.user = change_password(account_id=self.user.pk, by=self.user, now=timezone.now(), **chosen)
        return self.user


class ImprimaturAdminSite(AdminSite):
    site_header = "Imprimatur"
    site_title = "Imprimatur"
    index_title = "Start"
    index_template = "admin/start.html"
    login_form = LoginForm
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register only models of the site's own apps; those of packages use Django's permissions, and deletion."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        if own_models := [model for model in models if model._meta.app_label in OWN_APPS]:
            super().register(own_models, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Log in, and store the time in the session."""
        response = super().login(request, extra_context)
        if request.user.is_authenticated:
            mark_begin(request)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show Django's page with the form that saves by the action."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse_lazy("admin:password_change_done"),
            template_name="admin/password_change.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def has_permission(self, request: HttpRequest) -> bool:
        return works_here(request.user)

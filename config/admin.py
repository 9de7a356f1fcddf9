"""The admin site: who may come in, and the start page, which shows everybody what waits for them."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone

from editorial.actions import change_password
from editorial.exceptions import Refusal
from editorial.http.passwords import code_field, confirm_code
from editorial.permissions import works_here

OURS = frozenset({"editorial", "articles", "reviews"})


class LoginForm(AdminAuthenticationForm):
    """Lets in who has any business here; the stock form asks for a staff flag that this house does not use.

    The code is asked for on the same page: whoever has set none up leaves it empty.
    """

    request: HttpRequest
    code = code_field(
        "Code of your second factor",
        help_text="Only if you have set one up: the six digits that your app shows now, or a recovery code.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Look at the code when the password was found right."""
        cleaned: dict[str, Any] = super().clean()
        try:
            confirm_code(self.request, self.get_user(), code=cleaned["code"], now=timezone.now())
        except Refusal as refusal:
            self.add_error("code", refusal.detail)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        if not works_here(user):
            raise forms.ValidationError(
                "This account may not work here. Ask an administrator for a role.", code="no_role"
            )


class OwnPasswordForm(PasswordChangeForm):
    """Saves by the action, so that the change is in the account's history."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002, ARG002
        password = self.cleaned_data["new_password1"]
        self.user = change_password(account=self.user, password=password, by=self.user, now=timezone.now())
        return self.user


class ImprimaturAdminSite(AdminSite):
    site_header = "Imprimatur"
    site_title = "Imprimatur"
    index_title = "Start"
    index_template = "admin/start.html"
    login_form = LoginForm
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """The house's own nouns only: pages that packages bring ask Django's permissions, and let rows be deleted."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        if ours := [model for model in models if model._meta.app_label in OURS]:
            super().register(ours, admin_class, **options)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As the stock page, with the form that saves by the action."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse_lazy("admin:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def has_permission(self, request: HttpRequest) -> bool:
        return works_here(request.user)

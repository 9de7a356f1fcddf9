"""The admin site: login, permissions and start page."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode

from editorial.accounts.second_factor import lacks_second_factor
from editorial.actions import change_password
from editorial.http.identity_fields import keep_tokens_field
from editorial.http.passwords import PasswordHook
from editorial.permissions import works_here

ACCOUNT_PAGES = "account/"

OWN_APPS = frozenset({"editorial", "articles", "reviews"})


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
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register only models of the site's own apps; those of packages use Django's permissions, and deletion."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        if own_models := [model for model in models if model._meta.app_label in OWN_APPS]:
            super().register(own_models, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Send the person to the site's log-in, and from there to where they wanted to go."""
        wanted = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return HttpResponseRedirect(f"{reverse('account_login')}?{wanted}")

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


def account_pages(request: HttpRequest) -> dict[str, Any]:
    """Return what allauth's pages show to look like the admin's. A context processor."""
    page = request.resolver_match
    if page is None or not page.route.startswith(ACCOUNT_PAGES):
        return {}
    return {
        **admin.site.each_context(request),
        "is_demanded": settings.REQUIRE_SECOND_FACTOR,
        "lacks_factor": request.user.is_authenticated and lacks_second_factor(request.user),
    }

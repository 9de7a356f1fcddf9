"""The pages of allauth that this site has: log-in, forgotten passwords, addresses, second factors."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.generic import RedirectView

from editorial.http import account_links
from editorial.http.orcid import orcid_return
from editorial.http.passwords import passkey_options
from editorial.http.second_factor import changes_factors
from editorial.http.sessions import renews_session

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", renews_session(account.reauthenticate), name="account_reauthenticate"),
    path("password/forgotten/", account_links.forgotten_password, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/set/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(
        "link/password/<int:account_id>/<int:asked>/<str:secret>/",
        account_links.set_password,
        name="account_reset_password_from_key",
    ),
    path("address/", account_links.change_address, name="account_email"),
    path("link/address/<str:key>/", account_links.confirm_address, name="account_confirm_email"),
    path("orcid/", orcid_return, name="orcid_return"),
    path("second-factor/", factors.index, name="mfa_index"),
    path("second-factor/log-in/", factors.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", renews_session(factors.reauthenticate), name="mfa_reauthenticate"),
    path("app/add/", changes_factors(totp.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", changes_factors(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/renew/",
        changes_factors(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/add/", changes_factors(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/log-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/confirm/", renews_session(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/options/", passkey_options, name="passkey_options"),
    path("passkeys/<int:pk>/rename/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", changes_factors(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]

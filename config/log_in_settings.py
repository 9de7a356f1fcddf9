"""Settings of allauth: log-in by password, passkey and code."""

from typing import Any


def log_in_settings(*, site_name: str, debug: bool) -> dict[str, Any]:
    """Return the settings of allauth by their names."""
    return {
        "ACCOUNT_ADAPTER": "editorial.http.log_in.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username", "email"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*"],
        "ACCOUNT_SIGNUP_ENABLED": False,  # people are invited
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # addresses are given by administrators, or verified by a mail
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "admin:index",
        "ACCOUNT_REAUTHENTICATION_METHODS": ["password", "mfa"],
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS": 1,
        "ACCOUNT_FORMS": {
            "add_email": "editorial.http.account_links.NewAddressForm",
            "reset_password": "editorial.http.account_links.ForgottenPasswordForm",
            "login": "editorial.http.log_in.LoginForm",
            "reauthenticate": "editorial.http.log_in.ReauthenticateForm",
        },
        # Wrong passwords are counted by axes, requests for links by ``editorial.http.throttling``. Codes are asked only
        # of who knows the password.
        "ACCOUNT_RATE_LIMITS": {
            "login": None,
            "login_failed": "10/15m/key",
            "reset_password": None,
            "manage_email": None,
            "confirm_email": None,
        },
        "MFA_ADAPTER": "editorial.http.log_in.MFAAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_FORMS": {
            "authenticate": "editorial.http.second_factor_forms.AuthenticateForm",
            "reauthenticate": "editorial.http.second_factor_forms.ReauthenticateForm",
            "activate_totp": "editorial.http.second_factor_forms.ActivateTOTPForm",
            "deactivate_totp": "editorial.http.second_factor_forms.DeactivateTOTPForm",
            "add_webauthn": "editorial.http.second_factor_forms.AddWebAuthnForm",
            "authenticate_webauthn": "editorial.http.second_factor_forms.AuthenticateWebAuthnForm",
            "login_webauthn": "editorial.http.second_factor_forms.LoginWebAuthnForm",
            "reauthenticate_webauthn": "editorial.http.second_factor_forms.ReauthenticateWebAuthnForm",
        },
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": debug,  # for http://127.0.0.1
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_TOTP_ISSUER": site_name,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_RECOVERY_CODE_DIGITS": 16,  # 53 bits, and typed with the keyboard shown for codes
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # there is no sign-up with somebody else's address
    }

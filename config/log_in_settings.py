"""Settings of the log-in: which passwords are good enough, allauth, and axes against guessing."""

from typing import Any

from environ import Env

PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "editorial.accounts.password_strength.GuessingValidator"},
    {"NAME": "editorial.http.passwords.PasswordHook"},
]

ACCOUNT: dict[str, Any] = {
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "admin:index",
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
}


def password_validators(*, breached_passwords: str) -> list[dict[str, Any]]:
    """Return what judges new passwords. ``breached_passwords`` is the path of a file of refused ones, or empty."""
    name = "editorial.accounts.password_strength.BreachedPasswordValidator"
    validator = {"NAME": name, "OPTIONS": {"file": breached_passwords}}
    return [*PASSWORD_VALIDATORS, *([validator] if breached_passwords else [])]


def log_in_settings(*, site_name: str, debug: bool, breached_passwords: str) -> dict[str, Any]:
    """Return the settings of allauth, axes and passwords by their names."""
    return {
        **ACCOUNT,
        **second_factor_settings(site_name=site_name, debug=debug),
        "AUTH_PASSWORD_VALIDATORS": password_validators(breached_passwords=breached_passwords),
        "AXES_VERBOSE": False,
        "AXES_FAILURE_LIMIT": 10,
        "AXES_COOLOFF_TIME": 0.25,  # hours
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],  # both, so that one person cannot lock out another
        "AXES_USERNAME_CALLABLE": "editorial.http.passwords.counted_name",
        "AXES_CLIENT_IP_CALLABLE": "editorial.http.throttling.client_address",
    }


def orcid_settings(env: Env) -> dict[str, str]:
    """Return where, and as whom, the site is registered at ORCID. Without a client id, nobody connects an ORCID iD."""
    return {
        "ORCID_URL": env.str("ORCID_URL", default="https://orcid.org").rstrip("/"),
        "ORCID_CLIENT_ID": env.str("ORCID_CLIENT_ID", default=""),
        "ORCID_CLIENT_SECRET": env.str("ORCID_CLIENT_SECRET", default=""),
    }


def second_factor_settings(*, site_name: str, debug: bool) -> dict[str, Any]:
    """Return the settings of allauth's second factors by their names."""
    return {
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

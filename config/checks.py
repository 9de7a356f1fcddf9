"""Checks for settings that are unsafe in production, and for a policy without reminders.

Those of the settings do not apply while ``DEBUG`` is on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError
from django.utils import timezone

from editorial.calendar.holidays import calendar

# These backends do not deliver mail.
MAIL_NOT_SENT = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
}
ORCID_SERVERS = ("https://orcid.org", "https://sandbox.orcid.org")
WEAK_KEY_WORDS = ("insecure", "changeme", "change-me", "example")


class Rule(NamedTuple):
    """An unsafe setting: its test, its code and message, and what to do about it."""

    broken: Callable[[], bool]
    code: str
    message: str
    hint: str


def _weak_key() -> bool:
    """Return whether the secret key fails Django's own check (there a warning), or contains a placeholder word."""
    key = settings.SECRET_KEY
    return len(key) < 50 or len(set(key)) < 5 or any(word in key.lower() for word in WEAK_KEY_WORDS)


def _unknown_holidays() -> bool:
    try:
        calendar(settings.HOLIDAYS)
    except NotImplementedError:
        return True
    return False


RULES = (
    Rule(
        _weak_key,
        "config.E001",
        "SECRET_KEY is too weak.",
        "Set it to at least 50 random characters: python -c 'import secrets; print(secrets.token_urlsafe(64))'",
    ),
    Rule(
        lambda: not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
        "config.E002",
        "ALLOWED_HOSTS does not name the hosts of this site.",
        "Set it to the names under which the site is reached, separated by commas; * is none.",
    ),
    Rule(
        lambda: not settings.SITE_URL.startswith("https://"),
        "config.E003",
        "SITE_URL does not begin with https://.",
        "Set it to the address that readers see. Mails and links contain it.",
    ),
    Rule(
        lambda: settings.EMAIL_BACKEND in MAIL_NOT_SENT,
        "config.E004",
        "No mail would be delivered.",
        "Set EMAIL_URL to a mail server: smtp+tls://user:password@host:587",
    ),
    Rule(
        lambda: settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql",
        "config.E005",
        "The database is not PostgreSQL.",
        "Set DATABASE_URL to a PostgreSQL database: the record is kept by its triggers and locks.",
    ),
    Rule(
        _unknown_holidays,
        "config.E006",
        "HOLIDAYS names no country that is known here.",
        "Set it to a country, or a country and a part of it, such as DE or US-CA; or leave it empty.",
    ),
    Rule(
        lambda: settings.WEBHOOKS_TO_LOOPBACK,
        "config.E007",
        "WEBHOOKS_TO_LOOPBACK lets webhooks reach this machine.",
        "Turn it off: it is for a demo and for tests.",
    ),
    Rule(
        lambda: settings.MAIL_LOG_KEPT_DAYS < 1,
        "config.E010",
        "MAIL_LOG_KEPT_DAYS would delete failed attempts on the day they are made.",
        "Set it to the number of days for which failed attempts of mail that was sent in the end are kept, at least 1.",
    ),
    Rule(
        lambda: settings.WEBHOOKS_KEPT_DAYS < 1,
        "config.E008",
        "WEBHOOKS_KEPT_DAYS would forget deliveries while they are made.",
        "Set it to the number of days for which the delivery log of webhooks is kept, at least 1.",
    ),
    Rule(
        lambda: settings.MAILS_PER_MINUTE < 0,
        "config.E009",
        "MAILS_PER_MINUTE is negative, so no mail would be sent.",
        "Set it to the number of mails that the mail server accepts in a minute, or to 0 for no limit.",
    ),
    Rule(
        lambda: bool(settings.BREACHED_PASSWORDS_FILE) and not Path(settings.BREACHED_PASSWORDS_FILE).is_file(),
        "config.E011",
        "BREACHED_PASSWORDS_FILE is not a file, so no new password would be accepted.",
        "Set it to the path of the file of breached passwords, or leave it out.",
    ),
    Rule(
        lambda: bool(settings.ORCID_CLIENT_ID) != bool(settings.ORCID_CLIENT_SECRET),
        "config.E012",
        "Only one of ORCID_CLIENT_ID and ORCID_CLIENT_SECRET is set, so nobody could connect an ORCID iD.",
        "Set both as ORCID shows them under “Developer tools”, or leave both out.",
    ),
    Rule(
        lambda: settings.ORCID_URL not in ORCID_SERVERS,
        "config.E013",
        "ORCID_URL is not a server of ORCID, so the iDs that it names would prove nothing.",
        f"Set it to {' or '.join(ORCID_SERVERS)}, or leave it out.",
    ),
)


def unsafe_settings(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001 - Django gives it to every check
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """Return an error for each unsafe setting; none while ``DEBUG`` is on. A Django system check."""
    if settings.DEBUG:
        return []
    return [Error(rule.message, hint=rule.hint, id=rule.code) for rule in RULES if rule.broken()]


def missing_reminders(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Warn if the policy in force reminds nobody. A check of ``check --database default``, and of ``migrate``."""
    if not databases:
        return []
    try:
        policy = apps.get_model("editorial", "EditorialPolicy").objects.in_force_without_reminders(at=timezone.now())
    except ProgrammingError:  # a database without the tables, as ``migrate`` finds it
        return []
    if policy is None:
        return []
    message = f"Version {policy.number} of the editorial policy is in force and reminds nobody."
    hint = "Let an editor draft and publish the next version: it gets the default reminders."
    return [checks.Warning(message, hint=hint, id="config.W001")]


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured, naming every unsafe setting.

    For web processes and workers, because gunicorn and Celery do not run Django's checks.
    """
    errors = unsafe_settings()
    if errors:
        lines = [f"{error.id}: {error.msg} {error.hint}" for error in errors]
        raise ImproperlyConfigured("The site does not start with these settings:\n" + "\n".join(lines))

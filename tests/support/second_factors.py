"""Second factors for the test users."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from editorial.accounts.second_factor import record_change
from editorial.models import User
from tests.support.factories import NOW, PASSWORD

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = timedelta(seconds=30)


def code(*, at: datetime = NOW, secret: str = SECRET) -> str:
    """Return the code that an app with ``secret`` shows at that moment."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


def wrong(*, at: datetime = NOW) -> str:
    """Return six digits that are valid at none of the steps around ``at``."""
    good = {code(at=at + STEP * steps) for steps in range(-2, 3)}
    return next(digits for digits in map("{:06}".format, range(10)) if digits not in good)


def make_second_factor(account: User, *, now: datetime = NOW) -> list[str]:
    """Set up an app a day before ``now``; return the recovery codes."""
    TOTP.activate(account, SECRET)
    codes = RecoveryCodes.activate(account).generate_codes()
    record_change(account, "set up", by=account, now=now - timedelta(days=1), ends=True)
    account.refresh_from_db(fields=["access_ended_at"])  # a log-in with this object is from after the set-up
    return codes


def factors(account: User) -> set[str]:
    """Return the kinds of what ``account`` has set up."""
    return set(Authenticator.objects.filter(user=account).values_list("type", flat=True))


def log_in(client: Client, name: str = "ada", *, password: str = PASSWORD, code: str = "") -> object:
    """Log in on the pages for it, with ``code`` on the second one; return the last answer."""
    sent = {"login": name, "password": password, "next": "/admin/"}
    answer = client.post("/account/login/", sent)
    return client.post("/account/second-factor/log-in/", {"code": code}) if code else answer

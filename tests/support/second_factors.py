"""Second factors for the test users."""

from datetime import datetime, timedelta

from django_otp.oath import TOTP

from editorial.accounts import second_factor
from editorial.accounts.one_time_codes import DIGITS, secret_of
from editorial.models import SecondFactor, User
from tests.support.factories import NOW

SALT = "salt"
STEP = timedelta(seconds=30)


def code_at(secret: bytes, *, at: datetime) -> str:
    """Return the code that an app with ``secret`` shows at that moment."""
    clock = TOTP(secret, digits=DIGITS)
    clock.time = at.timestamp()
    return f"{clock.token():0{DIGITS}}"


def code(*, at: datetime = NOW, salt: str = SALT) -> str:
    """Return the code that the authenticator app shows at that time."""
    return code_at(secret_of(salt), at=at)


def wrong(*, at: datetime = NOW) -> str:
    """Return six digits that are valid at none of the steps around ``at``."""
    good = {code(at=at + STEP * steps) for steps in range(-2, 3)}
    return next(digits for digits in map("{:06}".format, range(10)) if digits not in good)


def make_second_factor(account: User, *, now: datetime = NOW) -> list[str]:
    """Set up a second factor a day before ``now``, so that its current code is valid; return the recovery codes."""
    before = now - timedelta(days=1)
    codes = second_factor.set_up(account_id=account.pk, salt=SALT, code=code(at=before), by=account, now=before)
    assert SecondFactor.objects.filter(user=account).exists()
    account.refresh_from_db(fields=["access_ended_at"])  # a log-in with this object is from after the set-up
    return codes

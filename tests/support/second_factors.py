"""Second factors for the cast."""

from datetime import datetime, timedelta

from editorial import second_factor
from editorial.models import SecondFactor, User
from editorial.one_time_codes import code_at, secret_of
from tests.factories import NOW

SALT = "salt"
STEP = timedelta(seconds=30)


def code(*, at: datetime = NOW, salt: str = SALT) -> str:
    """What the app shows at that moment."""
    return code_at(secret_of(salt), at=at)


def wrong(*, at: datetime = NOW) -> str:
    """Six digits that are good at none of the moments around."""
    good = {code(at=at + STEP * steps) for steps in range(-2, 3)}
    return next(digits for digits in map("{:06}".format, range(10)) if digits not in good)


def make_second_factor(account: User, *, now: datetime = NOW) -> list[str]:
    """Set up a day before ``now``, so that its present code is good; answers with the recovery codes."""
    before = now - timedelta(days=1)
    codes = second_factor.set_up(account=account, salt=SALT, code=code(at=before), by=account, now=before)
    assert SecondFactor.objects.filter(user=account).exists()
    return codes

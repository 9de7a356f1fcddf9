"""The verbs of a second factor: set up, proven, renewed, removed by its owner, reset by an administrator.

What happens to it is told by the account's history and the ledger of the board; its owner gets a mail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial import ledger, notices
from editorial.exceptions import Conflict, Fault, NotPermitted, Unacceptable
from editorial.models import SecondFactor, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.one_time_codes import new_recovery_codes, recovery_digest, step_of, typed
from editorial.permissions import is_administrator, require

MOST_WRONG = 10
REST = timedelta(minutes=15)
"""After so many wrong codes in a row none is taken for so long: from any address, by any door."""

NEEDED = Fault("/code", "code_required", "Enter the code that your second factor shows.")
WRONG = Fault("/code", "wrong_code", "This code is wrong, or too old by now.")
SPENT = Fault("/code", "code_spent", "This code was used already. Wait for the next one.")
RESTING = Fault("/code", "too_many_wrong_codes", "Too many wrong codes. Wait for a quarter of an hour.")


def second_factor_of(account: User) -> SecondFactor | None:
    """What ``account`` set up, if anything."""
    return SecondFactor.objects.filter(user=account).first()


def lacks_second_factor(account: User) -> bool:
    """Whether this site demands a second factor that ``account`` has not set up."""
    return settings.REQUIRE_SECOND_FACTOR and second_factor_of(account) is None


@transaction.atomic
def set_up(*, account: User, salt: str, code: str, by: User, now: datetime) -> list[str]:
    """Take ``code`` as the proof that an app has the secret of ``salt``, and ask for such codes from now on.

    Answers with the recovery codes, which are shown this once. Raises NotPermitted for somebody else's account,
    Conflict when it has a second factor, and Unacceptable for a wrong code.
    """
    require(by == account, "Everybody sets up their own second factor.")
    account = _locked(account)
    if second_factor_of(account):
        raise Conflict("Your second factor is set up already.", code="set_up_already")
    step = step_of(typed(code), salt=salt, at=now)
    if step is None:
        raise Unacceptable(WRONG.detail, faults=(WRONG,))
    codes = new_recovery_codes()
    digests = [recovery_digest(one, salt=salt) for one in codes]
    SecondFactor.objects.create(user=account, salt=salt, recovery_codes=digests, last_step=step, set_up_at=now)
    _tell(account, "set up", by=by, now=now)
    return codes


def prove(*, account: User, code: str, by: User, now: datetime) -> None:
    """Spend ``code``, of the app or for its loss, if ``account`` has a second factor; else nothing is asked.

    Raises Unacceptable with a fault at ``/code`` when it is missing, wrong, spent or one of too many; a wrong one is
    counted whether or not what it was for is done.
    """
    require(by == account, "Nobody proves who somebody else is.")
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update(no_key=True).filter(user=account).first()
        fault = _spend(factor, typed(code), now=now) if factor else None
    if fault:
        raise Unacceptable(fault.detail, faults=(fault,), code=fault.code)


def _spend(factor: SecondFactor, code: str, *, now: datetime) -> Fault | None:
    if not code:
        return NEEDED
    if factor.last_wrong_at and factor.wrong_codes >= MOST_WRONG:
        if now < factor.last_wrong_at + REST:
            return RESTING
        factor.wrong_codes = 0
    fault = _judged(factor, code, now=now)
    factor.wrong_codes = factor.wrong_codes + 1 if fault else 0
    factor.last_wrong_at = now if fault else None
    factor.save()
    return fault


def _judged(factor: SecondFactor, code: str, *, now: datetime) -> Fault | None:
    """Note in ``factor`` that ``code`` is spent, or say what is wrong with it."""
    step, digest = step_of(code, salt=factor.salt, at=now), recovery_digest(code, salt=factor.salt)
    if digest in factor.recovery_codes:
        factor.recovery_codes.remove(digest)
        return None
    if step is None:
        return WRONG
    if step <= factor.last_step:
        return SPENT
    factor.last_step = step
    return None


@transaction.atomic
def renew_recovery_codes(*, account: User, by: User, now: datetime) -> list[str]:
    """New recovery codes, shown this once; the old ones open nothing any more. One's own only (NotPermitted)."""
    factor = _own(account, by=by)
    codes = new_recovery_codes()
    factor.recovery_codes = [recovery_digest(one, salt=factor.salt) for one in codes]
    factor.save()
    _tell(factor.user, "given new recovery codes", by=by, now=now)
    return codes


@transaction.atomic
def remove(*, account: User, by: User, now: datetime) -> None:
    """Ask for no second factor any more. One's own only; see ``reset`` for somebody else's."""
    factor = _own(account, by=by)
    factor.delete()
    _tell(factor.user, "removed", by=by, now=now)


@transaction.atomic
def reset(*, account: User, reason: str, by: User, now: datetime) -> User:
    """Remove the second factor of somebody who lost it, and say why.

    Raises NotPermitted for anybody but an administrator and for one's own, Unacceptable without a reason, and Conflict
    when there is none.
    """
    require(is_administrator(by), "Only administrators reset a second factor.")
    require(by != account, "Your own second factor you remove yourself, with its code.")
    if not reason.strip():
        fault = Fault("/reason", "required", "Say why; it becomes part of the record.")
        raise Unacceptable(fault.detail, faults=(fault,))
    account = _locked(account)
    _required(account).delete()
    _tell(account, "reset", by=by, now=now, reason=reason.strip())
    return account


def _locked(account: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=account.pk)


def _own(account: User, *, by: User) -> SecondFactor:
    if by != account:
        raise NotPermitted("Everybody keeps their own second factor.")
    return _required(_locked(account))


def _required(account: User) -> SecondFactor:
    if factor := second_factor_of(account):
        return factor
    raise Conflict("There is no second factor.", code="no_second_factor")


def _tell(account: User, what: str, *, by: User, now: datetime, reason: str = "") -> None:
    """History of the account, ledger of the board, and a mail to the owner, who may know nothing of it."""
    words = f"second factor {what}"
    account.record(by=by, now=now, reason=f"{words}: {reason}" if reason else words)
    action, payload = words.replace(" ", "_"), {"record": f"user:{account.pk}", "reason": reason}
    entry = ledger.append(chain=BOARD_CHAIN, action=action, by=by, now=now, payload=payload)
    day = date_format(timezone.localtime(now), "j F Y, H:i e")
    context = {"what": what, "by": str(by), "reason": reason, "at": day, "path": reverse("admin:second_factor")}
    subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence)}
    notices.owe(kind="second_factor", recipients=[account], context=context, now=now, **subject)

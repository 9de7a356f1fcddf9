"""Actions on a second factor: set up, verify, renew recovery codes, remove (by its owner), reset (by an administrator).

Each change is recorded in the account's history and in the ledger of the board, and its owner gets a mail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.access import end_access
from editorial.accounts.one_time_codes import matching_step, new_recovery_codes, recovery_digest, without_separators
from editorial.exceptions import Conflict, Fault, NotPermitted, Unacceptable
from editorial.mail import notices
from editorial.models import SecondFactor, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_administrator, require
from editorial.record import ledger

MAX_WRONG_CODES = 10
LOCKOUT = timedelta(minutes=15)
"""After this many wrong codes in a row, no code of the account is accepted for this long, whoever sends it."""

NEEDED = Fault("/code", "code_required", "Enter the code that your second factor shows.")
WRONG = Fault("/code", "wrong_code", "This code is wrong, or too old by now.")
SPENT = Fault("/code", "code_spent", "This code was used already. Wait for the next one.")
LOCKED_OUT = Fault("/code", "too_many_wrong_codes", "Too many wrong codes. Wait 15 minutes.")


def second_factor_of(account: User) -> SecondFactor | None:
    """Return the second factor of ``account``, or None if it has none."""
    return SecondFactor.objects.filter(user=account).first()


def lacks_second_factor(account: User) -> bool:
    """Return whether this site requires a second factor and ``account`` has not set one up."""
    return settings.REQUIRE_SECOND_FACTOR and second_factor_of(account) is None


@transaction.atomic
def set_up(*, account_id: int, salt: str, code: str, by: User, now: datetime, keep_tokens: bool = False) -> list[str]:
    """Require codes from now on, if ``code`` proves that an app has the secret derived from ``salt``.

    Ends the account's access, apart from its API tokens with ``keep_tokens``. Returns the recovery codes, which are
    shown only once. Raises NotPermitted for another person's account, Conflict
    when it has a second factor, and Unacceptable for a wrong code.
    """
    require(by.pk == account_id, "Each person sets up their own second factor.")
    account = _locked_account(account_id)
    if second_factor_of(account):
        raise Conflict("Your second factor is set up already.", code="set_up_already")
    step = matching_step(without_separators(code), salt=salt, at=now)
    if step is None:
        raise Unacceptable(WRONG.detail, faults=(WRONG,))
    codes = new_recovery_codes()
    digests = [recovery_digest(recovery_code, salt=salt) for recovery_code in codes]
    SecondFactor.objects.create(user=account, salt=salt, recovery_codes=digests, last_step=step, set_up_at=now)
    _record_and_notify(account, "set up", by=by, now=now, ends=True, keep_tokens=keep_tokens)
    return codes


def verify_code(*, account: User, code: str, by: User, now: datetime) -> None:
    """Verify and spend ``code`` (of the app, or a recovery code) if ``account`` has a second factor; else do nothing.

    Raises Unacceptable with a fault at ``/code`` when the code is missing, wrong, spent, or one too many. The count of
    wrong codes is saved before this raises.
    """
    require(by == account, "You can confirm only your own identity.")
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update(no_key=True).filter(user=account).first()
        fault = _spend_code(factor, without_separators(code), now=now) if factor else None
    if fault:
        raise Unacceptable(fault.detail, faults=(fault,), code=fault.code)


def _spend_code(factor: SecondFactor, code: str, *, now: datetime) -> Fault | None:
    if not code:
        return NEEDED
    if factor.last_wrong_at and factor.wrong_codes >= MAX_WRONG_CODES:
        if now < factor.last_wrong_at + LOCKOUT:
            return LOCKED_OUT
        factor.wrong_codes = 0
    fault = _code_fault(factor, code, now=now)
    factor.wrong_codes = factor.wrong_codes + 1 if fault else 0
    factor.last_wrong_at = now if fault else None
    factor.save()
    return fault


def _code_fault(factor: SecondFactor, code: str, *, now: datetime) -> Fault | None:
    """Mark ``code`` as spent in ``factor`` (not saved yet), or return what is wrong with it."""
    step, digest = matching_step(code, salt=factor.salt, at=now), recovery_digest(code, salt=factor.salt)
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
def renew_recovery_codes(*, account_id: int, by: User, now: datetime) -> list[str]:
    """Return new recovery codes, shown only once; the old ones are no longer valid.

    Raises NotPermitted for another person's account, and Conflict without a second factor.
    """
    factor = _locked_own_factor(account_id, by=by)
    codes = new_recovery_codes()
    factor.recovery_codes = [recovery_digest(recovery_code, salt=factor.salt) for recovery_code in codes]
    factor.save()
    _record_and_notify(factor.user, "given new recovery codes", by=by, now=now)
    return codes


@transaction.atomic
def remove(*, account_id: int, by: User, now: datetime, keep_tokens: bool = False) -> None:
    """Remove one's own second factor, and end the account's access as ``set_up`` does. See ``reset`` for another's.

    Raises NotPermitted for another person's account, and Conflict without a second factor.
    """
    factor = _locked_own_factor(account_id, by=by)
    factor.delete()
    _record_and_notify(factor.user, "removed", by=by, now=now, ends=True, keep_tokens=keep_tokens)


@transaction.atomic
def reset(*, account_id: int, reason: str, by: User, now: datetime) -> User:
    """Remove the second factor of another person who lost it, with a reason; it ends the account's access.

    Raises NotPermitted unless ``by`` is an administrator and for one's own account, Unacceptable without a reason, and
    Conflict when there is no second factor.
    """
    require(is_administrator(by), "Only administrators reset a second factor.")
    require(by.pk != account_id, "Your own second factor you remove yourself, with its code.")
    if not reason.strip():
        fault = Fault("/reason", "required", "Say why; it becomes part of the record.")
        raise Unacceptable(fault.detail, faults=(fault,))
    account = _locked_account(account_id)
    _require_factor(account).delete()
    _record_and_notify(account, "reset", by=by, now=now, reason=reason.strip(), ends=True)
    return account


def _locked_account(account_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=account_id)


def _locked_own_factor(account_id: int, *, by: User) -> SecondFactor:
    if by.pk != account_id:
        raise NotPermitted("Each person can change only their own second factor.")
    return _require_factor(_locked_account(account_id))


def _require_factor(account: User) -> SecondFactor:
    if factor := second_factor_of(account):
        return factor
    raise Conflict("There is no second factor.", code="no_second_factor")


def _record_and_notify(
    account: User,
    what: str,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    ends: bool = False,
    keep_tokens: bool = False,
) -> None:
    """Record the change in the account's history and in the ledger of the board, and send its owner a mail.

    The mail reveals a change that the owner did not make.
    """
    change = f"second factor {what}"
    account.record(by=by, now=now, reason=f"{change}: {reason}" if reason else change)
    action, payload = change.replace(" ", "_"), {"record": f"user:{account.pk}", "reason": reason}
    entry = ledger.append(chain=BOARD_CHAIN, action=action, by=by, now=now, payload=payload)
    if ends:
        end_access(account=account, event=change, by=by, now=now, keep_tokens=keep_tokens, notify=False)
    day = date_format(timezone.localtime(now), "j F Y, H:i e")
    context = {
        "what": what,
        "by": str(by),
        "reason": reason,
        "at": day,
        "path": reverse("admin:second_factor"),
        "ends": ends,
        "keep_tokens": keep_tokens,
    }
    subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence)}
    notices.owe(kind="second_factor", recipients=[account], context=context, now=now, **subject)

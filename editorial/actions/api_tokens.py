"""API tokens: create one's own, revoke one's own, and revoke those of someone else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial.exceptions import Conflict, Fault, NotFound, Unacceptable
from editorial.mail import notices
from editorial.models import ApiToken, Scope, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_administrator, require, required_reason
from editorial.record import ledger

NO_SUCH_TOKEN = "There is no such token."  # noqa: S105 - a message


def longest_lifetime() -> timedelta:
    """Return for how long a token can be valid at most."""
    longest: timedelta = settings.REST_KNOX["TOKEN_TTL"]
    return longest


@transaction.atomic
def create_token(
    *, scopes: Sequence[str], name: str = "", lifetime: timedelta | None = None, by: User, now: datetime
) -> tuple[ApiToken, str]:
    """Create a token of the account ``by``; return it, and the secret, which is shown only once.

    ``by`` is the account as it was when its password was verified. Raises Conflict if its password changed since then,
    or its access ended. Raises Unacceptable for no scope or unknown ones, and for a lifetime that is not allowed.
    """
    lifetime = longest_lifetime() if lifetime is None else lifetime
    _require_valid(scopes, lifetime)
    stored = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if (stored.password, stored.access_ended_at, stored.is_active) != (by.password, by.access_ended_at, True):
        raise Conflict("The account was changed at this moment. Log in again.", code="account_changed")
    chosen = {"name": name.strip() or default_name(now), "scopes": [one for one in Scope.values if one in scopes]}
    token, secret = ApiToken.objects.create(stored, expiry=lifetime, **chosen)
    return token, secret


def default_name(now: datetime) -> str:
    return f"Token from {date_format(timezone.localtime(now), 'j F Y')}"


def _require_valid(scopes: Sequence[str], lifetime: timedelta) -> None:
    faults = []
    if not scopes or set(scopes) - set(Scope.values):
        faults.append(Fault("/scopes", "invalid_scopes", f"Choose one or more of {', '.join(Scope.values)}."))
    hours = longest_lifetime() // timedelta(hours=1)
    if not timedelta() < lifetime <= longest_lifetime():
        faults.append(Fault("/lifetime_hours", "invalid_lifetime", f"A token is valid for 1 to {hours} hours."))
    if faults:
        raise Unacceptable(faults[0].detail, faults=tuple(faults))


@transaction.atomic
def revoke_own_token(*, token_id: UUID, by: User, now: datetime) -> str:  # noqa: ARG001 - an action takes ``now``
    """Delete a token of one's own, so that it stops working; return its name. Raises NotFound if there is none."""
    return _delete(by, token_id=token_id).name


@transaction.atomic
def revoke_token(*, account_id: int, token_id: UUID, reason: str, by: User, now: datetime) -> User:
    """Delete a token of someone else, with a reason. Its owner gets a mail.

    The revocation is recorded in the account's history and in the ledger of the board. Raises NotPermitted unless
    ``by`` is an administrator and for one's own account, Unacceptable without a reason, and NotFound if there is no
    such token.
    """
    require(is_administrator(by), "Only administrators revoke tokens of someone else.")
    require(by.pk != account_id, "Revoke your own tokens on the page “My account”.")
    reason = required_reason(reason)
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    name = _delete(account, token_id=token_id).name
    account.record(by=by, now=now, reason=f"API token “{name}” revoked: {reason}")
    payload = {"record": f"user:{account.pk}", "token": name, "reason": reason}
    entry = ledger.append(chain=BOARD_CHAIN, action="token_revoked", by=by, now=now, payload=payload)
    context = {
        "token": name,
        "by": str(by),
        "reason": reason,
        "at": date_format(timezone.localtime(now), "j F Y, H:i e"),
        "path": reverse("admin:my_account"),
    }
    subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence)}
    notices.owe(kind="token_revoked", recipients=[account], context=context, now=now, **subject)
    return account


def _delete(account: User, *, token_id: UUID) -> ApiToken:
    token = ApiToken.objects.select_for_update().filter(user=account, public_id=token_id).first()
    if token is None:
        raise NotFound(NO_SUCH_TOKEN)
    token.delete()
    return token

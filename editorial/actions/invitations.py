"""Invite people to an account, renew and revoke invitations, and accept one."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from editorial.accounts.access import end_access
from editorial.accounts.invitations import (
    AddressTakenError,
    Invitee,
    account_in_the_way,
    account_of_address,
    find_invitation,
    invited_roles,
    invitee_faults,
    mail_context,
    new_invitation,
    require_open,
    specialty_codes,
)
from editorial.exceptions import Conflict, NotFound, Unacceptable
from editorial.mail import notices
from editorial.models import AccountInvitation, BoardMember, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import AnyUser, may_invite, require
from editorial.record import ledger
from editorial.record.canonical_json import timestamp
from editorial.record.field_values import append_values
from editorial.roles import Role

REFUSED = "Administrators invite people with any role; editors invite writers and members of the board."


@transaction.atomic
def invite_person(*, invitee: Invitee, by: User, now: datetime, notify: bool = True) -> AccountInvitation:
    """Create an account with its roles and without a password, and send its owner a link to choose one.

    A member of the board gets a board record, in office from today. Without ``notify`` no mail is sent: the caller
    sends one itself. Raises NotPermitted, Unacceptable, and AddressTakenError (a Conflict) when there is an account
    with this address, in any case of its letters.
    """
    require(may_invite(by, invitee.roles), REFUSED)
    if faults := tuple(invitee_faults(invitee, specialties=specialty_codes())):
        raise Unacceptable("This person cannot be invited.", faults=faults)
    account = _add_account(invitee, by=by, now=now)
    if invitee.is_for_board:
        _add_member(account, invitee, by=by, now=now)
    invitation = new_invitation(account, by=by, now=now)
    _record_in_ledger(invitation, "account_invited", by=by, now=now)
    if notify:
        _send_link(invitation, now=now)
    return invitation


def _add_account(invitee: Invitee, *, by: User, now: datetime) -> User:
    if found := account_of_address(invitee.email):
        raise AddressTakenError(found)
    account = User(
        username=invitee.username,
        first_name=invitee.first_name,
        last_name=invitee.last_name,
        email=invitee.email,
        password=make_password(None),
        is_writer=Role.WRITER in invitee.roles,
        is_editor=Role.EDITOR in invitee.roles,
        is_superuser=Role.ADMINISTRATOR in invitee.roles,
    )
    try:
        with transaction.atomic():
            return account.record(by=by, now=now, reason="invited")
    except IntegrityError as error:  # another person invites them at this moment
        raise AddressTakenError(account_in_the_way(invitee)) from error


def _add_member(account: User, invitee: Invitee, *, by: User, now: datetime) -> None:
    """Add the board record. Nobody has access to the account yet, so the beginning of the term ends none."""
    member = BoardMember(
        user=account,
        credentials=invitee.credentials,
        specialties=list(invitee.specialties),
        licence_expires_on=invitee.licence_expires_on,
        term_from=timezone.localtime(now).date(),
    )
    member.record(by=by, now=now, reason="invited")
    append_values(member, verb="added", by=by, now=now, reason="invited")


@transaction.atomic
def renew_invitation(*, invitation_id: int, by: User, now: datetime) -> AccountInvitation:
    """Send a new link; the former one stops working. A revoked invitation is open again, and so is its account.

    Raises NotPermitted, and Conflict when the account has a password, a newer link was sent, or someone closed the
    account.
    """
    former = _lock(invitation_id, by=by)
    account = former.account
    if former.is_replaced:
        raise Conflict("A newer link was sent already.", code="link_replaced")
    if former.revoked_at is None:
        _require_not_closed(account)
        former.revoked_at, former.revoked_by = now, by
    elif not account.is_active:
        account.is_active = True
        account.record(by=by, now=now, reason="invited again")
    former.is_replaced = True
    former.save(update_fields=["revoked_at", "revoked_by", "is_replaced"])
    invitation = new_invitation(account, by=by, now=now)
    _record_in_ledger(invitation, "invitation_renewed", by=by, now=now)
    _send_link(invitation, now=now)
    return invitation


def _require_not_closed(account: User) -> None:
    if not account.is_active:
        raise Conflict("The account was closed. An administrator can open it again.", code="account_closed")


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: User, now: datetime, reason: str = "") -> AccountInvitation:
    """End an invitation that was not accepted, and close its account.

    Raises NotPermitted, and Conflict when the account has a password or the invitation was revoked already.
    """
    invitation = _lock(invitation_id, by=by)
    account = invitation.account
    if invitation.revoked_at:
        raise Conflict("This invitation was revoked already.", code="invitation_revoked")
    invitation.revoked_at, invitation.revoked_by = now, by
    invitation.save(update_fields=["revoked_at", "revoked_by"])
    account.is_active = False
    account.record(by=by, now=now, reason=reason.strip() or "invitation revoked")
    end_access(account=account, event="invitation revoked", by=by, now=now, notify=False)
    _record_in_ledger(invitation, "invitation_revoked", by=by, now=now)
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, password: str, by: AnyUser, now: datetime) -> User:
    """Set the password of the account to which the link belongs; return the account.

    The caller has validated the strength of the password. ``by`` is who uses the link: an anonymous user. Raises what
    ``find_invitation`` raises; of two people who accept at once, the second gets its Conflict.
    """
    invitation = _locked(find_invitation(token, by=by, now=now).pk)
    require_open(invitation, now=now)
    account = invitation.account
    account.password = make_password(password)  # the first one: there is no access to end, see ``PasswordHook``
    account.record(by=account, now=now, reason="invitation accepted")
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _record_in_ledger(invitation, "invitation_accepted", by=account, now=now)
    return account


@transaction.atomic
def dismiss_first_steps(*, by: User, now: datetime) -> None:
    """Hide the first things to do on the start page of ``by``."""
    AccountInvitation.objects.filter(account=by, steps_dismissed_at=None).update(steps_dismissed_at=now)


def _lock(invitation_id: int, *, by: User) -> AccountInvitation:
    """Return the invitation, with its account locked. Raises NotFound, NotPermitted, and Conflict once accepted."""
    invitation = _locked(invitation_id)
    require(may_invite(by, invited_roles(invitation.account)), REFUSED)
    if invitation.accepted_at or invitation.account.has_usable_password():
        raise Conflict("This person has accepted and has a password.", code="accepted_already")
    return invitation


def _locked(invitation_id: int) -> AccountInvitation:
    """Return the invitation as it is once nobody else changes it: all who do lock its account first."""
    row = AccountInvitation.objects.filter(pk=invitation_id)
    accounts = User.objects.select_for_update(no_key=True)
    if accounts.filter(pk__in=row.values("account")).first() is None:
        raise NotFound("There is no such invitation.")
    return row.select_related("account__board_member", "invited_by").get()


def _record_in_ledger(invitation: AccountInvitation, action: str, *, by: User, now: datetime) -> None:
    payload = {
        "record": f"user:{invitation.account_id}",
        "invitation": invitation.pk,
        "roles": [role.value for role in invited_roles(invitation.account)],
        "expires_at": timestamp(invitation.expires_at),
    }
    ledger.append(chain=BOARD_CHAIN, action=action, by=by, now=now, payload=payload)


def _send_link(invitation: AccountInvitation, *, now: datetime) -> None:
    notices.owe(
        kind="account_invitation",
        recipients=[invitation.account],
        subject=f"user:{invitation.account_id}",
        occasion=str(invitation.pk),
        context=mail_context(invitation),
        now=now,
    )

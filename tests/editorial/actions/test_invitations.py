"""Inviting people to an account: who may, what is created, and how a link is renewed, revoked and accepted."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import IntegrityError, transaction
from django.template import Context, Template

from editorial import actions
from editorial.accounts import invitations
from editorial.accounts.invitations import AddressTakenError, find_invitation, invitation_token
from editorial.exceptions import Conflict, Ended, NotFound, NotPermitted, Unacceptable
from editorial.mail import notices, sweep
from editorial.models import AccountInvitation, InvitationState, LedgerEntry, Notice, User
from editorial.record import ledger
from editorial.roles import Role
from tests.support import factories
from tests.support.account_invitations import NEW, board_invitee, invitee, make_account_invitation
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()
LATER = NOW + timedelta(days=14)


@pytest.fixture
def edith() -> User:
    return factories.make_user("edith", is_editor=True)


@pytest.fixture
def root() -> User:
    return factories.make_user("root", is_superuser=True)


@pytest.fixture
def invitation() -> AccountInvitation:
    return make_account_invitation(now=NOW)


def accept(invitation: AccountInvitation, *, now=NOW, by=ANYBODY) -> User:
    return actions.accept_invitation(token=invitation_token(invitation), password=NEW, by=by, now=now)


def ledger_actions() -> list[str]:
    return list(LedgerEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_invited_writer_has_an_open_account_without_a_password(invitation):
    nora = User.objects.get(email="nora@example.org")
    assert (nora.username, str(nora), nora.is_writer, nora.is_editor) == (
        "nora@example.org",
        "Nora Newman",
        True,
        False,
    )
    assert nora.is_active
    assert not nora.has_usable_password()
    assert nora.history.get().history_change_reason == "invited"
    assert LedgerEntry.objects.get().payload["roles"] == ["writer"]
    assert invitation.expires_at == LATER


def test_invited_member_of_the_board_is_in_office_from_today(edith):
    licence = date(2030, 1, 1)
    person = board_invitee(licence_expires_on=licence)
    member = actions.invite_person(invitee=person, by=edith, now=NOW).account.board_member
    assert (str(member), member.specialties, member.term_from) == ("Nora Newman, MD", ["immunology"], NOW.date())
    assert member.licence_expires_on == licence
    assert ledger_actions() == ["boardmember_added", "account_invited"]
    assert list(Notice.objects.values_list("kind", flat=True)) == ["account_invitation"]


def test_editors_invite_writers_and_the_board_and_administrators_everybody(edith, root):
    for role in (Role.EDITOR, Role.ADMINISTRATOR):
        person = invitee(email=f"{role}@example.org", roles={role})
        with pytest.raises(NotPermitted, match="editors invite writers"):
            actions.invite_person(invitee=person, by=edith, now=NOW)
        assert actions.invite_person(invitee=person, by=root, now=NOW).account.email == f"{role}@example.org"
    with pytest.raises(NotPermitted):
        actions.invite_person(invitee=invitee(), by=factories.make_user("wanda", is_writer=True), now=NOW)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"first_name": ""}, "/first_name"),
        ({"last_name": "Newman\nDear editors"}, "/last_name"),
        ({"roles": {Role.BOARD_MEMBER}, "credentials": "MD\u2028Approved"}, "/credentials"),
        ({"last_name": "n" * 151}, "/last_name"),
        ({"email": ""}, "/email"),
        ({"email": "nora"}, "/email"),
        ({"roles": ()}, "/roles"),
        ({"roles": {Role.READER}}, "/roles"),
        ({"roles": {Role.BOARD_MEMBER}}, "/credentials"),
        ({"roles": {Role.BOARD_MEMBER}, "credentials": "MD", "specialties": ("witchcraft",)}, "/specialties"),
    ],
)
def test_person_with_missing_or_wrong_data_is_not_invited(root, fields, pointer):
    with pytest.raises(Unacceptable) as refused:
        actions.invite_person(invitee=invitee(**fields), by=root, now=NOW)
    assert {fault.pointer for fault in refused.value.faults} == {pointer}
    assert not User.objects.filter(first_name="Nora").exists()


def test_address_that_has_an_account_is_refused_in_any_case(edith, invitation):
    with pytest.raises(AddressTakenError, match="Nora Newman has an account with this address already") as refused:
        actions.invite_person(invitee=invitee(email="NORA@Example.org"), by=edith, now=NOW)
    assert refused.value.account == invitation.account


def test_user_name_that_is_taken_is_refused_like_the_address(edith):
    taken = factories.make_user("nora@example.org", email="other@example.org")
    with pytest.raises(AddressTakenError) as refused:
        actions.invite_person(invitee=invitee(), by=edith, now=NOW)
    assert refused.value.account == taken


def test_user_name_has_only_characters_that_the_admin_accepts():
    assert invitee(email="O'Nora+x@Example.org").username == "o_nora+x@example.org"


# --- the mail -------------------------------------------------------------------------------------------------------


def test_mail_says_who_invites_as_what_until_when_and_has_the_link(invitation, settings):
    with time_machine.travel(NOW, tick=False):
        sweep.send_due(notices, clock=lambda: NOW)
    sent = mail.outbox[0]
    assert sent.subject == "Invitation to Imprimatur"
    assert "Edith Example invites you to Imprimatur as writer." in sent.body
    assert "Monday, 16 March 2026, 09:00" in " ".join(sent.body.split())
    assert f"{settings.SITE_URL}/invitation/{invitation_token(invitation)}/" in sent.body
    assert Notice.objects.get().is_urgent


def test_secret_of_the_link_is_stored_nowhere(invitation):
    secret = invitation_token(invitation)
    with time_machine.travel(NOW, tick=False):
        sweep.send_due(notices, clock=lambda: NOW)
    assert secret in mail.outbox[0].body
    notice = Notice.objects.get()
    assert secret not in f"{notice.context} {notice.key} {AccountInvitation.objects.values().get()}"


def test_mail_of_an_invitation_that_ended_before_it_went_out_is_dropped(edith, invitation):
    actions.revoke_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    sweep.send_due(notices, clock=lambda: NOW)
    assert mail.outbox == []
    assert Notice.objects.get().dropped_at == NOW


def test_link_is_empty_once_the_secret_key_is_forgotten(invitation, settings):
    with time_machine.travel(NOW, tick=False):
        settings.SECRET_KEY = "another"
        tag = Template("{% load account_links %}{% account_address one %}")
        assert tag.render(Context({"one": invitation.pk})) == ""
    assert tag.render(Context({"one": None})) == ""


# --- renewing and revoking ------------------------------------------------------------------------------------------


def test_renewed_link_works_and_the_former_one_does_not(edith, invitation):
    newer = actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=LATER)
    with pytest.raises(Ended, match="A newer link was sent"):
        find_invitation(invitation_token(invitation), by=ANYBODY, now=LATER)
    assert accept(newer, now=LATER).check_password(NEW)


def test_replaced_invitation_cannot_be_renewed(edith, invitation):
    actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    with pytest.raises(Conflict, match="newer link was sent already"):
        actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=NOW)


def test_revoking_closes_the_account_and_renewing_opens_it_again(edith, invitation):
    revoked = actions.revoke_invitation(invitation_id=invitation.pk, by=edith, now=NOW, reason="A mistake.")
    assert not User.objects.get(pk=invitation.account_id).is_active
    assert invitation.account.history.latest().history_change_reason == "A mistake."
    assert revoked.state(at=NOW) == InvitationState.REVOKED
    with pytest.raises(Ended, match=r"was revoked\. Ask Edith Example for a new link"):
        find_invitation(invitation_token(invitation), by=ANYBODY, now=NOW)
    with pytest.raises(Conflict, match="revoked already"):
        actions.revoke_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    newer = actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    assert User.objects.get(pk=invitation.account_id).is_active
    assert newer.state(at=NOW) == InvitationState.PENDING
    assert ledger_actions() == ["account_invited", "access_ended", "invitation_revoked", "invitation_renewed"]
    assert list(ledger.chain_breaks()) == []


def test_account_that_was_opened_after_revoking_is_only_sent_a_link(edith, root, invitation):
    actions.revoke_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    account = User.objects.get(pk=invitation.account_id)
    account.is_active = True
    actions.keep_account(account=account, by=root, now=NOW)
    before = account.history.count()
    assert actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=NOW).account == account
    assert account.history.count() == before


def test_account_that_an_administrator_closed_stays_closed(edith, root, invitation):
    account = invitation.account
    account.is_active = False
    actions.keep_account(account=account, by=root, now=NOW)
    with pytest.raises(Conflict, match="An administrator can open it again"):
        actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=NOW)
    with pytest.raises(Ended, match="was closed"):
        find_invitation(invitation_token(invitation), by=ANYBODY, now=NOW)


def test_editor_leaves_invitations_of_editors_alone(edith, root):
    invitation = actions.invite_person(invitee=invitee(roles={Role.EDITOR}), by=root, now=NOW)
    for act in (actions.renew_invitation, actions.revoke_invitation):
        with pytest.raises(NotPermitted):
            act(invitation_id=invitation.pk, by=edith, now=NOW)


def test_invitation_that_does_not_exist_is_not_found(edith):
    with pytest.raises(NotFound):
        actions.renew_invitation(invitation_id=12345, by=edith, now=NOW)


def test_changed_roles_of_an_invited_person_send_no_mail_and_leave_the_link(root, invitation):
    account = User.objects.get(pk=invitation.account_id)
    account.is_editor = True
    actions.keep_account(account=account, by=root, now=NOW)
    assert not Notice.objects.filter(kind="access_ended").exists()
    assert accept(invitation).is_editor


# --- accepting ------------------------------------------------------------------------------------------------------


def test_accepting_sets_the_password_on_record_and_once(edith, invitation):
    nora = accept(invitation, now=NOW)
    assert nora.check_password(NEW)
    assert nora.history.latest().history_user == nora
    assert LedgerEntry.objects.latest("sequence").actor == nora
    with pytest.raises(Conflict, match="has a password already"):
        accept(invitation)
    for act in (actions.renew_invitation, actions.revoke_invitation):
        with pytest.raises(Conflict, match="has accepted"):
            act(invitation_id=invitation.pk, by=edith, now=NOW)
    assert AccountInvitation.objects.get().state(at=NOW) == InvitationState.ACCEPTED


def test_link_expires_after_fourteen_days(invitation):
    assert find_invitation(invitation_token(invitation), by=ANYBODY, now=LATER - timedelta(seconds=1)) == invitation
    with pytest.raises(Ended, match=r"has expired\. Ask Edith Example for a new link"):
        accept(invitation, now=LATER)
    assert invitation.state(at=LATER) == InvitationState.EXPIRED


def test_guessed_link_is_not_found(invitation):
    with pytest.raises(NotFound):
        find_invitation("guess", by=ANYBODY, now=NOW)


def test_person_who_is_logged_in_is_asked_to_log_out_first(edith, invitation):
    with pytest.raises(NotPermitted, match="You are logged in as Edith Example"):
        accept(invitation, by=edith)


def test_account_that_got_a_password_otherwise_needs_no_link(root, edith, invitation):
    actions.change_password(account_id=invitation.account_id, password=NEW, by=root, now=NOW)
    with pytest.raises(Conflict, match="Log in with it"):
        accept(invitation)
    with pytest.raises(Conflict):
        actions.revoke_invitation(invitation_id=invitation.pk, by=edith, now=NOW)


# --- what PostgreSQL refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"revoked_at": NOW},
        {"revoked_at": NOW, "accepted_at": NOW},
        {"is_replaced": True},
        {"expires_at": NOW},
    ],
)
def test_invitation_that_contradicts_itself_cannot_be_stored(invitation, fields):
    if "accepted_at" in fields:
        fields = {**fields, "revoked_by": invitation.invited_by}
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountInvitation.objects.filter(pk=invitation.pk).update(**fields)


def test_account_has_one_open_invitation(invitation):
    with pytest.raises(IntegrityError), transaction.atomic():
        invitations.new_invitation(invitation.account, by=invitation.invited_by, now=NOW)


def test_invitation_is_named_after_the_person(invitation):
    assert str(invitation) == "Invitation of Nora Newman"

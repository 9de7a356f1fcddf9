"""The admin pages for inviting people: one by a form, many by a list, and what the lists and accounts show."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from editorial import actions
from editorial.accounts.invitation_lists import MOST
from editorial.models import AccountInvitation, User
from editorial.roles import Role
from tests.admin.test_flow import do, words
from tests.support import factories
from tests.support.account_invitations import invitee, link_of, make_account_invitation

pytestmark = pytest.mark.django_db

INVITE = "/admin/editorial/accountinvitation/invite/"
MANY = "/admin/editorial/accountinvitation/invite-many/"
LIST = "/admin/editorial/accountinvitation/"
NORA = {"first_name": "Nora", "last_name": "Newman", "email": "nora@example.org", "roles": ["writer"]}
HEADING = "first_name,last_name,email,roles,credentials,specialties,licence_expires_on\n"


@pytest.fixture
def edith(client) -> User:
    edith = factories.make_user("edith", is_editor=True)
    client.force_login(edith)
    return edith


@pytest.fixture
def root(client) -> User:
    root = factories.make_user("root", is_superuser=True)
    client.force_login(root)
    return root


# --- one person -----------------------------------------------------------------------------------------------------


def test_editor_invites_a_writer_and_sees_the_invitation(client, edith):
    answer = client.post(INVITE, NORA, follow=True)
    assert "Invited. The mail is on its way." in words(answer)
    assert "Send a new link" in words(answer)
    assert AccountInvitation.objects.get().account.email == "nora@example.org"


def test_editor_invites_a_member_of_the_board_with_a_licence(client, edith):
    factories.make_specialty()
    board = {"roles": ["board_member"], "credentials": "MD", "specialties": ["immunology"]}
    client.post(INVITE, {**NORA, **board, "licence_expires_on": "2099-01-31"})
    member = User.objects.get(email="nora@example.org").board_member
    assert (member.credentials, member.specialties, member.licence_expires_on.year) == ("MD", ["immunology"], 2099)


def test_form_offers_an_editor_only_the_roles_that_editors_invite(client, edith):
    shown = words(client.get(INVITE))
    assert "Board member" in shown
    assert "Administrator" not in shown
    assert client.post(INVITE, {**NORA, "roles": ["administrator"]}).status_code == 422


def test_administrator_is_shown_whose_address_it_is(client, root):
    nora = make_account_invitation().account
    answer = client.post(INVITE, {**NORA, "email": "Nora@example.org"})
    assert answer.status_code == 409
    assert f'<a href="/admin/editorial/user/{nora.pk}/change/">Nora Newman</a>' in answer.content.decode()


def test_editor_is_named_who_has_the_address(client, edith):
    make_account_invitation()
    answer = client.post(INVITE, NORA)
    assert answer.status_code == 409
    assert "Nora Newman has an account with this address already." in words(answer)


def test_refusal_of_the_action_is_shown_at_its_field(client, root):
    answer = client.post(INVITE, {**NORA, "roles": ["board_member"]})
    assert answer.status_code == 422
    assert "A member of the board needs credentials" in words(answer)


@pytest.mark.parametrize("address", [INVITE, MANY, LIST])
def test_writer_invites_nobody(client, address):
    client.force_login(factories.make_user("wanda", is_writer=True))
    assert client.get(address).status_code == 403


# --- many people ----------------------------------------------------------------------------------------------------


def sent(text: str, **fields: str) -> dict[str, str]:
    return {"people": HEADING + text, **fields}


def test_list_is_shown_before_anyone_is_invited_and_then_sent(client, edith):
    factories.make_specialty()
    two = "Nora,Newman,nora@example.org,writer\nOmar,Ode,omar@example.org,board+writer,MD,immunology,2099-12-31\n"
    shown = words(client.get(MANY))
    assert "Paste or upload a list" in shown
    shown = words(client.post(MANY, sent(two)))
    assert "2 of 2 can be invited." in shown
    assert "Writer, board member" in shown
    assert not AccountInvitation.objects.exists()
    answer = client.post(MANY, sent(two, act="invite"), follow=True)
    assert "2 people were invited." in words(answer)
    assert User.objects.get(email="omar@example.org").board_member.licence_expires_on.year == 2099


def test_file_from_a_spreadsheet_is_read_like_a_pasted_list(client, edith):
    text = "First name;Last name;E-mail;Role\n\nNora;Newman;nora@example.org;Writer\n"
    file = SimpleUploadedFile("people.csv", text.encode("utf-8-sig"))
    assert "1 of 1 can be invited." in words(client.post(MANY, {"file": file}))


def test_rows_with_problems_are_left_out_and_say_why(client, edith):
    make_account_invitation(email="taken@example.org")
    rows = [
        "Nora,Newman,nora@example.org,writer",
        "Taken,Address,TAKEN@example.org,writer",
        "Chef,Rank,chef@example.org,administrator",
        "Twice,One,twice@example.org,writer",
        "Twice,Two,Twice@example.org,writer",
        "No,Role,role@example.org,wizard",
        ",,,",
        "Bad,Day,day@example.org,board,MD,witchcraft,tomorrow",
    ]
    shown = words(client.post(MANY, sent("\n".join(rows))))
    for words_of_a_row in (
        "1 of 7 can be invited",
        "There is an account with this address already.",
        "Only administrators invite people with this role.",
        "The address is in the list more than once.",
        "“wizard” is no role. Choose at least one role.",
        "“tomorrow” is not a date such as 2027-12-31. There is no specialty “witchcraft”.",
    ):
        assert words_of_a_row in shown
    answer = client.post(MANY, sent("\n".join(rows), act="invite"), follow=True)
    assert "1 person was invited. 6 left out because of problems." in words(answer)


def test_administrator_gets_a_link_to_the_account_that_has_an_address(client, root):
    nora = make_account_invitation().account
    answer = client.post(MANY, sent("Nora,Newman,nora@example.org,writer"))
    assert f"/admin/editorial/user/{nora.pk}/change/" in answer.content.decode()
    assert "0 of" not in words(answer)


def test_person_who_is_refused_when_the_list_is_sent_is_named(client, edith):
    factories.make_user("nora@example.org", first_name="Norbert", email="other@example.org")
    answer = client.post(MANY, sent("Nora,Newman,nora@example.org,writer\n", act="invite"), follow=True)
    assert "Line 2, Nora Newman: Norbert Example has an account with this address already." in words(answer)
    assert "0 people were invited." in words(answer)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"people": ""}, "The first line must name the columns. Missing: first_name, last_name, email, roles."),
        ({"people": "name,email\nNora,nora@example.org"}, "Missing: first_name, last_name, roles."),
        ({"people": HEADING}, f"A list has between 1 and {MOST} people."),
        ({"people": HEADING + "N,N,n@example.org,writer\n" * (MOST + 1)}, f"between 1 and {MOST} people."),
        ({"people": f"{HEADING}{'x' * 140_000},N,n@example.org,writer"}, "The list cannot be read"),
        ({"file": SimpleUploadedFile("people.csv", "Zoë".encode("latin-1"))}, "Save the file as CSV in UTF-8"),
        ({"file": SimpleUploadedFile("people.csv", b"x" * 200_001)}, "too large for a list of people"),
    ],
)
def test_what_is_no_list_is_refused_in_words(client, edith, fields, refusal):
    answer = client.post(MANY, fields)
    assert answer.status_code == 422
    assert refusal in words(answer)


# --- the list of invitations ----------------------------------------------------------------------------------------


def test_list_has_pending_and_expired_invitations_unless_another_state_is_chosen(client, root):
    make_account_invitation(email="pending@example.org")
    make_account_invitation(email="expired@example.org", now=timezone.now() - timedelta(days=15))
    revoked = make_account_invitation(email="revoked@example.org")
    actions.revoke_invitation(invitation_id=revoked.pk, by=root, now=timezone.now())
    shown = words(client.get(LIST))
    assert "pending@example.org" in shown
    assert "expired@example.org" in shown
    assert "revoked@example.org" not in shown
    for state in ("pending", "expired", "revoked"):
        shown = words(client.get(LIST, {"state": state}))
        assert [name for name in ("pending", "expired", "revoked") if f"{name}@" in shown] == [state]
    assert client.get(LIST, {"state": "nonsense"}).status_code in (200, 302)


def test_accepted_invitation_has_no_buttons(client, root):
    invitation = make_account_invitation()
    client.logout()
    client.post(link_of(invitation), {"password1": "four calm otters", "password2": "four calm otters"})
    client.force_login(root)
    page = words(client.get(f"{LIST}{invitation.pk}/change/"))
    assert "Accepted" in page
    assert "Send a new link" not in page
    assert "Invited" not in words(client.get(reverse("admin:editorial_user_changelist"))).replace("Invite ", "")


def test_invitation_is_renewed_and_revoked_by_buttons(client, edith):
    invitation = make_account_invitation()
    answer = do(client, edith, invitation, "renew")
    newer = AccountInvitation.objects.latest("pk")
    assert answer["Location"] == f"{LIST}{newer.pk}/change/"
    assert do(client, edith, newer, "revoke", reason="").status_code == 302
    page = words(client.get(f"{LIST}{newer.pk}/change/"))
    assert "Revoked" in page
    assert "Revoke the invitation" not in page


def test_editor_sees_why_the_invitation_of_an_editor_is_not_theirs(client, edith):
    root = factories.make_user("root", is_superuser=True)
    invitation = actions.invite_person(invitee=invitee(roles={Role.EDITOR}), by=root, now=timezone.now())
    page = words(client.get(f"{LIST}{invitation.pk}/change/"))
    assert "Only administrators do this for people with this role." in page


# --- accounts -------------------------------------------------------------------------------------------------------


def test_account_says_that_its_owner_was_invited_and_offers_no_password(client, root):
    nora = make_account_invitation().account
    page = words(client.get(reverse("admin:editorial_user_change", args=[nora.pk])))
    assert "Invited, not yet accepted" in page
    assert "See the invitation" in page
    assert "the owner chooses the first password" in page
    assert "Invited" in words(client.get(reverse("admin:editorial_user_changelist")))


def test_accounts_are_added_by_inviting_only(client, root):
    assert client.get("/admin/editorial/user/add/").status_code == 403
    shown = client.get(reverse("admin:editorial_user_changelist")).content.decode()
    assert INVITE in shown
    assert "Add an account" not in words(client.get("/admin/"))

"""Inviting to a review someone who has no account yet: all in one transaction, and one mail with both links."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from editorial.accounts.invitations import AddressTakenError, invitation_token
from editorial.actions import accept_invitation
from editorial.exceptions import InvalidTransition, NotPermitted, Unacceptable
from editorial.mail import notices, sweep
from editorial.models import AccountInvitation, BoardMember, Notice, User
from reviews import actions
from reviews.invitations.answer_links import newest_link
from reviews.models import Review
from tests.admin.test_flow import do, words
from tests.support import factories
from tests.support.account_invitations import NEW, board_invitee
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

FORM = {
    "member": "0",
    "first_name": "Nora",
    "last_name": "Newman",
    "email": "nora@example.org",
    "credentials": "MD",
    "specialties": ["immunology"],
    "licence_expires_on": "2099-12-31",
    "message": "We met in Vienna.",
    "waiver": "",
}


@pytest.fixture
def version():
    factories.make_policy()
    factories.make_specialty()
    return factories.make_submitted()


@pytest.fixture
def edith(version) -> User:
    return factories.make_user("edith", is_editor=True)


def invite(version, by, **fields):
    person = board_invitee(**{"licence_expires_on": date(2099, 12, 31), **fields})
    return actions.invite_reviewer(version_id=version.pk, newcomer=person, by=by, now=NOW)


def sent_mails() -> list[str]:
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        sweep.send_due(notices, clock=lambda: NOW + timedelta(minutes=1))
    return [" ".join(one.body.split()) for one in mail.outbox if one.to == ["nora@example.org"]]


def test_newcomer_gets_account_board_record_and_invitation_with_one_mail(version, edith):
    review = invite(version, edith)
    assert str(review.member) == "Nora Newman, MD"
    body, *others = sent_mails()
    assert others == []
    assert f"/invitation/{invitation_token(AccountInvitation.objects.get())}/" in body
    assert "/accept/" in body
    assert "/decline/" in body
    assert "You are invited to review version 1" in body


def test_answer_links_still_work_once_the_password_is_chosen(version, edith):
    review = invite(version, edith)
    token = invitation_token(AccountInvitation.objects.get())
    nora = accept_invitation(token=token, password=NEW, by=AnonymousUser(), now=NOW)
    assert newest_link(review) is not None
    factories.make_statement(nora.board_member)
    assert actions.accept(review_id=review.pk, by=nora, now=NOW).accepted_at == NOW


def test_mail_after_the_password_was_chosen_has_no_link_for_it(version, edith):
    invite(version, edith)
    accept_invitation(
        token=invitation_token(AccountInvitation.objects.get()), password=NEW, by=AnonymousUser(), now=NOW
    )
    assert "/invitation/" not in sent_mails()[0]


def test_account_without_a_password_and_without_an_invitation_gets_the_usual_mail(version, edith):
    factories.make_user("ada", password="!")
    review = factories.make_invitation(version, "ada")
    assert Notice.objects.get(recipient=review.member.user).context["account"] == {}


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"email": "wanda@example.org"}, AddressTakenError),
        ({"licence_expires_on": None}, Unacceptable),
        ({"specialties": ("witchcraft",)}, Unacceptable),
    ],
)
def test_refused_newcomer_leaves_nothing_behind(version, edith, fields, refusal):
    with pytest.raises(refusal):
        invite(version, edith, **fields)
    assert not User.objects.filter(first_name="Nora").exists()
    assert not BoardMember.objects.exists()
    assert not Review.objects.exists()


def test_newcomer_is_invited_by_editors_while_the_version_is_in_review(version, edith):
    with pytest.raises(NotPermitted):
        invite(version, factories.make_user("root", is_superuser=True))
    actions.withdraw(version_id=version.pk, by=edith, now=NOW)
    with pytest.raises(InvalidTransition):
        invite(version, edith)


# --- the page -------------------------------------------------------------------------------------------------------


def test_editor_enters_name_and_address_instead_of_choosing_a_member(client, version, edith):
    assert do(client, edith, version, "invite", **FORM).status_code == 302
    review = Review.objects.get()
    assert review.member.user.email == "nora@example.org"
    assert review.message == "We met in Vienna."
    assert review.member.licence_expires_on == date(2099, 12, 31)


def test_what_is_missing_about_a_newcomer_is_said_at_its_field(client, version, edith):
    answer = do(client, edith, version, "invite", **{**FORM, "email": "", "licence_expires_on": "soon"})
    assert answer.status_code == 422
    assert words(answer).count("This is needed to invite someone who has no account.") == 1
    assert '<details class="newcomer" open>' in answer.content.decode()


def test_page_of_the_answer_sends_newcomers_to_their_password_first(client, version, edith):
    invite(version, edith)
    from_mail = next(word for word in sent_mails()[0].split() if word.endswith("/accept/"))
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        page = words(client.get(from_mail[from_mail.index("/answer/") :]))
    assert "First choose a password for your account" in page

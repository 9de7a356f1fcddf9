"""The first things to do on the start page: for whom they show, what ends each, and hiding them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from config.first_steps import JUST_CAME, first_steps
from editorial.actions import invite_person, keep_mail_choice
from editorial.models import MailChoice, MemberPhoto, User
from tests.admin.test_flow import words
from tests.support import factories
from tests.support.account_invitations import NEW, board_invitee, link_of, make_account_invitation
from tests.support.second_factors import make_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]


def titles(user: User) -> list[str]:
    return [step.title for step in first_steps(User.objects.get(pk=user.pk), now=timezone.now())]


def come_in(client, invitation) -> User:
    client.post(link_of(invitation), {"password1": NEW, "password2": NEW})
    return User.objects.get(pk=invitation.account_id)


def test_member_of_the_board_has_three_things_and_each_ends_when_done(client):
    edith = factories.make_user("edith", is_editor=True)
    now = timezone.now()
    ada = come_in(client, invite_person(invitee=board_invitee(), by=edith, now=now))
    assert titles(ada) == ["Declare your interests", "Add a passkey", "Upload a portrait"]
    factories.make_statement(ada.board_member)
    assert titles(ada) == ["Add a passkey", "Upload a portrait", "Choose when you receive mail"]
    MemberPhoto.objects.create(member=ada.board_member, jpeg=b"", sha256="0" * 64, uploaded_at=now)
    keep_mail_choice(choice=MailChoice(user=ada), by=ada, now=now)
    assert titles(ada) == ["Add a passkey"]
    make_second_factor(ada)
    assert titles(ada) == []


def test_writer_has_what_applies_to_writers_for_thirty_days(client):
    nora = come_in(client, make_account_invitation())
    assert titles(nora) == ["Add a passkey", "Choose when you receive mail"]
    with time_machine.travel(timezone.now() + JUST_CAME + timedelta(minutes=1)):
        assert titles(nora) == []


def test_person_who_was_not_invited_sees_no_panel(client):
    wanda = factories.make_user("wanda", is_writer=True)
    client.force_login(wanda)
    assert "First things to do" not in words(client.get("/admin/"))


def test_panel_is_hidden_for_good(client):
    nora = come_in(client, make_account_invitation())
    assert "First things to do" in words(client.get("/admin/"))
    assert client.get("/admin/editorial/accountinvitation/hide-first-things/").status_code == 405
    answer = client.post("/admin/editorial/accountinvitation/hide-first-things/", follow=True)
    assert "First things to do" not in words(answer)
    assert titles(nora) == []

"""How people choose when their reminders come: over the API and on their own page."""

import pytest
from django.db import IntegrityError, transaction

from editorial.actions import keep_mail_choice
from editorial.exceptions import Conflict, NotPermitted
from editorial.models import MailChoice, Weekday
from tests.admin.test_flow import as_sent
from tests.support.api import client as api_client
from tests.support.api import nothing_stored, refused
from tests.support.factories import NOW

MINE = "/api/v1/me/mail/"
DEFAULT = {"delivery": "at_once", "hour": 8, "quiet_weekdays": [], "time_zone": ""}


def test_choice_is_kept_with_history(wanda):
    me = api_client(wanda)
    assert me.get(MINE).json() == DEFAULT
    wanted = {"delivery": "digest", "quiet_weekdays": ["sunday", "saturday"], "time_zone": "Europe/Berlin"}
    assert me.patch(MINE, wanted).json() == {**DEFAULT, **wanted, "quiet_weekdays": ["saturday", "sunday"]}
    assert me.patch(MINE, {"hour": 7}).json()["hour"] == 7
    assert MailChoice.history.count() == 2


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"hour": 24}, "/hour"),
        ({"delivery": "never"}, "/delivery"),
        ({"quiet_weekdays": Weekday.values}, "/quiet_weekdays"),
        ({"user": 1}, "/user"),
    ],
)
def test_what_does_not_do_is_refused_by_place(wanda, sent, pointer):
    with nothing_stored():
        refused(api_client(wanda).patch(MINE, sent), 422, pointer=pointer)


def test_page_leads_to_the_own_choice_and_refuses_an_unknown_zone_beside_the_field(client, wanda):
    client.force_login(wanda)
    address = client.get("/admin/editorial/mailchoice/mine/")["Location"]
    assert address.endswith("/add/")
    sent = {"delivery": "digest", "hour": "7", "quiet_weekdays": ["sunday"], "time_zone": "Mars/Base"}
    assert "no time zone known here" in client.post(address, sent).content.decode()
    assert client.post(address, {**sent, "time_zone": "Europe/Berlin"}).status_code == 302
    own = client.get("/admin/editorial/mailchoice/mine/")["Location"]
    assert "escalation" in client.get(own).content.decode()
    assert MailChoice.objects.get().quiet_weekdays == ["sunday"]
    assert client.post(own, {**as_sent(client.get(own)), "hour": "9"}).status_code == 302
    assert MailChoice.objects.get().hour == 9


def test_choice_is_ones_own_and_made_once(wanda, walter):
    with pytest.raises(NotPermitted):
        keep_mail_choice(choice=MailChoice(user=wanda), by=walter, now=NOW)
    keep_mail_choice(choice=MailChoice(user=wanda), by=wanda, now=NOW)
    with pytest.raises(Conflict):
        keep_mail_choice(choice=MailChoice(user=wanda), by=wanda, now=NOW)


def test_database_refuses_an_hour_that_no_day_has(wanda):
    choice = keep_mail_choice(choice=MailChoice(user=wanda), by=wanda, now=NOW)
    choice.hour = 24
    with pytest.raises(IntegrityError), transaction.atomic():
        choice.record(by=wanda, now=NOW)

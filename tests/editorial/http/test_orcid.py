"""A member connects their ORCID iD by logging in at ORCID. A typed one is never shown as authenticated."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from editorial import actions
from editorial.exceptions import Conflict, NotPermitted
from editorial.models import BoardMember, LedgerEntry
from editorial.record import ledger
from reviews.models import Signature
from reviews.models.signatures import signature_hash
from tests.admin.test_every_page import management
from tests.admin.test_flow import address, as_sent, words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.orcid_server import CLIENT_ID, CLIENT_SECRET, ORCID, OrcidServer, orcid_server, sends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

PAGE, RETURN = reverse("admin:my_account"), reverse("orcid_return")
OTHER = "0000-0001-5109-3700"


@pytest.fixture
def orcid(settings) -> Iterator[OrcidServer]:
    with orcid_server() as server:
        settings.ORCID_URL, settings.ORCID_CLIENT_ID = server.url, CLIENT_ID
        settings.ORCID_CLIENT_SECRET = CLIENT_SECRET
        yield server


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begun(client: Client) -> str:
    """Return the address at ORCID to which the button leads."""
    response = client.post(PAGE, {"do": "connect_orcid"})
    assert response.status_code == 302
    return response["Location"]


def connected(client: Client, orcid: OrcidServer):
    """Connect, and return the page on which it ends."""
    return client.get(orcid.grant(begun(client)), follow=True)


def seat(user) -> BoardMember:
    return BoardMember.objects.get(user=user)


def form_action(page) -> list[str]:
    parts = (part.split() for part in page["Content-Security-Policy"].split(";"))
    return next(part[1:] for part in parts if part[0] == "form-action")


def test_member_connects_by_a_log_in_at_orcid_and_it_is_on_record(ada, orcid):
    client = browser(ada)
    assert "Connect your ORCID iD" in words(client.get(PAGE))
    page = connected(client, orcid)
    assert f"Your ORCID iD {ORCID} is connected." in words(page)
    assert "Disconnect your ORCID iD" in words(page)
    member, entry = seat(ada), LedgerEntry.objects.get(action="boardmember_orcid_connected")
    assert (member.orcid, member.orcid_authenticated) == (ORCID, True)
    assert (entry.actor, entry.payload["values"]["orcid"]) == (ada, ORCID)
    row = member.history.latest("history_id")
    assert (row.history_user, row.orcid_authenticated_at) == (ada, member.orcid_authenticated_at)
    assert list(ledger.chain_breaks()) == []


def test_form_may_lead_to_orcid_and_nowhere_else(ada, orcid, settings):
    assert form_action(browser(ada).get(PAGE)) == ["'self'", orcid.url]
    settings.ORCID_CLIENT_ID = ""
    assert form_action(browser(ada).get(PAGE)) == ["'self'"]


def test_site_that_is_not_registered_offers_no_connection(ada, wanda):
    client = browser(ada)
    page = words(client.get(PAGE))
    assert "ORCID iD" in page
    assert "Connect your ORCID iD" not in page
    assert client.post(PAGE, {"do": "connect_orcid"}).status_code == 404
    assert "ORCID" not in words(browser(wanda).get(PAGE))


def test_connected_id_replaces_a_typed_one(orcid):
    ada = factories.make_member("ada", orcid=OTHER).user
    assert "Not authenticated" in words(browser(ada).get(PAGE))
    connected(browser(ada), orcid)
    assert (seat(ada).orcid, seat(ada).orcid_authenticated) == (ORCID, True)


def test_disconnected_id_stays_as_not_authenticated(ada, orcid):
    client = browser(ada)
    connected(client, orcid)
    page = client.post(PAGE, {"do": "disconnect_orcid"}, follow=True)
    assert f"Your ORCID iD {ORCID} is disconnected. It stays on your board record" in words(page)
    assert (seat(ada).orcid, seat(ada).orcid_authenticated) == (ORCID, False)
    assert LedgerEntry.objects.filter(action="boardmember_orcid_disconnected").count() == 1
    page = client.post(PAGE, {"do": "disconnect_orcid"}, follow=True)
    assert "Your account is not connected to an ORCID iD." in words(page)


def test_id_of_another_account_is_refused_in_words(ada, ben, orcid):
    connected(browser(ada), orcid)
    page = connected(browser(ben), orcid)
    assert "Another account here is connected to this ORCID iD. Nothing was changed." in words(page)
    assert (seat(ben).orcid, seat(ben).orcid_authenticated) == ("", False)
    actions.disconnect_orcid(by=ada, now=NOW)
    connected(browser(ben), orcid)
    assert seat(ben).orcid_authenticated


def test_id_that_another_account_has_typed_can_be_connected(ada, orcid):
    factories.make_member("twin", orcid=ORCID)
    connected(browser(ada), orcid)
    assert seat(ada).orcid_authenticated


@pytest.mark.parametrize("orcid", [ORCID, ""])
def test_database_refuses_one_id_for_two_accounts_and_none_as_authenticated(ada, ben, orcid):
    actions.connect_orcid(orcid=ORCID, by=ada, now=NOW)
    sql = "UPDATE editorial_boardmember SET orcid = %s, orcid_authenticated_at = now() WHERE user_id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [orcid, ben.pk])


@pytest.mark.parametrize("typed", ["", OTHER])
def test_id_that_an_editor_types_anew_is_not_authenticated(client, ada, edith, typed):
    member = actions.connect_orcid(orcid=ORCID, by=ada, now=NOW)
    client.force_login(edith)
    page = client.get(address(member))
    assert "By a log-in at ORCID" in words(page)
    rows = {**management("absences"), **management("disclosures")}
    client.post(address(member), {**as_sent(page), **rows, "bio": "Works here."})
    assert (seat(ada).bio, seat(ada).orcid_authenticated) == ("Works here.", True)
    client.post(address(member), {**as_sent(client.get(address(member))), **rows, "orcid": typed})
    assert (seat(ada).orcid, seat(ada).orcid_authenticated) == (typed, False)
    assert "Members connect their iD themselves" in words(client.get(address(member)))


def test_editor_cannot_say_that_an_id_is_authenticated(edith, ada):
    member = seat(ada)
    member.orcid, member.orcid_authenticated_at = ORCID, NOW
    actions.keep_board_record(record=member, by=edith, now=NOW)
    assert (seat(ada).orcid, seat(ada).orcid_authenticated) == (ORCID, False)


def test_only_members_of_the_board_connect_an_id(wanda, ada, orcid):
    assert "Only members of the board have an ORCID iD here." in words(connected(browser(wanda), orcid))
    ada.is_active = False
    for user in (wanda, ada):
        with pytest.raises(NotPermitted):
            actions.connect_orcid(orcid=ORCID, by=user, now=NOW)


def test_disconnection_needs_a_connection(ada):
    with pytest.raises(Conflict):
        actions.disconnect_orcid(by=ada, now=NOW)


# --- what comes back from ORCID --------------------------------------------------------------------------------------


def test_return_counts_once(ada, orcid):
    client = browser(ada)
    back = orcid.grant(begun(client))
    client.get(back)
    assert "was used already" in words(client.get(back, follow=True))
    assert LedgerEntry.objects.filter(action="boardmember_orcid_connected").count() == 1


def test_return_counts_only_in_the_session_that_began(ada, ben, orcid):
    back = orcid.grant(begun(browser(ada)))
    assert "begun in another session" in words(browser(ben).get(back, follow=True))
    assert (seat(ada).orcid, seat(ben).orcid) == ("", "")


def test_return_without_a_session_asks_for_the_log_in(ada, orcid):
    response = Client().get(orcid.grant(begun(browser(ada))))
    assert response["Location"].startswith(reverse("account_login"))


def test_return_cannot_be_posted(ada, orcid):
    assert browser(ada).post(RETURN, {"code": "1", "state": "2"}).status_code == 405


@pytest.mark.parametrize("sent", [{"error": "access_denied"}, {}, {"error": "x", "code": "y"}])
def test_declined_log_in_changes_nothing(ada, orcid, sent):
    client = browser(ada)
    state = parse_qs(urlsplit(begun(client)).query)["state"][0]
    page = client.get(f"{RETURN}?{urlencode({'state': state, **sent})}", follow=True)
    assert "ORCID did not confirm your iD. Nothing was changed." in words(page)
    assert seat(ada).orcid == ""


@pytest.mark.parametrize(
    "answer",
    [
        sends(b"", 500),
        sends(b"{", Content_Type="application/json"),
        sends(b"5", Content_Type="application/json"),
        sends(b"[]", Content_Type="application/json"),
        sends(b'{"access_token": "x"}', Content_Type="application/json"),
        sends(b"access_token=x"),
        sends(b"access_token=x", Content_Type="text/plain"),
        sends(b"\xff\x00", Content_Type="application/octet-stream"),
        lambda handler: handler.connection.close(),
    ],
    ids=["error", "half", "number", "list", "no id", "no type", "form", "bytes", "hangs up"],
)
def test_answer_without_an_id_changes_nothing_and_is_logged_once(ada, orcid, answer, caplog):
    orcid.answer = answer
    page = connected(browser(ada), orcid)
    assert "ORCID did not answer as expected. Nothing was changed." in words(page)
    assert seat(ada).orcid == ""
    assert [one.getMessage() for one in caplog.records if one.name == "editorial.http.orcid"] == [
        "A log-in at ORCID was refused: orcid_failed"
    ]


@pytest.mark.parametrize("named", ["0000-0002-1825-0098", "x" * 10_000, "<script>", None])
def test_answer_with_what_is_no_id_changes_nothing(ada, orcid, named):
    orcid.orcid = named
    page = words(connected(browser(ada), orcid))
    assert "is connected" not in page
    assert "ORCID iD" in page
    assert seat(ada).orcid == ""


# --- where it is seen ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [None, NOW], ids=["typed", "authenticated"])
def test_board_and_signature_say_whether_the_id_is_authenticated(client, api, edith, at):
    factories.make_member("ada", orcid=ORCID, orcid_authenticated_at=at)
    factories.make_approved()
    board = words(client.get(reverse("pages:board")))
    assert (f"ORCID {ORCID} (not authenticated)" in board) is (at is None)
    row = api.get("/api/v1/board/").json()["results"][0]
    assert (row["orcid"], row["orcid_authenticated"]) == (ORCID, at is not None)
    signature = Signature.objects.get(orcid=ORCID)
    assert signature.orcid_authenticated is (at is not None)
    client.force_login(edith)
    receipt = words(client.get(reverse("admin:reviews_signature_receipt", args=[signature.pk])))
    assert f"ORCID {ORCID} ({'' if at else 'not '}authenticated)" in receipt


def test_signature_is_bound_to_whether_the_id_was_authenticated():
    factories.make_member("ada", orcid=ORCID, orcid_authenticated_at=NOW)
    factories.make_approved()
    signature = Signature.objects.get(orcid=ORCID)
    before = signature_hash(signature)
    signature.orcid_authenticated = False
    assert signature_hash(signature) != before

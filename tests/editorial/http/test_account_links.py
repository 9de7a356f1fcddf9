"""Forgotten passwords and changed addresses, through the pages and the mails."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.accounts import password_links
from editorial.actions import ask_to_change_address, change_address, reset_password, send_password_link
from editorial.exceptions import Conflict, Ended, NotPermitted
from editorial.models import LedgerEntry, Notice, User
from editorial.tasks import sweep_notices
from tests.admin.test_flow import address, do, words
from tests.editorial.accounts.test_second_factor import entries
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import factors, log_in, make_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

ASK, SENT = reverse("account_reset_password"), reverse("account_reset_password_done")
ADDRESS, CONFIRM = reverse("account_email"), reverse("account_reauthenticate")
NEW = {"password1": "another long one 9", "password2": "another long one 9"}
HERS, TAKEN, FREE = "ada@example.org", "ben@example.org", "ada@hospital.example"
LINK = re.compile(r"/account/link/\S+")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(email: str = HERS, client: Client | None = None):
    return (client or Client()).post(ASK, {"email": email})


def mails() -> list[tuple[str, str]]:
    """Send what is due; return to whom, and the subject."""
    sweep_notices()
    return [(one.to[0], one.subject) for one in mail.outbox]


def link(of: str = HERS) -> str:
    """The path of the newest link that was sent to this address."""
    sweep_notices()
    return LINK.findall([one.body for one in mail.outbox if one.to == [of]][-1])[-1]


def asked_link(email: str = HERS) -> str:
    ask(email)
    return link(email)


def known() -> User:
    return User.objects.get(email=HERS)


# --- a forgotten password -------------------------------------------------------------------------------------------


def test_link_sets_a_new_password_once_and_the_owner_is_told(ada, client):
    assert "Forgot your password?" in words(client.get("/account/login/"))
    assert ask(" Ada@Example.org ").url == SENT
    assert "If an account has this address" in words(client.get(SENT))
    where = link()
    assert mails() == [(HERS, "Your password")]
    assert "Your username is ada." in mail.outbox[0].body
    page = client.get(where)
    assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (200, "no-store", "same-origin")
    done = client.post(where, NEW, follow=True)
    assert "Your password is set" in words(done)
    assert known().check_password(NEW["password1"])
    assert ada.history.latest().history_change_reason == "password reset by mail"
    assert LedgerEntry.objects.get(action="access_ended").payload["event"] == "password reset by mail"
    assert mails()[1:] == [(HERS, "Your account: password reset by mail")]
    for again in (client.get(where), client.post(where, NEW)):
        assert again.status_code == 410
        assert "This link was used already" in words(again)
    assert log_in(client, password=NEW["password1"]).url == "/admin/"


def test_looking_at_a_link_changes_nothing(ada, client):
    where = asked_link()
    before = Notice.objects.count(), ada.history.count()
    assert {getattr(client, method)(where).status_code for method in ("get", "head", "get")} == {200}
    assert client.put(where).status_code == 405
    assert known().check_password(PASSWORD)
    assert (Notice.objects.count(), ada.history.count()) == before
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "too short"),
        ("another long one 9", "another long one", "match"),
        ("", "", "required"),
        ("ada example", "ada example", "too similar"),
    ],
)
def test_bad_password_is_refused_and_the_link_stays(ada, client, first, second, said):
    where = asked_link()
    answer = client.post(where, {"password1": first, "password2": second})
    assert answer.status_code == 200
    assert said in words(answer)
    assert client.get(where).status_code == 200


def test_link_is_valid_for_an_hour(ada, client, clock):
    where = asked_link()
    clock.move_to(NOW + timedelta(minutes=59, seconds=59))
    assert client.get(where).status_code == 200
    clock.move_to(NOW + timedelta(hours=1))
    answer = client.post(where, NEW)
    assert (answer.status_code, known().check_password(PASSWORD)) == (410, True)
    assert "valid for one hour. Ask for a new one" in words(answer)


def change_password(ada: User, client: Client) -> None:
    client.force_login(ada)
    sent = {"old_password": PASSWORD, "new_password1": NEW["password1"], "new_password2": NEW["password1"]}
    assert client.post(reverse("admin:password_change"), sent).status_code == 302


ENDINGS = {
    "password": change_password,
    "log-in": lambda _ada, client: log_in(client),
    "second factor": lambda ada, _client: make_second_factor(ada),
    "closed": lambda ada, _client: close(ada),
}


def close(account: User) -> None:
    account.is_active = False
    account.record(by=account, now=NOW)


@pytest.mark.parametrize("happens", ENDINGS.values(), ids=ENDINGS)
def test_link_ends_when_the_account_changes(ada, client, happens):
    where = asked_link()
    happens(ada, client)
    assert Client().get(where).status_code == 410


def test_guessed_link_is_refused_in_the_same_words(ada, client):
    where = asked_link()
    asked = where.rstrip("/").rpartition("/")[0]
    for guess in (f"{asked}/{'x' * 32}/", f"{asked}/é/", where.replace("/password/", "/password/9")):
        answer = client.get(guess)
        assert answer.status_code == 410
        assert "This link was used already, or the account has changed" in words(answer)


def test_link_that_was_passed_on_is_refused_and_logs_nobody_out(ada, ben, client):
    own = Client()
    own.force_login(ada)
    where = asked_link()
    client.force_login(ben)
    answer = client.post(where, NEW)
    assert answer.status_code == 403
    assert "This link was sent to someone else" in words(answer)
    assert client.get("/admin/").status_code == 200
    assert own.get(where).status_code == 200


def test_guessing_is_limited(ada, client):
    where = asked_link()
    assert {client.get(where).status_code for _ in range(60)} == {200}
    assert client.get(where).status_code == 429


def test_second_factor_stays_required(ada, client):
    codes = make_second_factor(ada, now=NOW)
    client.post(asked_link(), NEW)
    assert factors(ada) == {"totp", "recovery_codes"}
    assert log_in(client, password=NEW["password1"]).url.startswith("/account/second-factor/log-in/")
    assert log_in(client, password=NEW["password1"], code=codes[0]).url == "/admin/"


def test_new_password_lets_in_who_was_locked_out(ada, client):
    for _ in range(11):
        answer = log_in(client, password="wrong")
    assert answer.status_code == 429
    client.post(asked_link(), NEW)
    assert log_in(client, password=NEW["password1"]).status_code == 302


def test_account_without_a_password_is_told_that_there_is_none(ada):
    ada.set_unusable_password()
    ada.record(by=ada, now=NOW)
    ask()
    assert mails()[-1] == (HERS, "Your password")
    assert "Your account has no password" in mail.outbox[-1].body
    assert not LINK.search(mail.outbox[-1].body)


def test_nothing_of_a_link_is_stored(ada):
    where = asked_link()
    notice = Notice.objects.get(kind="password_link")
    assert notice.sent_at
    assert where.rstrip("/").rpartition("/")[2] not in str(vars(notice))


def test_mail_that_waits_for_an_hour_or_while_access_ends_is_not_sent(ada, clock):
    ask()
    clock.move_to(NOW + timedelta(hours=1))
    assert mails() == []
    ask()
    clock.shift(1)
    make_second_factor(ada, now=NOW + timedelta(days=1, hours=1, seconds=1))
    assert (HERS, "Your password") not in mails()


def test_link_is_derived_from_a_former_secret_key_too(ada, client, settings):
    where = asked_link()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert client.get(where).status_code == 200


def test_link_that_is_used_between_page_and_action_is_refused(ada):
    asked = int(NOW.timestamp())
    act = {"account_id": ada.pk, "asked": asked, "secret": password_links.token(ada, asked=asked), "now": NOW}
    reset_password(password="one long one 9", by=ada, **act)
    with pytest.raises(Ended):
        reset_password(password="two long ones 9", by=ada, **act)


# --- who has an account ---------------------------------------------------------------------------------------------


@pytest.fixture
def cast(ada, ben, wanda, root) -> dict[str, str]:
    """An address of each kind of account."""
    close(wanda)
    ben.set_unusable_password()
    ben.record(by=root, now=NOW)
    return {"known": HERS, "no password": TAKEN, "closed": wanda.email, "unknown": "nobody@example.org"}


def seen(send) -> tuple[object, ...]:
    """What a stranger can see of an answer, and the database's work."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = send()
    tokens = r'(csrfmiddlewaretoken" value="|"request_id": ")[^"]+'
    body = re.sub(tokens, "", answer.content.decode())
    kinds = [query["sql"].split()[0] for query in queries]
    return answer.status_code, answer.get("Location"), re.sub(r"\S+@\S+", "", body), kinds


DOORS = {
    "log-in": lambda email: Client().post("/account/login/", {"login": email, "password": "wrong"}),
    "reset": ask,
    "API token": lambda email: Client().post(
        "/api/v1/tokens/", {"username": email, "password": "wrong"}, content_type="application/json"
    ),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_stranger_does_not_learn_who_has_an_account(cast, door):
    door("first@example.org")  # what is cached by the first request
    answers = {name: seen(lambda email=email: door(email)) for name, email in cast.items()}
    assert [name for name, answer in answers.items() if answer != answers["unknown"]] == []


def test_mail_goes_only_to_accounts_that_are_open_and_addresses_of_others_are_forgotten(cast):
    for email in cast.values():
        ask(email)
    assert {to for to, _subject in mails()} == {HERS, TAKEN}
    kept = Notice.objects.filter(kind="password_link").values_list("address", "dropped_at")
    assert sorted(address for address, dropped in kept if dropped) == ["", ""]


def test_no_address_is_asked_for_more_than_five_times_an_hour_and_the_links_still_work(ada, client):
    assert {ask(HERS).status_code for _ in range(5)} == {302}
    refused = ask("ADA@example.org")
    assert refused.status_code == 429
    assert int(float(refused["Retry-After"])) <= 3600
    assert "Please try again in 60 minutes" in words(refused)
    assert "links in earlier mails still work" in words(refused)
    assert ask("other@example.org").status_code == 302
    assert client.get(link()).status_code == 200


def test_nobody_asks_for_more_than_twenty_links_an_hour_and_others_may(ada, clock):
    assert {ask(f"{number}@example.org").status_code for number in range(20)} == {302}
    assert ask().status_code == 429
    assert Client().post(ASK, {"email": HERS}, REMOTE_ADDR="192.0.2.9").status_code == 302
    clock.shift(3601)
    assert ask().status_code == 302


@pytest.mark.parametrize("typed", ["", "ada", f"{'x' * 250}@example.org"])
def test_what_is_no_address_is_refused(ada, typed):
    assert ask(typed).status_code == 200
    assert not Notice.objects.exists()


# --- by an administrator --------------------------------------------------------------------------------------------


def test_administrator_sends_a_link_also_to_who_has_no_password(client, root, ada):
    ada.set_unusable_password()
    ada.record(by=root, now=NOW)
    assert do(client, root, ada, "send-password-link").status_code == 302
    assert mails()[-1] == (HERS, "Set your password")
    assert "Root Example asks you to set a password" in mail.outbox[-1].body
    assert "password_link_sent" in entries(ada)
    assert Client().post(link(), NEW).status_code == 302


def test_link_goes_to_no_account_that_is_closed_or_without_an_address(client, root, ada, wanda, edith):
    close(wanda)
    ada.email = ""
    ada.record(by=root, now=NOW)
    for account, by, error in ((ada, root, Conflict), (wanda, root, Conflict), (edith, edith, NotPermitted)):
        with pytest.raises(error):
            send_password_link(account_id=account.pk, by=by, now=NOW)
    client.force_login(root)
    assert "This account is closed." in words(client.get(address(wanda)))
    assert "Set a password" in words(client.get(address(ada)))
    assert "Set a password" not in words(client.get(address(edith)))


# --- a changed address ----------------------------------------------------------------------------------------------


@pytest.fixture
def confirmed(client, ada) -> Client:
    """Ada's browser after she confirmed that it is her."""
    client.force_login(ada)
    client.post(CONFIRM, {"password": PASSWORD})
    return client


def want(client: Client, email: str = FREE):
    return client.post(ADDRESS, {"action_add": "", "email": email})


def stored() -> list[tuple[str, bool, bool]]:
    rows = EmailAddress.objects.filter(user__username="ada").order_by("pk")
    return list(rows.values_list("email", "verified", "primary"))


def test_change_of_an_address_wants_a_confirmed_identity(client, ada):
    assert client.get(ADDRESS).url.startswith("/account/login/")
    client.force_login(ada)
    for answer in (client.get(ADDRESS), want(client)):
        assert answer.url.startswith(CONFIRM)
    assert stored() == [(HERS, True, True)]
    assert "Change your e-mail address" in words(client.get(reverse("admin:password_change")))


def test_address_changes_when_the_new_one_is_confirmed_and_the_old_one_is_told_twice(confirmed, ada):
    assert f"Mails to you go to {HERS} ." in words(confirmed.get(ADDRESS))
    assert want(confirmed, FREE.upper()).url == ADDRESS
    assert f"You want to change to {FREE}" in words(confirmed.get(ADDRESS))
    assert mails() == [(FREE, "Confirm your new e-mail address"), (HERS, "Your e-mail address is about to change")]
    where = link(FREE)
    assert {getattr(confirmed, method)(where).status_code for method in ("get", "head")} == {200}
    assert known() == ada
    other = Client()
    log_in(other)
    where = link(FREE)
    done = confirmed.post(where)
    assert "Your e-mail address is changed" in words(done)
    account = User.objects.get(pk=ada.pk)
    assert (account.email, stored()) == (FREE, [(FREE, True, True)])
    assert account.history.latest().history_change_reason == "e-mail address changed"
    assert entries(ada)[-2:] == ["address_changed", "access_ended"]
    assert mails()[2:] == [(HERS, "Your e-mail address was changed")]
    assert f"was changed to {FREE} on 2 March 2026, 09:00 UTC" in " ".join(mail.outbox[-1].body.split())
    assert confirmed.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    again = confirmed.post(where)
    assert (again.status_code, "used already, is older than a day" in words(again)) == (410, True)
    assert log_in(Client(), FREE).status_code == 302


def test_link_to_a_new_address_asks_to_log_in_and_is_of_no_use_to_others(confirmed, ada, ben):
    want(confirmed)
    where = link(FREE)
    assert Client().get(where).url.startswith("/account/login/")
    other = Client()
    other.force_login(ben)
    for answer in (other.get(where), other.post(where)):
        assert answer.status_code == 403
    assert other.get("/admin/").status_code == 200
    assert {account.email for account in (known(), User.objects.get(pk=ben.pk))} == {HERS, TAKEN}


def test_link_to_a_new_address_is_valid_for_a_day(confirmed, ada, clock):
    want(confirmed)
    where = link(FREE)
    clock.shift(24 * 3600 + 1)
    later = Client()
    later.force_login(ada)
    for answer in (later.get(where), later.get(f"{where[:-2]}x/")):
        assert answer.status_code == 410
        assert "older than a day" in words(answer)


def test_link_to_a_new_address_ends_with_the_access_and_with_another_wish(confirmed, ada):
    want(confirmed)
    first = link(FREE)
    want(confirmed, "ada@elsewhere.example")
    assert confirmed.get(first).status_code == 410
    second = link("ada@elsewhere.example")
    make_second_factor(ada)
    again = Client()
    again.force_login(ada)
    assert again.get(second).status_code == 410
    assert stored() == [(HERS, True, True)]


def test_wish_is_taken_back_and_its_mail_is_not_sent(confirmed):
    want(confirmed)
    assert confirmed.post(ADDRESS, {"action_remove": "", "email": FREE}).url == ADDRESS
    assert stored() == [(HERS, True, True)]
    assert mails() == [(HERS, "Your e-mail address is about to change")]


@pytest.mark.parametrize("action", ["action_remove", "action_primary", "action_send", "other"])
def test_own_address_is_not_changed_in_any_other_way(confirmed, ada, action):
    rows = ada.history.count()
    assert confirmed.post(ADDRESS, {action: "", "email": HERS}).status_code == 302
    assert (stored(), ada.history.count()) == ([(HERS, True, True)], rows)
    assert mails() == []


@pytest.mark.parametrize(("typed", "said"), [(HERS, "has this address already"), ("ada", "valid email")])
def test_address_that_is_no_other_one_is_refused(confirmed, typed, said):
    assert said in words(want(confirmed, typed))
    assert mails() == []


def test_address_of_somebody_else_is_asked_for_in_the_same_way_and_its_owner_is_told(confirmed, ben):
    want(confirmed, "first@example.org")
    free, taken = (seen(lambda email=email: want(confirmed, email)) for email in (FREE, TAKEN))
    assert free == taken
    assert mails() == [
        (HERS, "Your e-mail address is about to change"),
        (HERS, "Your e-mail address is about to change"),
        (TAKEN, "Your e-mail address was asked for"),
        (HERS, "Your e-mail address is about to change"),
    ]
    body = mail.outbox[2].body
    assert body.startswith("Dear Ben Example,")
    assert not LINK.search(body)
    assert "You want to change to ben@example.org" in words(confirmed.get(ADDRESS))


def test_address_that_somebody_else_got_meanwhile_is_refused(confirmed, ben):
    want(confirmed)
    where = link(FREE)
    ben.email = FREE
    ben.record(by=ben, now=NOW)
    answer = confirmed.post(where)
    assert (answer.status_code, "Another account has this address" in words(answer)) == (409, True)
    assert known().username == "ada"


def test_wish_of_somebody_else_or_that_ended_is_refused(ada, ben):
    row = EmailAddress.objects.create(user=ada, email=FREE)
    with pytest.raises(Ended):
        change_address(address_id=row.pk, by=ben, now=NOW)
    row.delete()
    for action in (ask_to_change_address, change_address):
        with pytest.raises(Ended):
            action(address_id=0, by=ada, now=NOW)


def test_account_without_an_address_gets_one(confirmed, ada):
    ada.email = ""
    ada.record(by=ada, now=NOW)
    assert "Your account has no e-mail address" in words(confirmed.get(ADDRESS))
    want(confirmed)
    assert mails() == [(FREE, "Confirm your new e-mail address")]
    confirmed.post(link(FREE))
    assert (User.objects.get(pk=ada.pk).email, len(mails())) == (FREE, 1)


def test_requests_for_a_change_are_limited(confirmed):
    assert {want(confirmed).status_code for _ in range(5)} == {302}
    assert want(confirmed).status_code == 429


def test_rows_follow_the_address_of_the_account_whatever_writes_it(ada, root):
    EmailAddress.objects.create(user=ada, email=FREE)
    ada.email = "lovelace@example.org"
    ada.record(by=root, now=NOW)
    assert stored() == [("lovelace@example.org", True, True)]
    ada.record(by=root, now=NOW)
    ada.email = ""
    ada.record(by=root, now=NOW)
    assert stored() == []


def test_texts_read_well_in_78_columns(confirmed, ben, root, ada):
    ask()
    send_password_link(account_id=ada.pk, by=root, now=NOW)
    want(confirmed)
    want(confirmed, TAKEN)
    sweep_notices()
    want(confirmed)
    confirmed.post(link(FREE))
    sweep_notices()
    for one in mail.outbox:
        assert re.match(r"Dear (Ada|Ben) Example,\n\n\S", one.body), one.body
        assert not re.search(r"\n{3}|None|[{}]", one.body), one.body
        assert max(len(line) for line in one.body.splitlines() if "/link/" not in line) <= 78
        assert one.body.endswith(".\n")

"""What ends when: every event that ends access, against everything that lets someone in, through HTTP.

The events are the rows of the table in ``docs/running.md``; the table and this test name the same ones.
"""

import getpass
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from editorial.accounts.access import end_access
from editorial.mail import notices
from editorial.models import ApiToken, BoardMember, CalendarFeed, LedgerEntry, Notice, User
from editorial.tasks import sweep_notices
from reviews.lifecycle import State
from reviews.templatetags.answer_links import answer_addresses
from tests.admin.test_flow import address, as_sent, do, words
from tests.support import factories
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import code, factors, log_in, make_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

LATE = NOW.replace(hour=22)
"""The evening on which Ada logs in: a session lasts until the next morning, when a term can have ended."""
TODAY, TOMORROW = LATE.date(), LATE.date() + timedelta(days=1)
NEW = "another long one 9"


@dataclass
class Stage:
    """Ada with everything that lets her in, and the clock."""

    clock: time_machine.Traveller
    ada: User
    own: Client = field(default_factory=Client)
    other: Client = field(default_factory=Client)
    token: str = ""
    link: str = ""
    calendar: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def enter(self) -> None:
        """Log in twice, and get a token, the link in the invitation and the address of the calendar."""
        for client in (self.own, self.other):
            assert log_in(client, code=self.next_code()).status_code == 302
        body = {"username": "ada", "password": PASSWORD, "code": self.next_code()}
        self.token = Client().post("/api/v1/tokens/", body, content_type="application/json").json()["token"]
        mail = notices.mail(Notice.objects.select_related("recipient").filter(kind="invitation").latest("pk"))
        self.link = re.search(r"/answer/\S+/accept/", mail.body)[0]
        self.own.post(address(self.ada.board_member, "do", "renew-calendar"))
        page = self.own.get(address(self.ada.board_member)).content.decode()
        self.calendar = re.search(r"/calendar/\S+?\.ics", page)[0]

    def next_code(self) -> str:
        return self.recovery_codes.pop() if self.recovery_codes else ""

    def works(self) -> dict[str, bool]:
        """Try everything once, as its owner would."""
        answers = {
            "session in use": self.own.get(reverse("admin:index")),
            "other sessions": self.other.get(reverse("admin:index")),
            "API tokens": Client().get("/api/v1/me/", headers={"Authorization": f"Token {self.token}"}),
            "answer links": Client().get(self.link),
            "calendar address": Client().get(self.calendar),
        }
        refused = {"session in use": {302}, "other sessions": {302}, "API tokens": {401}}
        refused |= {"answer links": {404, 410}, "calendar address": {404}}
        for name, answer in answers.items():
            assert answer.status_code in {200} | refused[name], name
        return {name: answer.status_code == 200 for name, answer in answers.items()}


CREDENTIALS = ("session in use", "other sessions", "API tokens", "answer links", "calendar address")


def kept(*names: str) -> frozenset[str]:
    return frozenset(names)


@dataclass(frozen=True)
class Event:
    """Something after which access ends: how it happens, what stays, and what has to be so before."""

    happens: Callable[[Stage], object]
    stays: frozenset[str] = frozenset()
    before: Callable[[Stage], object] = lambda _stage: None


def change_own_password(**chosen: str) -> Callable[[Stage], object]:
    sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, **chosen}
    return lambda stage: stage.own.post(reverse("admin:password_change"), sent)


def set_up(**chosen: str) -> Callable[[Stage], object]:
    def happens(stage: Stage) -> object:
        stage.own.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = stage.own.get(reverse("mfa_activate_totp"))
        shown = code(secret=page.context["form"].secret, at=LATE + timedelta(minutes=1))
        return stage.own.post(reverse("mfa_activate_totp"), {"code": shown, **chosen})

    return happens


def on_second_factor_page(page: str, **chosen: str) -> Callable[[Stage], object]:
    def happens(stage: Stage) -> object:
        stage.own.post(reverse("mfa_reauthenticate"), {"code": stage.next_code()})
        return stage.own.post(reverse(page), chosen)

    return happens


def have_second_factor(stage: Stage) -> None:
    stage.recovery_codes = make_second_factor(stage.ada)


def edit_account(**changed: object) -> Callable[[Stage], object]:
    return lambda stage: edit(Client(), factories.make_user("root"), stage.ada, **changed)


def edit(client: Client, by: User, record: User | BoardMember, **changed: object) -> object:
    client.force_login(by)
    return send(client, record, **changed)


def send(client: Client, record: User | BoardMember, **changed: object) -> object:
    page = client.get(address(record))
    rows = [formset.formset.management_form for formset in page.context["inline_admin_formsets"]]
    management = {bound.html_name: bound.value() for form in rows for bound in form}
    answer = client.post(address(record), {**as_sent(page, **changed), **management})
    assert answer.status_code == 302, words(answer)
    return answer


def edit_term(**changed: object) -> Callable[[Stage], object]:
    edith = lambda: factories.make_user("edith", is_editor=True)  # noqa: E731
    return lambda stage: edit(Client(), edith(), stage.ada.board_member, **changed)


def term(**fields: date) -> Callable[[Stage], object]:
    def before(stage: Stage) -> None:
        for name, day in fields.items():
            setattr(stage.ada.board_member, name, day)
        stage.ada.board_member.record(by=stage.ada, now=NOW)

    return before


def roles(**fields: bool) -> Callable[[Stage], object]:
    def before(stage: Stage) -> None:
        for name, has_role in fields.items():
            setattr(stage.ada, name, has_role)
        stage.ada.record(by=stage.ada, now=NOW)

    return before


def reset_by_mail(stage: Stage) -> None:
    Client().post(reverse("account_reset_password"), {"email": stage.ada.email})
    link = newest_link(stage.ada.email)
    assert Client().post(link, {"password1": NEW, "password2": NEW}).status_code == 302


def change_address(stage: Stage) -> None:
    stage.own.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    stage.own.post(reverse("account_email"), {"action_add": "", "email": "ada@hospital.example"})
    assert stage.own.post(newest_link("ada@hospital.example")).status_code == 200


def newest_link(to: str) -> str:
    sweep_notices()
    return re.findall(r"/account/link/\S+", [one.body for one in mail.outbox if one.to == [to]][-1])[-1]


def next_day(stage: Stage) -> None:
    stage.clock.move_to(LATE + timedelta(hours=3))


def as_root(verb: str, **fields: object) -> Callable[[Stage], object]:
    def happens(stage: Stage) -> object:
        answer = do(Client(), factories.make_user("root"), stage.ada, verb, **fields)
        assert answer.status_code == 302, words(answer)
        return answer

    return happens


def set_in_a_shell(stage: Stage) -> None:
    account = User.objects.get(pk=stage.ada.pk)
    account.set_password(NEW)
    account.save()


def merge(stage: Stage) -> object:
    twin = factories.make_user("twin", is_writer=True)
    return as_root("merge", account=twin.pk, reason="Her mail says so.", confirmed="on")(stage)


OWN, ALL = kept("session in use"), kept(*CREDENTIALS)
TOKENS = kept("session in use", "API tokens")

EVENTS = {
    "own password changed": Event(change_own_password(), OWN),
    "own password changed, tokens kept": Event(change_own_password(keep_tokens="on"), TOKENS),
    "password reset by mail": Event(reset_by_mail),
    "e-mail address changed": Event(change_address, OWN),
    "password set by an administrator": Event(as_root("set-password", password1=NEW, password2=NEW)),
    "`manage.py changepassword`": Event(lambda _stage: call_command("changepassword", "ada", verbosity=0)),
    "`set_password` and `save` in a shell": Event(set_in_a_shell),
    "second factor set up": Event(set_up(), OWN),
    "second factor set up, tokens kept": Event(set_up(keep_tokens="on"), TOKENS),
    "second factor removed": Event(on_second_factor_page("mfa_deactivate_totp"), OWN, have_second_factor),
    "second factor removed, tokens kept": Event(
        on_second_factor_page("mfa_deactivate_totp", keep_tokens="on"), TOKENS, have_second_factor
    ),
    "second factor reset by an administrator": Event(
        as_root("reset-second-factor", reason="Phone lost."), before=have_second_factor
    ),
    "new recovery codes": Event(on_second_factor_page("mfa_generate_recovery_codes"), ALL, have_second_factor),
    "logged out everywhere by an administrator": Event(as_root("log-out-everywhere", reason="Laptop stolen.")),
    "account closed": Event(edit_account(is_active=False)),
    "account merged into another": Event(merge),
    "writer's role given": Event(edit_account(is_writer="on")),
    "writer's role taken": Event(edit_account(is_writer=False), before=roles(is_writer=True)),
    "editor's role given": Event(edit_account(is_editor="on")),
    "editor's role taken": Event(edit_account(is_editor=False), before=roles(is_editor=True)),
    "administrator's role given": Event(edit_account(is_superuser="on")),
    "administrator's role taken": Event(edit_account(is_superuser=False), before=roles(is_superuser=True)),
    "own roles changed by an administrator": Event(
        lambda stage: send(stage.own, stage.ada, is_writer="on"), OWN, roles(is_superuser=True)
    ),
    "term on the board ended by an edit": Event(edit_term(term_to=TODAY - timedelta(days=1))),
    "term on the board begun by an edit": Event(edit_term(term_from=TODAY), before=term(term_from=TOMORROW)),
    "own term ended by an editor": Event(
        lambda stage: send(stage.own, stage.ada.board_member, term_to=TODAY - timedelta(days=1)),
        OWN,
        roles(is_editor=True),
    ),
    "term on the board ended by its date": Event(next_day, before=term(term_to=TODAY)),
    "term on the board begun by its date": Event(next_day, before=term(term_from=TOMORROW)),
    "a day passed within a term": Event(next_day, ALL),
    "end of a term moved to a later day": Event(edit_term(term_to=TOMORROW), ALL),
    "name or address changed": Event(edit_account(last_name="Lovelace"), ALL),
}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(getpass, "getpass", lambda **_prompt: NEW)
    with time_machine.travel(LATE, tick=False) as clock:
        ada = factories.make_review_at(State.INVITED, now=NOW).member.user
        factories.make_user("root", is_superuser=True)
        yield Stage(clock, User.objects.get(pk=ada.pk))


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_each_event_ends_what_the_table_says_and_nothing_else(stage, event):
    event.before(stage)
    stage.enter()
    assert stage.works() == dict.fromkeys(CREDENTIALS, True)
    stage.clock.move_to(LATE + timedelta(minutes=1))
    event.happens(stage)
    assert stage.works() == {name: name in event.stays for name in CREDENTIALS}


def rows_of_the_table() -> dict[str, list[str]]:
    text = (Path(settings.BASE_DIR) / "docs" / "running.md").read_text()
    section = text.partition("### What ends when")[2].partition("\n### ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1:] for cells in lines}


def test_table_in_the_documentation_is_the_one_that_is_tested():
    tested = {
        name: ["stays" if credential in event.stays else "ends" for credential in CREDENTIALS]
        for name, event in EVENTS.items()
    }
    assert rows_of_the_table() == {"Event": list(CREDENTIALS), **tested}


# --- record and mail ------------------------------------------------------------------------------------------------


def mails(kind: str = "access_ended") -> list[str]:
    rows = Notice.objects.select_related("recipient").filter(kind=kind).order_by("pk")
    return [" ".join(notices.mail(notice).body.split()) for notice in rows]


@pytest.mark.parametrize(
    ("name", "event", "by", "tokens"),
    [
        ("own password changed", "password changed", "Ada Example", 1),
        ("own password changed, tokens kept", "password changed", "Ada Example", 0),
        ("password set by an administrator", "password changed", "Root Example", 1),
        ("password reset by mail", "password reset by mail", "Ada Example", 1),
        ("`manage.py changepassword`", "password changed", "Imprimatur", 1),
        ("logged out everywhere by an administrator", "logged out everywhere", "Root Example", 1),
        ("editor's role given", "roles changed", "Root Example", 1),
        ("term on the board ended by an edit", "term on the board changed", "Edith Example", 1),
    ],
)
def test_ending_is_in_the_ledger_and_its_owner_gets_one_mail(stage, name, event, by, tokens):
    stage.enter()
    EVENTS[name].happens(stage)
    entry = LedgerEntry.objects.get(action="access_ended")
    assert (str(entry.actor), entry.payload["event"], entry.payload["tokens"]) == (by, event, tokens)
    assert LedgerEntry.objects.filter(action="calendar_revoked").count() == 1
    (mail,) = mails()
    assert f"was changed by {by} on 2 March 2026, 22:00 UTC: {event}." in mail
    assert ("Laptop stolen." in mail) == (entry.payload.get("reason") == "Laptop stolen.") == ("everywhere" in event)
    assert ("your API tokens were kept" in mail) == (tokens == 0)


def test_mail_about_a_second_factor_says_what_ended_and_is_the_only_one(stage):
    stage.enter()
    stage.clock.move_to(LATE + timedelta(minutes=1))
    EVENTS["second factor set up, tokens kept"].happens(stage)
    (mail,) = mails("second_factor")
    assert "These no longer work: your other sessions, the links in earlier mails" in mail
    assert "your API tokens were kept" in mail
    assert mails() == []


def test_mail_about_recovery_codes_says_of_no_ending(stage):
    have_second_factor(stage)
    stage.enter()
    EVENTS["new recovery codes"].happens(stage)
    first, second = mails("second_factor")
    assert "These no longer work" in first
    assert "These no longer work" not in second


@pytest.mark.parametrize(
    ("changed", "event"), [({"is_active": False}, "account closed"), ({"is_active": "on"}, "account opened again")]
)
def test_closing_and_opening_an_account_are_told_apart(stage, changed, event):
    if changed["is_active"]:
        roles(is_active=False)(stage)
    edit_account(**changed)(stage)
    assert LedgerEntry.objects.get(action="access_ended").payload["event"] == event


def test_new_account_ends_nothing(stage):
    account = User(username="nora", email="nora@example.org")
    account.set_password(PASSWORD)
    account.record(by=stage.ada, now=NOW)
    assert not LedgerEntry.objects.filter(action="access_ended").exists()
    assert account.access_ended_at is None


def test_mail_that_waits_while_access_ends_has_no_link(stage):
    stage.enter()
    notice = Notice.objects.filter(kind="invitation").latest("pk")
    assert answer_addresses(notice.context["answer_link"])
    end_access(account=stage.ada, event="password changed", by=stage.ada, now=LATE)
    assert answer_addresses(notice.context["answer_link"]) == {}
    assert stage.own.get(stage.link).status_code == 410


def test_link_and_calendar_that_come_after_the_ending_work(stage):
    end_access(account=stage.ada, event="password changed", by=stage.ada, now=NOW - timedelta(seconds=1))
    stage.enter()
    assert stage.works() == dict.fromkeys(CREDENTIALS, True)


def test_ended_sessions_are_listed_no_more_and_the_one_in_use_is(stage):
    stage.enter()
    assert stage.ada.account_sessions.count() == 2
    stage.clock.move_to(LATE + timedelta(minutes=1))
    change_own_password()(stage)
    assert stage.ada.account_sessions.get().session_key == stage.own.session.session_key


def test_administrator_cannot_keep_the_tokens_of_someone_else(stage):
    stage.enter()
    as_root("set-password", password1=NEW, password2=NEW, keep_tokens="on")(stage)
    assert not ApiToken.objects.exists()


def test_pages_say_what_ends(stage):
    stage.enter()
    said = "Your other sessions, the links in earlier mails and your calendar's address end in any case."
    shown = words(stage.own.get(reverse("admin:password_change"))).replace("&#x27;", "'")
    assert said in shown
    assert "A new password ends" not in shown
    client = Client()
    client.force_login(User.objects.get(username="root"))
    stage.ada.email = ""
    stage.ada.record(by=stage.ada, now=NOW)
    shown = words(client.get(address(stage.ada, "do", "set-password"))).replace("&#x27;", "'")
    assert "sessions, API tokens, answer links in mails and calendar address end" in shown


def test_calendar_is_shown_as_turned_off(stage):
    stage.enter()
    change_own_password()(stage)
    assert CalendarFeed.objects.get().revoked_at == LATE
    assert "None. Make one above" in words(stage.own.get(address(stage.ada.board_member)))


def test_wrong_password_changes_and_ends_nothing(stage):
    stage.enter()
    answer = change_own_password(old_password="not hers")(stage)
    assert "Your old password was entered incorrectly" in words(answer)
    assert stage.works() == dict.fromkeys(CREDENTIALS, True)
    assert factors(stage.ada) == set()


def test_session_of_a_former_secret_key_is_accepted_and_ends_with_the_others(stage, settings):
    end_access(account=stage.ada, event="password changed", by=stage.ada, now=NOW - timedelta(seconds=1))
    stage.enter()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert stage.own.get(reverse("admin:index")).status_code == 200
    end_access(account=stage.ada, event="password changed", by=stage.ada, now=LATE)
    assert stage.own.get(reverse("admin:index")).status_code == 302
    assert stage.other.get(reverse("admin:index")).status_code == 302

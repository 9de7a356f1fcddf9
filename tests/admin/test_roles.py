"""Every role, every noun, every kind of page, generated; a new noun is in it by being registered."""

import itertools

import pytest
from django.contrib import admin
from django.urls import reverse

from articles.models import (
    Article,
    Citation,
    Claim,
    DocumentFinding,
    LibraryImport,
    Question,
    ReaderMail,
    Reference,
    Rendition,
    Report,
    RetractionList,
    RetractionRecord,
    Synonym,
    Version,
)
from editorial.models import (
    Absence,
    AccountInvitation,
    Audience,
    BoardMember,
    Company,
    Disclosure,
    Dispatch,
    EditorialPolicy,
    Endpoint,
    LedgerEntry,
    MailChoice,
    Notice,
    PolicyRule,
    Product,
    Specialty,
    SweepFailure,
    User,
)
from reviews.models import (
    ApprovalMark,
    ClaimCheck,
    Comment,
    Lowering,
    PastFinding,
    Recusal,
    Review,
    Signature,
    SignatureSetAside,
    SignatureWithdrawal,
)
from tests.support import admin_records, factories

TERMS = {Audience, Company, Product, Specialty, Synonym}
ROLES = ("administrator", "editor", "author", "writer", "reviewer", "member", "reader", "anonymous")
STAFF = {"administrator", "editor"}
WRITERS = {"author", "writer"}
BOARD = {"reviewer", "member"}
HERE = STAFF | WRITERS | BOARD

LISTS = {
    **dict.fromkeys(TERMS | {Reference, RetractionRecord, EditorialPolicy, PolicyRule, Comment, ClaimCheck}, HERE),
    **dict.fromkeys((Lowering, Signature, SignatureSetAside, SignatureWithdrawal), HERE),
    **dict.fromkeys((Article, Version, Rendition, Citation, Claim, LibraryImport), STAFF | WRITERS),
    **dict.fromkeys((BoardMember, Absence, Disclosure, Review, Recusal), STAFF | BOARD),
    **dict.fromkeys((AccountInvitation, ApprovalMark, LedgerEntry, Notice, PastFinding, Question, SweepFailure), STAFF),
    **dict.fromkeys((ReaderMail, Report, RetractionList), STAFF),
    MailChoice: HERE,
    **{model: {"administrator"} for model in (DocumentFinding, Endpoint, Dispatch)},
    User: {"administrator"},
}
"""Who may open the list of a noun."""

SEES = {
    **dict.fromkeys(TERMS | {Reference, RetractionRecord, EditorialPolicy, PolicyRule}, HERE),
    **{model: STAFF | {"author"} for model in (Article, Version, Rendition, Citation, Claim)},
    **{model: STAFF | {"reviewer"} for model in (BoardMember, Absence, Disclosure, Review)},
    **{model: STAFF | {"author", "reviewer"} for model in (Comment, ClaimCheck, Lowering, Signature)},
    **{model: STAFF | {"reviewer"} for model in (SignatureSetAside, SignatureWithdrawal, Recusal)},
    **dict.fromkeys((AccountInvitation, ApprovalMark, LedgerEntry, Notice, PastFinding, Question, SweepFailure), STAFF),
    **dict.fromkeys((ReaderMail, Report, RetractionList), STAFF),
    LibraryImport: STAFF | WRITERS,
    MailChoice: {"reviewer"},
    **{model: {"administrator"} for model in (DocumentFinding, Endpoint, Dispatch)},
    User: {"administrator"},
}
"""For whom the newest row, about a signed review of wanda's article, is in sight."""

ADDS = {
    **{model: {"editor"} for model in TERMS | {BoardMember, EditorialPolicy}},
    **{model: {"editor"} | BOARD for model in (Absence, Disclosure)},
    **{model: {"editor"} | WRITERS for model in (Article, LibraryImport, Reference)},
    MailChoice: HERE,
    Endpoint: {"administrator"},
}
CHANGES = {
    **{model: {"editor"} for model in TERMS | {BoardMember, Article}},
    **{model: {"editor", "reviewer"} for model in (Absence, Disclosure)},
    MailChoice: {"reviewer"},
    Reference: {"editor"} | WRITERS,
    **{model: {"administrator"} for model in (Endpoint, User)},
}
DELETES = {Absence: {"editor"} | BOARD}


@pytest.fixture
def rows(db):
    admin_records.add(1)


def person(role):
    """The account of a role, or None for somebody who is not logged in."""
    make = {
        "administrator": lambda: factories.make_user("root", is_superuser=True),
        "editor": lambda: factories.make_user("edith"),
        "author": lambda: factories.make_user("wanda"),
        "writer": lambda: factories.make_user("walter", is_writer=True),
        "reviewer": lambda: factories.make_user("member1"),
        "member": lambda: factories.make_member("cleo").user,
        "reader": lambda: factories.make_user("rita"),
    }
    return make[role]() if role in make else None


def page(model, kind, row):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name) if kind in ("changelist", "add") else reverse(name, args=[row.pk])


def outcome(client, address):
    """``ok``, ``forbidden``, ``login`` or ``unseen`` (the admin's way of saying that there is no such thing)."""
    response = client.get(address)
    if response.status_code == 302:
        return "login" if response["Location"].startswith("/admin/login/") else "unseen"
    return {200: "ok", 403: "forbidden", 404: "unseen"}[response.status_code]


def expected(role, model, kind):
    """What the tables above say."""
    if role in ("reader", "anonymous"):
        return "login"
    if kind == "add":
        return "ok" if role in ADDS.get(model, ()) else "forbidden"
    if role not in LISTS[model] or (kind == "delete" and role not in DELETES.get(model, ())):
        return "forbidden"
    return "ok" if kind == "changelist" or role in SEES[model] else "unseen"


def test_every_registered_noun_is_in_the_tables():
    ours = {model for model in admin.site._registry if model._meta.app_label in ("editorial", "articles", "reviews")}
    assert ours == set(LISTS) == set(SEES) == set(admin_records.MODELS)


def test_nothing_of_others_is_registered():
    assert {model._meta.app_label for model in admin.site._registry} == {"editorial", "articles", "reviews"}


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_every_noun_for_a_role_open_as_the_tables_say(role, rows, client):
    cases = list(itertools.product(LISTS, ("changelist", "add", "change", "history", "delete")))
    newest = {model: admin_records.one_of(model) for model in LISTS}
    if user := person(role):
        client.force_login(user)
    newest[User] = factories.make_user("edith")
    found = {(m.__name__, kind): outcome(client, page(m, kind, newest[m])) for m, kind in cases}
    assert found == {(m.__name__, kind): expected(role, m, kind) for m, kind in cases}


@pytest.mark.parametrize("role", sorted(HERE))
def test_change_by_post_for_a_role_is_refused_unless_the_tables_say(role, rows, client):
    newest = {model: admin_records.one_of(model) for model in LISTS}
    client.force_login(person(role))
    answers = {m: client.post(page(m, "change", newest[m]), {}).status_code for m in LISTS if role in SEES[m]}
    allowed = {m for m, status in answers.items() if status != 403}
    assert allowed == {m for m in answers if role in CHANGES.get(m, ())}


@pytest.mark.parametrize("role", sorted(HERE))
def test_history_of_every_noun_by_post_is_403_and_changes_nothing(role, rows, client):
    newest = {model: admin_records.one_of(model) for model in LISTS}
    client.force_login(person(role))
    for model, row in newest.items():
        before = model.objects.filter(pk=row.pk).values().get()
        for method in ("post", "put", "patch", "delete", "options"):
            assert getattr(client, method)(page(model, "history", row)).status_code == 403
        assert model.objects.filter(pk=row.pk).values().get() == before


def test_history_of_a_noun_that_a_role_may_not_read_is_403(rows, client):
    client.force_login(factories.make_user("member1"))
    assert client.get(page(Article, "history", admin_records.one_of(Article))).status_code == 403


def test_historical_record_by_post_is_403(rows, client):
    client.force_login(person("administrator"))
    for model in LISTS.keys() - {MailChoice}:  # everybody's own; seen by nobody else
        row = admin_records.one_of(model)
        for past in model.history.filter(id=row.pk) if hasattr(model, "history") else ():
            address = f"{page(model, 'history', row)}{past.history_id}/"
            assert client.post(address, {"_change_history": "1"}).status_code == 403
            assert client.get(address).status_code == 200


def test_bulk_actions_are_not_offered_anywhere(rows, rf):
    request = rf.get("/")
    request.user = person("administrator")
    assert all(model_admin.get_actions(request) == {} for model_admin in admin.site._registry.values())


def test_bulk_delete_sent_by_hand_deletes_nothing(rows, client):
    client.force_login(person("editor"))
    absence = admin_records.one_of(Absence)
    sent = {"action": "delete_selected", "_selected_action": [absence.pk], "post": "yes"}
    client.post(page(Absence, "changelist", None), sent)
    assert Absence.objects.filter(pk=absence.pk).exists()

"""Databases of earlier releases, with their demo: after the migration the record holds, and every page works.

Add one for each release: its demo as ``pg_dump --format=custom --compress=9`` writes it, in ``tests/data/releases/``.
``RELEASES=directory`` tests the dumps of another directory.
"""

import os
from base64 import b32encode
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from articles import actions
from articles import verification as versions
from articles.models import Article
from articles.published.document_verification import compare
from editorial.accounts.derived_secrets import derived
from editorial.accounts.recovery_codes import recovery_digest
from editorial.accounts.second_factor import has_second_factor, recovery_codes_left
from editorial.models import ApiToken, Scope, User
from editorial.permissions import works_here
from editorial.record import ledger, seals
from reviews import verification as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import Review
from tests.support.factories import PASSWORD
from tests.support.paths import DATA
from tests.support.second_factors import code, log_in
from tests.support.template_database import conninfo, migrate, run_tool

RELEASES = sorted(Path(os.environ.get("RELEASES", DATA / "releases")).glob("*.dump"))
PAGES = ("/", "/articles/", "/policy/", "/board/", "/feed.atom", "/sitemap.xml", "/api/v1/articles/", "/search/?q=pain")
OF_AN_ARTICLE = ("/articles/{}/", "/articles/{}/history/", "/api/v1/articles/{}/", "/api/v1/articles/{}.fhir.json")
SALT = "salt"
RECOVERY_CODES = ["1234 5678 9012 3456 7890", "0987 6543 2109 8765 4321"]
ROWS = 3
"""How many records of each model are opened."""


@pytest.fixture(scope="module", params=RELEASES, ids=lambda dump: dump.stem)
def release(request, django_db_setup, django_db_blocker) -> Iterator[bool]:
    """Restore the database of a release, migrate it, and use it instead of the usual one.

    Yields whether people had second factors of our own in it.
    """
    usual, name = connection.settings_dict["NAME"], f"release_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with django_db_blocker.unblock(), psycopg.connect(conninfo("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        run_tool("pg_restore", "--no-owner", "--exit-on-error", "--dbname", conninfo(name), str(request.param))
        with psycopg.connect(conninfo(name)) as database:
            had_factors = equip_people(database)
        migrate(name)
        connection.settings_dict["NAME"] = name
        yield had_factors
        connection.close()
        connection.settings_dict["NAME"] = usual
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def equip_people(database: psycopg.Connection) -> bool:
    """Give every account a password and an API token, and who has accepted a review the second factor of that time.

    Return whether that time had any.
    """
    had_factors = has_table(database, "editorial_secondfactor")
    database.execute("UPDATE editorial_user SET password = %s WHERE is_active", [make_password(PASSWORD)])
    for pk, has_review in database.execute(
        "SELECT u.id, EXISTS (SELECT 1 FROM reviews_review r JOIN editorial_boardmember m ON m.id = r.member_id"
        " WHERE m.user_id = u.id AND r.state = 'accepted') FROM editorial_user u WHERE u.is_active"
    ).fetchall():
        give_token(database, pk)
        if has_review and had_factors:
            digests = [recovery_digest(spoken, salt=SALT) for spoken in RECOVERY_CODES]
            database.execute(
                "INSERT INTO editorial_secondfactor (user_id, salt, recovery_codes, last_step, set_up_at, wrong_codes)"
                " VALUES (%s, %s, %s, 0, now(), 0)",
                [pk, SALT, digests],
            )
    return had_factors


def has_table(database: psycopg.Connection, name: str) -> bool:
    """Return whether the database has the table."""
    return database.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone() == (True,)


def give_token(database: psycopg.Connection, pk: int) -> None:
    """Give the account a token as knox stored it."""
    token = token_of(pk)
    database.execute(
        "INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry) VALUES (%s, %s, %s, now(), NULL)",
        [hash_token(token), token[: CONSTANTS.TOKEN_KEY_LENGTH], pk],
    )


def token_of(pk: int) -> str:
    return f"{pk:064x}"


def test_everybody_logs_in_as_before_and_signs_with_code_or_recovery_code(release, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    reviews_left = Review.objects.filter(state=ReviewState.ACCEPTED).select_related("member__user", "version")
    with_factor = [review for review in reviews_left if has_second_factor(review.member.user)]
    assert bool(with_factor) == release
    for user in User.objects.filter(is_active=True):
        me = Client().get("/api/v1/me/", headers={"Authorization": f"Token {token_of(user.pk)}"})
        assert me.json()["username"] == user.username
        token = ApiToken.objects.get(user=user)
        assert token.name in (f"Token from {token.created:%-d %B %Y}", "API token")
        assert token.scopes == Scope.values
        typed = code_now() if has_second_factor(user) else ""
        if works_here(user):
            answer = log_in(Client(), user.username, code=typed)
            assert answer.get("Location") == "/admin/", (user, answer.context["form"].errors)
    for review in with_factor:
        sent = {
            "decision": "request_changes",
            "statement": "Say more.",
            "password": PASSWORD,
            "code": RECOVERY_CODES[0],
        }
        headers = {"Authorization": f"Token {token_of(review.member.user_id)}", "If-Match": review.etag}
        address = f"/api/v1/reviews/{review.pk}/sign/"
        body = {**sent, "code": RECOVERY_CODES[0], "digest": review.version.digest}
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        assert not {"/password", "/code"} & {fault["pointer"] for fault in answer.json().get("errors", [])}
        assert recovery_codes_left(review.member.user) == len(RECOVERY_CODES) - 1


def code_now() -> str:
    """Return what the app shows whose secret the former code derived from ``SALT``."""
    secret = next(derived("imprimatur-second-factor/1", SALT))[:20]
    return code(at=timezone.now(), secret=b32encode(secret).decode())


@pytest.mark.usefixtures("release")
def test_record_holds_and_documents_are_those_of_the_record():
    breaks = [*ledger.chain_breaks(), *seals.history_breaks(), *versions.version_breaks(), *reviews.find_breaks()]
    assert breaks == []
    now = timezone.now()
    assert actions.write_documents(by=User.objects.system(), now=now, limit=1000) > 0
    results = [compare(article, at=now) for article in Article.objects.order_by("pk")]
    assert [str(one) for result in results for one in result.differences] == []


@pytest.mark.usefixtures("release")
def test_every_page_of_readers_and_of_every_account_works():
    slugs = Article.objects.values_list("slug", flat=True)
    readers = [*PAGES, *(page.format(slug) for slug in slugs for page in OF_AN_ARTICLE)]
    client = Client()
    failed = [page for page in readers if client.get(page).status_code not in (200, 303, 404, 410)]
    for user in User.objects.filter(is_active=True).order_by("pk"):
        client.force_login(user, backend="editorial.http.log_in.AuthenticationBackend")
        failed += [(str(user), page) for page in admin_pages() if client.get(page).status_code not in (200, 302, 403)]
    assert failed == []


def admin_pages() -> Iterator[str]:
    """Yield the addresses of the start page, of every list, and of some records of each."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:ROWS]:
            yield reverse(f"{name}_change", args=[pk])

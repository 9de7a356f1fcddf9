"""Databases of earlier releases, with their demo: after the migration the record holds, and every page works.

Add one for each release: its demo as ``pg_dump --format=custom --compress=9`` writes it, in ``tests/data/releases/``.
``RELEASES=directory`` tests the dumps of another directory.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import actions
from articles import verification as versions
from articles.models import Article
from articles.published.document_verification import compare
from editorial.models import User
from editorial.record import ledger, seals
from reviews import verification as reviews
from tests.support.paths import DATA
from tests.support.template_database import conninfo, migrate, run_tool

RELEASES = sorted(Path(os.environ.get("RELEASES", DATA / "releases")).glob("*.dump"))
PAGES = ("/", "/articles/", "/policy/", "/board/", "/feed.atom", "/sitemap.xml", "/api/v1/articles/", "/search/?q=pain")
OF_AN_ARTICLE = ("/articles/{}/", "/articles/{}/history/", "/api/v1/articles/{}/", "/api/v1/articles/{}.fhir.json")
ROWS = 3
"""How many records of each model are opened."""


@pytest.fixture(scope="module", params=RELEASES, ids=lambda dump: dump.stem)
def release(request, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Restore the database of a release, migrate it, and use it instead of the usual one."""
    usual, name = connection.settings_dict["NAME"], "release"
    with django_db_blocker.unblock(), psycopg.connect(conninfo("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        run_tool("pg_restore", "--no-owner", "--exit-on-error", "--dbname", conninfo(name), str(request.param))
        migrate(name)
        connection.settings_dict["NAME"] = name
        yield
        connection.close()
        connection.settings_dict["NAME"] = usual
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
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

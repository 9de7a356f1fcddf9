"""The table of API tokens: what PostgreSQL refuses, and how the migration takes over the tokens of knox."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from knox.models import get_digest_token, get_token_model
from rest_framework.test import APIClient

from editorial.models import ApiToken, Scope

MIGRATION = ("editorial", "0024_api_tokens")
INSERT = """
    INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)
    VALUES (%s, %s, %s, '2026-03-01 23:30+00', '2100-01-01')
"""


def migrate(*target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([target])


def insert_as_knox_did(user) -> str:
    digest, secret = get_digest_token()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [digest, secret[:15], user.pk])
    return secret


def me(secret: str) -> int:
    known = APIClient()
    known.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return known.get("/api/v1/me/").status_code


def test_knox_uses_this_model():
    assert get_token_model() is ApiToken


def test_tokens_from_before_the_migration_work_with_all_scopes_and_are_named_after_their_day(wanda, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    migrate(*import_module("editorial.migrations.0024_api_tokens").Migration.dependencies[0])
    secrets = [insert_as_knox_did(wanda) for _ in range(2)]
    migrate(*MIGRATION)
    assert [me(secret) for secret in secrets] == [200, 200]
    first, second = ApiToken.objects.order_by("pk")
    assert first.name == second.name == "Token from 2 March 2026"
    assert first.scopes == second.scopes == Scope.values
    assert first.public_id != second.public_id


def test_token_that_earlier_code_creates_during_the_upgrade_works(wanda):
    assert me(insert_as_knox_did(wanda)) == 200
    assert ApiToken.objects.get().name == "API token"


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "everything"]])
def test_postgresql_refuses_a_token_without_known_scopes(scopes, wanda):
    with pytest.raises(IntegrityError, match="token_has_known_scopes"):
        ApiToken.objects.create(wanda, scopes=scopes)

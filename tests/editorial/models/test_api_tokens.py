"""The table of API tokens: what PostgreSQL refuses, and how the migration takes over the tokens of knox."""

import pytest
from django.db import IntegrityError, connection
from knox.models import get_digest_token, get_token_model
from rest_framework.test import APIClient

from editorial.models import ApiToken

INSERT = """
    INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)
    VALUES (%s, %s, %s, '2026-03-01 23:30+00', '2100-01-01')
"""


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


def test_token_that_earlier_code_creates_during_the_upgrade_works(wanda):
    assert me(insert_as_knox_did(wanda)) == 200
    assert ApiToken.objects.get().name == "API token"


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "everything"]])
def test_postgresql_refuses_a_token_without_known_scopes(scopes, wanda):
    with pytest.raises(IntegrityError, match="token_has_known_scopes"):
        ApiToken.objects.create(wanda, scopes=scopes)

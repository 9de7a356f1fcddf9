"""Administrators revoke tokens and log people out: recorded, with a reason, and the owner gets a mail."""

import time
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from editorial.actions import change_password, log_out_everywhere, revoke_token
from editorial.exceptions import NotFound, NotPermitted, Unacceptable
from editorial.mail import notices
from editorial.models import ApiToken, LedgerEntry, Notice, User
from tests.support import factories
from tests.support.factories import NOW, PASSWORD


def token_of(user: User) -> ApiToken:
    token, _secret = ApiToken.objects.create(user, name="Export")
    return token


def test_revoked_token_is_in_history_and_ledger_and_its_owner_gets_a_mail(wanda, root):
    token = token_of(wanda)
    act = {"reason": " It was in a public file. ", "by": root, "now": NOW}
    revoke_token(account_id=wanda.pk, token_id=token.public_id, **act)
    assert not ApiToken.objects.exists()
    row = wanda.history.latest("history_id")
    reason = "API token “Export” revoked: It was in a public file."
    assert (row.history_user, row.history_change_reason) == (root, reason)
    entry = LedgerEntry.objects.get(action="token_revoked")
    assert entry.payload == {"record": f"user:{wanda.pk}", "token": "Export", "reason": "It was in a public file."}
    mail = notices.mail(Notice.objects.select_related("recipient").get(kind="token_revoked"))
    assert "Root Example revoked the API token “Export”" in mail.body
    assert "It was in a public file." in mail.body
    assert "/admin/editorial/user/my-account/" in mail.body


@pytest.mark.parametrize(
    ("by", "reason", "refusal"),
    [("walter", "Why not.", NotPermitted), ("wanda", "Why not.", NotPermitted), ("root", " ", Unacceptable)],
)
def test_revoking_and_logging_out_are_for_administrators_with_a_reason(by, reason, refusal, wanda, walter, root):
    token, act = token_of(wanda), {"reason": reason, "by": User.objects.get(username=by), "now": NOW}
    with pytest.raises(refusal):
        revoke_token(account_id=wanda.pk, token_id=token.public_id, **act)
    with pytest.raises(refusal):
        log_out_everywhere(account_id=wanda.pk, **act)
    assert ApiToken.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_own_access_is_ended_on_the_own_page(root):
    act = {"account_id": root.pk, "reason": "Why not.", "by": root, "now": NOW}
    with pytest.raises(NotPermitted, match="My account"):
        revoke_token(token_id=token_of(root).public_id, **act)
    with pytest.raises(NotPermitted, match="My account"):
        log_out_everywhere(**act)


def test_token_of_somebody_else_is_not_found_under_the_account(wanda, walter, root):
    for token_id in (uuid4(), token_of(walter).public_id):
        with pytest.raises(NotFound):
            revoke_token(account_id=wanda.pk, token_id=token_id, reason="Why not.", by=root, now=NOW)


def test_logging_out_everywhere_is_in_the_history_with_its_reason(wanda, root):
    log_out_everywhere(account_id=wanda.pk, reason="Laptop stolen.", by=root, now=NOW)
    row = wanda.history.latest("history_id")
    assert (row.history_user, row.history_change_reason) == (root, "logged out everywhere: Laptop stolen.")


WAITS_FOR_ME = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)
PATIENCE = 60
"""Seconds in which the other connection has to reach the lock."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_counts")
def test_token_that_is_requested_while_the_password_changes_is_not_created():
    """The request has verified the old password, and waits for the account, when the new one is committed."""
    wanda, answers = factories.make_user("wanda", is_writer=True), []

    def log_in() -> None:
        body = {"username": "wanda", "password": PASSWORD}
        answers.append(APIClient().post("/api/v1/tokens/", body))
        connection.close()

    request = Thread(target=log_in)
    with transaction.atomic():
        change_password(account_id=wanda.pk, password="another long one 9", by=wanda, now=NOW)
        request.start()
        wait_until_one_waits()
    request.join(timeout=60)
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "account_changed")
    assert not ApiToken.objects.exists()


def wait_until_one_waits() -> None:
    until, waits = time.monotonic() + PATIENCE, False
    with connection.cursor() as cursor:
        while not waits:
            assert time.monotonic() < until
            cursor.execute(WAITS_FOR_ME)
            (waits,) = cursor.fetchone()

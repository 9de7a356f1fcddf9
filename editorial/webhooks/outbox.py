"""Owing messages: written in the transaction of what they tell, before anybody is told."""

import secrets
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.forms import model_to_dict

from editorial.canonical import canonical_json
from editorial.models import Dispatch, Endpoint, Message

TEST = "endpoint.test"
"""The event that nobody listens to: sent to one endpoint because an administrator asks."""

OWE = """
WITH told AS (
    INSERT INTO editorial_message (key, identity, event, subject, body, occurred_at, is_remembered)
    VALUES (%(key)s, %(identity)s, %(event)s, %(subject)s, %(body)s, %(occurred_at)s, %(is_remembered)s)
    ON CONFLICT DO NOTHING RETURNING id
), owed AS (
    INSERT INTO editorial_dispatch (message_id, endpoint_id, owed_at, not_before, attempts)
    SELECT told.id, endpoint.id, %(now)s, %(now)s, 0 FROM told, editorial_endpoint endpoint
    WHERE endpoint.is_active AND %(event)s = ANY(endpoint.events) ORDER BY endpoint.id RETURNING id
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM owed)
"""
"""A message, unless it was written before, and its dispatch to everybody who listens."""


def owe(
    *,
    event: str,
    subject: str,
    occasion: str,
    data: dict[str, Any],
    occurred_at: datetime,
    now: datetime,
    is_remembered: bool = False,
) -> bool:
    """Write a message and owe it to whoever listens to ``event``, in the caller's transaction. False if it was before.

    ``occasion`` tells it from an earlier one of the same event about the same subject. It is written also when
    nobody listens: what happened once is told once, whoever comes later. ``is_remembered`` for an occasion that may be
    come upon again at any time: its message is never forgotten.
    """
    composed = model_to_dict(_composed(event, subject, data, at=occurred_at, occasion=occasion))
    with connection.cursor() as cursor:
        cursor.execute(OWE, {**composed, "now": now, "is_remembered": is_remembered})
        written, owed = cursor.fetchone()
    if owed:
        transaction.on_commit(ask_for_delivery, robust=True)
    return bool(written)


def owe_test(*, endpoint: Endpoint, now: datetime) -> Message:
    """Write a message that tells of nothing, for this endpoint alone."""
    message = _composed(TEST, f"endpoint:{endpoint.pk}", {"endpoint": endpoint.name}, at=now, occasion="")
    message.key = f"{TEST}:{message.identity}"
    message.save()
    Dispatch.objects.create(message=message, endpoint=endpoint, owed_at=now, not_before=now)
    transaction.on_commit(ask_for_delivery, robust=True)
    return message


def _composed(event: str, subject: str, data: dict[str, Any], *, at: datetime, occasion: str) -> Message:
    told = {"type": event, "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}
    return Message(
        key=f"{event}:{subject}:{occasion}",
        identity=f"msg_{secrets.token_hex(16)}",
        event=event,
        subject=subject,
        body=canonical_json(told).decode(),
        occurred_at=at,
    )


def ask_for_delivery() -> None:
    """Wake a worker. When the broker does not answer, the next sweep by beat finds what is owed anyway."""
    current_app.send_task("editorial.tasks.sweep_webhooks", retry=False, ignore_result=True)

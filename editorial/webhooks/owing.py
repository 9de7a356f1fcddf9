"""Owing messages: written in the transaction of what they tell, before anybody is told."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.db import transaction

from editorial.canonical import canonical_json
from editorial.models import Dispatch, Endpoint, Message

TEST = "endpoint.test"
"""The event that nobody listens to: sent to one endpoint because an administrator asks."""


def owe(*, event: str, subject: str, occasion: str, data: dict[str, Any], occurred_at: datetime, now: datetime) -> bool:
    """Write a message and owe it to whoever listens to ``event``, in the caller's transaction. False if it was before.

    ``occasion`` tells it from an earlier one of the same event about the same subject. It is written also when
    nobody listens: what happened once is told once, whoever comes later.
    """
    composed = _composed(event, subject, data, at=occurred_at, occasion=occasion)
    Message.objects.bulk_create([composed], ignore_conflicts=True)
    written = Message.objects.filter(identity=composed.identity).first()
    if written is None:
        return False
    _dispatch(written, Endpoint.objects.listening_to(event), now=now)
    return True


def owe_test(*, endpoint: Endpoint, now: datetime) -> Message:
    """Write a message that tells of nothing, for this endpoint alone."""
    message = _composed(TEST, f"endpoint:{endpoint.pk}", {"endpoint": endpoint.name}, at=now, occasion="")
    message.key = f"{TEST}:{message.identity}"
    message.save()
    _dispatch(message, [endpoint], now=now)
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


def _dispatch(message: Message, endpoints: Iterable[Endpoint], *, now: datetime) -> None:
    owed = [Dispatch(message=message, endpoint=endpoint, owed_at=now, not_before=now) for endpoint in endpoints]
    if Dispatch.objects.bulk_create(owed):
        transaction.on_commit(ask_for_delivery, robust=True)


def ask_for_delivery() -> None:
    """Wake a worker. When the broker does not answer, the next sweep by beat finds what is owed anyway."""
    current_app.send_task("editorial.tasks.sweep_webhooks", retry=False, ignore_result=True)

"""Record messages in the transaction of the event that they report, before anything is sent."""

import secrets
from datetime import UTC, datetime

from django.db import connection, transaction
from django.forms import model_to_dict

from editorial.models import Dispatch, Endpoint, Message
from editorial.record.canonical_json import JSONDict, canonical_json
from editorial.record.wake_up import wake
from editorial.sql_files import statement

TEST = "endpoint.test"
"""The event of a test message. No endpoint subscribes to it: an administrator sends it to one endpoint."""

OWE = statement(__package__, "owe_message")


def owe(
    *,
    event: str,
    subject: str,
    occasion: str,
    data: JSONDict,
    occurred_at: datetime,
    now: datetime,
    is_remembered: bool = False,
) -> bool:
    """Record a message and queue it for every endpoint that subscribes to ``event``, in the caller's transaction.

    Returns False if the message was recorded before. ``occasion`` distinguishes it from an earlier one of the same
    event about the same subject. It is recorded even without subscribers, so a later one gets no old event. Set
    ``is_remembered`` for an occasion that may be found again at any time: its message is never deleted.
    """
    composed = model_to_dict(_composed(event, subject, data, at=occurred_at, occasion=occasion))
    with connection.cursor() as cursor:
        cursor.execute(OWE, {**composed, "now": now, "is_remembered": is_remembered})
        written, owed = cursor.fetchone()
    if owed:
        transaction.on_commit(ask_for_delivery, robust=True)
    return bool(written)


def owe_test(*, endpoint: Endpoint, now: datetime) -> Message:
    """Record a test message, for this endpoint alone."""
    message = _composed(TEST, f"endpoint:{endpoint.pk}", {"endpoint": endpoint.name}, at=now, occasion="")
    message.key = f"{TEST}:{message.identity}"
    message.save()
    Dispatch.objects.create(message=message, endpoint=endpoint, owed_at=now, not_before=now)
    transaction.on_commit(ask_for_delivery, robust=True)
    return message


def _composed(event: str, subject: str, data: JSONDict, *, at: datetime, occasion: str) -> Message:
    content = {"type": event, "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}
    return Message(
        key=f"{event}:{subject}:{occasion}",
        identity=f"msg_{secrets.token_hex(16)}",
        event=event,
        subject=subject,
        body=canonical_json(content).decode(),
        occurred_at=at,
    )


def ask_for_delivery() -> None:
    """Wake a worker. If the broker does not answer, the next sweep by beat finds the pending messages anyway."""
    wake("editorial.tasks.sweep_webhooks")

"""Deliver pending webhooks: at least once to each endpoint, never silently lost, no endpoint delayed by another."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from editorial.models import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, User
from editorial.record.delivery_queue import lock_due, next_attempt, rest
from editorial.webhooks.endpoints import locked, turn_off
from editorial.webhooks.http_client import Answer, Parcel
from editorial.webhooks.secrets import SecretForgottenError, headers, recovered

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
"""How long one worker reserves an endpoint: longer than its task can run."""

RETRY_AFTER = [
    timedelta(seconds=5),
    *(timedelta(minutes=minutes) for minutes in (5, 30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
"""Minimum wait after each failed attempt, as the specification proposes. After the last one it is given up."""

REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)
"""Pause after an endpoint's first failure, doubled after each further one up to the maximum, for all its messages."""

SWITCHED_OFF_AFTER = timedelta(days=5)
"""An endpoint is switched off after failing for this long without one success."""

USER_AGENT = "Imprimatur-Webhooks/1"


def claim(*, now: datetime, limit: int) -> list[Dispatch]:
    """Reserve the oldest due message of up to ``limit`` endpoints that no other worker sends to, until the lease ends.

    There is one message for each endpoint, and the endpoint that waits longest comes first. So an endpoint that hangs
    or has many pending messages delays no other.
    """
    due = Dispatch.objects.due(at=now)
    waiting = EndpointHealth.objects.filter(endpoint__is_active=True, not_before__lte=now)
    waiting = waiting.filter(Exists(due.filter(endpoint=OuterRef("endpoint"))))
    with transaction.atomic():
        endpoints = [health.endpoint_id for health in lock_due(waiting.order_by("not_before", "pk"), limit=limit)]
        oldest = {pk: dispatch.pk for pk in endpoints if (dispatch := due.filter(endpoint=pk).first())}
        EndpointHealth.objects.filter(endpoint__in=oldest).update(not_before=now + LEASE)
        claimed = Dispatch.objects.filter(pk__in=oldest.values()).select_related("message", "endpoint")
        return list(claimed.order_by("pk"))


def parcel(dispatch: Dispatch, *, now: datetime) -> Parcel:
    """Return the request for ``dispatch`` at ``now``, signed with every secret that is valid then.

    Raises SecretForgottenError if none of them can be derived any more.
    """
    known = list(_known(dispatch.endpoint, at=now))
    if not known:
        raise SecretForgottenError
    body = dispatch.message.body.encode()
    signed = headers(known, identity=dispatch.message.identity, timestamp=int(now.timestamp()), body=body)
    return Parcel(
        dispatch.endpoint.address, {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}, body
    )


def _known(endpoint: Endpoint, *, at: datetime) -> Iterator[bytes]:
    row: EndpointSecret
    for row in endpoint.secrets.signing(at=at):
        if secret := recovered(row):
            yield secret


@transaction.atomic
def record(*, dispatch_id: int, answer: Answer, now: datetime) -> bool:
    """Append the attempt to the log and apply its result. Return True if the message was delivered."""
    endpoint = locked(Dispatch.objects.values_list("endpoint", flat=True).get(pk=dispatch_id))
    health = EndpointHealth.objects.select_for_update(no_key=True).get(endpoint=endpoint)
    dispatch = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch_id)
    dispatch.endpoint = endpoint
    dispatch.attempts += 1
    _append(dispatch, answer, now=now)
    if answer.is_success:
        _succeed(dispatch, health, now=now)
    else:
        _fail(dispatch, health, now=now)
        if endpoint.is_active and (why := _why_off(answer, health, now=now)):
            turn_off(endpoint, reason=why, by=User.objects.system(), now=now)
    return answer.is_success


def _append(dispatch: Dispatch, answer: Answer, *, now: datetime) -> None:
    took = round(answer.seconds * 1000)
    log = {"status": answer.status, "error": answer.error[:200], "excerpt": answer.excerpt}
    Attempt.objects.create(dispatch=dispatch, at=now, milliseconds=took, **log)
    outcome = answer.status or answer.error
    logger.info("webhook %s to endpoint %s: %s in %d ms", dispatch.message_id, dispatch.endpoint_id, outcome, took)


def _succeed(dispatch: Dispatch, health: EndpointHealth, *, now: datetime) -> None:
    dispatch.delivered_at, dispatch.abandoned_at = now, None
    dispatch.save()
    health.not_before, health.last_success_at = now, now
    health.failing_since, health.failures = None, 0
    health.save()


def _fail(dispatch: Dispatch, health: EndpointHealth, *, now: datetime) -> None:
    health.failing_since = health.failing_since or now
    health.failures += 1
    health.not_before = now + rest(health.failures, first=REST, longest=LONGEST_REST, of=health.pk)
    health.save()
    if dispatch.delivered_at is None and dispatch.abandoned_at is None:
        again = next_attempt(dispatch, retry_after=RETRY_AFTER, now=now)
        dispatch.abandoned_at = None if again else now
        dispatch.not_before = again or dispatch.not_before
        dispatch.save()


def _why_off(answer: Answer, health: EndpointHealth, *, now: datetime) -> str:
    """Return why the endpoint is to be switched off; empty if it is not."""
    if answer.is_gone:
        return "It answered that it is gone (410)."
    if health.failing_since and now - health.failing_since >= SWITCHED_OFF_AFTER:
        return f"Nothing could be delivered for {SWITCHED_OFF_AFTER.days} days."
    return ""

"""Delivering what is owed: at least once to each endpoint, never silently lost, and nobody held up by another."""

import logging
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from editorial.models import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, User
from editorial.webhooks.keeping import locked, turn_off
from editorial.webhooks.sending import Answer, Parcel
from editorial.webhooks.signing import SecretForgottenError, headers, recovered

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long one worker has an endpoint for itself: far longer than an attempt takes."""

RETRY_AFTER = [
    timedelta(seconds=5),
    *(timedelta(minutes=minutes) for minutes in (5, 30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
"""Wait after each failed attempt, at least, as the specification proposes; after the last one it is given up."""

JITTER = 0.2
"""By how much of itself a wait is longer at most, so that what failed together is not tried again together."""

REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)
"""An endpoint that fails is left alone for so long, twice as long after each further failure, whatever it is owed."""

SWITCHED_OFF_AFTER = timedelta(days=5)
"""Of failures without one success."""

USER_AGENT = "Imprimatur-Webhooks/1"


def claim(*, now: datetime, limit: int) -> list[Dispatch]:
    """Take the oldest due message of up to ``limit`` endpoints to which nobody else sends, until the lease ends.

    One for each endpoint, and the endpoint that waits longest first: who hangs or is owed much holds nobody up.
    """
    due = Dispatch.objects.due(at=now)
    waiting = EndpointHealth.objects.filter(endpoint__is_active=True, not_before__lte=now)
    waiting = waiting.filter(Exists(due.filter(endpoint=OuterRef("endpoint"))))
    with transaction.atomic():
        held = waiting.order_by("not_before", "pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
        endpoints = list(held.values_list("endpoint", flat=True)[:limit])
        oldest = {pk: found.pk for pk in endpoints if (found := due.filter(endpoint=pk).first())}
        EndpointHealth.objects.filter(endpoint__in=oldest).update(not_before=now + LEASE)
        Dispatch.objects.filter(pk__in=oldest.values()).update(attempts=F("attempts") + 1)
        claimed = Dispatch.objects.filter(pk__in=oldest.values()).select_related("message", "endpoint")
        return list(claimed.order_by("pk"))


def parcel(dispatch: Dispatch, *, now: datetime) -> Parcel:
    """What is sent for ``dispatch`` at that moment, signed by every secret that signs then.

    Raises SecretForgottenError when none of them can be derived any more.
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
    kept: EndpointSecret
    for kept in endpoint.secrets.signing(at=at):
        if secret := recovered(kept):
            yield secret


@transaction.atomic
def record(*, dispatch_id: int, answer: Answer, now: datetime) -> bool:
    """Append the attempt to the log, and decide what follows from it. True when it was delivered."""
    endpoint = locked(Dispatch.objects.values_list("endpoint", flat=True).get(pk=dispatch_id))
    health = EndpointHealth.objects.select_for_update(no_key=True).get(endpoint=endpoint)
    dispatch = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch_id)
    dispatch.endpoint = endpoint
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
    health.not_before = now + rest(health.failures)
    health.save()
    if dispatch.delivered_at is None and dispatch.abandoned_at is None:
        if dispatch.attempts > len(RETRY_AFTER):
            dispatch.abandoned_at = now
        else:
            dispatch.not_before = now + wait(dispatch)
        dispatch.save()


def _why_off(answer: Answer, health: EndpointHealth, *, now: datetime) -> str:
    """Why nothing more is sent to the endpoint; empty if it is."""
    if answer.is_gone:
        return "It answered that it is gone (410)."
    if health.failing_since and now - health.failing_since >= SWITCHED_OFF_AFTER:
        return f"Nothing could be delivered for {SWITCHED_OFF_AFTER.days} days."
    return ""


def wait(dispatch: Dispatch) -> timedelta:
    """How long after its latest failed attempt ``dispatch`` is tried again."""
    share = zlib.crc32(f"{dispatch.pk}:{dispatch.attempts}".encode()) / 2**32
    return RETRY_AFTER[max(dispatch.attempts, 1) - 1] * (1 + JITTER * share)


def rest(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row."""
    return min(REST * 2 ** min(failures - 1, 10), LONGEST_REST)

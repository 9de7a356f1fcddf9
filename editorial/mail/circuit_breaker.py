"""The circuit breaker of the mail server: while the server does not answer, one worker tries one mail now and then.

Its state is in PostgreSQL, so all workers and kinds of mail share it, and it survives a loss of Redis.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from editorial.mail.smtp import ServerAwayError
from editorial.models.mail_servers import MailServer
from editorial.record.delivery_queue import rest

logger = logging.getLogger(__name__)

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
"""How long the server is left alone after its first failure; doubled after each further one up to the maximum."""


def address() -> str:
    """Return what identifies the mail server: another address starts without failures."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def current() -> MailServer:
    """Return the status of the mail server."""
    return MailServer.objects.filter(address=address()).first() or MailServer(address=address())


def take_probe(*, now: datetime, until: datetime) -> bool:
    """Reserve the single mail that is tried after a rest. Return False if another worker has it, or the server rests.

    If the worker dies, another may try ``until`` has passed.
    """
    rested = MailServer.objects.filter(address=address(), failures__gt=0, not_before__lte=now)
    return bool(rested.update(not_before=until))


def give_probe_back(*, now: datetime) -> None:
    """Let another worker try a mail, because this one did not get as far as the server."""
    MailServer.objects.filter(address=address(), failures__gt=0).update(not_before=now)


@transaction.atomic
def open_circuit(*, error: ServerAwayError, is_probe: bool, now: datetime) -> datetime:
    """Record that the server did not answer; return until when it is left alone.

    A worker that failed at the same time as another one, and not in a probe, does not make the rest longer.
    """
    MailServer.objects.get_or_create(address=address())
    server = MailServer.objects.select_for_update(no_key=True).get(address=address())
    if not is_probe and server.not_before and server.not_before > now:
        return server.not_before
    server.failures += 1
    server.failing_since = server.failing_since or now
    server.not_before = now + rest(server.failures, first=FIRST_REST, longest=LONGEST_REST, of=server.pk)
    server.last_error = str(error)
    server.save()
    logger.error("the mail server does not answer and rests until %s: %s", server.not_before, error.code)
    return server.not_before


def close_circuit() -> None:
    """Record that the server answers again, after a mail that was tried after a rest."""
    healthy = {"failures": 0, "failing_since": None, "not_before": None, "last_error": ""}
    MailServer.objects.filter(address=address()).update(**healthy)
    logger.warning("the mail server answers again")

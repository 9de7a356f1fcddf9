"""Owing notices, and delivering what is owed: at least once, never silently lost."""

import logging
import zlib
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from hashlib import sha256
from textwrap import fill
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from editorial.mailing import Line, ServerAwayError, code, is_final, said
from editorial.models import DeliveryEvent, Notice, User
from editorial.models.notices import OWED
from editorial.permissions import reads_the_record, require
from editorial.together import Together

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long one deliverer has a notice for itself; twice the task time limit, so no live one loses it."""

COLUMNS = 78
"""Width of a mail's plain text; a longer word, such as a link, stays whole."""

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440)]
"""Wait after each failed attempt, at least; after the last one the notice is given up: a dead letter."""

JITTER = 0.2
"""By how much of itself a wait is longer at most, so that what failed together is not tried again together."""

SERVER_AWAY_AFTER = timedelta(minutes=1)
"""Wait when the mail server is away. It is no attempt, however often: a server may be away for a week."""


def owe(
    *, kind: str, recipients: Iterable[User], subject: str, occasion: str, context: dict[str, Any], now: datetime
) -> list[int]:
    """Write one notice per active recipient, inside the caller's transaction; returns the ids of new ones.

    Inside ``with together():`` they are written when the block ends, and no ids are known.

    ``occasion`` tells this notice from an earlier one of the same kind about the same subject (a ledger
    sequence number, say): owing the same kind, subject, occasion and recipient again writes nothing.
    """
    notices = [
        Notice(
            key=f"{kind}:{subject}:{occasion}:{user.pk}",
            kind=kind,
            recipient=user,
            subject=subject,
            context=context,
            owed_at=now,
            not_before=now,
        )
        for user in recipients
        if user.is_active and user.email
    ]
    return together.write(notices) or []


def _write(notices: list[Notice]) -> list[int]:
    owed = Notice.objects.add_new(notices) if notices else []
    if owed:
        transaction.on_commit(ask_for_delivery, robust=True)
    return owed


together = Together(_write)
"""What an action owes, written when the action ends; see ``Together``."""


def ask_for_delivery() -> None:
    """Wake a worker. When the broker does not answer, the next sweep by beat finds what is owed anyway."""
    current_app.send_task("editorial.tasks.sweep_notices", retry=False, ignore_result=True)


def claim(*, now: datetime, limit: int = 100) -> list[int]:
    """Take up to ``limit`` due notices for this deliverer until the lease ends; returns their ids."""
    with transaction.atomic():
        due = Notice.objects.due(at=now).select_for_update(skip_locked=True, no_key=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Notice.objects.filter(pk__in=ids).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return ids


def deliver(*, notice_id: int, now: datetime, line: Line | None = None) -> bool:
    """Send a claimed notice and record it. A failure is recorded and retried later. True when sent.

    Whatever fails, a template or an address included, is this notice's failure: it neither loses the notice nor stops
    the ones behind it. Only a mail server that is away is nobody's: raises ServerAwayError, see ``put_back``.
    A process killed between the mail server's answer and the record sends it again, with the same Message-ID.
    """
    notice = Notice.objects.select_related("recipient").get(pk=notice_id)
    if notice.sent_at or notice.abandoned_at or notice.dropped_at:
        return False
    try:
        if not _still_holds(notice, now=now):
            Notice.objects.filter(pk=notice_id).update(dropped_at=now)
            return False
        with nullcontext(line) if line else Line() as used:
            used.send(mail(notice))
    except ServerAwayError:
        raise
    except Exception as error:
        _record_failure(notice, error=error, now=now)
        return False
    Notice.objects.filter(pk=notice_id, sent_at=None).update(sent_at=now, last_error="", context=notice.context)
    return True


def _still_holds(notice: Notice, *, now: datetime) -> bool:
    """Whether there is something left to say. Kinds in ``NOTICES_LOOKED_AT_AGAIN`` say what is so at this moment."""
    path = settings.NOTICES_LOOKED_AT_AGAIN.get(notice.kind)
    if path is None:
        return True
    words = import_string(path)(notice, now)
    notice.context = {**notice.context, **words}
    return bool(words)


def put_back(*, ids: Sequence[int], error: ServerAwayError, now: datetime) -> None:
    """Let go of claimed notices that could not be tried. They are owed as before, and due in a minute."""
    logger.error("the mail server is away, %d notices wait: %s", len(ids), error.code)
    Notice.objects.filter(OWED, pk__in=ids).update(
        not_before=now + SERVER_AWAY_AFTER, attempts=F("attempts") - 1, last_error=str(error)
    )


@transaction.atomic
def _record_failure(notice: Notice, *, error: Exception, now: datetime) -> None:
    logger.warning("notice %s could not be sent: %s", notice.pk, code(error))
    notice.last_error = said(error)
    if is_final(error) or notice.attempts > len(RETRY_AFTER):
        notice.abandoned_at = now
    else:
        notice.not_before = now + wait(notice)
    notice.save(update_fields=["last_error", "abandoned_at", "not_before"])
    what = DeliveryEvent.What.GIVEN_UP if notice.abandoned_at else DeliveryEvent.What.FAILED
    DeliveryEvent.objects.create(notice=notice, what=what, at=now, error=notice.last_error)


def wait(notice: Notice) -> timedelta:
    """How long after its latest failed attempt ``notice`` is tried again."""
    share = zlib.crc32(f"{notice.pk}:{notice.attempts}".encode()) / 2**32
    return RETRY_AFTER[max(notice.attempts, 1) - 1] * (1 + JITTER * share)


@transaction.atomic
def try_again(*, by: User, now: datetime, ids: Iterable[int] | None = None, kind: str = "") -> int:
    """Owe dead letters again, as if they were new: those of ``ids``, or all, or all of ``kind``; returns how many.

    Editors and administrators only (NotPermitted). What is not given up is left alone.
    """
    require(reads_the_record(by), "Only editors and administrators have mail tried again.")
    dead = Notice.objects.dead().select_for_update(no_key=True).order_by("pk")
    if ids is not None:
        dead = dead.filter(pk__in=ids)
    if kind:
        dead = dead.filter(kind=kind)
    found = list(dead.values_list("pk", flat=True))
    again = {"what": DeliveryEvent.What.AGAIN, "at": now, "by": by}
    DeliveryEvent.objects.bulk_create([DeliveryEvent(notice_id=pk, **again) for pk in found], batch_size=1000)
    Notice.objects.filter(pk__in=found).update(abandoned_at=None, attempts=0, not_before=now)
    transaction.on_commit(ask_for_delivery, robust=True)
    return len(found)


def mail(notice: Notice) -> EmailMultiAlternatives:
    """The notice as a mail: the template ``notices/{kind}.txt``, its first line the subject, and the same in HTML.

    What ``attachments`` of the context name is attached.
    """
    context = {
        **notice.context,
        "recipient": str(notice.recipient),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    subject, _, text = render_to_string(f"notices/{notice.kind}.txt", context).partition("\n")
    subject, text = " ".join(subject.split()), text.strip() + "\n"
    message = EmailMultiAlternatives(
        subject=subject,
        body=wrapped(text),
        to=[notice.recipient.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )
    html = render_to_string("notices/mail.html", {**context, "subject": subject, "text": text})
    message.attach_alternative(html, "text/html")
    for attached in notice.context.get("attachments", ()):
        message.attach(attached["name"], attached["text"], attached["type"])
    return message


def wrapped(text: str) -> str:
    """``text`` with its longer lines broken between words."""
    lines = text.split("\n")
    return "\n".join(fill(line, COLUMNS, break_long_words=False, break_on_hyphens=False) for line in lines)


def message_id(notice: Notice) -> str:
    """A Message-ID that follows from the notice's identity, the same on every attempt."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<notice.{sha256(notice.key.encode()).hexdigest()[:32]}@{domain}>"

"""Owing notices, and delivering what is owed: at least once, never silently lost."""

import logging
from collections.abc import Iterable
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

from editorial.models import Notice, User

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long one deliverer has a notice for itself; twice the task time limit, so no live one loses it."""

COLUMNS = 78
"""Width of a mail's plain text; a longer word, such as a link, stays whole."""

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440)]
"""Wait after each failed attempt; after the last one the notice is abandoned and shown to administrators."""


def owe(
    *, kind: str, recipients: Iterable[User], subject: str, occasion: str, context: dict[str, Any], now: datetime
) -> list[int]:
    """Write one notice per active recipient, inside the caller's transaction; returns the ids of new ones.

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
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    transaction.on_commit(ask_for_delivery, robust=True)
    keys = [notice.key for notice in notices]
    return list(Notice.objects.filter(key__in=keys, owed_at=now).order_by("pk").values_list("pk", flat=True))


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


def deliver(*, notice_id: int, now: datetime) -> bool:
    """Send a claimed notice and record it. A failure is recorded and retried later. True when sent.

    Whatever fails, a template or an address included, is this notice's failure: it neither loses the notice nor stops
    the ones behind it.
    A process killed between the mail server's answer and the record sends it again, with the same Message-ID.
    """
    notice = Notice.objects.select_related("recipient").get(pk=notice_id)
    if notice.sent_at or notice.abandoned_at:
        return False
    try:
        mail(notice).send()
    except Exception as error:
        _record_failure(notice, error=error, now=now)
        return False
    Notice.objects.filter(pk=notice_id, sent_at=None).update(sent_at=now, last_error="")
    return True


def _record_failure(notice: Notice, *, error: Exception, now: datetime) -> None:
    logger.warning("notice %s could not be sent: %s", notice.pk, error)
    notice.last_error = f"{type(error).__name__}: {error}"
    if notice.attempts > len(RETRY_AFTER):
        notice.abandoned_at = now
    else:
        notice.not_before = now + RETRY_AFTER[max(notice.attempts, 1) - 1]
    notice.save(update_fields=["last_error", "abandoned_at", "not_before"])


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

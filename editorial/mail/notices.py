"""Record notices, and deliver the pending ones: at least once, never silently lost."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from editorial.mail.smtp import MailConnection, ServerAwayError, code, error_text, is_final
from editorial.mail.sweep import LEASE
from editorial.mail.text import as_html, composed, wrapped
from editorial.models import DeliveryEvent, Notice, User
from editorial.models.notices import OWED
from editorial.permissions import reads_the_record, require
from editorial.record import delivery_queue
from editorial.record.batched_writes import BatchedWriter
from editorial.record.wake_up import wake

logger = logging.getLogger(__name__)

URGENT = frozenset(
    {"reminders", "review_reminder", "invitation", "second_factor", "access_ended", "account_closed", "report_received"}
    | {"conflict_found", "account_invitation", "password_link", "address_link", "address_asked"}
    | {"address_changed"}
    | {"suspended", "retracted", "work_retracted", "work_retracted_in_review"}
)
"""The kinds of mail that go out before all others: those with a due date, and those about withdrawn trust."""

TO_CLOSED = frozenset({"account_closed"})
"""The kinds of mail that closed accounts get, too."""

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440)]
"""Minimum wait after each failed attempt. After the last one the notice is given up and becomes a dead letter."""


def owe(
    *,
    kind: str,
    recipients: Iterable[User],
    subject: str,
    occasion: str,
    context: dict[str, Any],
    now: datetime,
    address: str = "",
) -> list[int]:
    """Record one notice per active recipient, inside the caller's transaction; return the ids of new ones.

    Closed accounts get those of the kinds ``TO_CLOSED``.

    Inside ``with batched():`` they are written when the block ends, and no ids are known.

    ``occasion`` distinguishes this notice from an earlier one of the same kind about the same subject, for example by
    a ledger sequence number. The same kind, subject, occasion and recipient are recorded only once. With ``address``
    the mail goes there instead of to the recipient's own address, also for an account that is closed or has none.
    """
    notices = [
        Notice(
            key=f"{kind}:{subject}:{occasion}:{user.pk}",
            kind=kind,
            is_urgent=kind in URGENT,
            recipient=user,
            address=address,
            subject=subject,
            context=context,
            owed_at=now,
            not_before=now,
        )
        for user in recipients
        if address or (_may_get(user, kind) and user.email)
    ]
    return batched.write(notices) or []


def _may_get(user: User, kind: str) -> bool:
    return user.is_active or kind in TO_CLOSED


def _write(notices: list[Notice]) -> list[int]:
    owed = Notice.objects.add_new(notices) if notices else []
    if owed:
        transaction.on_commit(ask_for_delivery, robust=True)
    return owed


batched = BatchedWriter(_write)
"""Writes the notices of an action when the action ends; see ``BatchedWriter``."""


def ask_for_delivery() -> None:
    """Wake a worker. If the broker does not answer, the next sweep by beat finds the pending notices anyway."""
    wake("editorial.tasks.sweep_notices")


def claim(*, now: datetime, limit: int) -> list[int]:
    """Reserve up to ``limit`` due notices for this worker until the lease ends; return their ids."""
    return delivery_queue.claim_due(Notice.objects.due(at=now), until=now + LEASE, limit=limit)


def gives_way(*, since: datetime, now: datetime) -> bool:  # noqa: ARG001 - the signature of a MailQueue
    """Return False: no other queue has mail that goes before notices."""
    return False


def deliver(*, mail_id: int, now: datetime, connection: MailConnection) -> bool:
    """Send a claimed notice and record it. A failure is recorded and retried later. Return True when sent.

    Any error, for example in a template or an address, is a failure of this notice alone: it neither loses the notice
    nor stops later ones. A mail server that does not answer is not: then it raises ServerAwayError, see ``put_back``
    and ``record_failure``. If the process dies between the mail server's answer and the record, the notice is sent
    again with the same Message-ID.
    """
    notice = Notice.objects.select_related("recipient").get(pk=mail_id)
    if notice.sent_at or notice.abandoned_at or notice.dropped_at:
        return False
    try:
        if not _still_holds(notice, now=now):
            Notice.objects.filter(pk=mail_id).update(dropped_at=now, address="")
            return False
        connection.send(mail(notice))
    except ServerAwayError:
        raise
    except Exception as error:
        record_failure(mail_id=mail_id, error=error, now=now)
        return False
    sent = {"sent_at": now, "claimed_until": None, "last_error": "", "context": notice.context}
    Notice.objects.filter(pk=mail_id, sent_at=None).update(attempts=F("attempts") + 1, **sent)
    return True


def _still_holds(notice: Notice, *, now: datetime) -> bool:
    """Whether the notice is still needed: not by an account that was closed meanwhile.

    Kinds in ``NOTICES_LOOKED_AT_AGAIN`` get their current context first.
    """
    if not (notice.address or _may_get(notice.recipient, notice.kind)):
        return False
    path = settings.NOTICES_LOOKED_AT_AGAIN.get(notice.kind)
    if path is None:
        return True
    words = import_string(path)(notice, now)
    notice.context = {**notice.context, **words}
    return bool(words)


@transaction.atomic
def put_back(*, mail_id: int, due_at: datetime, error: ServerAwayError | None = None) -> None:
    """Release a claimed notice that could not be tried. It stays pending, and no attempt is counted."""
    claimed = Notice.objects.filter(OWED, pk=mail_id)
    if error:
        claimed.update(last_error=str(error))
    delivery_queue.put_back(claimed, due_at=due_at)


@transaction.atomic
def record_failure(*, mail_id: int, error: Exception, now: datetime) -> None:
    """Count a failed attempt at a claimed notice, and retry it later or give it up."""
    logger.warning("notice %s could not be sent: %s", mail_id, code(error))
    notice = Notice.objects.select_for_update(no_key=True).get(pk=mail_id)
    notice.attempts, notice.claimed_until, notice.last_error = notice.attempts + 1, None, error_text(error)
    again = None if is_final(error) else delivery_queue.next_attempt(notice, retry_after=RETRY_AFTER, now=now)
    notice.abandoned_at = None if again else now
    notice.not_before = again or notice.not_before
    notice.save(update_fields=["attempts", "claimed_until", "last_error", "abandoned_at", "not_before"])
    what = DeliveryEvent.What.GIVEN_UP if notice.abandoned_at else DeliveryEvent.What.FAILED
    DeliveryEvent.objects.create(notice=notice, what=what, at=now, error=notice.last_error)


@transaction.atomic
def try_again(*, notice_id: int | None = None, by: User, now: datetime, kind: str = "") -> int:
    """Retry dead letters as if they were new: one notice, or all, or all of ``kind``; return how many.

    Editors and administrators only (NotPermitted). Notices that were not given up stay unchanged.
    """
    require(reads_the_record(by), "Only editors and administrators have mail tried again.")
    dead = Notice.objects.dead().select_for_update(no_key=True).order_by("pk")
    if notice_id is not None:
        dead = dead.filter(pk=notice_id)
    if kind:
        dead = dead.filter(kind=kind)
    ids_of_dead = list(dead.values_list("pk", flat=True))
    again = {"what": DeliveryEvent.What.AGAIN, "at": now, "by": by}
    DeliveryEvent.objects.bulk_create([DeliveryEvent(notice_id=pk, **again) for pk in ids_of_dead], batch_size=1000)
    Notice.objects.filter(pk__in=ids_of_dead).update(abandoned_at=None, attempts=0, not_before=now)
    transaction.on_commit(ask_for_delivery, robust=True)
    return len(ids_of_dead)


def mail(notice: Notice) -> EmailMultiAlternatives:
    """Return the notice as a mail, in plain text and HTML: ``notices/{kind}.txt`` with its first line as the subject.

    The files in ``attachments`` of the context are attached.
    """
    context = {
        **notice.context,
        "recipient": str(notice.recipient),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    subject, text = composed(f"notices/{notice.kind}.txt", context)
    message = EmailMultiAlternatives(
        subject=subject,
        body=wrapped(text),
        to=[notice.address or notice.recipient.email],
        headers={"Message-ID": message_id("notice", notice.key), "Auto-Submitted": "auto-generated"},
    )
    html = render_to_string("notices/mail.html", {**context, "subject": subject, "html": as_html(text)})
    message.attach_alternative(html, "text/html")
    for attached in notice.context.get("attachments", ()):
        message.attach(attached["name"], attached["text"], attached["type"])
    return message


def message_id(kind: str, key: str) -> str:
    """Return a Message-ID derived from the key of a mail of this kind: the same on every attempt."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{kind}.{sha256(key.encode()).hexdigest()[:32]}@{domain}>"

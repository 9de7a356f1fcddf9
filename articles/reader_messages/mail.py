"""Send mail to readers who asked a question, at least once, and erase their addresses afterwards."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from articles.models import Question, ReaderMail
from articles.models.questions import UNSENT
from editorial.mail.notices import RETRY_AFTER, message_id
from editorial.mail.smtp import MailConnection, ServerAwayError, code, is_final
from editorial.mail.sweep import LEASE
from editorial.mail.text import as_html, composed, wrapped
from editorial.models import Notice
from editorial.record import delivery_queue
from editorial.record.canonical_json import timestamp
from editorial.record.wake_up import wake

logger = logging.getLogger(__name__)


def ask_for_delivery() -> None:
    """Send a delivery task to a worker. If the broker does not respond, the next sweep finds the pending mail."""
    wake("articles.tasks.sweep_reader_mail")


def claim(*, now: datetime, limit: int) -> list[int]:
    """Claim up to ``limit`` due mails for this worker until the lease ends. Return their ids."""
    return delivery_queue.claim_due(ReaderMail.objects.due(at=now), until=now + LEASE, limit=limit)


def gives_way(*, since: datetime, now: datetime) -> bool:
    """Whether urgent notices, which go before mail to readers, have become due after ``since``."""
    return Notice.objects.due(at=now).filter(is_urgent=True, not_before__gt=since).exists()


def deliver(*, mail_id: int, now: datetime, connection: MailConnection) -> bool:
    """Send a claimed mail, record that, and erase the address. Return True if the mail was sent.

    A failed mail is retried or given up. It is also given up if its address has been erased since. Raises
    ServerAwayError if the mail server does not answer: then call ``put_back`` or ``record_failure``.
    """
    owed = ReaderMail.objects.select_related("question__reply__article").get(pk=mail_id)
    if owed.sent_at or owed.given_up_at:
        return False
    if not owed.question.email:
        return _end(owed, given_up_at=now, last_error="The address was erased.")
    try:
        connection.send(message(owed))
    except ServerAwayError:
        raise
    except Exception as error:
        record_failure(mail_id=mail_id, error=error, now=now)
        return False
    _end(owed, sent_at=now, last_error="", attempts=F("attempts") + 1)
    return True


def put_back(*, mail_id: int, due_at: datetime, error: ServerAwayError | None = None) -> None:
    """Release a claimed mail that could not be tried. It stays pending, and no attempt is counted."""
    claimed = ReaderMail.objects.filter(UNSENT, pk=mail_id)
    if error:
        claimed.update(last_error=error.code)
    delivery_queue.put_back(claimed, due_at=due_at)


@transaction.atomic
def _end(owed: ReaderMail, **said: object) -> bool:
    """Record the end of a mail, sent or given up, and erase the address, which is no longer needed. Return False."""
    ReaderMail.objects.filter(pk=owed.pk).update(claimed_until=None, **said)
    Question.objects.filter(pk=owed.question_id).erase_addresses()
    return False


@transaction.atomic
def record_failure(*, mail_id: int, error: Exception, now: datetime) -> None:
    """Count a failed attempt at a claimed mail, and retry it later or give it up."""
    logger.warning("mail %s to a reader could not be sent: %s", mail_id, code(error))
    owed = ReaderMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    owed.attempts += 1
    said = {"attempts": owed.attempts, "last_error": code(error)}
    again = None if is_final(error) else delivery_queue.next_attempt(owed, retry_after=RETRY_AFTER, now=now)
    if again is None:
        _end(owed, given_up_at=now, **said)
    else:
        ReaderMail.objects.filter(pk=mail_id).update(not_before=again, claimed_until=None, **said)


def _key(owed: ReaderMail) -> str:
    """Return what identifies a mail, also if ids are used again after a database was restored."""
    return f"{owed.pk}:{owed.question_id}:{timestamp(owed.question.received_at)}"


def message(owed: ReaderMail) -> EmailMultiAlternatives:
    """Return the mail to the reader with the outcome of a question."""
    question = owed.question
    reply = question.reply
    path = reverse("pages:article", args=[reply.article.slug]) if reply.article else ""
    context = {
        "asked": question.text,
        "outcome": reply.outcome,
        "answer": reply.text,
        "address": f"{settings.SITE_URL}{path}" if path else "",
        "site_name": settings.SITE_NAME,
    }
    subject, text = composed("reader_mail/settled.txt", context)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=wrapped(text),
        to=[question.email],
        headers={"Message-ID": message_id("question", _key(owed)), "Auto-Submitted": "auto-generated"},
    )
    html = render_to_string("notices/mail.html", {**context, "subject": subject, "html": as_html(text)})
    mail.attach_alternative(html, "text/html")
    return mail

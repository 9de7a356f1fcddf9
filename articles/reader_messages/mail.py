"""Mail to readers who asked: at least once, and the address is gone when it is over."""

import logging
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from articles.models import Question, ReaderMail
from editorial.mailing import Line, ServerAwayError, code, is_final
from editorial.notices import LEASE, RETRY_AFTER, SERVER_AWAY_AFTER, wrapped

logger = logging.getLogger(__name__)


def ask_for_delivery() -> None:
    """Wake a worker. When the broker does not answer, the next sweep by beat finds what is owed anyway."""
    current_app.send_task("articles.tasks.sweep_reader_mail", retry=False, ignore_result=True)


def claim(*, now: datetime, limit: int) -> list[int]:
    """Take up to ``limit`` due mails for this deliverer until the lease ends; returns their ids."""
    with transaction.atomic():
        due = ReaderMail.objects.due(at=now).select_for_update(skip_locked=True, no_key=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        ReaderMail.objects.filter(pk__in=ids).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return ids


def deliver(*, mail_id: int, now: datetime) -> bool:
    """Send a claimed mail, record it and erase the address; True when sent. A failure is tried again or given up.

    One whose address was erased meanwhile is given up. Raises ServerAwayError, see ``put_back``.
    """
    owed = ReaderMail.objects.select_related("question__reply__article").get(pk=mail_id)
    if owed.sent_at or owed.given_up_at:
        return False
    if not owed.question.email:
        return _end(owed, given_up_at=now, last_error="The address was erased.")
    try:
        with Line() as line:
            line.send(message(owed))
    except ServerAwayError:
        raise
    except Exception as error:
        logger.warning("mail %s to a reader could not be sent: %s", owed.pk, code(error))
        return _failed(owed, error=error, now=now)
    _end(owed, sent_at=now, last_error="")
    return True


def put_back(*, mail_id: int, now: datetime) -> None:
    """Let go of a claimed mail that could not be tried: the mail server is away. It is owed as before."""
    again = now + SERVER_AWAY_AFTER
    ReaderMail.objects.filter(pk=mail_id).update(not_before=again, attempts=F("attempts") - 1)


@transaction.atomic
def _end(owed: ReaderMail, **said: object) -> bool:
    """It is sent, or never will be: either way there is no more use for the address."""
    ReaderMail.objects.filter(pk=owed.pk).update(**said)
    Question.objects.filter(pk=owed.question_id).erase_addresses()
    return False


def _failed(owed: ReaderMail, *, error: Exception, now: datetime) -> bool:
    if is_final(error) or owed.attempts > len(RETRY_AFTER):
        return _end(owed, given_up_at=now, last_error=code(error))
    again = now + RETRY_AFTER[owed.attempts - 1]
    ReaderMail.objects.filter(pk=owed.pk).update(not_before=again, last_error=code(error))
    return False


def message(owed: ReaderMail) -> EmailMultiAlternatives:
    """What became of a question, as a mail."""
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
    subject, _, text = render_to_string("reader_mail/settled.txt", context).partition("\n")
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=wrapped(text.strip() + "\n"),
        to=[question.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    html = render_to_string("notices/mail.html", {**context, "subject": subject, "text": text.strip()})
    mail.attach_alternative(html, "text/html")
    return mail

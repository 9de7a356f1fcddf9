"""Celery tasks: the document cache, imports, mail to readers, and webhook messages about lapsed approvals."""

from celery import shared_task
from django.utils import timezone

from articles import actions
from articles.actions import work_through
from articles.actions.reference_imports import BATCHES_A_RUN, UNFINISHED
from articles.models import LibraryImport, Question, Report
from articles.reader_messages import mail
from editorial.mail.smtp import ServerAwayError
from editorial.models import User

READINGS_A_RUN = 200

VERIFIED_A_RUN = 200
"""Articles whose stored documents are verified in one run. Each takes some ten milliseconds."""

READER_MAILS = 20
"""Maximum number of mails in one sweep. Even if the server hangs at each, the task ends before its time limit."""


@shared_task
def write_documents() -> int:
    """Rewrite the cached documents of articles that changed. Return how many articles. Sends itself again if needed."""
    done = actions.write_documents(by=User.objects.system(), now=timezone.now(), limit=READINGS_A_RUN)
    if done == READINGS_A_RUN:
        write_documents.delay()
    return done


@shared_task
def verify_documents() -> int:
    """Compare the stored documents of the next articles with the record, mend differences. Return how many."""
    found = actions.verify_documents(by=User.objects.system(), now=timezone.now(), limit=VERIFIED_A_RUN)
    return len(found)


@shared_task
def run_import(import_id: int) -> str:
    """Continue one import within the time of one task, then send the next task. Return the import's progress."""
    job = work_through(import_id=import_id, by=User.objects.system(), now=timezone.now(), batches=BATCHES_A_RUN)
    if job.progress in UNFINISHED:
        run_import.delay(import_id)
    return job.progress


@shared_task
def sweep_imports() -> int:
    """Send a task for each unfinished import, in case Redis lost one. Return the number of imports."""
    unfinished = LibraryImport.objects.filter(progress__in=UNFINISHED).order_by("pk").values_list("pk", flat=True)
    for import_id in unfinished:
        run_import.delay(import_id)
    return len(unfinished)


@shared_task
def tell_of_lapses() -> int:
    """Create the webhook messages about lapsed approvals that have none yet. Return how many."""
    return len(actions.tell_of_lapses(by=User.objects.system(), now=timezone.now()))


@shared_task
def sweep_reader_mail() -> int:
    """Send up to ``READER_MAILS`` pending mails to readers; the next sweep sends more. Return how many were sent."""
    sent = 0
    for mail_id in mail.claim(now=timezone.now(), limit=READER_MAILS):
        try:
            sent += mail.deliver(mail_id=mail_id, now=timezone.now())
        except ServerAwayError:
            mail.put_back(mail_id=mail_id, now=timezone.now())
    return sent


@shared_task
def erase_addresses() -> int:
    """Erase readers' addresses that are past their retention period, also of open messages. Return how many."""
    now = timezone.now()
    return sum(model.objects.filter(erase_email_at__lte=now).erase_addresses() for model in (Question, Report))

"""Celery tasks: the document cache, imports, mail to readers, and webhook messages about lapsed approvals."""

from celery import shared_task
from django.utils import timezone

from articles import actions
from articles.actions import work_through
from articles.actions.reference_imports import BATCHES_A_RUN, UNFINISHED, queue_import
from articles.models import LibraryImport, Question, Report
from articles.reader_messages import mail
from articles.transitions import queue_document_writing
from editorial.mail import sweep
from editorial.models import User

READINGS_A_RUN = 200


@shared_task
def write_documents() -> int:
    """Rewrite the cached documents of articles that changed. Return how many articles. Sends itself again if needed."""
    done = actions.write_documents(by=User.objects.system(), now=timezone.now(), limit=READINGS_A_RUN)
    if done == READINGS_A_RUN:
        queue_document_writing()
    return done


@shared_task
def run_import(import_id: int) -> str:
    """Continue one import within the time of one task, then send the next task. Return the import's progress."""
    job = work_through(import_id=import_id, by=User.objects.system(), now=timezone.now(), batches=BATCHES_A_RUN)
    if job.progress in UNFINISHED:
        queue_import(import_id)
    return job.progress


@shared_task
def sweep_imports() -> int:
    """Send a task for each unfinished import, in case Redis lost one. Return the number of imports."""
    unfinished = LibraryImport.objects.filter(progress__in=UNFINISHED).order_by("pk").values_list("pk", flat=True)
    for import_id in unfinished:
        queue_import(import_id)
    return len(unfinished)


@shared_task
def tell_of_lapses() -> int:
    """Create the webhook messages about lapsed approvals that have none yet. Return how many."""
    return len(actions.tell_of_lapses(by=User.objects.system(), now=timezone.now()))


@shared_task(soft_time_limit=sweep.SOFT_LIMIT, time_limit=sweep.HARD_LIMIT)
def sweep_reader_mail() -> int:
    """Send due mails to readers until none is due or the time is up; return how many were sent."""
    return sweep.send_due(mail, clock=timezone.now)


@shared_task
def erase_addresses() -> int:
    """Erase readers' addresses that are past their retention period, also of open messages. Return how many."""
    now = timezone.now()
    return sum(model.objects.filter(erase_email_at__lte=now).erase_addresses() for model in (Question, Report))

"""Celery tasks: the document cache, imports, mail to readers, and webhook messages about lapsed approvals."""

from celery import shared_task
from django.utils import timezone

from articles import actions
from articles.actions.reference_imports import UNFINISHED, queue_import, unfinished_imports
from articles.reader_messages import mail
from articles.transitions import queue_document_writing
from editorial.mail import sweep
from editorial.models import User

READINGS_A_RUN = 200

VERIFIED_A_RUN = 200
"""Articles whose stored documents are verified in one run. Each takes some ten milliseconds."""


@shared_task
def write_documents() -> int:
    """Rewrite the cached documents of articles that changed. Return how many articles. Sends itself again if needed.

    It does so after a full run: articles that are locked or rest after a failure are no reason for another one.
    """
    done = actions.write_documents(by=User.objects.system(), now=timezone.now(), limit=READINGS_A_RUN)
    if done == READINGS_A_RUN:
        queue_document_writing()
    return done


@shared_task
def verify_documents() -> int:
    """Compare the stored documents of the next articles with the record, mend differences. Return how many."""
    found = actions.verify_documents(by=User.objects.system(), now=timezone.now(), limit=VERIFIED_A_RUN)
    return len(found)


@shared_task
def run_import(import_id: int) -> str:
    """Continue one import within the time of one task, then send the next task. Return the import's progress.

    An import that fails rests, and the sweep sends the next task. The progress is empty then.
    """
    progress = actions.continue_import(import_id=import_id, by=User.objects.system(), now=timezone.now())
    if progress in UNFINISHED:
        queue_import(import_id)
    return progress


@shared_task
def sweep_imports() -> int:
    """Send a task for each unfinished import, in case Redis lost one. Return the number of imports.

    Imports that rest after a failure get none.
    """
    unfinished = unfinished_imports(now=timezone.now())
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
    return actions.erase_addresses(by=User.objects.system(), now=timezone.now())

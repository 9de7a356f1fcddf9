"""Work outside the request: imports of the library, what readers are told and sent, and lapses told to front-ends."""

from celery import shared_task
from django.utils import timezone

from articles import actions, reader_mail
from articles.actions import work_through
from articles.actions.library.importing import BATCHES_A_RUN, UNFINISHED
from articles.models import LibraryImport, Question, Report
from editorial.mailing import ServerAwayError
from editorial.models import User

READINGS_A_RUN = 200

READER_MAILS = 20
"""Mails of one sweep: even if the server hangs at each of them, it ends before its time limit."""


@shared_task
def write_readings() -> int:
    """Write anew what readers are told of articles that changed; returns of how many. Asks for more while there are."""
    done = actions.write_readings(by=User.objects.system(), now=timezone.now(), limit=READINGS_A_RUN)
    if done == READINGS_A_RUN:
        write_readings.delay()
    return done


@shared_task
def run_import(import_id: int) -> str:
    """Go on with one import for as long as a task may take, then ask for another task; returns how far it has come."""
    job = work_through(import_id=import_id, by=User.objects.system(), now=timezone.now(), batches=BATCHES_A_RUN)
    if job.progress in UNFINISHED:
        run_import.delay(import_id)
    return job.progress


@shared_task
def sweep_imports() -> int:
    """Ask for a task for each import that is not finished, whatever Redis forgot; returns how many there are."""
    unfinished = LibraryImport.objects.filter(progress__in=UNFINISHED).order_by("pk").values_list("pk", flat=True)
    for import_id in unfinished:
        run_import.delay(import_id)
    return len(unfinished)


@shared_task
def tell_of_lapses() -> int:
    """Owe front-ends the approvals that are past their shelf life and of which they were not told; returns how many."""
    return len(actions.tell_of_lapses(by=User.objects.system(), now=timezone.now()))


@shared_task
def sweep_reader_mail() -> int:
    """Send readers what they are owed, up to ``READER_MAILS``; returns how many were sent. The next sweep is near."""
    sent = 0
    for mail_id in reader_mail.claim(now=timezone.now(), limit=READER_MAILS):
        try:
            sent += reader_mail.deliver(mail_id=mail_id, now=timezone.now())
        except ServerAwayError:
            reader_mail.put_back(mail_id=mail_id, now=timezone.now())
    return sent


@shared_task
def erase_addresses() -> int:
    """Forget the addresses of readers whose time is over, whether they were answered or not; returns how many."""
    now = timezone.now()
    return sum(model.objects.filter(erase_email_at__lte=now).erase_addresses() for model in (Question, Report))

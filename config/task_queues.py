"""The queues of Celery: what is urgent never waits behind what may take long."""

from collections.abc import Mapping
from enum import StrEnum

from kombu import Exchange
from kombu import Queue as Declaration


class Queue(StrEnum):
    """A queue in Redis. ``config.workers`` runs one worker process for each."""

    CLOCK = "clock"
    """Work that has its time: heartbeat, reminders, lapses, what rules require. No task in it uses the network."""
    MAIL = "mail"
    WEBHOOKS = "webhooks"
    DOCUMENTS = "documents"
    IMPORTS = "imports"


QUEUE_OF: Mapping[str, Queue] = {
    "editorial.tasks.heartbeat": Queue.CLOCK,
    "editorial.tasks.purge_answers": Queue.CLOCK,
    "editorial.tasks.purge_logins": Queue.CLOCK,
    "editorial.tasks.purge_mail_log": Queue.CLOCK,
    "editorial.tasks.purge_typed": Queue.CLOCK,
    "editorial.tasks.purge_webhooks": Queue.CLOCK,
    "editorial.tasks.record_ended_terms": Queue.CLOCK,
    "editorial.tasks.sweep_notices": Queue.MAIL,
    "editorial.tasks.sweep_webhooks": Queue.WEBHOOKS,
    "articles.tasks.erase_addresses": Queue.CLOCK,
    "articles.tasks.run_import": Queue.IMPORTS,
    "articles.tasks.sweep_imports": Queue.CLOCK,
    "articles.tasks.sweep_reader_mail": Queue.MAIL,
    "articles.tasks.tell_of_lapses": Queue.CLOCK,
    "articles.tasks.verify_documents": Queue.DOCUMENTS,
    "articles.tasks.write_documents": Queue.DOCUMENTS,
    "reviews.tasks.apply_consequences": Queue.CLOCK,
    "reviews.tasks.compose_mails": Queue.CLOCK,
    "reviews.tasks.fill_seats": Queue.CLOCK,
    "reviews.tasks.follow_conflicts": Queue.CLOCK,
    "reviews.tasks.follow_empty_seats": Queue.CLOCK,
    "reviews.tasks.follow_retractions": Queue.CLOCK,
    "reviews.tasks.hand_on_reviews": Queue.CLOCK,
    "reviews.tasks.mark_approvals": Queue.CLOCK,
    "reviews.tasks.take_due_rungs": Queue.CLOCK,
}
"""The queue of every task."""

EARLIER = "celery"
"""The queue of releases before there were several. The worker of ``documents`` empties it after an upgrade."""

ROUTES = {task: {"queue": str(queue)} for task, queue in QUEUE_OF.items()}
DECLARED = [Declaration(name, Exchange(name), routing_key=name) for name in [*map(str, Queue), EARLIER]]

"""Send due mail, one at a time, with regard to the mail server: it may hang, rest, or limit how much it accepts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from editorial.mail import circuit_breaker, sender_rate
from editorial.mail.smtp import MailConnection, ServerAwayError
from editorial.models.mail_servers import CircuitState
from editorial.record.delivery_queue import with_jitter

BATCH = timedelta(seconds=45)
"""How long one task begins new mails."""

SOFT_LIMIT, HARD_LIMIT = 90, 120
"""Seconds after which Celery interrupts the mail under way, and after which it ends the process."""

LEASE = timedelta(minutes=5)
"""How long one worker reserves a mail: longer than its task can run, so no live worker loses it."""

MOST_SILENCES = 2
"""So many mails in a row that got no answer mean that the server is away. One alone may be caused by its recipient."""

SILENT_AGAIN_AFTER = timedelta(minutes=5)
"""Minimum wait of a single mail that got no answer, while no other mail is due. Others that come meanwhile are sent."""


class MailQueue(Protocol):
    """A kind of mail: pending rows that are claimed and delivered."""

    def claim(self, *, now: datetime, limit: int) -> list[int]:
        """Reserve up to ``limit`` due mails, and return their ids."""

    def gives_way(self, *, since: datetime, now: datetime) -> bool:
        """Whether more urgent mail of another queue became due after ``since``. Then this queue ends its task."""

    def deliver(self, *, mail_id: int, now: datetime, connection: MailConnection) -> bool:
        """Send a claimed mail and record the result. Raises ServerAwayError if the server did not answer."""

    def record_failure(self, *, mail_id: int, error: Exception, now: datetime) -> None:
        """Count a failed attempt."""

    def put_back(self, *, mail_id: int, due_at: datetime, error: ServerAwayError | None = None) -> None:
        """Release a claimed mail without an attempt."""


def send_due(queue: MailQueue, *, clock: Callable[[], datetime]) -> int:
    """Send due mails until none is due, the time is up, or the server is away; return how many were sent.

    Sends nothing while ``MAIL_AND_WEBHOOKS`` is off.
    """
    if not settings.MAIL_AND_WEBHOOKS:
        return 0
    with MailConnection() as connection:
        return Sweep(queue, clock, connection).run()


@dataclass
class Sweep:
    """One run over a queue, with what it has learned about the server."""

    queue: MailQueue
    clock: Callable[[], datetime]
    connection: MailConnection
    unanswered: list[tuple[int, ServerAwayError]] = field(default_factory=list)
    is_probe: bool = False

    def __post_init__(self) -> None:
        self.began = self.clock()

    def run(self) -> int:
        """Send, and return how many were sent. What the server left unanswered in the end is put back."""
        sent, until = 0, self.began + BATCH
        while self.clock() < until and not self.is_away and (mail_id := self.next_mail()):
            sent += self.try_mail(mail_id)
        if self.is_away:
            self.rest()
        elif self.unanswered:
            self.postpone()
        elif self.is_probe:  # the mail did not get as far as the server
            circuit_breaker.give_probe_back(now=self.clock())
        return sent

    @property
    def is_away(self) -> bool:
        """Whether the server is known not to answer: no connection, a failed probe, or several silences in a row."""
        silences = self.unanswered
        return bool(silences) and (self.is_probe or len(silences) >= MOST_SILENCES or not silences[-1][1].had_opened)

    def next_mail(self) -> int | None:
        """Claim the next due mail, if the server and its rate allow one now."""
        now = self.clock()
        state = circuit_breaker.current().state(at=now)
        if (state == CircuitState.OPEN and not self.is_probe) or self.queue.gives_way(since=self.began, now=now):
            return None
        for mail_id in self.queue.claim(now=now, limit=1):
            if self.may_send(state, now=now):
                return mail_id
            self.queue.put_back(mail_id=mail_id, due_at=now)
        return None

    def may_send(self, state: CircuitState, *, now: datetime) -> bool:
        """Whether a claimed mail may be sent now. After a rest, one worker gets to send a single mail."""
        if not sender_rate.allows_one():
            return False
        if state == CircuitState.HALF_OPEN:
            self.is_probe = circuit_breaker.take_probe(now=now, until=now + LEASE)
            return self.is_probe
        return True

    def try_mail(self, mail_id: int) -> bool:
        """Send one mail; return whether it was sent. An answer about it shows that the server is there."""
        answers = self.connection.answers
        try:
            is_sent = self.queue.deliver(mail_id=mail_id, now=self.clock(), connection=self.connection)
        except ServerAwayError as error:
            self.unanswered.append((mail_id, error))
            return False
        if self.connection.answers > answers:
            self.blame_mails()
        return is_sent

    def blame_mails(self) -> None:
        """Count the silences so far as failed attempts at these mails, because the server answered about another."""
        if self.is_probe:
            circuit_breaker.close_circuit()
            self.is_probe = False
        for mail_id, error in self.unanswered:
            self.queue.record_failure(mail_id=mail_id, error=error.cause, now=self.clock())
        self.unanswered.clear()

    def postpone(self) -> None:
        """Release a single mail that got no answer while no other was due. Nothing says whose fault that is."""
        ((mail_id, error),) = self.unanswered
        wait = with_jitter(SILENT_AGAIN_AFTER, str(mail_id))
        self.queue.put_back(mail_id=mail_id, due_at=self.clock() + wait, error=error)

    def rest(self) -> None:
        """Leave the server alone, and release the mails that it did not answer. They cost no attempt."""
        error = self.unanswered[-1][1]
        due_at = circuit_breaker.open_circuit(error=error, is_probe=self.is_probe, now=self.clock())
        for mail_id, error in self.unanswered:
            self.queue.put_back(mail_id=mail_id, due_at=due_at, error=error)

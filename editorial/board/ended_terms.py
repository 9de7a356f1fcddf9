"""Terms on the board that ended: each is recorded in the ledger once, also if nobody did anything that day."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from editorial.accounts.access import notify_of_ending
from editorial.calendar import working_days
from editorial.models import BoardMember, EndedTerm, SweepTask, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.record import ledger
from editorial.record.sweeps import sweep


def record_ended_terms(*, now: datetime) -> int:
    """Record every term that ended by its date: in the ledger, and in a mail to the member. Returns how many.

    Nothing else has to be done on that day. Sessions, tokens and links from before it are refused when they are used.
    """
    recorded = EndedTerm.objects.filter(member=OuterRef("pk"), last_day=OuterRef("term_to"))
    over = BoardMember.objects.filter(~Exists(recorded), term_to__lt=working_days.site_day(now)).order_by("pk")
    with sweep(SweepTask.RECORD_ENDED_TERMS, now=now) as run:
        return sum(run.each(BoardMember, list(over.values_list("pk", flat=True)), lambda pk: _record(pk, now=now)))


def _record(member_id: int, *, now: datetime) -> bool:
    """Record the term under the member's lock, unless it was extended or recorded meanwhile."""
    locked = BoardMember.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    member = locked.get(pk=member_id)
    if not note_ended_term(member, now=now):
        return False
    payload = {"record": f"boardmember:{member.pk}", "last_day": str(member.term_to)}
    system = User.objects.system()
    entry = ledger.append(chain=BOARD_CHAIN, action="term_ended", by=system, now=now, payload=payload)
    notify_of_ending(member.user, event="term on the board ended", occasion=entry.sequence, by=system, now=now)
    return True


def note_ended_term(member: BoardMember, *, now: datetime) -> bool:
    """Note that the term of ``member`` is over, if it is. Returns whether it was not noted before."""
    if member.term_to is None or member.term_to >= working_days.site_day(now):
        return False
    noted = {"member": member, "last_day": member.term_to}
    return EndedTerm.objects.get_or_create(**noted, defaults={"recorded_at": now})[1]

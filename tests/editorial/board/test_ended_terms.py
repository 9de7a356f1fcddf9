"""Terms that end by their date: one entry in the ledger and one mail each, and none for those that an edit ended."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from editorial.actions import keep_board_record
from editorial.board import ended_terms
from editorial.board.ended_terms import record_ended_terms
from editorial.mail import notices
from editorial.models import BoardMember, EndedTerm, LedgerEntry, Notice
from editorial.record import ledger
from editorial.tasks import record_ended_terms as task
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def ada() -> BoardMember:
    return end(factories.make_member("ada"), TODAY)


def end(member: BoardMember, last_day: date | None) -> BoardMember:
    member.term_to = last_day
    return keep_board_record(record=member, by=factories.make_user("edith", is_editor=True), now=NOW)


def entries() -> list[str]:
    return [entry.payload["last_day"] for entry in LedgerEntry.objects.filter(action="term_ended").order_by("pk")]


def test_term_that_ends_by_its_date_is_in_the_ledger_once_and_its_member_is_told(ada):
    assert record_ended_terms(now=NOW) == 0
    assert [record_ended_terms(now=TOMORROW + timedelta(hours=hours)) for hours in (0, 1)] == [1, 0]
    assert not ended_terms._record(ada.pk, now=TOMORROW)
    assert entries() == [str(TODAY)]
    notice = Notice.objects.select_related("recipient").get(kind="access_ended")
    assert "term on the board ended." in " ".join(notices.mail(notice).body.split())
    assert list(ledger.chain_breaks()) == []


def test_term_that_an_edit_ended_is_not_recorded_again(ada):
    end(ada, TODAY - timedelta(days=1))
    assert task() == 0
    assert entries() == []


def test_term_that_was_extended_and_ends_again_is_recorded_again(ada):
    record_ended_terms(now=TOMORROW)
    end(ada, TODAY + timedelta(days=9))
    record_ended_terms(now=NOW + timedelta(days=10))
    assert entries() == [str(TODAY), str(TODAY + timedelta(days=9))]


def test_ended_term_is_never_changed(ada):
    record_ended_terms(now=TOMORROW)
    row = EndedTerm.objects.get()
    assert str(row) == f"Ada Example, until {TODAY}"
    with pytest.raises(IntegrityError), transaction.atomic():
        EndedTerm.objects.update(last_day=TOMORROW.date())

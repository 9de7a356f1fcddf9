"""What is laid again is what was walked to, and only where the walk would have led to it."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import verification as versions
from articles.lifecycle import State
from articles.models import Article
from editorial.models import Specialty
from editorial.record import ledger, seals
from reviews import verification as reviews
from tests.support import factories
from tests.support.factories import make_user, make_version_at
from tests.support.stored_rows import memory, present_rows

pytestmark = pytest.mark.django_db


def taken_back(make):
    """What ``make`` gives, the rows that it leaves and the number of its queries; nothing of it stays."""
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        made, rows = make(), {table: sorted(rows) for table, rows in present_rows().items() if rows}
        transaction.set_rollback(True)
    memory.begin()
    return made, rows, len(queries)


def test_second_time_the_same_rows_are_there_in_a_handful_of_queries():
    walked, rows, many = taken_back(lambda: make_version_at(State.SUSPENDED, "walked"))
    laid, again, few = taken_back(lambda: make_version_at(State.SUSPENDED, "walked"))
    assert (laid, again) == (walked, rows)
    assert laid is not walked
    assert few < 10 < 200 < many


def test_what_was_laid_holds_and_can_be_walked_on_from():
    for _ in range(2):
        version, *_ = taken_back(lambda: make_version_at(State.APPROVED, "held"))
    make_version_at(State.APPROVED, "held")
    factories.articles.retract(version_id=version.pk, reason="x", by=make_user("edith"), now=factories.NOW)
    assert factories.reread(version).state == State.RETRACTED
    assert not [*ledger.chain_breaks(), *seals.history_breaks(), *versions.version_breaks(), *reviews.find_breaks()]


def test_laws_hold_again_after_rows_were_laid():
    for _ in range(2):
        taken_back(lambda: make_version_at(State.SUBMITTED, "lawful"))
    version = make_version_at(State.SUBMITTED, "lawful")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_version SET question = 'x' WHERE id = %s", [version.pk])


def test_walk_after_a_write_of_the_tests_own_is_walked():
    taken_back(lambda: make_version_at(State.DRAFT, "own"))
    Specialty.objects.create(code="before", name="Before")
    assert memory.trail is None
    make_version_at(State.DRAFT, "own")
    assert (Specialty.objects.get().code, Article.objects.get().slug) == ("before", "own")


def test_steps_are_told_apart_by_what_they_are_called_with_and_by_the_steps_before():
    taken_back(lambda: make_user("wanda", is_writer=True))
    assert not taken_back(lambda: make_user("wanda"))[0].is_writer
    assert taken_back(lambda: (make_user("wanda"), make_user("wanda", is_writer=True)))[0][1].is_writer is False

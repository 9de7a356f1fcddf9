"""Look-ups by libpq itself: what comes back, what is raised, and what becomes of lost plans and connections."""

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.published import prepared_queries
from articles.published.prepared_queries import look_up
from tests.faults.test_concurrency import held_by_somebody_else
from tests.support.factories import NOW

ECHO = "SELECT %(text)s::text, %(count)s::bigint, %(at)s::timestamptz, NULL::bytea, '\\x00ff'::bytea"
SENT = {"text": "Größe 100", "count": 7, "at": NOW}
ROW = ("Größe 100", 7, NOW, None, b"\x00\xff")


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'look_up%'")
        return [name for (name,) in cursor.fetchall()]


def test_values_come_back_as_they_were_sent(db):
    assert look_up(ECHO, SENT) == [ROW]
    assert look_up("SELECT 1 WHERE %(text)s = ''", {"text": "more"}) == []


def test_query_is_counted_and_told_like_any_other(db, django_assert_num_queries):
    with CaptureQueriesContext(connection) as asked:
        look_up(ECHO, SENT)
    assert asked[0]["sql"].startswith("SELECT $1::text, $2::bigint")
    with django_assert_num_queries(1):
        look_up(ECHO, SENT)


def test_wrapper_of_queries_sees_it(db):
    def refuse(*_args):
        raise OperationalError("Not today.")

    with connection.execute_wrapper(refuse), pytest.raises(OperationalError, match="Not today"):
        look_up(ECHO, SENT)


@pytest.mark.parametrize(
    ("statement", "sent", "error"),
    [
        ("SELECT nowhere WHERE %(text)s = ''", {"text": "a"}, ProgrammingError),
        ("SELECT 1 / %(count)s::bigint", {"count": 0}, DataError),
    ],
)
def test_refusal_of_the_server_is_raised_as_django_raises_it(db, statement, sent, error):
    with pytest.raises(error), transaction.atomic():
        look_up(statement, sent)


def test_statement_is_prepared_once_for_each_type_of_what_is_sent(db):
    before = len(prepared())
    for count in (7, 8, 2**40):
        look_up("SELECT %(count)s::bigint + 1", {"count": count})
    assert len(prepared()) == before + 2


def test_statement_that_wants_a_new_plan_each_time_is_not_prepared(db):
    before = prepared()
    assert look_up(f"{ECHO} AS unprepared", SENT, prepare=False) == [ROW]
    assert prepared() == before


@pytest.mark.django_db(transaction=True)
def test_plan_is_made_once_and_never_for_what_is_sent():
    connection.close()
    look_up("SELECT word FROM articles_word WHERE word = %(word)s", {"word": "willow"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_plan_that_the_server_lost_is_made_anew():
    look_up(ECHO, SENT)
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")
    assert look_up(ECHO, SENT) == [ROW]
    assert prepared() == []
    assert look_up(ECHO, SENT) == [ROW]
    assert len(prepared()) == 1


@pytest.mark.django_db(transaction=True)
def test_statement_that_another_client_of_a_pooler_prepared_is_taken_for_what_it_is():
    look_up(ECHO, SENT)
    prepared_queries._prepared.clear()
    assert look_up(ECHO, SENT) == [ROW]
    assert look_up("SELECT %(count)s::bigint", {"count": 7}) == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_plan_that_a_change_of_a_table_broke_is_made_anew():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS value")
    assert look_up("SELECT * FROM changing WHERE %(yes)s", {"yes": True}) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE changing ALTER value TYPE text")
    assert look_up("SELECT * FROM changing WHERE %(yes)s", {"yes": True}) == [("1",)]


@pytest.mark.django_db(transaction=True)
def test_connection_that_was_lost_is_opened_again():
    look_up(ECHO, SENT)
    end_connection()
    assert look_up(ECHO, SENT) == [ROW]


def end_connection() -> None:
    """As the server does when it stops."""
    backend = connection.connection.info.backend_pid
    with psycopg.connect(**held_by_somebody_else(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

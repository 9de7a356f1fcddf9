"""Looking something up by libpq itself: what psycopg's cursors do around a statement takes longer than a look-up."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import OperationalError, connection
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

_prepared: WeakKeyDictionary[psycopg.Connection[Any], set[bytes]] = WeakKeyDictionary()
"""Of each connection the names of what its server has prepared: planning takes as long as looking."""


def look_up(statement: str, parameters: Mapping[str, Any], *, prepare: bool = True) -> list[tuple[Any, ...]]:
    """Rows of a SELECT. Raises what Django's own cursors raise.

    ``prepare`` has the server keep its plan: for what is best found in the same way whatever the parameters are, and
    comes in few forms. A connection that was lost since it was last used is opened again.
    """
    try:
        return _look_up(statement, parameters, prepare=prepare)
    except OperationalError:
        if connection.in_atomic_block or not connection.connection.closed:
            raise
        connection.close()
        return _look_up(statement, parameters, prepare=prepare)


def _look_up(statement: str, parameters: Mapping[str, Any], *, prepare: bool) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    direct = Direct(connection.connection, prepare=prepare)
    with connection._prepare_cursor(direct) as cursor:  # type: ignore[attr-defined]  # counts, logs, translates errors
        cursor.execute(statement, parameters)
    return direct.rows


class Asked(NamedTuple):
    """What Django's log of queries asks a cursor for."""

    query: bytes


class Direct:
    """As much of a cursor as Django's wrapper around cursors needs."""

    def __init__(self, opened: psycopg.Connection[Any], *, prepare: bool) -> None:
        self.opened, self.prepare = opened, prepare
        self._query: Asked | None = None
        self.rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, parameters: Mapping[str, Any]) -> None:
        """Send it and keep its rows. It begins no transaction: one statement that reads needs none of its own."""
        query = _numbered(statement, tuple(parameters))
        self._query = Asked(query)
        form = Transformer(self.opened)
        sent = form.dump_sequence(list(parameters.values()), [PyFormat.AUTO] * len(parameters))
        result = self._by_kept_plan(query, form, sent) if self.prepare else self._by_new_plan(query, form, sent)
        if result.status != ExecStatus.TUPLES_OK:
            raise self._error(result)
        form.set_pgresult(result)
        self.rows = form.load_rows(0, result.ntuples, tuple)

    def _by_new_plan(self, query: bytes, form: abc.Transformer, sent: Sequence[Any]) -> PGresult:
        return self.opened.pgconn.exec_params(query, sent, form.types, form.formats, Format.BINARY)

    def _by_kept_plan(self, query: bytes, form: abc.Transformer, sent: Sequence[Any]) -> PGresult:
        known, pgconn, types = _prepared.setdefault(self.opened, set()), self.opened.pgconn, tuple(form.types or ())
        name = _name(query, types)
        made = None if name in known else pgconn.prepare(name, query, types)
        if made is None or made.status == ExecStatus.COMMAND_OK:
            known.add(name)
            made = pgconn.exec_prepared(name, sent, form.formats, Format.BINARY)
        if made.status == ExecStatus.TUPLES_OK or pgconn.transaction_status != TransactionStatus.IDLE:
            return made
        del _prepared[self.opened]  # a pooler gave us another connection, or a migration changed a table
        return self._by_new_plan(query, form, sent)

    def _error(self, result: PGresult) -> psycopg.Error:
        """A server that went away told no code."""
        if self.opened.closed:
            return psycopg.OperationalError("The connection to the database was lost.")
        return psycopg.errors.error_from_result(result)

    def close(self) -> None:
        """There is nothing to close."""


@cache
def _numbered(statement: str, names: Sequence[str]) -> bytes:
    """``statement`` with its parameters as PostgreSQL numbers them."""
    return (statement % {name: f"${number}" for number, name in enumerate(names, start=1)}).encode()


@cache
def _name(query: bytes, types: Sequence[int]) -> bytes:
    """Says what it stands for: behind a pooler, others prepare statements on the same connection."""
    return f"look_up_{sha256(query + repr(types).encode()).hexdigest()[:32]}".encode()

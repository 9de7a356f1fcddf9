"""Run a lookup with libpq directly, because the overhead of psycopg's cursors takes longer than the lookup itself."""

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
"""The names of the prepared statements of each connection. Planning takes as long as the lookup."""


def look_up(statement: str, parameters: Mapping[str, object], *, prepare: bool = True) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT. Raises what Django's own cursors raise.

    With ``prepare`` the server keeps the plan. Use it for statements that come in few forms, and whose best plan does
    not depend on the parameters. A connection that was lost since its last use is reopened.
    """
    try:
        return _look_up(statement, parameters, prepare=prepare)
    except OperationalError:
        if connection.in_atomic_block or connection.connection is None or not connection.connection.closed:
            raise
        connection.close()
        return _look_up(statement, parameters, prepare=prepare)


def _look_up(statement: str, parameters: Mapping[str, object], *, prepare: bool) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    direct = Direct(connection.connection, prepare=prepare)
    with connection._prepare_cursor(direct) as cursor:  # type: ignore[attr-defined]  # counts, logs, translates errors
        cursor.execute(statement, parameters)
    return direct.rows


class Asked(NamedTuple):
    """The part of a cursor's query that Django's query log reads."""

    query: bytes


class Direct:
    """The part of a cursor that Django's cursor wrapper needs."""

    def __init__(self, opened: psycopg.Connection[Any], *, prepare: bool) -> None:
        self.opened, self.prepare = opened, prepare
        self._query: Asked | None = None
        self.rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, parameters: Mapping[str, object]) -> None:
        """Send the statement and keep its rows. It begins no transaction: a single SELECT needs none."""
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
        del _prepared[self.opened]  # a pooler switched the connection, or a migration changed a table
        return self._by_new_plan(query, form, sent)

    def _error(self, result: PGresult) -> psycopg.Error:
        """Return the error of ``result``. A server that closed the connection sent no error code."""
        if self.opened.closed:
            return psycopg.OperationalError("The connection to the database was lost.")
        return psycopg.errors.error_from_result(result)

    def close(self) -> None:
        """Do nothing: there is no cursor to close."""


@cache
def _numbered(statement: str, names: Sequence[str]) -> bytes:
    """Return ``statement`` with PostgreSQL's numbered parameters."""
    return (statement % {name: f"${number}" for number, name in enumerate(names, start=1)}).encode()


@cache
def _name(query: bytes, types: Sequence[int]) -> bytes:
    """Return a name made from the statement and its types.

    Behind a pooler, other clients prepare statements on the same connection, so a counter would clash.
    """
    return f"look_up_{sha256(query + repr(types).encode()).hexdigest()[:32]}".encode()

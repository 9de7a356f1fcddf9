"""A cache of the rows that factories write, which are inserted again if a factory starts from the same rows.

The real actions lead to every state once per process. A later test that begins with the same steps gets the rows that
they left, byte for byte and with their ids, in one statement instead of hundreds. The key of a step is the steps before
it and its arguments. As soon as a test writes anything itself, the cache is not used and the factories call the real
actions. They do so too for data that a whole module shares, and wherever rows are committed.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, is_dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from tests.support.coverage_scope import unmeasured

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[str, tuple[str, ...]]

MANY = 500
"""Rows. Beside so many, comparing rows takes longer than writing a few more."""

READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "SET ")
WRITTEN = """SELECT relname FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname NOT SIMILAR TO '(auth|django)_%'"""


@dataclass(frozen=True)
class Step:
    """The effect of a factory: its result, the statements that write the same rows, and all rows after it."""

    result: Any
    sql: str
    rows: Rows


@dataclass
class Memory:
    """The cache. ``trail`` has the steps from an empty database to its current rows; None if they are unknown."""

    trail: tuple[Any, ...] | None = None
    rows: Rows = field(default_factory=dict)
    steps: dict[tuple[Any, ...], Step] = field(default_factory=dict)

    def watch(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        """Reset the trail when anything except a step writes. This is a Django execute wrapper."""
        if not sql.startswith(READS):
            self.trail = None
        return execute(sql, *args)

    def begin(self) -> None:
        """Start a test with an empty trail. Its first step checks whether the database is empty."""
        self.trail, self.rows = (), {}

    def step(self, key: Any, walk: Callable[[], R]) -> R:
        if self.trail == () and not nothing_there():
            self.trail = None
        if self.trail is None or not connection.in_atomic_block or sum(map(len, self.rows.values())) > MANY:
            return walk()
        trail, before = (*self.trail, key), self.rows
        if trail in self.steps:
            lay(self.steps[trail].sql)
        else:
            self.trail = None  # no nested steps
            result = walk()
            rows = before | present_rows()
            self.steps[trail] = Step(deepcopy(result), difference(before, rows), rows)
        self.trail, self.rows = trail, self.steps[trail].rows
        return deepcopy(self.steps[trail].result)


memory = Memory()


def remembered(walk: Callable[P, R]) -> Callable[P, R]:
    """Cache the factory ``walk``: a call with the same arguments on the same trail inserts the same rows."""

    @wraps(walk)
    def step(*args: P.args, **kwargs: P.kwargs) -> R:
        moment = timezone.now() if time_machine.escape_hatch.is_travelling() else None
        key = (walk.__name__, moment, frozen(args), frozen(kwargs))
        with unmeasured():
            return memory.step(key, lambda: walk(*args, **kwargs))

    return step


def frozen(value: Any) -> Any:
    """Return ``value`` in a hashable form. A row is represented by its id, because the trail determines its content."""
    if isinstance(value, Model):
        return (value._meta.label, value.pk)
    if isinstance(value, Mapping):
        return tuple(sorted((name, frozen(part)) for name, part in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, set):
        return frozenset(value)
    if is_dataclass(value):
        return (type(value), frozen(vars(value)))
    return value


def nothing_there() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM editorial_user)")
        return cursor.fetchone()[0]


def present_rows() -> Rows:
    """Return every row, as text, of the project's tables with writes that are not in PostgreSQL's statistics yet."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        tables = sorted(name for (name,) in cursor.fetchall())
        each = (f"SELECT '{table}', array_agg(row::text) FROM \"{table}\" AS row" for table in tables)
        cursor.execute(" UNION ALL ".join(each) or "SELECT WHERE false")
        return {table: tuple(rows or ()) for table, rows in cursor.fetchall()}


def difference(before: Rows, after: Rows) -> str:
    """Return the statements that change the rows of ``before`` to those of ``after``."""
    statements = []
    for table, rows in after.items():
        known = before.get(table, ())
        if gone := missing(known, in_=rows):
            statements.append(f'DELETE FROM "{table}" AS row WHERE row::text = ANY(ARRAY[{literals(gone)}]::text[])')
        if new := missing(rows, in_=known):
            laid = f'INSERT INTO "{table}" SELECT row.* FROM unnest(ARRAY[{literals(new)}]::"{table}"[]) AS row'
            statements.append(laid)
    return ";".join(statements)


def missing(rows: tuple[str, ...], *, in_: tuple[str, ...]) -> list[str]:
    there = set(in_)
    return [row for row in rows if row not in there]


def literals(rows: list[str]) -> str:
    return ", ".join("'" + row.replace("'", "''") + "'" for row in rows)


def lay(sql: str) -> None:
    """Run ``sql`` without triggers: they accepted exactly these rows when the actions wrote them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL session_replication_role = replica;{sql};SET LOCAL session_replication_role = origin"
        )

"""Literals in functions, triggers, check constraints and partial indexes of the live database, to compare."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection


class Said(NamedTuple):
    """A use of literals in SQL: “state is one of these”, “is not”, “has these keys”, or only a word."""

    what: str
    how: str
    values: frozenset[str]


def is_in(what: str, values: Iterable[str]) -> Said:
    return Said(what, "is", frozenset(map(str, values)))


def is_not_in(what: str, values: Iterable[str]) -> Said:
    return Said(what, "is not", frozenset(map(str, values)))


def has(what: str, keys: Iterable[str]) -> Said:
    return Said(what, "has", frozenset(keys))


def words(*each: str) -> set[Said]:
    """Return literals without a comparison: arguments of triggers, patterns, numbers in quotes."""
    return {Said("", "word", frozenset({one})) for one in each}


FUNCTIONS = """
SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 'public'::regnamespace AND l.lanname NOT IN ('c', 'internal')
"""
"""Excludes functions in C, which belong to extensions."""

TRIGGERS = """
SELECT t.tgrelid::regclass::text || '.' || t.tgname, p.proname || ': ' || pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
"""

CHECKS = """
SELECT conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""

INDEXES = """
SELECT indrelid::regclass::text || '.' || indexrelid::regclass::text, pg_get_expr(indpred, indrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND indpred IS NOT NULL
"""


def definitions(query: str) -> dict[str, str]:
    """Return name and definition of everything that one of the queries above finds."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


WITHOUT_MEANING = re.compile(
    r"""--[^\n]* | RAISE\ EXCEPTION[^;]*  # words for people
    | ::(?:character\ varying|timestamp\ with\ time\ zone|\w+)(?:\(\d+\))?(?:\[\])?  # casts
    """,
    re.VERBOSE,
)
IN_PARENTHESES = re.compile(r"(?<!\w)\(([\w.]+|'[^']*')\)")
"""A column or word alone in parentheses. After a restored dump PostgreSQL prints ``ARRAY[('low'), ('high')]``."""

COLUMN = r"(?<![\w.])((?:NEW\.|OLD\.)?[a-z_][\w.]*)"
WORD = r"'([^']*)'"
COMPARED = re.compile(rf"{COLUMN}\s*(=|<>|NOT IN|IN|<@)\s*(?:ANY\s*)?\(*(?:ARRAY\[)?({WORD}(?:,\s*{WORD})*)")
KEY = re.compile(rf"{COLUMN}\s*->>?\s*{WORD}")
IS_NOT = {"<>", "NOT IN"}
EMPTY = {"", "{}", "null"}


def said(sql: str) -> set[Said]:
    """Return the literals of ``sql`` except empty ones: as compared with a column, as a JSON key, or as a word."""
    sql = IN_PARENTHESES.sub(r"\1", WITHOUT_MEANING.sub("", sql))
    found = set(_compared(sql)) | set(_keys(sql))
    rest = KEY.sub("", COMPARED.sub("", sql))
    found |= words(*re.findall(WORD, rest))
    return {Said(what, how, values - EMPTY) for what, how, values in found if values - EMPTY}


def _compared(sql: str) -> Iterator[Said]:
    for column, operator, listed, *_ in COMPARED.findall(sql):
        how = "is not" if operator in IS_NOT else "is"
        yield Said(column.lower(), how, frozenset(re.findall(WORD, listed)))


def _keys(sql: str) -> Iterator[Said]:
    """Yield the keys that are read from each JSON value, together."""
    keys: dict[str, set[str]] = {}
    for column, key in KEY.findall(sql):
        keys.setdefault(column.lower(), set()).add(key)
    return (has(column, found) for column, found in keys.items())


def differences(in_sql: Mapping[str, set[Said]], in_python: Mapping[str, set[Said]]) -> dict[str, str]:
    """Return the differences between SQL and Python as text, by SQL name."""
    told = {}
    for name in in_sql.keys() | in_python.keys():
        sql, python = in_sql.get(name, set()), in_python.get(name, set())
        if sql != python:
            told[name] = f"SQL alone: {_shown(sql - python)}. Python alone: {_shown(python - sql)}."
    return told


def _shown(said: set[Said]) -> str:
    lines = sorted(f"{one.what} {one.how} {', '.join(sorted(one.values))}".strip() for one in said)
    return "; ".join(lines) or "nothing"

"""Checking field history: each row's seal, and that the newest row says what the record says now."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from editorial.ledger import Break

OF_HISTORY = [
    *("history_id", "history_date", "history_change_reason", "history_type", "history_user_id"),
    *("seal", "sealed_columns"),
]
"""Columns that a history table has beside those of the record."""

# As imprimatur_seal() in editorial/triggers.py computes it on insert.
BROKEN_SEALS = """
    SELECT DISTINCT ON (id) id, history_id, 'the history row does not match its seal' FROM (
        SELECT id, history_id, seal, encode(sha256(convert_to(
            coalesce(lag(seal) OVER (PARTITION BY id ORDER BY history_id), '')
            || imprimatur_sealed(to_jsonb(h), sealed_columns), 'UTF8')), 'hex') AS expected
        FROM {history} h) sealed
    WHERE seal IS DISTINCT FROM expected ORDER BY id, history_id
"""

# A newest row of type "-" belongs to a record that was removed.
DIVERGED = """
    SELECT coalesce(present.id, newest.id), coalesce(newest.history_id, 0),
        CASE WHEN present.id IS NULL THEN 'the record is missing' ELSE 'the record differs from its history' END
    FROM (SELECT DISTINCT ON (id) * FROM {history} ORDER BY id, history_id DESC) newest
    FULL JOIN {table} present ON present.id = newest.id
    WHERE CASE WHEN newest.id IS NULL OR newest.history_type = '-' THEN present.id IS NOT NULL
          ELSE present.id IS NULL OR to_jsonb(present) - %s::text[] <> to_jsonb(newest) - %s::text[] END
    ORDER BY 1
"""


def breaks() -> Iterator[Break]:
    """The first broken history row of each record, and every record that its history does not account for."""
    for model in tracked_models():
        yield from breaks_of(model)


def tracked_models() -> list[type[models.Model]]:
    """Every model with field history, by table."""
    tracked = [model for model in apps.get_models() if hasattr(model, "history")]
    return sorted(tracked, key=lambda model: model._meta.db_table)


def breaks_of(model: type[models.Model]) -> Iterator[Break]:
    """The breaks in the history of this model; the chain of a record is named ``history:<table>:<id>``."""
    table, history = model._meta.db_table, model.history.model._meta.db_table  # type: ignore[attr-defined]
    quoted = {"table": connection.ops.quote_name(table), "history": connection.ops.quote_name(history)}
    kept = {field.column for field in model.history.model._meta.concrete_fields}  # type: ignore[attr-defined]
    not_kept = [field.column for field in model._meta.concrete_fields if field.column not in kept]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'UTC'")  # as the trigger has it: times are part of what is hashed
        cursor.execute(BROKEN_SEALS.format(**quoted))
        found = cursor.fetchall()
        cursor.execute(DIVERGED.format(**quoted), [not_kept, OF_HISTORY])
        found += cursor.fetchall()
    for identity, sequence, reason in found:
        yield Break(f"history:{table}:{identity}", sequence, reason)

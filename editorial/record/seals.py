"""Verify field history: the seal of each row, and that the newest row equals the current record."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from editorial.record.ledger import Break

OF_HISTORY = [
    *("history_id", "history_date", "history_change_reason", "history_type", "history_user_id"),
    *("seal", "sealed_columns"),
]
"""Columns that a history table has in addition to those of the record."""

# As imprimatur_seal() in editorial/record/triggers.py computes it on insert.
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


def history_breaks() -> Iterator[Break]:
    """Yield the first broken history row of each record, and every record that differs from its history."""
    for model in tracked_models():
        yield from breaks_in_history_of(model)


def tracked_models() -> list[type[models.Model]]:
    """Return every model with field history, in the order of the tables' names."""
    tracked = [model for model in apps.get_models() if hasattr(model, "history")]
    return sorted(tracked, key=lambda model: model._meta.db_table)


def breaks_in_history_of(model: type[models.Model]) -> Iterator[Break]:
    """Yield the breaks in the history of ``model``. The chain of a record is named ``history:<table>:<id>``."""
    table, history = model._meta.db_table, model.history.model._meta.db_table  # type: ignore[attr-defined]
    quoted = {"table": connection.ops.quote_name(table), "history": connection.ops.quote_name(history)}
    history_columns = {field.column for field in model.history.model._meta.concrete_fields}  # type: ignore[attr-defined]
    untracked = [field.column for field in model._meta.concrete_fields if field.column not in history_columns]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'UTC'")  # as in the trigger: the hash covers times as text
        cursor.execute(BROKEN_SEALS.format(**quoted))
        broken = cursor.fetchall()
        cursor.execute(DIVERGED.format(**quoted), [untracked, OF_HISTORY])
        broken += cursor.fetchall()
    for identity, sequence, reason in broken:
        yield Break(f"history:{table}:{identity}", sequence, reason)

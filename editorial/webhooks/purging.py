"""Forgetting what was told to front-ends long ago. What is still owed stays, and PostgreSQL refuses to let go of it."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

LET_GO = """
DELETE FROM editorial_dispatch WHERE id = ANY(ARRAY(
    SELECT id FROM editorial_dispatch WHERE delivered_at < %(before)s OR abandoned_at < %(before)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)) RETURNING id
"""
FORGET_ATTEMPTS = "DELETE FROM editorial_attempt WHERE dispatch_id = ANY(%s)"
FORGET_MESSAGES = """
DELETE FROM editorial_message WHERE id = ANY(ARRAY(
    SELECT id FROM editorial_message told WHERE occurred_at < %(before)s AND NOT is_remembered
    AND NOT EXISTS (SELECT FROM editorial_dispatch WHERE message_id = told.id) LIMIT %(limit)s
))
"""
"""Those of which nobody is owed anything any more, and those that nobody ever listened to."""


@transaction.atomic
def purge(*, before: datetime, limit: int) -> int:
    """Forget up to ``limit`` deliveries that were made or given up before that moment, with their attempts, and up to
    ``limit`` messages of before it that nothing is left of; returns how many of both. 0 when there are none.
    """
    bounds: dict[str, Any] = {"before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, bounds)
        gone = [dispatch for (dispatch,) in cursor.fetchall()]
        cursor.execute(FORGET_ATTEMPTS, [gone])
        cursor.execute(FORGET_MESSAGES, bounds)
        return len(gone) + cursor.rowcount

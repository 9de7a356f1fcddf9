"""Delete old webhooks. Pending ones stay: PostgreSQL refuses to delete them."""

from datetime import datetime

from django.db import connection, transaction

from editorial.record.canonical_json import JSONDict
from editorial.sql_files import statement

DELETE_DISPATCHES = statement(__package__, "delete_dispatches")
DELETE_ATTEMPTS = statement(__package__, "delete_attempts")
DELETE_MESSAGES = statement(__package__, "delete_messages")


@transaction.atomic
def purge(*, before: datetime, limit: int) -> int:
    """Delete old deliveries and messages; return how many of both, 0 if there are none.

    Deletes up to ``limit`` deliveries that were made or given up earlier than ``before``, with their attempts, and up
    to ``limit`` messages of that time that have no delivery left.
    """
    bounds: JSONDict = {"before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(DELETE_DISPATCHES, bounds)
        gone = [dispatch for (dispatch,) in cursor.fetchall()]
        cursor.execute(DELETE_ATTEMPTS, {"dispatches": gone})
        cursor.execute(DELETE_MESSAGES, bounds)
        return len(gone) + cursor.rowcount

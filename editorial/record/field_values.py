"""The field values of a record as JSON values, for the payload of a ledger entry."""

from datetime import datetime
from typing import Any

from editorial.models import TrackedModel, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.record import ledger
from editorial.record.canonical_json import JSONDict, timestamp


def values(record: TrackedModel) -> JSONDict:
    """Return the field values of ``record`` as JSON values, as the ledger stores them."""
    return {field.attname: _json_value(field.value_from_object(record)) for field in record._meta.concrete_fields}


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return value if isinstance(value, str | int | bool | list | None) else str(value)


def append_values(record: TrackedModel, *, verb: str, by: User, now: datetime, reason: str) -> None:
    """Append an entry with the current field values of ``record`` to the ledger of the board."""
    name = record._meta.model_name
    payload = {"record": f"{name}:{record.pk}", "values": values(record), "reason": reason}
    ledger.append(chain=BOARD_CHAIN, action=f"{name}_{verb}", by=by, now=now, payload=payload)

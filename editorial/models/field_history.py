"""Field history of everything that a person can edit, with the acting user and a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from editorial.exceptions import FrozenRecord


class SealedHistory(models.Model):
    """A history row with a hash over itself and the row before it, computed by PostgreSQL.

    ``sealed_columns`` lists the columns that the hash covers, so a column that is added later breaks no older seal.
    """

    seal = models.CharField(max_length=64, null=True, editable=False)
    sealed_columns = ArrayField(models.TextField(), null=True, editable=False)

    class Meta:
        abstract = True


class TrackedQuerySet(models.QuerySet):
    """Refuses the methods that change rows without a history row."""

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise FrozenRecord(f"{self.model.__name__} is tracked: save or delete one by one, with actor and reason")

    update = bulk_update = bulk_create = delete = _refuse
    aupdate = abulk_update = abulk_create = adelete = _refuse

    def in_order(self) -> Self:
        return self.order_by("pk")

    def record_many(self, rows: Sequence[Any], *, by: AbstractUser, now: datetime, reason: str = "") -> list[Any]:
        """Insert new ``rows``, each with a history row, as ``record`` does for one row.

        Two statements in one transaction, for thousands of rows at a time. Existing rows are not changed.
        """
        with transaction.atomic(using=self.db):
            added = super().bulk_create(rows)
            self.model.history.bulk_history_create(  # type: ignore[attr-defined]
                added, default_user=by, default_date=now, default_change_reason=reason or None
            )
        return added

    def record_changes(
        self, rows: Sequence[Any], *, fields: Sequence[str], by: AbstractUser, now: datetime, reason: str = ""
    ) -> None:
        """Write ``fields`` of stored ``rows``, each with a history row, as ``record`` does for one row.

        One transaction, for thousands of rows that one event changes. The caller has just read the rows under a lock.
        """
        if not rows:
            return
        with transaction.atomic(using=self.db, savepoint=False):
            models.QuerySet(self.model, using=self.db).bulk_update(rows, fields)
            self.model.history.bulk_history_create(  # type: ignore[attr-defined]
                rows, update=True, default_user=by, default_date=now, default_change_reason=reason or None
            )


class Recorded(models.Model):
    """Saved by ``record``, which stores who made the change, when and why."""

    class Meta:
        abstract = True

    def record(self, *, by: AbstractUser, now: datetime, reason: str = "") -> Self:
        """Save with history. ``by``, ``now`` and ``reason`` apply to this save only and are reset afterwards."""
        self._name_the_actor(by=by, now=now, reason=reason)
        try:
            self.save()
        finally:
            self._forget_the_actor()
        return self

    def remove(self, *, by: AbstractUser, now: datetime, reason: str = "") -> None:
        """Delete with history. PostgreSQL refuses this for rows that may not be deleted."""
        self._name_the_actor(by=by, now=now, reason=reason)
        try:
            self.delete()
        finally:
            self._forget_the_actor()

    def _name_the_actor(self, *, by: AbstractUser, now: datetime, reason: str) -> None:
        self._history_user, self._history_date, self._change_reason = by, now, reason or None

    def _forget_the_actor(self) -> None:
        del self._history_user, self._history_date, self._change_reason


class TrackedModel(Recorded):
    """Has field history of every field. Its ``objects`` comes from a ``TrackedQuerySet``."""

    history = HistoricalRecords(inherit=True, bases=[SealedHistory])

    class Meta:
        abstract = True

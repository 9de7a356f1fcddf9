"""Field history of everything a person can edit, with the acting user and a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from editorial.exceptions import FrozenRecord

if TYPE_CHECKING:
    from editorial.models.people import User


class SealedHistory(models.Model):
    """A history row with a hash over itself and the row before it; PostgreSQL computes it.

    ``sealed_columns`` names what the hash covers, so that a column added later breaks no older seal.
    """

    seal = models.CharField(max_length=64, null=True, editable=False)
    sealed_columns = ArrayField(models.TextField(), null=True, editable=False)

    class Meta:
        abstract = True


class TrackedQuerySet(models.QuerySet):
    """Refuses what would change rows without leaving history."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise FrozenRecord(f"{self.model.__name__} is tracked: save or delete one by one, with actor and reason")

    update = bulk_update = bulk_create = delete = _refuse
    aupdate = abulk_update = abulk_create = adelete = _refuse

    def in_order(self) -> Self:
        return self.order_by("pk")

    def record_many(self, rows: Sequence[Any], *, by: "User", now: datetime, reason: str = "") -> list[Any]:
        """Insert new ``rows`` with a history row each, as ``record`` does for one; two statements, both or neither.

        For thousands that arrive at once. It changes no row that is there already.
        """
        with transaction.atomic(using=self.db):
            added = super().bulk_create(rows)
            self.model.history.bulk_history_create(  # type: ignore[attr-defined]
                added, default_user=by, default_date=now, default_change_reason=reason or None
            )
        return added

    def record_changes(
        self, rows: Sequence[Any], *, fields: Sequence[str], by: "User", now: datetime, reason: str = ""
    ) -> None:
        """Write ``fields`` of stored ``rows`` with a history row each, as ``record`` does for one; both or neither.

        For thousands that one event changes. The caller has read the rows afresh under a lock.
        """
        if not rows:
            return
        with transaction.atomic(using=self.db, savepoint=False):
            models.QuerySet(self.model, using=self.db).bulk_update(rows, fields)
            self.model.history.bulk_history_create(  # type: ignore[attr-defined]
                rows, update=True, default_user=by, default_date=now, default_change_reason=reason or None
            )


class Recorded(models.Model):
    """Saved through ``record``, which says who did it, when and why."""

    class Meta:
        abstract = True

    def record(self, *, by: "User", now: datetime, reason: str = "") -> Self:
        """Save with history. ``by`` and ``reason`` belong to this save alone and are forgotten afterwards."""
        self._name_the_actor(by=by, now=now, reason=reason)
        try:
            self.save()
        finally:
            self._forget_the_actor()
        return self

    def remove(self, *, by: "User", now: datetime, reason: str = "") -> None:
        """Delete with history; PostgreSQL refuses where the laws say the row stays."""
        self._name_the_actor(by=by, now=now, reason=reason)
        try:
            self.delete()
        finally:
            self._forget_the_actor()

    def _name_the_actor(self, *, by: "User", now: datetime, reason: str) -> None:
        self._history_user, self._history_date, self._change_reason = by, now, reason or None

    def _forget_the_actor(self) -> None:
        del self._history_user, self._history_date, self._change_reason


class TrackedModel(Recorded):
    """Has field history of every field. Its ``objects`` comes from a ``TrackedQuerySet``."""

    history = HistoricalRecords(inherit=True, bases=[SealedHistory])

    class Meta:
        abstract = True

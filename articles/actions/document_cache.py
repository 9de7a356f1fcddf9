"""What readers are told, written beforehand; front-ends are told where it says something else than it did."""

from datetime import datetime
from typing import cast

from django.db import transaction

from articles.events import tell_ground, tell_reworded
from articles.reading import written
from articles.reading.shown import Shown
from articles.reading.written import ground_at
from editorial.models import EditorialPolicy, User
from editorial.permissions import is_system, require


def write_readings(*, by: User, now: datetime, limit: int) -> int:
    """Write up to ``limit`` articles that are behind, each in a transaction of its own; returns how many.

    Front-ends are owed each text that reads otherwise than before, and once what makes all of them read otherwise.
    Raises NotPermitted for anybody but the house itself.
    """
    require(is_system(by), "Only the house itself writes what readers are told.")
    late = written.behind(at=now, limit=limit)
    if late:
        _tell_ground(now)
    return sum(_write(article_id, now=now) for article_id in late)


@transaction.atomic
def _tell_ground(now: datetime) -> None:
    if EditorialPolicy.objects.newest(at=now) is not None:
        tell_ground(ground_at(now), now=now)


@transaction.atomic
def _write(article_id: int, *, now: datetime) -> bool:
    """False when somebody works on the article: the next sweep finds it."""
    done = written.write(article_id=article_id, now=now)
    if done is not None and done.is_reworded:
        tell_reworded(cast(Shown, done.shown), occasion=f"mark.{done.mark}")
    return done is not None

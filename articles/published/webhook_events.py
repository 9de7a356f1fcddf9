"""What front-ends are told when an article changes for readers: that it did, and where to ask; never the text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.db.models import CharField, Exists, OuterRef, TextChoices, Value
from django.db.models.functions import Cast, Concat

from articles.models.version import VersionQuerySet
from articles.reading.review import STATUS
from articles.reading.shown import Shown, Standing
from articles.reading.wording import address
from editorial.models import Message
from editorial.webhooks.owing import owe


class Event(TextChoices):
    """What can be listened to. Each says how what readers are shown stands from now on."""

    SUBMITTED = "article.submitted", "a text is shown that was submitted and not reviewed"
    UNDER_REVIEW = "article.under_review", "the review of a text that is shown began"
    APPROVED = "article.approved", "a text was approved"
    UPDATED = "article.updated", "what is shown changed in another way"
    SUSPENDED = "article.suspended", "an approval was suspended"
    REINSTATED = "article.reinstated", "a suspended approval counts again"
    LAPSED = "article.lapsed", "an approval is past its shelf life"
    RETRACTED = "article.retracted", "a text was retracted"
    WITHDRAWN = "article.withdrawn", "nothing of an article is shown any more"
    SITE_UPDATED = "site.updated", "another policy or list of retractions: every text may read otherwise"


ONCE = "once"
"""The occasion of what happens to a version only once."""

BY_STANDING: Mapping[Standing, Event] = {
    Standing.SUBMITTED: Event.SUBMITTED,
    Standing.UNDER_REVIEW: Event.UNDER_REVIEW,
    Standing.CHANGES_REQUESTED: Event.UPDATED,
    Standing.APPROVED: Event.APPROVED,
    Standing.LAPSED: Event.UPDATED,
    Standing.SUSPENDED: Event.SUSPENDED,
    Standing.RETRACTED: Event.RETRACTED,
}
"""What readers came to see by a change. An approval lapses by the clock; see ``tell_lapse``."""


def tell_readers_side(*, before: Shown | None, after: Shown | None, occasion: str, now: datetime) -> None:
    """Owe front-ends the difference that a change made to what readers are shown; nothing if it made none.

    The caller holds the article's lock.
    """
    if _same(before, after):
        return
    event = Event.WITHDRAWN if after is None else _event(before, after)
    told = cast(Shown, after or before)  # one of them is there, else they were the same
    _owe(event, told, occasion=occasion, occurred_at=now, is_shown=after is not None)


def _same(before: Shown | None, after: Shown | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.version.pk, before.standing) == (after.version.pk, after.standing)


def _event(before: Shown | None, after: Shown) -> Event:
    """Of a text whose approval was suspended it is said that it counts again, not that it was approved."""
    was = before.standing if before is not None and before.version.pk == after.version.pk else None
    counts_again = after.is_approved and was == Standing.SUSPENDED
    return Event.REINSTATED if counts_again else BY_STANDING[after.standing]


def tell_reworded(shown: Shown, *, occasion: str) -> None:
    """Owe front-ends a text that reads otherwise though its review stands as before: a work, a disclaimer, a name."""
    _owe(Event.UPDATED, shown, occasion=occasion, occurred_at=shown.at)


def tell_ground(ground: str, *, now: datetime) -> None:
    """Owe front-ends that all texts may read otherwise, once for each ``ground``, by the policy and list in force."""
    policy, retractions, _code = ground.split(":")
    owe(
        event=Event.SITE_UPDATED.value,
        subject="site",
        occasion=f"{policy}.{retractions}",
        data={"url": address("api-articles"), "html": address("pages:articles")},
        occurred_at=now,
        now=now,
        is_remembered=True,
    )


def tell_lapse(shown: Shown) -> bool:
    """Owe front-ends that an approval is past its shelf life; True when they were not told of this one before.

    A version is approved once, and neither suspending nor reinstating it moves the end of its shelf life.
    """
    if shown.standing != Standing.LAPSED:
        return False
    lapsed_at = shown.version.valid_until or shown.at
    return _owe(Event.LAPSED, shown, occasion=ONCE, occurred_at=lapsed_at, is_remembered=True)


def untold(lapsed: VersionQuerySet) -> VersionQuerySet:
    """Those of ``lapsed`` of which front-ends were not told."""
    key = Concat(Value(f"{Event.LAPSED}:version:"), Cast(OuterRef("pk"), CharField()), Value(f":{ONCE}"))
    return lapsed.filter(~Exists(Message.objects.filter(key=key)))


def _owe(
    event: Event,
    shown: Shown,
    *,
    occasion: str,
    occurred_at: datetime,
    is_shown: bool = True,
    is_remembered: bool = False,
) -> bool:
    return owe(
        event=event.value,
        subject=shown.version.subject,
        occasion=occasion,
        data=thin(shown, is_shown=is_shown),
        occurred_at=occurred_at,
        now=shown.at,
        is_remembered=is_remembered,
    )


def thin(shown: Shown, *, is_shown: bool) -> dict[str, Any]:
    """What a message holds: which version, and where the truth is. ``status`` is null when nothing is shown."""
    slug = shown.article.slug
    status = "retracted" if shown.is_retracted else STATUS[shown.standing].value
    return {
        "slug": slug,
        "version": shown.version.number,
        "digest": shown.version.digest,
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
        "status": status if is_shown else None,
    }

"""Create the webhook messages about public changes of an article. A message has URLs, never the text."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db.models import CharField, Exists, OuterRef, TextChoices, Value
from django.db.models.functions import Cast, Concat

from articles.models.versions import VersionQuerySet
from articles.published.dates_and_urls import address
from articles.published.review import STATUS
from articles.published.visible_version import Shown, Standing
from editorial.models import Message
from editorial.record.canonical_json import JSONDict
from editorial.webhooks.outbox import owe


class WebhookEvent(TextChoices):
    """The events of webhooks. Each names the new standing of what readers see."""

    SUBMITTED = "article.submitted", "a text is shown that was submitted and not reviewed"
    UNDER_REVIEW = "article.under_review", "the review of a text that is shown began"
    APPROVED = "article.approved", "a text was approved"
    UPDATED = "article.updated", "the shown content changed in another way"
    SUSPENDED = "article.suspended", "an approval was suspended"
    REINSTATED = "article.reinstated", "a suspended approval counts again"
    LAPSED = "article.lapsed", "an approval is past its shelf life"
    RETRACTED = "article.retracted", "a text was retracted"
    WITHDRAWN = "article.withdrawn", "an article is no longer shown"
    SITE_UPDATED = "site.updated", "another policy or list of retractions: every text may read otherwise"


ONCE = "once"
"""The occasion of an event that a version has only once."""

BY_STANDING: Mapping[Standing, WebhookEvent] = {
    Standing.SUBMITTED: WebhookEvent.SUBMITTED,
    Standing.UNDER_REVIEW: WebhookEvent.UNDER_REVIEW,
    Standing.CHANGES_REQUESTED: WebhookEvent.UPDATED,
    Standing.APPROVED: WebhookEvent.APPROVED,
    Standing.LAPSED: WebhookEvent.UPDATED,
    Standing.SUSPENDED: WebhookEvent.SUSPENDED,
    Standing.RETRACTED: WebhookEvent.RETRACTED,
}
"""The event of a change, by the standing that readers see after it. For a lapse see ``tell_lapse``."""


def tell_readers_side(*, before: Shown | None, after: Shown | None, occasion: str, now: datetime) -> None:
    """Create a pending message if a change made a difference to readers. The caller holds the article's lock."""
    if _same(before, after):
        return
    event = WebhookEvent.WITHDRAWN if after is None else _event(before, after)
    shown = cast(Shown, after or before)  # not both are None, or they would be the same
    _owe(event, shown, occasion=occasion, occurred_at=now, is_shown=after is not None)


def _same(before: Shown | None, after: Shown | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.version.pk, before.standing) == (after.version.pk, after.standing)


def _event(before: Shown | None, after: Shown) -> WebhookEvent:
    """Return the event of a change. The end of a suspension is REINSTATED, not APPROVED."""
    was = before.standing if before is not None and before.version.pk == after.version.pk else None
    counts_again = after.is_approved and was == Standing.SUSPENDED
    return WebhookEvent.REINSTATED if counts_again else BY_STANDING[after.standing]


def tell_reworded(shown: Shown, *, occasion: str) -> None:
    """Create a pending message about a changed document of unchanged standing: a work, a disclaimer or a name."""
    _owe(WebhookEvent.UPDATED, shown, occasion=occasion, occurred_at=shown.at)


def tell_ground(ground: str, *, now: datetime) -> None:
    """Create a pending message that all documents may have changed, once for each policy and list of retractions.

    ``ground`` names the policy, the list and the code: see ``imprimatur_ground``.
    """
    policy, retractions, _code = ground.split(":")
    owe(
        event=WebhookEvent.SITE_UPDATED.value,
        subject="site",
        occasion=f"{policy}.{retractions}",
        data={"url": address("api-articles"), "html": address("pages:articles")},
        occurred_at=now,
        now=now,
        is_remembered=True,
    )


def tell_lapse(shown: Shown) -> bool:
    """Create a pending message that an approval has lapsed. Return True if there was none about this approval.

    A version is approved once. Suspension and reinstatement do not move the end of its shelf life.
    """
    if shown.standing != Standing.LAPSED:
        return False
    lapsed_at = shown.version.valid_until or shown.at
    return _owe(WebhookEvent.LAPSED, shown, occasion=ONCE, occurred_at=lapsed_at, is_remembered=True)


def untold(lapsed: VersionQuerySet) -> VersionQuerySet:
    """Return those of ``lapsed`` without a message about the lapse."""
    key = Concat(Value(f"{WebhookEvent.LAPSED}:version:"), Cast(OuterRef("pk"), CharField()), Value(f":{ONCE}"))
    return lapsed.filter(~Exists(Message.objects.filter(key=key)))


def _owe(
    event: WebhookEvent,
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


def thin(shown: Shown, *, is_shown: bool) -> JSONDict:
    """Return the data of a message: the version and its URLs. ``status`` is null if no version is public."""
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

"""Texts with many claims, and verdicts on them, for tests of several modules."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from articles import actions as articles
from articles.models import Claim, Reference, Rendition, Version
from articles.requirements import required
from articles.text.content import Text
from reviews import actions as reviews
from reviews.models import ClaimCheck, Review
from reviews.rounds.decision import tally_round
from tests.support import factories
from tests.support.factories import NOW
from tests.support.stored_rows import remembered

TWO = "Pain is common [@orbach2005]. It is mild [@stiehm2013].\n"


@remembered
def body(claims: Mapping[int, str]) -> str:
    """Return a text with a claim for each number that cites the work with that key. Makes the works."""
    for key in sorted(set(claims.values())):
        factories.make_reference(key, title=f"Title of {key}", DOI=f"10.1000/{key}")
    return "".join(f"- Statement {number} holds [@{key}].\n" for number, key in claims.items())


@remembered
def sent(
    text: str | None = TWO, *, after: Version | None = None, slug: str = "ivig-back-pain", now: datetime = NOW
) -> Version:
    """Return Wanda's submitted version with this text: the first one, or a revision of ``after``.

    With None a revision has the same claims and another summary, because the same text is refused.
    """
    wanda = factories.make_user("wanda", is_writer=True)
    draft = articles.revise(version_id=after.pk, by=wanda, now=now) if after else factories.make_draft(slug, now=now)
    if text:
        articles.edit(version_id=draft.pk, texts=factories.make_texts(text), by=wanda, now=now)
    elif after:
        texts = [replace(text, summary=f"Yes, as version {draft.number} says.") for text in texts_of(draft)]
        articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=now)
    return articles.submit(version_id=draft.pk, by=wanda, now=now)


def texts_of(version: Version) -> list[Text]:
    rows = Rendition.objects.filter(version=version).in_order()
    return [Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows]


def claims_of(version: Version) -> list[Claim]:
    return list(Claim.objects.filter(rendition__version=version).order_by("rendition", "position"))


@remembered
def check(
    review: Review,
    claim: Claim,
    verdict: str = "supports",
    *,
    work: Reference | None = None,
    now: datetime = NOW,
    **said: Any,
) -> ClaimCheck:
    """Return the reviewer's verdict on ``claim`` against ``work``, by default the first work cited at it."""
    work = work or claim.references.order_by("pk")[0]
    given = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": verdict, **said}
    return reviews.check_claim(review_id=review.pk, by=review.member.user, now=now, **given)


@remembered
def check_all(
    review: Review, *, only: Collection[int] | None = None, verdict: str = "supports", now: datetime = NOW
) -> None:
    """Give a verdict on every claim, or on the positions in ``only`` from 0, against every work cited at it."""
    for index, claim in enumerate(claims_of(review.version)):
        if only is None or index in only:
            for work in claim.references.order_by("pk"):
                check(review, claim, verdict, work=work, now=now)


@remembered
def signed(
    version: Version,
    username: str = "ada",
    *,
    verdict: str = "supports",
    decision: str = "approve",
    now: datetime = NOW,
) -> Review:
    """Return a signed review in which every claim got the same verdict."""
    review = factories.make_accepted(version, username, now=now)
    check_all(review, verdict=verdict, now=now)
    return factories.sign(review, decision, now=now)


def missing(version: Version, *, now: datetime = NOW) -> list[str]:
    """Return what an approval of ``version`` lacks."""
    version = factories.reread(version)
    return tally_round(version, requirements=required(version, at=now), now=now).missing

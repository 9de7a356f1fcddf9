"""Texts with many claims, and verdicts on them, as tests of several modules need them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from articles import actions as articles
from articles.models import Claim, Reference, Version
from editorial.models import EditorialPolicy
from reviews import actions as reviews
from reviews.consolidation import standing
from reviews.models import ClaimCheck, Review
from tests import factories
from tests.factories import NOW
from tests.walks import remembered

TWO = "Pain is common [@orbach2005]. It is mild [@stiehm2013].\n"


@remembered
def body(claims: Mapping[int, str]) -> str:
    """A text with a claim for each number, that cites the work with that key, which is made."""
    for key in sorted(set(claims.values())):
        factories.make_reference(key, title=f"Title of {key}", DOI=f"10.1000/{key}")
    return "".join(f"- Statement {number} holds [@{key}].\n" for number, key in claims.items())


@remembered
def sent(text: str | None = TWO, *, after: Version | None = None, slug: str = "ivig-back-pain") -> Version:
    """Wanda's version with this text, handed in: the first one, or a revision of ``after``, as it is if None."""
    wanda = factories.make_user("wanda", is_writer=True)
    draft = articles.revise(version_id=after.pk, by=wanda, now=NOW) if after else factories.make_draft(slug)
    if text:
        articles.edit(version_id=draft.pk, texts=factories.make_texts(text), by=wanda, now=NOW)
    return articles.submit(version_id=draft.pk, by=wanda, now=NOW)


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
    """The reviewer's verdict on ``claim`` against ``work``, or against the first work cited at it."""
    work = work or claim.references.order_by("pk")[0]
    given = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": verdict, **said}
    return reviews.check_claim(review_id=review.pk, by=review.member.user, now=now, **given)


@remembered
def check_all(
    review: Review, *, only: Collection[int] | None = None, verdict: str = "supports", now: datetime = NOW
) -> None:
    """A verdict on every claim, or on those at these places from 0, against every work cited at it."""
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
    """A review in which every claim got the same verdict."""
    review = factories.make_accepted(version, username, now=now)
    check_all(review, verdict=verdict, now=now)
    return factories.sign(review, decision, now=now)


def missing(version: Version, *, now: datetime = NOW) -> list[str]:
    """What an approval lacks."""
    return standing(factories.reread(version), policy=EditorialPolicy.objects.required(at=now), now=now).missing

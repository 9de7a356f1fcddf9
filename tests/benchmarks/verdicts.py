"""Measure how verdicts are carried over to the next version of a long article."""

from collections.abc import Iterator
from datetime import datetime
from time import perf_counter

from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import actions as articles
from articles.models import Claim, Version
from articles.requirements import required
from articles.text.content import Text
from editorial.models import BoardMember, User
from reviews import actions as reviews
from reviews.demo import cast, policies
from reviews.desk.carried_over_verdicts import carry_over
from reviews.desk.claims import claim_checklist
from reviews.models import Decision, Review

CLAIMS = 300
"""Number of claims: more than in the longest guideline."""

WORKS = 3
"""Number of works that each claim cites."""


def measure(*, scale: float) -> Iterator[str]:
    """Check every claim of an article, revise it, and carry the verdicts over. Needs a database without accounts."""
    count, now = max(int(CLAIMS * scale), 2), timezone.now()
    with transaction.atomic():
        cast.create_accounts_and_terms(now=now)
        cast.state_interests(now=now)
        policies.publish_next(1, now=now)
        first = _submitted(_article(count, now=now), now=now)
        _refuse(_check_all(_review(first, now=now), now=now), now=now)
        draft = articles.revise(version_id=first.pk, by=_user("wanda"), now=now)
        articles.edit(version_id=draft.pk, question="Do these statements hold?", by=_user("wanda"), now=now)
        second = _submitted(draft, now=now)
        reset_queries()  # the query log of a connection stops after some thousands
        begun = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            carried = carry_over(second, requirements=required(second, at=now), now=now)
        yield f"Verdicts, carried over: {carried:,} in {perf_counter() - begun:.2f} s, {len(queries)} queries"
        review, begun = _review(second, now=now), perf_counter()
        with CaptureQueriesContext(connection) as queries:
            listed = claim_checklist(review, user=review.member.user, now=now).summary
        took = perf_counter() - begun
        yield f"Verdicts, what there is to check: {listed.claims:,} claims in {took:.2f} s, {len(queries)} queries"
        transaction.set_rollback(True)


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _article(count: int, *, now: datetime) -> Version:
    """Return a draft with ``count`` claims. Each cites ``WORKS`` works, out of a fifth as many works as claims."""
    keys = [f"measured{number}" for number in range(max(count // 5, WORKS))]
    for key in keys:
        work = {"id": key, "type": "article-journal", "title": f"Work {key}", "DOI": f"10.1000/{key}"}
        articles.keep_reference(csl={**work, "issued": {"date-parts": [[2020]]}}, by=_user("wanda"), now=now)
    lines = []
    for number in range(count):
        cited = "; ".join(f"@{keys[(number + step) % len(keys)]}" for step in range(WORKS))
        lines.append(f"- The finding of number {number} was seen in a cohort [{cited}].\n")
    text = Text("professional", "As measured.", "".join(lines), is_primary=True)
    new = articles.NewArticle(slug="measured", question="What was measured?", texts=[text])
    return articles.create(new=new, by=_user("wanda"), now=now)


def _submitted(draft: Version, *, now: datetime) -> Version:
    return articles.submit(version_id=draft.pk, by=_user("wanda"), now=now)


def _review(version: Version, *, now: datetime) -> Review:
    member = BoardMember.objects.get(user__username="ada")
    review = reviews.invite(version_id=version.pk, member_id=member.pk, by=_user("edith"), now=now)
    return reviews.accept(review_id=review.pk, by=member.user, now=now)


def _check_all(review: Review, *, now: datetime) -> Review:
    for claim in Claim.objects.filter(rendition__version=review.version).prefetch_related("references"):
        for work in claim.references.all():
            reviews.check_claim(
                review_id=review.pk,
                claim_id=claim.pk,
                reference_id=work.pk,
                verdict="supports",
                by=review.member.user,
                now=now,
            )
    return review


def _refuse(review: Review, *, now: datetime) -> None:
    """Sign a request for changes, so that the round ends with one signature."""
    reviews.sign(
        review_id=review.pk,
        decision=Decision.REQUEST_CHANGES,
        digest=review.version.digest,
        statement="Please revise.",
        by=review.member.user,
        now=now,
    )

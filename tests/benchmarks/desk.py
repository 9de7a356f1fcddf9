"""Measure the review desk of a long article, compared with the public page of the same article."""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import actions as articles
from articles.models import Claim, Version
from articles.text.content import Text
from editorial.models import BoardMember, User
from reviews import actions as reviews
from reviews.actions.comments_and_verdicts import Anchor
from reviews.demo import cast, policies
from reviews.models import Review

CLAIMS = 200
"""Number of claims in the text, which has 25 words for each."""

COMMENTS = 1.5
"""Number of comments for each claim."""

WORKS = 40
REPEATS = 15
"""Number of runs. The fastest counts, because the others waited for something else."""

SENTENCE = (
    "In cohort {number} slower infusion was followed by fewer headaches within three days than the usual rate was, "
    "in adults and in children alike [@{key}]."
)


def measure(*, scale: float) -> Iterator[str]:
    """Measure the desk and the public page, with a tenth of the text and with all of it.

    Needs a database without accounts.
    """
    with transaction.atomic():
        now = timezone.now()
        cast.create_accounts_and_terms(now=now)
        cast.state_interests(now=now)
        policies.publish_next(1, now=now)
        _keep_works(now=now)
        for count in sorted({max(int(CLAIMS * scale * part), 2) for part in (0.1, 1)}):
            yield _measured(count, now=now)
        transaction.set_rollback(True)


def _measured(count: int, *, now: datetime) -> str:
    review = _commented(_review(_submitted(count, now=now), now=now), now=now)
    member, reader = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    member.force_login(review.member.user, backend="editorial.http.log_in.AuthenticationBackend")
    desk_address = reverse("admin:reviews_review_desk", args=[review.pk])
    page_address = reverse("pages:article", args=[review.version.article.slug])
    reset_queries()  # the query log of a connection stops after some thousands
    with CaptureQueriesContext(connection) as queries:
        shown = member.get(desk_address).content.count(b"data-claim=")
    asked = len(queries)  # now, because every later request clears the log
    desk, page = _fastest(lambda: member.get(desk_address), lambda: reader.get(page_address))
    return (
        f"Desk, {shown:,} claims with {int(count * COMMENTS):,} comments: {asked} queries, "
        f"{desk * 1000:,.0f} ms, {desk / page:.1f} x the reader page's {page * 1000:,.0f} ms (5 x is the bound)"
    )


def _fastest(*calls: Callable[[], Any]) -> list[float]:
    """Return the fastest run of each call, in seconds. The calls alternate, so a busy machine slows all of them."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for call, taken in zip(calls, times, strict=True):
            start = perf_counter()
            call()
            taken.append(perf_counter() - start)
    return [min(taken) for taken in times]


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _keep_works(*, now: datetime) -> None:
    for number in range(WORKS):
        work = {"id": f"measured{number}", "type": "article-journal", "title": f"Work {number}"}
        dated = {**work, "DOI": f"10.1000/measured.{number}", "issued": {"date-parts": [[2020]]}}
        articles.keep_reference(csl=dated, by=_user("wanda"), now=now)


def _submitted(count: int, *, now: datetime) -> Version:
    """Return a submitted version with ``count`` claims, five in each paragraph."""
    writer = _user("wanda")
    sentences = [SENTENCE.format(number=number, key=f"measured{number % WORKS}") for number in range(count)]
    paragraphs = [" ".join(sentences[start : start + 5]) for start in range(0, count, 5)]
    text = Text("professional", "As measured.", "\n\n".join(paragraphs), is_primary=True)
    new = articles.NewArticle(slug=f"measured-{count}", question="What was measured?", texts=[text])
    return articles.submit(version_id=articles.create(new=new, by=writer, now=now).pk, by=writer, now=now)


def _review(version: Version, *, now: datetime) -> Review:
    member = BoardMember.objects.get(user__username="ada")
    review = reviews.invite(version_id=version.pk, member_id=member.pk, by=_user("edith"), now=now)
    return reviews.accept(review_id=review.pk, by=member.user, now=now)


def _commented(review: Review, *, now: datetime) -> Review:
    """Add a comment to every claim, and one to the words of every second claim."""
    claims = Claim.objects.filter(rendition__version=review.version).order_by("position")
    said: dict[str, Any] = {"review_id": review.pk, "text": "Say in how many.", "by": review.member.user, "now": now}
    for number, claim in enumerate(claims):
        reviews.comment(anchor=Anchor(claim_id=claim.pk), proposal="In a cohort of 120, most did.", **said)
        if number % 2:
            reviews.comment(anchor=Anchor(quote=claim.text), **said)
    return review

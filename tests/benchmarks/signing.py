"""Measure the second signature, which approves a version, compared with a plain ``save()`` with history."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Claim, Version
from articles.text.content import Text
from editorial.models import ApiToken, BoardMember, User
from reviews import actions as reviews
from reviews.demo import cast, policies
from reviews.models import Decision, Review

ROUNDS = 100
"""Number of signatures of each kind."""

CLAIMS = 10
WORKS = 4
BOUND = 28
"""Maximum number of queries of one signature. Five load interests, recusals, authors of cited works and objections."""

SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

FRAMES = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def measure(*, scale: float) -> Iterator[str]:
    """Measure the queries of a second signature, and the number of signatures per second.

    Needs a database without accounts. Everything runs in one transaction, so no commit waits for the disk.
    """
    count, now = max(int(ROUNDS * scale), 2), timezone.now()
    with transaction.atomic():
        cast.create_accounts_and_terms(now=now)
        cast.state_interests(now=now)
        policies.publish_next(3, now=now)
        _keep_works(now=now)
        before = _sizes()
        acts = _signing("acts", count, by=_sign, now=now)
        sent = _signing("sent", count, by=_send(_user("ben")), now=now)
        closing = _signing("closing", 1, by=_sign, now=now, invited="gita")
        yield f"Signing: {_asked(acts.pop())} ({BOUND} is the bound)"
        yield f"Signing, with an invitation that it closes: {_asked(closing.pop())}"
        yield f"Signing over HTTP, with the password and the review as the answer: {_asked(sent.pop())}"
        member = BoardMember.objects.get(user__username="cleo")
        saves = [lambda: member.record(by=member.user, now=now, reason="measured")] * len(acts)
        signing, http, saving = map(median, zip(*map(_timed, acts, sent, saves), strict=True))
        approved = Version.objects.filter(state=State.APPROVED).count()
        yield (
            f"Signing: {1 / signing:,.0f} a second on one process, {1 / http:,.0f} over HTTP, where passwords are slow "
            f"to check on purpose, beside {1 / saving:,.0f} bare save() with history; {approved:,} versions approved"
        )
        yield _growth(before, _sizes(), rounds=approved)
        transaction.set_rollback(True)


def _sizes() -> dict[str, int]:
    """Return the bytes of each table on disk, with its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        return dict(cursor.fetchall())


def _growth(before: dict[str, int], after: dict[str, int], *, rounds: int) -> str:
    """Return how much 1,000 approved versions add to the tables, with those that grow most."""
    megabytes = {name: (after[name] - before[name]) / rounds * 1000 / 1024**2 for name in after}
    most = sorted(megabytes, key=lambda name: -megabytes[name])[:6]
    return (
        f"Signing, growth per 1,000 rounds of {CLAIMS} claims, {WORKS} works and two signatures, before VACUUM: "
        f"{sum(megabytes.values()):,.0f} MB; {', '.join(f'{name} {megabytes[name]:,.0f}' for name in most)}"
    )


def _timed(*calls: Callable[[], Any]) -> list[float]:
    """Return the seconds of each call. They run one after the other, so a busy machine slows all of them."""
    taken = []
    for call in calls:
        begun = perf_counter()
        call()
        taken.append(perf_counter() - begun)
    return taken


def _asked(call: Callable[[], Any]) -> str:
    """Return the number of queries of ``call``, with transaction statements counted separately."""
    reset_queries()  # the query log of a connection stops after some thousands
    with CaptureQueriesContext(connection) as asked:
        call()
    framing = sum(query["sql"].startswith(FRAMES) for query in asked)
    return f"{len(asked) - framing} queries and {framing} statements that frame the transaction"


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _keep_works(*, now: datetime) -> None:
    for number in range(WORKS):
        work = {"id": f"measured{number}", "type": "article-journal", "title": f"Work {number}"}
        dated = {**work, "DOI": f"10.1000/measured.{number}", "issued": {"date-parts": [[2020]]}}
        articles.keep_reference(csl=dated, by=_user("wanda"), now=now)


def _signing(
    slug: str, count: int, *, by: Callable[..., Any], now: datetime, invited: str = ""
) -> list[Callable[[], Any]]:
    """Return calls of ``by``, each of which gives one version its second, approving signature."""
    answers = policies.checklist_answers(now=now)
    reviews_due = [_due(f"{slug}-{number}", answers=answers, now=now, invited=invited) for number in range(count)]
    return [partial(by, review, now=now) for review in reviews_due]


def _due(slug: str, *, answers: dict[int, str], now: datetime, invited: str) -> Review:
    """Return Ben's review, complete but unsigned, of a version that Ada has approved."""
    version = _submitted(slug, now=now)
    if invited:
        _invite(version, invited, now=now)
    first, second = _accepted(version, "ada", now=now), _accepted(version, "ben", now=now)
    for claim in Claim.objects.filter(rendition__version=version).prefetch_related("references"):
        for work in claim.references.all():
            said: dict[str, Any] = {"claim_id": claim.pk, "reference_id": work.pk, "verdict": "supports"}
            reviews.check_claim(review_id=first.pk, **said, by=first.member.user, now=now)
    for review in (first, second):
        reviews.answer_checklist(review_id=review.pk, checklist=answers, by=review.member.user, now=now)
    _sign(first, now=now)
    return Review.objects.select_related("member__user", "version").get(pk=second.pk)


def _submitted(slug: str, *, now: datetime) -> Version:
    writer = _user("wanda")
    lines = [f"- Finding {number} was seen in a cohort [@measured{number % WORKS}].\n" for number in range(CLAIMS)]
    text = Text("professional", "As measured.", "".join(lines), is_primary=True)
    new = articles.NewArticle(slug=slug, question="What was measured?", texts=[text])
    return articles.submit(version_id=articles.create(new=new, by=writer, now=now).pk, by=writer, now=now)


def _invite(version: Version, username: str, *, now: datetime) -> Review:
    member = BoardMember.objects.get(user__username=username)
    return reviews.invite(version_id=version.pk, member_id=member.pk, by=_user("edith"), now=now)


def _accepted(version: Version, username: str, *, now: datetime) -> Review:
    return reviews.accept(review_id=_invite(version, username, now=now).pk, by=_user(username), now=now)


def _sign(review: Review, *, now: datetime) -> None:
    """Sign with the action that API and admin share."""
    reviews.sign(
        review_id=review.pk,
        decision=Decision.APPROVE,
        digest=review.version.digest,
        by=review.member.user,
        now=now,
    )


def _send(user: User) -> Callable[..., None]:
    """Return a function that signs over HTTP, with the token and the password of ``user``."""
    _, token = ApiToken.objects.create(user=user)
    client = APIClient(headers={"host": "localhost", "authorization": f"Token {token}"})

    def send(review: Review, **_now: datetime) -> None:
        signed = {
            "decision": Decision.APPROVE,
            "digest": review.version.digest,
            "password": cast.PASSWORD,
        }
        client.post(f"/api/v1/reviews/{review.pk}/sign/", signed, headers={"if-match": review.etag})

    return send

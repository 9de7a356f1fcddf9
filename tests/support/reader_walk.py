"""Random walks of all users on a few articles by real actions, with a check of all public URLs after each step."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from rest_framework.throttling import SimpleRateThrottle

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Article, Reference, Report, Version
from articles.text.content import Text
from editorial.actions import draft_next_policy, publish_policy
from editorial.exceptions import Refusal
from editorial.models import Audience, PolicyRule, User
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review
from tests.support import factories, retraction_lists
from tests.support.expected_status import WORD, Row, Witness
from tests.support.factories import NOW
from tests.support.reader_checks import Reader, look

ARTICLES = 3
BOARD = ("ada", "ben", "cleo")
IN_ROUND = (State.SUBMITTED, State.UNDER_REVIEW)
STANDING = (State.APPROVED, State.SUSPENDED)
MOMENTS = ("soon", "a month", "a year", "before a lapse", "at a lapse")

ORDERS = ((), (("student", "patient"),), (("student", "patient"), ("patient", "professional")))
"""Fallbacks: which audience gets which other audience's text."""

pick = st.integers(0, 11)
seen: Counter[Any] = Counter()
"""Counts what the walks did and reached."""


def some(*states: State) -> Callable[[Any], bool]:
    return lambda walk: any(row["state"] in states for row in walk.rows)


class Walk(RuleBasedStateMachine):
    """All users at work on a few articles. ``pick`` chooses among the existing records."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(NOW, tick=False)
        self.traveller = self.clock.start()
        self.now = NOW
        self.number = count(1)
        self.touched: set[str] | None = None
        self.rows: list[Row] = []
        self.is_true = False
        self.edith, self.wanda = (User.objects.get(username=name) for name in ("edith", "wanda"))
        self.house = User.objects.system()
        self.members = [(factories.make_member(name).pk, User.objects.get(username=name)) for name in BOARD]

    def teardown(self) -> None:
        """Check every article and every URL at the end, unless a step failed."""
        try:
            if self.is_true:
                look(self.reader, Witness(self.now), at=[row.slug for row in Article.objects.all()])
                self.nothing_else_is_open()
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # --- parts of the rules -------------------------------------------------------------------------------------------

    def word(self) -> str:
        return f"zz{next(self.number)}zz"

    def row(self, which: int, *states: State) -> Row:
        fitting = [row for row in self.rows if row["state"] in states]
        return fitting[which % len(fitting)]

    def do(self, verb: Callable[..., Any], **given: Any) -> Any:
        """Return the result of ``verb``, or None after a refusal. A refusal changes nothing, which is checked too."""
        try:
            done = verb(now=self.now, **given)
        except Refusal as refusal:
            seen["refused", verb.__name__, refusal.code] += 1
            return None
        seen["done", verb.__name__] += 1
        return done

    def on(self, row: Row, verb: Callable[..., Any], **given: Any) -> Any:
        self.touched = {slug for slug in (row["article__slug"],) if self.touched is not None}
        return self.do(verb, version_id=row["id"], **given)

    def texts(self, *, is_for_patients: bool) -> list[Text]:
        """Return texts with unique words. Each cites a work of its own, and all cite a shared one."""
        codes = ["professional", "patient"] if is_for_patients else ["professional"]
        works = {code: self.work() for code in codes}
        shared = self.work()
        return [
            Text(
                code,
                summary=f"In short {self.word()}.",
                body=f"Pain {self.word()} [@{work}].\n\n## Heading {self.word()}\n\nIt is mild [@{shared}].\n",
                is_primary=code == "professional",
            )
            for code, work in works.items()
        ]

    def work(self) -> str:
        key = f"work{next(self.number)}"
        csl = factories.csl(key, title=f"Title {self.word()}", DOI=f"10.1000/{key}", note=f"Ours {self.word()}")
        articles.keep_reference(csl=csl, kind="research", by=self.wanda, now=self.now)
        return key

    # --- after each step ----------------------------------------------------------------------------------------------

    @initialize(keeps=st.booleans(), is_written=st.booleans(), for_patients=st.booleans())
    def begin(self, keeps: bool, is_written: bool, for_patients: bool) -> None:
        """Choose whether the reader keeps responses, and whether documents are written after each step or sometimes."""
        self.reader, self.is_written = Reader(keeps), is_written
        self.write_an_article(for_patients)
        (first,) = Version.objects.all()
        self.do(articles.submit, version_id=first.pk, by=self.wanda)

    @invariant()
    def readers_are_told_the_truth(self) -> None:
        self.is_true = False
        if self.is_written:
            self.write(limit=100)
        witness = Witness(self.now)
        slugs = Article.objects.in_bulk()
        self.rows = [row | {"article__slug": slugs[row["article_id"]].slug} for row in witness.rows]
        look(self.reader, witness, at=witness.truths if self.touched is None else self.touched)
        self.touched, self.is_true = set(), True
        seen["looks"] += 1
        seen["requests"] += len(self.reader.given)
        seen.update(("states", states) for states in witness.combinations())

    def write(self, *, limit: int) -> None:
        articles.write_documents(by=self.house, now=self.now, limit=limit)

    def nothing_else_is_open(self) -> None:
        """Check that no URL of the site shows an anonymous reader a word that readers may not see."""
        allowed = Witness(self.now).every_word()
        for address in addresses(get_resolver(), self.names()):
            found = set(WORD.findall(self.reader.get(address).text))
            assert found <= allowed, f"{sorted(found - allowed)} must not be read at {address}"

    def names(self) -> dict[str, list[str]]:
        """Return values for the variable parts of URLs."""
        ids = [str(row["id"]) for row in self.rows]
        slugs = [*{row["article__slug"] for row in self.rows}]
        return {"slug": slugs, "key": list(Reference.objects.values_list("key", flat=True)[:3]), "": ids[-6:]}

    # --- writing ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: len({row["article_id"] for row in self.rows}) < ARTICLES)
    @rule(for_patients=st.booleans())
    def write_an_article(self, for_patients: bool) -> None:
        texts = self.texts(is_for_patients=for_patients)
        new = articles.NewArticle(
            slug=f"answer-{next(self.number)}", question=f"Is it {self.word()}?", texts=texts, authors=[self.wanda]
        )
        self.do(articles.create, new=new, by=self.wanda)
        self.touched = None

    @precondition(some(State.DRAFT))
    @rule(which=pick, for_patients=st.booleans(), asks_else=st.booleans())
    def edit(self, which: int, for_patients: bool, asks_else: bool) -> None:
        question = f"Or {self.word()}?" if asks_else else None
        texts = self.texts(is_for_patients=for_patients)
        self.on(self.row(which, State.DRAFT), articles.edit, question=question, texts=texts, by=self.wanda)

    @precondition(some(State.DRAFT))
    @rule(which=pick)
    def submit(self, which: int) -> None:
        self.on(self.row(which, State.DRAFT), articles.submit, by=self.wanda)

    @precondition(some(*set(State) - {State.DRAFT}))
    @rule(which=pick)
    def revise(self, which: int) -> None:
        self.on(self.row(which, *set(State) - {State.DRAFT}), articles.revise, by=self.wanda)

    # --- reviewing ----------------------------------------------------------------------------------------------------

    @precondition(some(*IN_ROUND))
    @rule(which=pick, whom=pick)
    def invite(self, which: int, whom: int) -> None:
        """Invite a member, who accepts and writes a private comment."""
        row, (member, user) = self.row(which, *IN_ROUND), self.members[whom % len(BOARD)]
        self.take_part(row, member, user)

    def take_part(self, row: Row, member: int, user: User) -> None:
        if review := self.on(row, reviews.invite, member_id=member, message=self.word(), by=self.edith):
            self.do(reviews.accept, review_id=review.pk, by=user)
            self.do(reviews.comment, review_id=review.pk, text=f"Private {self.word()}", by=user)

    def sign_all(self, row: Row, decision: str) -> None:
        for review in Review.objects.filter(version=row["id"], state=ReviewState.ACCEPTED).select_related(
            "member__user"
        ):
            given = {"review_id": review.pk, "decision": decision, "digest": row["digest"]}
            self.do(reviews.sign, statement=f"Private {self.word()}", by=review.member.user, **given)

    @precondition(some(State.UNDER_REVIEW))
    @rule(which=pick, decision=st.sampled_from([Decision.APPROVE, Decision.APPROVE, Decision.REQUEST_CHANGES]))
    def sign(self, which: int, decision: str) -> None:
        row = self.row(which, State.UNDER_REVIEW)
        self.touched = {row["article__slug"]}
        self.sign_all(row, decision)

    @precondition(some(*IN_ROUND))
    @rule(which=pick)
    def approve(self, which: int) -> None:
        self.board_signs(self.row(which, *IN_ROUND))

    def board_signs(self, row: Row) -> None:
        """Let the whole board take part and approve, as far as still possible."""
        for member, user in self.members:
            self.take_part(row, member, user)
        self.sign_all(row, Decision.APPROVE)

    @precondition(some(State.UNDER_REVIEW))
    @rule(which=pick)
    def take_a_signature_back(self, which: int) -> None:
        row = self.row(which, State.UNDER_REVIEW)
        review = Review.objects.filter(version=row["id"], state=ReviewState.SIGNED).first()
        if review:
            self.do(reviews.withdraw_signature, review_id=review.pk, reason=self.word(), by=review.member.user)

    @precondition(some(*IN_ROUND))
    @rule(which=pick, verb=st.sampled_from([reviews.withdraw, reviews.reject, reviews.request_changes]))
    def end_the_round(self, which: int, verb: Callable[..., Any]) -> None:
        self.on(self.row(which, *IN_ROUND), verb, reason=f"Private {self.word()}", by=self.edith)

    # --- approved versions --------------------------------------------------------------------------------------------

    @precondition(some(*STANDING))
    @rule(which=pick, verb=st.sampled_from([articles.suspend, articles.reinstate, articles.retract]))
    def decide_what_stands(self, which: int, verb: Callable[..., Any]) -> None:
        self.on(self.row(which, *STANDING), verb, reason=f"Public {self.word()}", by=self.edith)

    @rule(which=pick, outcome=st.sampled_from(["", "declined", "upheld", "suspended"]))
    def report(self, which: int, outcome: str) -> None:
        shown = [truth for truth in Witness(self.now).truths.values() if truth.status == 200]
        if not shown:
            return
        truth = shown[which % len(shown)]
        self.touched = {truth.slug}
        version = Version.objects.select_related("article").get(pk=truth.row["id"])
        self.do(articles.report, article=version.article, version=version, text=self.word(), email="")
        found = {"report_id": Report.objects.latest("pk").pk, "reason": self.word(), "by": self.edith}
        found["public_words"] = f"Public {self.word()}"
        if outcome == "declined":
            self.do(articles.decline_report, **found)
        elif outcome:
            self.do(articles.uphold, suspends=outcome == "suspended", **found)

    # --- around the articles ------------------------------------------------------------------------------------------

    @rule(
        show_pending=st.booleans(),
        days=st.sampled_from([20, 400]),
        later=st.sampled_from([0, 0, 10]),
        order=st.sampled_from(ORDERS),
    )
    def change_the_policy(
        self, show_pending: bool, days: int, later: int, order: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Publish a policy that is in force at once, or in some days."""
        policy = draft_next_policy(by=self.edith, now=self.now)
        policy.show_pending, policy.caution = show_pending, f"Beware, says version {policy.number}."
        policy.fallbacks = dict(order)
        policy.record(by=self.edith, now=self.now)
        for one in PolicyRule.objects.filter(policy=policy):
            one.shelf_life_days = days
            one.record(by=self.edith, now=self.now)
        publish_policy(policy_id=policy.pk, by=self.edith, now=self.now + timedelta(days=later))
        self.touched = None

    @rule(moment=st.sampled_from(MOMENTS))
    def let_time_pass(self, moment: str) -> None:
        lapses = [row["valid_until"] for row in self.rows if row["state"] == State.APPROVED]
        ahead = sorted(lapse for lapse in lapses if lapse > self.now + timedelta(seconds=1))
        ways = {"soon": timedelta(seconds=1), "a month": timedelta(days=30), "a year": timedelta(days=365)}
        self.now += ways.get(moment, timedelta(hours=1))
        if moment.endswith("lapse") and ahead:
            self.now = ahead[0] - timedelta(seconds=moment.startswith("before"))
        self.traveller.move_to(self.now)
        self.touched = None

    @rule(which=pick)
    def change_a_work(self, which: int) -> None:
        """Correct a work's record, mark the work as retracted, or merge it into another."""
        works = list(Reference.objects.filter(merged_into=None).order_by("-pk")[:6])
        work, other = works[which % len(works)], works[(which + 1) % len(works)]
        if which % 3 == 0:
            csl = work.csl | {"title": f"Corrected {self.word()}"}
            self.do(articles.keep_reference, csl=csl, reference=work, by=self.edith)
        elif which % 3 == 1:
            work.retraction, work.retraction_as_of = "retracted", self.now.date()
            work.record(by=self.edith, now=self.now)
        else:
            self.do(articles.merge_references, loser_id=work.pk, winner_id=other.pk, by=self.edith)
        self.touched = None

    @rule(which=pick)
    def change_the_house(self, which: int) -> None:
        """Change an audience's disclaimer and name, the list of retractions, or a classification."""
        if which % 2:
            audience = Audience.objects.order_by("code")[which % 3]
            audience.disclaimer, audience.name = f"Disclaimer {which}.", f"{audience.code.title()} {which}"
            audience.record(by=self.edith, now=self.now)
        elif which % 4:
            retraction_lists.make_list(self.now.date(), sha256=f"{next(self.number):064}")
        elif self.rows:
            new = articles.Classification(risk="low", specialties=["immunology"])
            article = self.rows[which % len(self.rows)]["article_id"]
            self.do(articles.classify, article_id=article, classification=new, by=self.edith)
        self.touched = None

    @rule(limit=st.integers(1, 3))
    def let_the_house_work(self, limit: int) -> None:
        """Write some documents, and report lapses."""
        self.write(limit=limit)
        self.do(articles.tell_of_lapses, by=self.house)
        self.touched = None


# --- every URL -------------------------------------------------------------------------------------------------------


def addresses(resolver: URLResolver, names: dict[str, list[str]], before: str = "/") -> Iterable[str]:
    """Yield every URL of the site except the admin's, with existing values in its variable parts."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield from filled(route, list(entry.pattern.converters), names)
        elif not route.startswith("/admin/"):
            yield from addresses(entry, names, route)


def filled(route: str, parts: list[str], names: dict[str, list[str]]) -> Iterable[str]:
    if not parts:
        yield route
        return
    for name in names.get(parts[0], names[""]):
        before, _, rest = route.partition("<")
        yield from filled(before + name + rest.partition(">")[2], parts[1:], names)


# --- setup -----------------------------------------------------------------------------------------------------------


def set_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Create the users and the policy, and switch rate limits off."""
    for scope in SimpleRateThrottle.THROTTLE_RATES:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, None)
    factories.make_policy()
    factories.make_user("wanda", is_writer=True)
    for position, code in enumerate(("professional", "patient", "student")):
        factories.make_audience(code, position=position)
    for name in BOARD:
        factories.make_member(name)

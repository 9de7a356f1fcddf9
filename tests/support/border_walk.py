"""Random walks of all users on one article by real actions, across all borders: rounds, seats, policies, tiers."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from articles import actions as articles
from articles import verification as versions
from articles.models import Claim, Reference, Version
from articles.text.content import Text
from editorial.actions import draft_next_policy, keep_board_record
from editorial.exceptions import Refusal
from editorial.models import BoardMember, Disclosure, PolicyRule, Product, User
from editorial.models.reminder_ladder import Consequence, Moment, OffsetUnit, ReminderRecipient
from editorial.policy.default_reminders import Step
from editorial.record import ledger
from reviews import actions as reviews
from reviews import tasks, verification
from reviews.actions.comments_and_verdicts import Anchor
from reviews.models import ClaimCheck, Comment, Lowering, Recusal, Review
from tests.support import border_journal as journal
from tests.support import factories
from tests.support.border_journal import Journal, Said, Seat, Statement
from tests.support.factories import NOW
from tests.support.reminder_ladders import sweep_reminders

SPECIALTIES = {"ada": ["immunology"], "twin": ["immunology"], "ben": ["immunology"], "cleo": ["cardiology"]}
BOARD = ("ada", "ben", "cleo", "twin")
ORCID = "0000-0002-1825-0097"
"""The ORCID iD of Ada and Twin, who may turn out to be one person."""

WORKS = ("orbach2005", "stiehm2013", "smith2019")
TWIN = "smith2019a"
"""A second record of the last work."""

HEADINGS = ("Benefits", "Harms in pregnancy")
WORDINGS = (
    ("The dose of the drug is 15 mg", "The dose of the drug is 1.5 mg", "The dose of the drug is not known"),
    ("Back pain is common", "Back pain is rare"),
)
IN_ROUND = ("submitted", "under_review")
AT_WORK, ENDED = ("accepted",), ("declined", "recused", "cancelled", "lapsed")
DECIDING = {
    "sign",
    "rule",
    "resolve",
    "withdraw_verdict",
    "accept_changed_claim",
    "accept_changed_passage",
    "confirm_signature",
    "decide_round",
    "reinstate",
    "waive",
}
"""The actions by which people decide. Nothing else may approve: no departure, time, task, policy or risk tier."""

LADDER = (
    Step(Moment.ANSWER_DUE, 1, OffsetUnit.DAYS, ReminderRecipient.EDITOR, "No answer.", Consequence.LAPSE),
    Step(Moment.REVIEW_DUE, 1, OffsetUnit.DAYS, ReminderRecipient.EDITOR, "Overdue.", Consequence.LAPSE),
)
"""Overdue reviews lapse."""


def sweep(*, now: datetime) -> None:
    """Send reminders with their consequences, and treat approvals that no longer satisfy the rules."""
    sweep_reminders()
    tasks.mark_approvals()
    tasks.fill_seats()


pick = st.integers(0, 11)
who = st.sampled_from(BOARD)
seen: Counter[Any] = Counter()
"""Counts what the walks did and reached."""


def in_state(*states: str) -> Callable[[Any], bool]:
    return lambda walk: walk.state in states


def seated(*states: str) -> Callable[[Any], bool]:
    return lambda walk: bool(walk.seats(*states))


# --- pasts: what happened before the walk, with Ada and Ben at work ---------------------------------------------------


def nothing(walk: Any, ada: Seat, which: int) -> None:
    """Do nothing: the round has just begun."""


def signed(walk: Any, ada: Seat, which: int) -> None:
    walk.sign_in(ada, "approve")


def lowered(walk: Any, ada: Seat, which: int) -> None:
    signed(walk, ada, which)
    walk.classify(journal.TIERS[journal.TIERS.index(walk.journal.risk) - 1])
    walk.decide_a_lowering(reviews.confirm_lowering, alone=False)


def confirmed(walk: Any, ada: Seat, which: int) -> None:
    lowered(walk, ada, which)
    walk.confirm_a_signature(which)


def objected(walk: Any, ada: Seat, which: int) -> None:
    place = which % len(walk.version.page)
    if which % 3:
        walk.check_claim(ada, place, "contradicts")
    else:
        walk.comment_on(ada, place, "claim", is_blocking=True)


def left(walk: Any, ada: Seat, which: int) -> None:
    objected(walk, ada, which)
    walk.leave(0, (reviews.cancel, reviews.decline, reviews.lapse)[which % 3])


def outvoted(walk: Any, ada: Seat, which: int) -> None:
    """Ada objects and leaves; all others sign."""
    left(walk, ada, which)
    walk.the_board_signs(BOARD[1:])


def compromised(walk: Any, ada: Seat, which: int) -> None:
    """An interest of Ada's is disclosed after she signed; others sign too."""
    signed(walk, ada, which)
    walk.disclose(BOARD[0])
    walk.the_board_signs(BOARD[1 : 2 + which % 2])


def excused(walk: Any, ada: Seat, which: int) -> None:
    """As ``compromised``, but the interest is waived, so that her signature counts."""
    compromised(walk, ada, which)
    walk.waive(0)


def changed_mind(walk: Any, ada: Seat, which: int) -> None:
    """Ada objects and all others sign; then she changes her verdict, but does not sign."""
    walk.check_claim(ada, 0, "contradicts")
    walk.the_board_signs(BOARD[1:])
    walk.check_claim(ada, 0, "supports")


def written_anew(walk: Any, ada: Seat, which: int) -> None:
    """Ada requests changes; the next version has them or not."""
    objected(walk, ada, which)
    walk.sign_in(ada, "request_changes")
    walk.write_the_next_version(("reword", "summary")[which // 2 % 2], which, reviews.request_changes)


def approved(walk: Any, ada: Seat, which: int) -> None:
    walk.the_board_signs()


def suspended(walk: Any, ada: Seat, which: int) -> None:
    approved(walk, ada, which)
    walk.suspend_or_reinstate(articles.suspend)


PASTS = (
    *(nothing, signed, lowered, confirmed, objected, left, outvoted, changed_mind, written_anew),
    *(compromised, excused, approved, suspended),
)


class Walk(RuleBasedStateMachine):
    """One article with a ``past``. Each step takes a minute or more. A journal records what was said."""

    past: Callable[[Any, Seat, int], None]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(NOW, tick=False)
        self.traveller = self.clock.start()
        self.now, self.number = NOW, count(1)
        named = User.objects.in_bulk(field_name="username")
        self.edith, self.emil, self.wanda, self.root = (named[name] for name in ("edith", "emil", "wanda", "root"))
        self.read_members()
        self.works = {row.key: row for row in Reference.objects.all()}
        self.product = Product.objects.get().pk
        self.states: dict[int, str] = {}
        self.waiting = 0
        self.is_whole = False

    def teardown(self) -> None:
        try:
            if self.is_whole:
                self.try_everything()
                self.nothing_is_lost()
                breaks = chain(ledger.chain_breaks(), versions.version_breaks(), verification.find_breaks())
                assert not list(breaks)
                seen["walks"] += 1
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def read_members(self) -> None:
        self.members = {row.user.username: row for row in BoardMember.objects.select_related("user")}

    # --- parts of the rules -------------------------------------------------------------------------------------------

    def pass_time(self, ahead: timedelta = timedelta(minutes=1)) -> None:
        self.now += ahead
        self.traveller.move_to(self.now)

    def do(self, verb: Callable[..., Any], write: Callable[[Any], Any] | None = None, **given: Any) -> Any:
        """Call ``verb``, write its result to the journal and check approvals. Returns None after a refusal."""
        self.pass_time()
        self.is_whole, name = False, verb.__name__
        try:
            done = verb(now=self.now, **given)
        except Refusal as refusal:
            seen["refused", name, refusal.code] += 1
            self.is_whole = True
            return None
        seen["done", name] += 1
        self.read_seats()
        if write:
            write(done)
        self.look(name)
        self.is_whole = True
        return done

    def read_seats(self) -> None:
        rows = Review.objects.order_by("pk").values_list("pk", "member__user__username", "version__number", "state")
        for pk, by, version, state in rows:
            seat = self.journal.seats.setdefault(pk, Seat(pk, by, version))
            seat.state = state

    def look(self, name: str) -> None:
        """Check every newly approved version against the journal."""
        before, self.states = self.states, dict(Version.objects.values_list("number", "state"))
        for number, state in self.states.items():
            if state == "approved" and before.get(number) != "approved":
                version = self.journal.versions[number]
                assert name in DECIDING, f"{name} approved version {number}"
                faults = list(self.journal.faults(version, now=self.now))
                assert not faults, f"{name} approved version {number}, but: {faults}"
                self.count_approval(name)
                version.approved_at = version.approved_at or self.now

    def count_approval(self, name: str) -> None:
        seen["approved by", name] += 1
        ways = {one.ended or one.accepted for one in self.journal.said if one.is_objection}
        ways |= {
            "replaced" for one in self.journal.said if one.is_objection and self.journal.replaced(one, self.version)
        }
        seen.update(("approved after", way) for way in ways - {""})
        seen["approved", "after an objection"] += bool(ways - {""})
        seen["approved", "beside a conflict"] += any(self.journal.interests.values())
        seen["approved", "by one person with two accounts"] += bool(self.journal.persons)
        seen["approved", "with lowered rules"] += any(one.was_asked for one in self.journal.signatures)

    @property
    def version(self) -> journal.Version:
        """The latest submitted version."""
        return self.journal.versions[max(self.journal.versions)]

    @property
    def state(self) -> str:
        return self.states[self.version.number]

    def seats(self, *states: str) -> list[Seat]:
        """Return the seats of the latest version in one of ``states``."""
        mine = [seat for seat in self.journal.seats.values() if seat.version == self.version.number]
        return [seat for seat in mine if seat.state in states]

    def user(self, seat: Seat | Said) -> User:
        return self.members[seat.by].user

    # --- writing ------------------------------------------------------------------------------------------------------

    @initialize(risk=st.sampled_from(journal.TIERS[1:]), which=pick)
    def begin(self, risk: str, which: int) -> None:
        """Make an article with two claims and two members at work on it, then run ``past``."""
        self.journal = Journal(risk, persons={})
        self.journal.policies.append(BEGINNING)
        page = tuple(Statement(HEADINGS[0], words[0], key) for words, key in zip(WORDINGS, WORKS, strict=False))
        subject = articles.Classification(risk, specialties=["immunology"], products=[self.product])
        new = articles.NewArticle("answer", "Is it safe?", self.texts(page), subject, authors=[self.wanda])
        draft = articles.create(new=new, by=self.wanda, now=self.now)
        self.submit(draft.pk, page)
        ada, _ = (self.take_part(by) for by in BOARD[:2])
        assert ada
        type(self).past(self, ada, which)

    def texts(self, page: Sequence[Statement]) -> list[Text]:
        body = "".join(f"## {one.heading}\n\n{one.words} [@{one.key}].\n\n" for one in page)
        return [Text("professional", f"In short, take {next(self.number)}.", body, is_primary=True)]

    def submit(self, draft: int, page: Sequence[Statement]) -> None:
        def write(done: Version) -> None:
            tiers, self.waiting = {self.journal.risk}, 0
            of = {"page": tuple(page), "digest": done.digest, "submitted_at": self.now, "tiers": tiers}
            self.journal.versions[done.number] = journal.Version(done.number, done.pk, **of)

        self.do(articles.submit, write, version_id=draft, by=self.wanda)

    @rule(
        change=st.sampled_from(("reword", "reword", "work", "heading", "nothing", "summary")),
        which=pick,
        ends=st.sampled_from((reviews.request_changes, reviews.withdraw, reviews.reject)),
    )
    def write_the_next_version(self, change: str, which: int, ends: Callable[..., Any]) -> None:
        """End the round if one is open, then write. Rewording may restore words of an earlier version."""
        if self.state in IN_ROUND:
            self.do(ends, version_id=self.version.pk, reason="Write it anew.", by=self.edith)
        if self.state in IN_ROUND:
            return
        page = self.changed(change, which)
        if draft := Version.objects.filter(state="draft").first():
            pk = draft.pk
        else:
            pk = self.do(articles.revise, version_id=self.version.pk, by=self.wanda).pk
        if change != "nothing":
            self.do(articles.edit, version_id=pk, texts=self.texts(page), by=self.wanda)
        if change != "nothing" or draft is None:
            self.submit(pk, page)

    def changed(self, change: str, which: int) -> list[Statement]:
        """Return the latest version's text with one change. Merged works are cited by their remaining record."""
        page = [Statement(one.heading, one.words, self.journal.record(one.key)) for one in self.version.page]
        place = which % len(page)
        present = page[place]
        page[place] = {
            "reword": replace(present, words=WORDINGS[place][which % len(WORDINGS[place])]),
            "heading": replace(present, heading=HEADINGS[1 - HEADINGS.index(present.heading)]),
            "work": replace(present, key=self.journal.record((*WORKS, TWIN)[which % 4])),
        }.get(change, present)
        return page

    # --- seats --------------------------------------------------------------------------------------------------------

    @precondition(in_state(*IN_ROUND))
    @rule(by=who, waiver=st.sampled_from(("", "The study ended.")))
    def invite(self, by: str, waiver: str) -> None:
        self.take_part(by, waiver=waiver)

    def take_part(self, by: str, *, waiver: str = "") -> Seat | None:
        """Return the member's open seat. Invites the member and accepts if necessary."""
        seat = next((one for one in self.seats("invited", "accepted") if one.by == by), None)
        if seat is None:
            given = {"version_id": self.version.pk, "member_id": self.members[by].pk, "waiver": waiver}
            self.do(reviews.invite, lambda done: self.waived(done.pk, waiver), by=self.edith, **given)
            seat = next((one for one in self.seats("invited") if one.by == by), None)
        if seat and seat.state == "invited":
            self.do(reviews.accept, lambda _: self.take_up(seat), review_id=seat.pk, by=self.user(seat))
        return seat if seat and seat.state == "accepted" else None

    def waived(self, seat: int, waiver: str) -> None:
        if waiver:
            found = self.journal.seats[seat]
            found.waived |= self.journal.obstacles(found.by, found)

    def take_up(self, seat: Seat) -> None:
        """Check that a returning member finds their unsigned verdicts, and no verdict that they never gave."""
        seat.was_at_work = True
        places = {pk: place for place, pk in enumerate(self.claims())}
        rows = ClaimCheck.objects.filter(review=seat.pk).select_related("reference").order_by("pk")
        back = {places[row.claim_id]: row.verdict for row in rows}
        due = self.journal.comes_back(seat, now=self.now)
        assert {place: back.get(place) for place in due} == due, f"{seat} found {back} of {due}"
        for row in rows:
            place = places[row.claim_id]
            assert self.journal.has_said(seat.by, self.version.page[place], row.verdict), f"{seat} never said {row}"
            self.write_verdict(row, seat, place)
        seen["taken up"] += bool(back)

    def claims(self) -> list[int]:
        found = Claim.objects.filter(rendition__version=self.version.pk).order_by("position")
        return list(found.values_list("pk", flat=True))

    @precondition(seated("invited", "accepted"))
    @rule(which=pick, verb=st.sampled_from((reviews.cancel, reviews.decline, reviews.recuse, reviews.lapse)))
    def leave(self, which: int, verb: Callable[..., Any]) -> None:
        seats = self.seats("invited", "accepted")
        seat = seats[which % len(seats)]
        given: dict[str, Any] = {"review_id": seat.pk, "by": self.user(seat), "reason": "Not now."}
        if verb is reviews.cancel:
            given["by"] = self.edith
        if verb is reviews.lapse:
            due = Review.objects.get(pk=seat.pk).expected_by
            self.pass_time(max(due - self.now, timedelta()))
            given = {"review_id": seat.pk, "by": User.objects.system()}
        self.do(verb, lambda _: self.recused(seat, verb), **given)

    def recused(self, seat: Seat, verb: Callable[..., Any]) -> None:
        if verb is reviews.recuse:
            recusal = Recusal.objects.get(review=seat.pk).pk
            self.journal.interests.setdefault(seat.by, set()).add(f"recusal {recusal}")

    @rule(which=pick, handed_over=st.booleans())
    def hand_over(self, which: int, handed_over: bool) -> None:
        if ended := [one for one in self.journal.seats.values() if one.state in ENDED]:
            seat = ended[which % len(ended)]
            self.do(reviews.hand_over, review_id=seat.pk, handed_over=handed_over, by=self.user(seat))

    # --- work ---------------------------------------------------------------------------------------------------------

    @precondition(seated(*AT_WORK))
    @rule(
        which=pick,
        verdict=st.sampled_from(("supports", "partly", "contradicts", "contradicts", "does_not_support")),
    )
    def check(self, which: int, verdict: str) -> None:
        seats = self.seats(*AT_WORK)
        self.check_claim(seats[which % len(seats)], which % len(self.version.page), verdict)

    def check_claim(self, seat: Seat, place: int, verdict: str) -> None:
        work = self.works[self.version.page[place].key]
        given = {"review_id": seat.pk, "claim_id": self.claims()[place], "reference_id": work.pk}
        self.do(
            reviews.check_claim,
            lambda row: self.write_verdict(row, seat, place),
            verdict=verdict,
            by=self.user(seat),
            **given,
        )

    def write_verdict(self, row: ClaimCheck, seat: Seat, place: int) -> None:
        verdict = str(row.verdict)
        of = {"at": row.checked_at, "words": verdict, "is_objection": verdict in journal.NEGATIVE}
        known = next((one for one in self.journal.said if one.kind == "verdict" and one.pk == row.pk), None)
        if known:  # a repeated verdict is open again, whatever ended it
            known.at, known.words, known.is_objection = row.checked_at, verdict, bool(of["is_objection"])
            known.ended = ""
        else:
            page = self.version.page
            said = Said(row.pk, "verdict", seat.by, seat.pk, seat.version, page[place], **of)  # type: ignore[arg-type]
            self.journal.said.append(said)

    @precondition(seated(*AT_WORK))
    @rule(
        which=pick,
        kind=st.sampled_from(("claim", "passage", "whole")),
        is_blocking=st.sampled_from((True, True, False)),
    )
    def comment(self, which: int, kind: str, is_blocking: bool) -> None:
        seats = self.seats(*AT_WORK)
        self.comment_on(seats[which % len(seats)], which % len(self.version.page), kind, is_blocking=is_blocking)

    def comment_on(self, seat: Seat, place: int, kind: str, *, is_blocking: bool) -> None:
        statement = self.version.page[place]
        anchor = {
            "claim": Anchor(claim_id=self.claims()[place]),
            "passage": Anchor(quote=statement.words),
            "whole": Anchor(),
        }[kind]
        words = f"Remark {next(self.number)}."

        def write(row: Comment) -> None:
            on = None if kind == "whole" else statement
            said = Said(row.pk, kind, seat.by, seat.pk, seat.version, on, self.now, words, is_blocking)
            self.journal.said.append(said)

        given = {"review_id": seat.pk, "text": words, "anchor": anchor, "is_blocking": is_blocking}
        self.do(reviews.comment, write, by=self.user(seat), **given)

    @precondition(seated(*AT_WORK))
    @rule(which=pick, decision=st.sampled_from(("approve", "approve", "request_changes")))
    def sign(self, which: int, decision: str) -> None:
        seats = self.seats(*AT_WORK)
        self.sign_in(seats[which % len(seats)], decision)

    def sign_in(self, seat: Seat, decision: str) -> None:
        def write(row: Any) -> None:
            of = (row.pk, seat.by, seat.pk, seat.version, decision, self.version.digest, tuple(SPECIALTIES[seat.by]))
            self.journal.signatures.append(journal.Signature(*of, at=self.now))
            if decision == "approve":
                for one in self.journal.open_objections(self.version):
                    if one.by == seat.by:
                        assert not self.journal.stands(one, self.version), f"{seat.by} approved what they object to"
                        one.accepted = "by its author's approval"

        digest = self.version.digest
        given = {"review_id": seat.pk, "decision": decision, "digest": digest, "statement": "Read it all."}
        self.do(reviews.sign, write, by=self.user(seat), **given)

    @precondition(in_state(*IN_ROUND))
    @rule(members=st.just(BOARD))
    def the_board_signs(self, members: Sequence[str] = BOARD) -> None:
        """Let every member take part, check what is unchecked and approve, as far as possible."""
        for by in members:
            if self.state not in IN_ROUND:
                return
            seat = self.take_part(by)
            if seat and self.state in IN_ROUND:
                self.check_the_rest(seat)
                self.sign_in(seat, "approve")

    def check_the_rest(self, seat: Seat) -> None:
        given = {one.statement for one in self.journal.said if one.seat == seat.pk and one.kind == "verdict"}
        rules = self.journal.rules(self.version, now=self.now)
        if any(one.checks != "none" for one, _ in rules):
            for place, statement in enumerate(self.version.page):
                if statement not in given:
                    self.check_claim(seat, place, "supports")

    @precondition(seated("signed"))
    @rule(which=pick)
    def withdraw_a_signature(self, which: int) -> None:
        seats = self.seats("signed")
        seat = seats[which % len(seats)]

        def write(_: Any) -> None:
            for one in self.journal.signatures:
                if one.seat == seat.pk:
                    one.is_withdrawn = True

        self.do(reviews.withdraw_signature, write, review_id=seat.pk, reason="I erred.", by=self.user(seat))

    # --- ends of objections -------------------------------------------------------------------------------------------

    @precondition(lambda self: bool(self.journal.open_objections(self.version)))
    @rule(which=pick, way=st.sampled_from(("its author", "an editor", "a reviewer", "another verdict")))
    def end_an_objection(self, which: int, way: str) -> None:
        found = self.journal.open_objections(self.version)
        one = found[which % len(found)]
        if way == "its author":
            self.end(one, reviews.withdraw_verdict if one.kind == "verdict" else reviews.resolve, by=self.user(one))
        elif way == "an editor":
            self.end(one, reviews.rule if one.kind == "verdict" else reviews.resolve, by=self.edith)
        elif way == "a reviewer":
            self.accept_a_change(one, which)
        else:
            self.say_otherwise(one)

    def end(self, one: Said, verb: Callable[..., Any], *, by: User) -> None:
        def write(_: Any) -> None:
            one.ended = verb.__name__ if by != self.edith or one.kind == "verdict" else "resolve as an editor"

        which = {"check_id": one.pk} if one.kind == "verdict" else {"comment_id": one.pk}
        self.do(verb, write, reason="It is settled.", by=by, **which)

    def accept_a_change(self, one: Said, which: int) -> None:
        stands = self.journal.stands(one, self.version)
        verb = reviews.accept_changed_claim if one.kind == "verdict" else reviews.accept_changed_passage

        def write(_: Any) -> None:
            assert not stands, f"{verb.__name__} of words that stand: {one}"
            one.accepted = verb.__name__

        if self.seats("signed") and not self.seats(*AT_WORK):
            self.withdraw_a_signature(which)
        seats = self.seats(*AT_WORK)
        by = self.user(seats[which % len(seats)]) if seats else self.user(one)
        of = {"check_id": one.pk} if one.kind == "verdict" else {"comment_id": one.pk}
        self.do(verb, write, reason="It says so now.", by=by, **of)

    def say_otherwise(self, one: Said) -> None:
        """Let its author come back, find it, and give another verdict."""
        if one.kind != "verdict" or self.state not in IN_ROUND or not one.statement:
            return
        here = [place for place, now in enumerate(self.version.page) if self.journal.is_same(one.statement, now)]
        if here and (seat := self.take_part(one.by)):
            self.check_claim(seat, here[0], "supports")

    # --- rules --------------------------------------------------------------------------------------------------------

    @precondition(lambda self: not self.waiting)
    @rule(risk=st.sampled_from(journal.TIERS))
    def classify(self, risk: str) -> None:
        """Change the risk. While a version is in review, lowering it takes two people."""
        if risk == self.journal.risk:
            return
        article, reason = Version.objects.get(pk=self.version.pk).article, "It is harmless."
        subject = articles.Classification(risk, tuple(article.specialties), [self.product])
        given = {"article_id": article.pk, "classification": subject, "reason": reason, "by": self.edith}
        lowers = journal.TIERS.index(risk) < journal.TIERS.index(self.journal.risk)
        if not (lowers and self.state in IN_ROUND):
            self.do(reviews.classify, lambda _: self.reclassified(risk), **given)
            return
        assert self.do(reviews.classify, **given) is None, "one editor lowered a running round alone"
        self.waiting = self.do(reviews.propose_lowering, **given).pk

    def reclassified(self, risk: str) -> None:
        self.journal.risk = risk
        if self.state in IN_ROUND:
            self.version.tiers.add(risk)

    @precondition(lambda self: self.waiting)
    @rule(
        verb=st.sampled_from((reviews.confirm_lowering, reviews.confirm_lowering, reviews.refuse_lowering)),
        alone=st.sampled_from((False, False, True)),
    )
    def decide_a_lowering(self, verb: Callable[..., Any], alone: bool) -> None:
        """Decide as another editor, or if ``alone`` as the one who proposed it."""
        by = self.edith if alone else self.emil

        def write(done: Lowering) -> None:
            self.waiting = 0
            if verb is reviews.confirm_lowering:
                assert not alone, "who proposed it confirmed it"
                self.journal.risk = done.after["risk"]
                self.version.tiers = {self.journal.risk}
                for one in self.journal.signatures:
                    if one.version == self.version.number and one.stands:
                        one.is_confirmed, one.was_asked = False, True

        self.do(verb, write, lowering_id=self.waiting, by=by)

    @precondition(lambda self: any(not one.is_confirmed for one in self.journal.signatures))
    @rule(which=pick)
    def confirm_a_signature(self, which: int) -> None:
        waiting = [one for one in self.journal.signatures if not one.is_confirmed]
        self.confirm(waiting[which % len(waiting)])

    def confirm(self, one: journal.Signature) -> None:
        def write(_: Any) -> None:
            one.is_confirmed = True

        by = self.members[one.by].user
        self.do(reviews.confirm_signature, write, review_id=one.seat, digest=one.digest, by=by)

    @rule(
        quorum=st.sampled_from((1, 1, 2)),
        specialties=st.sampled_from(((), (), ("cardiology",))),
        checks=st.sampled_from(journal.CHECKS),
        below=st.sampled_from(("stand", "dated", "suspended")),
    )
    def publish_a_policy(self, quorum: int, specialties: tuple[str, ...], checks: str, below: str) -> None:
        policy = draft_next_policy(by=self.edith, now=self.now)
        policy.claim_checks, policy.approvals_below, policy.approvals_below_days = checks, below, 20
        policy.record(by=self.edith, now=self.now)
        quorums = quorums_of(quorum)
        for one in PolicyRule.objects.filter(policy=policy):
            one.quorum, one.required_specialties = quorums[one.risk], list(specialties)
            one.record(by=self.edith, now=self.now)

        def write(_: Any) -> None:
            self.journal.policies.append(journal.Policy(quorums, specialties, checks, self.now))

        self.do(reviews.publish_policy, write, policy_id=policy.pk, by=self.edith)

    # --- late conflicts -----------------------------------------------------------------------------------------------

    @precondition(lambda self: not any(self.journal.interests.values()))
    @rule(by=who)
    def disclose(self, by: str) -> None:
        company = Product.objects.get().manufacturer
        today = self.now.date()
        row = Disclosure(member=self.members[by], company=company, nature="consulting", held_from=today)

        def write(done: Any) -> None:
            self.journal.interests.setdefault(by, set()).add(f"disclosure {done.pk}")

        self.do(keep_board_record, write, record=row, by=self.edith)

    @precondition(lambda self: any(self.journal.interests.values()))
    @rule(which=pick)
    def withdraw_a_recusal(self, which: int) -> None:
        rows = list(Recusal.objects.in_force().order_by("pk").values_list("pk", "member__user__username"))
        if rows:
            recusal, by = rows[which % len(rows)]

            def write(_: Any) -> None:
                self.journal.interests[by].discard(f"recusal {recusal}")

            self.do(reviews.withdraw_recusal, write, recusal_id=recusal, reason="I sold them.", by=self.edith)

    @precondition(lambda self: any(self.journal.interests.values()))
    @rule(which=pick)
    def waive(self, which: int) -> None:
        seats = self.seats("invited", "accepted", "signed")
        if found := [seat for seat in seats if self.journal.obstacles(seat.by, seat)]:
            seat = found[which % len(found)]
            reason = "The study ended."
            self.do(
                reviews.waive,
                lambda _: self.waived(seat.pk, reason),
                review_id=seat.pk,
                reason=reason,
                by=self.emil,
            )

    @precondition(lambda self: any(one.stands for one in self.journal.signatures))
    @rule(which=pick)
    def set_a_signature_aside(self, which: int) -> None:
        standing = [one for one in self.journal.signatures if one.stands]
        one = standing[-1 - which % len(standing)]

        def write(_: Any) -> None:
            one.set_aside_at = self.now

        self.do(reviews.set_aside, write, signature_id=one.pk, reason="Paid by the maker.", by=self.edith)

    @precondition(lambda self: not self.journal.persons)
    @rule(merges=st.booleans())
    def find_two_accounts_of_one_person(self, merges: bool) -> None:
        """Find them by their ORCID iD, or let an administrator merge them."""

        def write(_: Any) -> None:
            self.journal.persons["twin"] = "ada"

        if merges:
            ids = {"duplicate_id": self.members["twin"].user_id, "account_id": self.members["ada"].user_id}
            self.do(reviews.merge_accounts, write, reason="One person.", by=self.root, **ids)
            self.read_members()
            return
        for by in ("ada", "twin"):
            self.members[by].orcid = ORCID
            self.do(keep_board_record, write if by == "twin" else None, record=self.members[by], by=self.edith)

    # --- what was decided ---------------------------------------------------------------------------------------------

    @precondition(in_state("approved", "suspended"))
    @rule(verb=st.sampled_from((articles.suspend, reviews.reinstate)))
    def suspend_or_reinstate(self, verb: Callable[..., Any]) -> None:
        self.do(verb, version_id=self.version.pk, reason="There is news.", by=self.edith)

    @precondition(lambda self: "suspended" in self.states.values())
    @rule()
    def reinstate(self) -> None:
        """Reinstate every suspended version, earlier ones too."""
        self.reinstate_all()

    # --- the clock, and the library -----------------------------------------------------------------------------------

    @rule(days=st.sampled_from((0, 1, 20, 400)))
    def let_the_clock_work(self, days: int) -> None:
        """Let time pass: overdue reviews lapse, seats are filled, approvals are marked. None of it approves."""
        self.pass_time(timedelta(days=days))
        self.do(sweep)

    @rule(which=pick)
    def keep_the_library(self, which: int) -> None:
        """Complete a record, or merge two records of one work."""
        if which % 2:
            work = Reference.objects.get(key=WORKS[which % 3])
            csl = work.csl | {"PMID": str(1000 + WORKS.index(work.key))}
            self.do(articles.keep_reference, csl=csl, reference=work, by=self.edith)
        else:

            def write(_: Any) -> None:
                self.journal.merged[TWIN] = WORKS[2]

            loser, winner = self.works[TWIN].pk, self.works[WORKS[2]].pk
            self.do(articles.merge_references, write, loser_id=loser, winner_id=winner, by=self.edith)

    # --- at the end ---------------------------------------------------------------------------------------------------

    def try_everything(self) -> None:
        """Try everything that approves: first with open objections, then after they are settled."""
        self.reinstate_all()
        if self.state not in (*IN_ROUND, "approved"):
            self.write_the_next_version("summary", 0, reviews.withdraw)
        self.the_board_signs()
        self.do(sweep)
        for which, one in enumerate(self.journal.open_objections(self.version)):
            self.settle(one, which)
        self.the_board_signs()
        for signature in self.journal.signatures:
            if not signature.is_confirmed:
                self.confirm(signature)
        if self.state == "under_review":
            self.do(reviews.decide_round, version_id=self.version.pk, by=self.emil)
        self.reinstate_all()

    def settle(self, one: Said, which: int) -> None:
        if not self.journal.stands(one, self.version):
            self.accept_a_change(one, which)
        elif which % 2:
            self.end(one, reviews.withdraw_verdict if one.kind == "verdict" else reviews.resolve, by=self.user(one))
        if one in self.journal.open_objections(self.version):
            self.end(one, reviews.rule if one.kind == "verdict" else reviews.resolve, by=self.edith)

    def reinstate_all(self) -> None:
        for number, state in self.states.items():
            if state == "suspended":
                pk = self.journal.versions[number].pk
                self.do(reviews.reinstate, version_id=pk, reason="All is well.", by=self.edith)

    def nothing_is_lost(self) -> None:
        """Check that every verdict and comment is stored as it was given, signed or not."""
        verdicts = dict(ClaimCheck.objects.values_list("pk", "verdict"))
        comments = dict(Comment.objects.values_list("pk", "text"))
        for one in self.journal.said:
            found = verdicts if one.kind == "verdict" else comments
            assert found.get(one.pk) == one.words, f"{one} is lost"


# --- setup ------------------------------------------------------------------------------------------------------------


def quorums_of(quorum: int) -> dict[str, int]:
    """Return the quorum of each risk tier: one more at high risk than at moderate."""
    return {"low": 1, "moderate": quorum, "high": quorum + 1}


BEGINNING = journal.Policy(quorums_of(2), (), "none", NOW - timedelta(days=1))


def with_past(past: Callable[[Any, Seat, int], None]) -> type[Walk]:
    """Return the class of walks that begin with ``past``."""
    return type(f"WalkWhen{past.__name__.title()}", (Walk,), {"past": staticmethod(past)})


def set_stage() -> None:
    factories.make_policy(quorums=quorums_of(2), rungs=LADDER, claim_checks="none")
    for name in ("edith", "emil"):
        factories.make_user(name, is_editor=True)
    factories.make_user("root", is_superuser=True, is_staff=True)
    factories.make_user("wanda", is_writer=True)
    factories.make_audience("professional", position=1)
    factories.make_specialty("cardiology")
    for name, specialties in SPECIALTIES.items():
        factories.make_member(name, specialties=specialties)
    factories.make_product()
    for key in WORKS:
        factories.make_reference(key, DOI=f"10.1000/{key}")
    factories.make_reference(TWIN, title=f"Title of {WORKS[2]}")

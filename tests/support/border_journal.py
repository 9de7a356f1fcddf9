"""A model of an article's rounds in plain Python: objections, what ended them, and what an approval has to satisfy.

The walks of ``border_walk`` write it in parallel with the product. It uses none of the code that decides rounds, so
that it can contradict that code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TIERS = ("low", "moderate", "high")
CHECKS = ("none", "one", "every")
NEGATIVE = ("does_not_support", "contradicts")
FRESH = timedelta(days=300)
"""A verdict of this age counts under each policy of the walks."""


@dataclass(frozen=True)
class Statement:
    """A claim in a text: the heading above it, its words and the key of the work cited at it."""

    heading: str
    words: str
    key: str


@dataclass(frozen=True)
class Policy:
    quorums: Mapping[str, int]
    specialties: tuple[str, ...]
    checks: str
    from_: datetime


@dataclass
class Version:
    number: int
    pk: int
    page: tuple[Statement, ...]
    digest: str
    submitted_at: datetime
    tiers: set[str]
    approved_at: datetime | None = None


@dataclass
class Seat:
    """One member's review of one version. ``state`` is read from the product."""

    pk: int
    by: str
    version: int
    state: str = "invited"
    was_at_work: bool = False
    waived: set[str] = field(default_factory=set)


@dataclass
class Said:
    """A verdict or a comment. ``kind``: verdict, claim (comment), passage or whole. ``ended`` is what ended it."""

    pk: int
    kind: str
    by: str
    seat: int
    version: int
    statement: Statement | None
    at: datetime
    words: str
    is_objection: bool
    ended: str = ""
    accepted: str = ""


@dataclass
class Signature:
    pk: int
    by: str
    seat: int
    version: int
    decision: str
    digest: str
    specialties: tuple[str, ...]
    at: datetime
    is_withdrawn: bool = False
    set_aside_at: datetime | None = None
    is_confirmed: bool = True
    was_asked: bool = False

    @property
    def stands(self) -> bool:
        return not self.is_withdrawn and self.set_aside_at is None


@dataclass
class Journal:
    """Accounts are known by name. ``persons`` maps the second account of a person to the first."""

    risk: str
    persons: dict[str, str]
    policies: list[Policy] = field(default_factory=list)
    versions: dict[int, Version] = field(default_factory=dict)
    seats: dict[int, Seat] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    interests: dict[str, set[str]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)

    def record(self, key: str) -> str:
        """Return the key of the record that a work was merged into, or its own."""
        return self.merged.get(key, key)

    def person(self, by: str) -> str:
        return self.persons.get(by, by)

    # --- objections -----------------------------------------------------------------------------------------------

    def open_objections(self, version: Version) -> list[Said]:
        """Return objections that block ``version``: its text is unchanged, or no reviewer accepted the change."""
        return [
            one
            for one in self.said
            if one.is_objection and not one.ended and not self.replaced(one, version)
            if self.stands(one, version) or (one.version <= version.number and not one.accepted)
        ]

    def stands(self, one: Said, version: Version) -> bool:
        """Whether the words that it is about are unchanged in ``version``."""
        then = self.versions[one.version]
        if one.version == version.number:
            return True
        if one.statement is None:
            return then.digest == version.digest
        if one.kind == "passage":
            return any(one.statement.words in now.words for now in version.page)
        return any(self.is_same(one.statement, now) for now in version.page)

    def is_same(self, then: Statement, now: Statement) -> bool:
        return then.words == now.words and self.record(then.key) == self.record(now.key)

    def replaced(self, one: Said, version: Version) -> bool:
        """Whether its member gave a later verdict on the same claim. If this one was signed, the later one must be too.

        A verdict in another context counts only if ``version`` does not have the words in their earlier context.
        """
        return one.kind == "verdict" and any(self._replaces(other, one, version) for other in self.said)

    def _replaces(self, other: Said, one: Said, version: Version) -> bool:
        if other.kind != "verdict" or other.by != one.by or (other.version, other.seat) <= (one.version, one.seat):
            return False
        assert other.statement
        assert one.statement
        here = {now.heading for now in version.page if now.words == one.statement.words}
        in_context = other.statement.heading == one.statement.heading or one.statement.heading not in here
        firm = self.is_signed(other.seat) or not self.is_signed(one.seat)
        return firm and in_context and self.is_same(one.statement, other.statement)

    def is_signed(self, seat: int) -> bool:
        return self.seats[seat].state == "signed"

    # --- what an approval has to satisfy --------------------------------------------------------------------------

    def faults(self, version: Version, *, now: datetime) -> Iterator[str]:
        """Yield each reason why ``version`` must not be approved now, as text."""
        for one in self.open_objections(version):
            yield f"an open objection: {one}"
        signed = [one for one in self.signatures if one.version == version.number and one.stands]
        if asking := [one.by for one in signed if one.decision != "approve"]:
            yield f"{asking} ask for changes"
        counting = [one for one in signed if self._counts(one, version)]
        given = [one for one in self.signatures if one.version == version.number]
        aside = [one.set_aside_at for one in given if one.set_aside_at and one.decision != "approve"]
        if not version.approved_at and any(one.at <= max(aside) for one in counting[-1:] if aside):
            yield "nobody has approved since a request for changes was set aside"
        rules = self.rules(version, now=now)
        quorum = max(rule.quorums[tier] for rule, tier in rules)
        if len({self.person(one.by) for one in counting}) < quorum:
            yield f"{quorum} persons have to sign; it counts for {[one.by for one in counting]}"
        asked = {code for rule, _ in rules for code in rule.specialties}
        if lacking := asked - {code for one in counting for code in one.specialties}:
            yield f"nobody who signed is of {lacking}"
        checks = max((rule.checks for rule, _ in rules), key=CHECKS.index)
        yield from self._unchecked(version, counting, checks=checks)

    def _counts(self, one: Signature, version: Version) -> bool:
        is_over = one.decision == "approve" and one.digest == version.digest and one.is_confirmed
        return is_over and not self.obstacles(one.by, self.seats[one.seat])

    def obstacles(self, by: str, seat: Seat) -> set[str]:
        mine = [held for account, held in self.interests.items() if self.person(account) == self.person(by)]
        return set().union(*mine) - seat.waived

    def rules(self, version: Version, *, now: datetime) -> list[tuple[Policy, str]]:
        """Return every policy and risk tier that applied from submission to approval, and the current ones."""
        until = version.approved_at or now
        during = [one for one in self.policies if version.submitted_at < one.from_ <= until]
        during.append(self.in_force(version.submitted_at))
        tiers = version.tiers if version.approved_at else version.tiers | {self.risk}
        return [*((one, tier) for one in during for tier in tiers), (self.in_force(now), self.risk)]

    def in_force(self, at: datetime) -> Policy:
        return max((one for one in self.policies if one.from_ <= at), key=lambda one: one.from_)

    def _unchecked(self, version: Version, counting: Sequence[Signature], *, checks: str) -> Iterator[str]:
        """Yield the statements that lack a required verdict in their context."""
        for statement in version.page if checks != "none" else ():
            given = {
                one.by
                for one in self.said
                if one.kind == "verdict" and one.statement and one.words != "could_not_check"
                if self.is_same(one.statement, statement) and one.statement.heading == statement.heading
            }
            if not given or (checks == "every" and not given.issuperset(one.by for one in counting)):
                yield f"a verdict on {statement} is missing"

    # --- unsigned work --------------------------------------------------------------------------------------------

    def has_said(self, by: str, statement: Statement, verdict: str) -> bool:
        mine = (one for one in self.said if self.person(one.by) == self.person(by))
        given = (one for one in mine if one.kind == "verdict" and one.words == verdict)
        return any(one.statement is not None and self.is_same(one.statement, statement) for one in given)

    def comes_back(self, seat: Seat, *, now: datetime) -> dict[int, str]:
        """Return the verdicts that a member who comes back must find, by the position of the claim in the text.

        A verdict that the person signed later, with whichever account, replaces their unsigned one.
        """
        found = {}
        for place, statement in enumerate(self.versions[seat.version].page):
            verdicts = [one for one in self.said if one.kind == "verdict" and one.seat != seat.pk]
            here = [
                one
                for one in verdicts
                if self.person(one.by) == self.person(seat.by)
                if one.statement and one.version <= seat.version and self.is_same(one.statement, statement)
                if one.statement.heading == statement.heading
            ]
            last = max(here, key=lambda one: (one.version, one.seat), default=None)
            if last and not last.ended and not self.is_signed(last.seat) and last.at + FRESH > now:
                found[place] = last.words
        return found

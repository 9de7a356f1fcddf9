"""The board of rounds: versions that wait for somebody, whose turn it is, since when, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextChoices

from articles.lifecycle import State
from articles.models import Version
from editorial.permissions import Somebody
from reviews.lifecycle import OPEN
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review, Signature

GOING = (State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.SUSPENDED)
"""States in which somebody is expected to do something."""


WRITING = (State.DRAFT, State.CHANGES_REQUESTED)


class Turn(TextChoices):
    WRITER = "writer", "the writers"
    EDITOR = "editor", "an editor"
    MEMBER = "member", "board members"


def going(*, turn: str = "", state: str = "", late_at: datetime | None = None) -> QuerySet[Version]:
    """Versions that wait for somebody: for whom, in which state, and late at that moment, if asked for.

    Changes that were requested wait for nobody once a newer version answers them.
    """
    newer = Version.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    answered = Q(state=State.CHANGES_REQUESTED) & Exists(newer)
    versions = Version.objects.filter(~answered, state__in=GOING)
    waits = Exists(Review.objects.open().filter(version=OuterRef("pk")))
    writing = Q(state__in=WRITING)
    if turn:
        whose = {Turn.WRITER: writing, Turn.MEMBER: ~writing & waits, Turn.EDITOR: ~writing & ~waits}
        versions = versions.filter(whose[Turn(turn)])
    if state:
        versions = versions.filter(state=state)
    if late_at:
        versions = versions.filter(Exists(Review.objects.overdue(at=late_at).filter(version=OuterRef("pk"))))
    return versions.order_by("state_changed_at", "pk")


@dataclass(frozen=True)
class Round:
    """One version with how it stands. ``votes`` is None where they are sealed."""

    version: Version
    turn: Turn
    since: datetime
    days: int
    due: datetime | None
    is_overdue: bool
    reviews: Sequence[Review]
    signed: int
    votes: str | None

    @property
    def waiting(self) -> list[Review]:
        """Reviews of which something is expected."""
        return [review for review in self.reviews if review.state in OPEN]


def rounds(versions: QuerySet[Version], *, seen_by: Somebody, at: datetime) -> list[Round]:
    """Each of ``versions`` as it stands, in their order. Four queries, however many there are."""
    reviews = Prefetch("reviews", Review.objects.select_related("member__user").order_by("due_at", "pk"))
    found = list(versions.select_related("article").prefetch_related(reviews))
    ids = [version.pk for version in found]
    owed = set(Review.objects.of(seen_by).open().filter(version__in=ids).values_list("version", flat=True))
    given = _given(Signature.objects.visible_to(seen_by).filter(review__version__in=ids, withdrawal=None))
    votes = {version.pk: None if version.pk in owed else given.get(version.pk, []) for version in found}
    return [_round(version, votes=votes[version.pk], at=at) for version in found]


def _given(signatures: QuerySet[Signature]) -> Mapping[int, list[str]]:
    votes: dict[int, list[str]] = {}
    rows = signatures.filter(review__state=ReviewState.SIGNED)
    for version, decision in rows.order_by("signed_at", "pk").values_list("review__version", "decision"):
        votes.setdefault(version, []).append(decision)
    return votes


def _round(version: Version, *, votes: list[str] | None, at: datetime) -> Round:
    reviews = list(version.reviews.all())
    waiting = [review.expected_by for review in reviews if review.state in OPEN]
    due = min(waiting, default=None)
    return Round(
        version=version,
        turn=_turn(version, waits=bool(waiting)),
        since=version.state_changed_at,
        days=(at - version.state_changed_at).days,
        due=due,
        is_overdue=due is not None and due <= at,
        reviews=reviews,
        signed=sum(review.state == ReviewState.SIGNED for review in reviews),
        votes=None if votes is None else _words(votes),
    )


def _turn(version: Version, *, waits: bool) -> Turn:
    if version.state in WRITING:
        return Turn.WRITER
    return Turn.MEMBER if waits else Turn.EDITOR


def _words(votes: list[str]) -> str:
    for_it = sum(vote == Decision.APPROVE for vote in votes)
    against = len(votes) - for_it
    parts = [f"{for_it} approve"] * bool(for_it) + [f"{against} ask for changes"] * bool(against)
    return ", ".join(parts)

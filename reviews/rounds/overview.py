"""The overview of rounds: which versions wait for whom, since when, and until when."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextChoices

from articles.lifecycle import State
from articles.models import Version
from editorial.permissions import AnyUser
from reviews.lifecycle import OPEN
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review, Signature
from reviews.rounds.obstacles import cannot_sign

WAITING_STATES = (State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.SUSPENDED)
"""States in which a person has to do something."""


WRITING = (State.DRAFT, State.CHANGES_REQUESTED)


class Turn(TextChoices):
    WRITER = "writer", "the writers"
    EDITOR = "editor", "an editor"
    MEMBER = "member", "board members"


def waiting_versions(*, at: datetime, turn: str = "", state: str = "", is_late: bool = False) -> QuerySet[Version]:
    """Return versions that wait for a person at ``at``, filtered by whose turn it is, by state, and by being overdue.

    A version with requested changes no longer waits once a newer version exists. If the members who have not signed can
    no longer sign, the version waits for an editor.
    """
    newer = Version.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    answered = Q(state=State.CHANGES_REQUESTED) & Exists(newer)
    versions = Version.objects.filter(~answered, state__in=WAITING_STATES)
    waits = Exists(Review.objects.open().seated(on=at.date()).filter(version=OuterRef("pk")))
    writing = Q(state__in=WRITING)
    if turn:
        whose = {Turn.WRITER: writing, Turn.MEMBER: ~writing & waits, Turn.EDITOR: ~writing & ~waits}
        versions = versions.filter(whose[Turn(turn)])
    if state:
        versions = versions.filter(state=state)
    if is_late:
        versions = versions.filter(Exists(Review.objects.overdue(at=at).filter(version=OuterRef("pk"))))
    return versions.order_by("state_changed_at", "pk")


@dataclass(frozen=True)
class Round:
    """One version and the progress of its round. ``votes`` is None while they are sealed for the user.

    ``unable`` has the ids of open reviews whose member cannot sign. Their seats are empty in effect.
    """

    version: Version
    turn: Turn
    since: datetime
    days: int
    due: datetime | None
    is_overdue: bool
    reviews: Sequence[Review]
    signed: int
    votes: str | None
    unable: Collection[int]

    @property
    def waiting(self) -> list[Review]:
        """Open reviews whose members can still accept or sign."""
        return [review for review in self.reviews if review.state in OPEN and review.pk not in self.unable]


def rounds(versions: QuerySet[Version], *, seen_by: AnyUser, at: datetime) -> list[Round]:
    """Return the round of each of ``versions``, in their order. Four queries, however many there are."""
    reviews = Review.objects.with_conflicts(on=at.date()).select_related("member__user", "handed_on")
    in_order = Prefetch("reviews", reviews.order_by("due_at", "pk"))
    loaded = list(versions.select_related("article").prefetch_related(in_order))
    ids = [version.pk for version in loaded]
    under_own_review = set(Review.objects.of(seen_by).open().filter(version__in=ids).values_list("version", flat=True))
    by_version = _votes_by_version(Signature.objects.visible_to(seen_by).standing().filter(review__version__in=ids))
    votes = {
        version.pk: None if version.pk in under_own_review else by_version.get(version.pk, []) for version in loaded
    }
    return [_round(version, votes=votes[version.pk], at=at) for version in loaded]


def _votes_by_version(signatures: QuerySet[Signature]) -> Mapping[int, list[str]]:
    votes: dict[int, list[str]] = {}
    rows = signatures.filter(review__state=ReviewState.SIGNED)
    for version, decision in rows.order_by("signed_at", "pk").values_list("review__version", "decision"):
        votes.setdefault(version, []).append(decision)
    return votes


def _round(version: Version, *, votes: list[str] | None, at: datetime) -> Round:
    reviews, on = list(version.reviews.all()), at.date()
    unable = {review.pk for review in reviews if cannot_sign(review, on=on)}
    waiting = [review.expected_by for review in reviews if review.state in OPEN and review.pk not in unable]
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
        votes=None if votes is None else _votes_words(votes),
        unable=unable,
    )


def _turn(version: Version, *, waits: bool) -> Turn:
    if version.state in WRITING:
        return Turn.WRITER
    return Turn.MEMBER if waits else Turn.EDITOR


VOTES: Mapping[Decision, str] = {Decision.APPROVE: "approve", Decision.REQUEST_CHANGES: "ask for changes"}
"""Words for each decision, to follow a number of members."""


def _votes_words(votes: list[str]) -> str:
    count = Counter(map(Decision, votes))
    return ", ".join(f"{count[decision]} {words}" for decision, words in VOTES.items() if count[decision])

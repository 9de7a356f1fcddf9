"""What the desk shows: the text with its claims marked, and of each claim the evidence, the verdicts, the comments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.admin.reading import Reading, Work, reading
from articles.claims import Mark
from editorial.models import User
from reviews.checklist import CitedWork, Item, State, Summary, checklist
from reviews.following import Followed, followed
from reviews.models import Comment, Review, Verdict
from reviews.threads import Thread, threads

SIGNS = {State.TO_CHECK: "○", State.CHECKED: "✓", State.CARRIED: "↻"}
BLOCKED = "✕"
"""Signs that stand behind a claim in the text, so that its state is not told by colour alone."""

KEYS = {
    Verdict.SUPPORTS: "s",
    Verdict.PARTLY: "w",
    Verdict.DOES_NOT_SUPPORT: "d",
    Verdict.CONTRADICTS: "x",
    Verdict.COULD_NOT_CHECK: "u",
}
"""The key that gives each verdict."""

TONES = {Verdict.SUPPORTS: "approved", Verdict.PARTLY: "suspended", Verdict.COULD_NOT_CHECK: "draft"}


@dataclass(frozen=True)
class Evidence:
    """A work cited at a claim, as it is printed, with what was said about the two."""

    cited: CitedWork
    work: Work


@dataclass(frozen=True)
class Panel:
    """A claim at the desk; ``number`` is its place in the reading order of all texts."""

    number: int
    item: Item
    evidence: Sequence[Evidence]
    threads: Sequence[Thread] = ()
    earlier: Sequence[Followed] = ()

    @property
    def status(self) -> "Status":
        return status(self.item)

    @property
    def is_new(self) -> bool:
        """Whether its words changed since the reviewer signed, or one of its works did."""
        return self.item.has_changed


@dataclass(frozen=True)
class Status:
    """How a claim stands: a code for style sheets, its sign, and words."""

    code: str
    sign: str
    words: str


@dataclass(frozen=True)
class Desk:
    """All there is to show."""

    review: Review
    reading: Reading
    panels: Sequence[Panel]
    progress: "Progress"
    since: Any
    threads: Sequence[Thread]
    earlier: Sequence[Followed]


@dataclass(frozen=True)
class Progress:
    """How far the reviewer is; ``blocking`` counts claims found wanting and unresolved blocking comments."""

    summary: Summary
    blocking: int

    def as_json(self) -> dict[str, int]:
        return {"claims": self.summary.claims, "settled": self.summary.settled, "blocking": self.blocking}


def desk(review: Review, *, user: User, now: datetime) -> Desk:
    """The desk of ``review`` for its reviewer. The number of queries is the same whatever the version holds."""
    listed = checklist(review, user=user, now=now)
    items = in_reading_order(listed.items)
    said = list(threads(comments_seen(review, user=user)))
    text = reading(review.version, marks=_marks(items, is_delta=listed.since is not None))
    before = followed(review.version, user=user)
    return Desk(
        review=review,
        reading=text,
        panels=_panels(items, text, said, before),
        progress=progress(listed.summary, (thread.comment for thread in said)),
        since=listed.since,
        threads=[thread for thread in said if thread.comment.claim_id is None],
        earlier=[one for one in before if one.claim is None],
    )


def in_reading_order(items: Iterable[Item]) -> list[Item]:
    """As a reader meets them: text by text, the primary one first."""
    return sorted(items, key=_place)


def _place(item: Item) -> tuple[bool, int, int, int]:
    text = item.claim.rendition
    return not text.is_primary, text.audience.position, text.pk, item.claim.position


def comments_seen(review: Review, *, user: User) -> list[Comment]:
    seen = Comment.objects.visible_to(user).filter(version=review.version_id)
    return list(seen.prefetch_related("author", "taken_over_by").order_by("created_at", "pk"))


def progress(summary: Summary, comments: Iterable[Comment]) -> Progress:
    blocking = sum(comment.is_blocking and comment.resolved_at is None for comment in comments)
    return Progress(summary, summary.blocking + blocking)


def status(item: Item) -> Status:
    """How the claim stands, for the reviewer."""
    if item.blocks:
        return Status("blocking", BLOCKED, "blocks an approval")
    words = "checked by you" if item.state is State.CHECKED else item.state.label
    return Status(item.state.value, SIGNS[item.state], words)


def _marks(items: Sequence[Item], *, is_delta: bool) -> dict[int, list[tuple[str, Mark]]]:
    marks: dict[int, list[tuple[str, Mark]]] = defaultdict(list)
    for number, item in enumerate(items, start=1):
        marks[item.claim.rendition_id].append((item.claim.text, _mark(item, number, is_delta=is_delta)))
    return marks


def _mark(item: Item, number: int, *, is_delta: bool) -> Mark:
    is_changed = is_delta and item.has_changed
    how = status(item)
    spoken = f"Claim {number}, {how.words}{', changed since you signed' if is_changed else ''}"
    return Mark(
        name=f"claim-{item.claim.pk}",
        classes=f"is-{how.code}{' is-changed' if is_changed else ''}",
        words=_new_words(item) if is_changed else (),
        link=(f"?claim={item.claim.pk}#evidence-{item.claim.pk}", how.sign, spoken),
    )


def _new_words(item: Item) -> list[tuple[str, bool]]:
    """What of the claim is new; the whole of it when no earlier text is told, nothing when only a work changed."""
    if item.before is None:
        return [(item.claim.text, True)]
    difference = item.difference
    return [(words.text, words.changed) for words in (difference.after or () if difference else ())]


def _panels(items: Sequence[Item], text: Reading, said: Iterable[Thread], before: Iterable[Followed]) -> list[Panel]:
    works = {work.number: work for work in text.works}
    by_claim: dict[int, list[Thread]] = defaultdict(list)
    for thread in said:
        if thread.comment.claim_id:
            by_claim[thread.comment.claim_id].append(thread)
    stayed: dict[int, list[Followed]] = defaultdict(list)
    for one in before:
        if one.claim:
            stayed[one.claim.pk].append(one)
    return [
        Panel(
            number,
            item,
            [Evidence(cited, works[cited.number]) for cited in item.works],
            by_claim[item.claim.pk],
            stayed[item.claim.pk],
        )
        for number, item in enumerate(items, start=1)
    ]

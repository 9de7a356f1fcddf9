"""The content of the desk: the text with its claims marked, and each claim's evidence, verdicts and comments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from articles.admin.marked_text import ClaimMark, mark_plain_text
from articles.admin.rendered_version import RenderedReference, RenderedVersion, render_version
from articles.text.comparison.versions import Changes, text_changes
from editorial.models import User
from reviews.desk.claims import CitedWork, ClaimCounts, ClaimItem, ClaimState, claim_checklist
from reviews.desk.earlier_comments import EarlierComment, earlier_comments
from reviews.desk.threads import Thread, build_threads
from reviews.models import Comment, Review, Verdict
from reviews.verbs.objections_on_pages import ObjectionsPanel, objections_panel

SIGNS = {ClaimState.TO_CHECK: "○", ClaimState.CONTEXT_CHANGED: "↺", ClaimState.CHECKED: "✓", ClaimState.CARRIED: "↻"}
BLOCKED = "✕"
"""Signs that follow a claim in the text, so that its state is not shown by colour alone."""

KEYS = {
    Verdict.SUPPORTS: "s",
    Verdict.PARTLY: "w",
    Verdict.DOES_NOT_SUPPORT: "d",
    Verdict.CONTRADICTS: "x",
    Verdict.COULD_NOT_CHECK: "u",
}
"""The keyboard key of each verdict."""

CONFIRM = "y"
"""The keyboard key that repeats the reviewer's own verdict if the context changed."""


@dataclass(frozen=True)
class Evidence:
    """A work cited at a claim: ``cited`` has the verdicts on it for this claim, ``work`` is the printed reference."""

    cited: CitedWork
    work: RenderedReference


@dataclass(frozen=True)
class ClaimPanel:
    """A claim at the desk; ``number`` is its place in the reading order of all texts."""

    number: int
    item: ClaimItem
    evidence: Sequence[Evidence]
    threads: Sequence[Thread] = ()
    earlier: Sequence[EarlierComment] = ()

    @property
    def status(self) -> "ClaimStatus":
        return status(self.item)

    @property
    def is_new(self) -> bool:
        """Whether the claim's words or works changed since the reviewer signed."""
        return self.item.has_changed


@dataclass(frozen=True)
class ClaimStatus:
    """The state of a claim: a code for style sheets, its sign, and words."""

    code: str
    sign: str
    words: str


@dataclass(frozen=True)
class Desk:
    """Everything that the desk page shows."""

    review: Review
    reading: RenderedVersion
    panels: Sequence[ClaimPanel]
    progress: "Progress"
    since: Any
    changes: Changes | None
    threads: Sequence[Thread]
    earlier: Sequence[EarlierComment]
    objections: ObjectionsPanel

    @property
    def counted(self) -> str:
        return self.changes.counted(statements=self.progress.summary.changed) if self.changes else ""

    @property
    def question(self) -> SafeString:
        """The question with its changes marked."""
        change_marks = self.changes.question.change_marks if self.changes else ()
        return mark_plain_text(self.review.version.question, change_marks)


@dataclass(frozen=True)
class Progress:
    """The reviewer's progress, which the page updates after each verdict."""

    summary: ClaimCounts

    @property
    def blocking(self) -> int:
        return self.summary.blocking

    @property
    def words(self) -> str:
        again = f", {self.summary.look_again} to check again" if self.summary.look_again else ""
        return f"{self.summary.settled} of {self.summary.claims} checked{again}, {self.blocking} blocking"

    def as_json(self) -> dict[str, int | str]:
        counted = {"claims": self.summary.claims, "settled": self.summary.settled}
        return {**counted, "look_again": self.summary.look_again, "blocking": self.blocking, "words": self.words}


def desk(review: Review, *, user: User, now: datetime) -> Desk:
    """Return the desk of ``review`` for its reviewer. The number of queries is the same for every version."""
    listed = claim_checklist(review, user=user, now=now)
    items = in_reading_order(listed.items)
    threads = list(build_threads(comments_seen(review, user=user)))
    changed = text_changes(listed.since, review.version) if listed.since else None
    text = render_version(review.version, marks=_marks(items, is_delta=listed.since is not None), changes=changed)
    before = earlier_comments(review.version, user=user)
    return Desk(
        review=review,
        reading=text,
        panels=_panels(items, text, threads, before),
        progress=Progress(listed.summary),
        since=listed.since,
        changes=changed,
        threads=[thread for thread in threads if thread.comment.claim_id is None],
        earlier=[comment for comment in before if comment.claim is None],
        objections=objections_panel(review.version, user=user, earlier_only=True),
    )


def in_reading_order(items: Iterable[ClaimItem]) -> list[ClaimItem]:
    """Return ``items`` in reading order: text by text, the primary one first."""
    return sorted(items, key=_place)


def _place(item: ClaimItem) -> tuple[bool, int, int, int]:
    text = item.claim.rendition
    return not text.is_primary, text.audience.position, text.pk, item.claim.position


def comments_seen(review: Review, *, user: User) -> list[Comment]:
    seen = Comment.objects.visible_to(user).filter(version=review.version_id)
    return list(seen.prefetch_related("author", "taken_over_by").order_by("created_at", "pk"))


def status(item: ClaimItem) -> ClaimStatus:
    """Return the state of the claim as the reviewer sees it."""
    if item.blocks:
        return ClaimStatus("blocking", BLOCKED, "blocks an approval")
    words = "checked by you" if item.state is ClaimState.CHECKED else item.state.label
    return ClaimStatus(item.state.value, SIGNS[item.state], words)


def _marks(items: Sequence[ClaimItem], *, is_delta: bool) -> dict[int, list[tuple[str, ClaimMark]]]:
    marks: dict[int, list[tuple[str, ClaimMark]]] = defaultdict(list)
    for number, item in enumerate(items, start=1):
        marks[item.claim.rendition_id].append((item.claim.text, _mark(item, number, is_delta=is_delta)))
    return marks


def _mark(item: ClaimItem, number: int, *, is_delta: bool) -> ClaimMark:
    is_changed = is_delta and item.has_changed
    how = status(item)
    spoken = f"Claim {number}, {how.words}{', changed since you signed' if is_changed else ''}"
    return ClaimMark(
        name=f"claim-{item.claim.pk}",
        classes=f"is-{how.code}{' is-changed' if is_changed else ''}",
        link=(f"?claim={item.claim.pk}#evidence-{item.claim.pk}", how.sign, spoken),
    )


def _panels(
    items: Sequence[ClaimItem], text: RenderedVersion, threads: Iterable[Thread], before: Iterable[EarlierComment]
) -> list[ClaimPanel]:
    works = {work.number: work for work in text.works}
    by_claim: dict[int, list[Thread]] = defaultdict(list)
    for thread in threads:
        if thread.comment.claim_id:
            by_claim[thread.comment.claim_id].append(thread)
    stayed: dict[int, list[EarlierComment]] = defaultdict(list)
    for comment in before:
        if comment.claim:
            stayed[comment.claim.pk].append(comment)
    return [
        ClaimPanel(
            number,
            item,
            [Evidence(cited, works[cited.number]) for cited in item.works],
            by_claim[item.claim.pk],
            stayed[item.claim.pk],
        )
        for number, item in enumerate(items, start=1)
    ]

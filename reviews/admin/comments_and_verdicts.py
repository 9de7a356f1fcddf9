"""Admin pages of comments and verdicts, with the buttons to answer, resolve, accept and overrule."""

from collections.abc import Mapping

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles.lifecycle import Act
from articles.permissions import may
from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import NOTHING, link, moment, shortened
from editorial.admin.verbs import VerbPages
from editorial.exceptions import Refusal
from editorial.models import User
from reviews.admin.objections import ending, resolving
from reviews.admin.sealed_entries import OnClaims, claim_words
from reviews.desk.proposals import proposed_change
from reviews.lifecycle import ANSWERABLE
from reviews.models import ClaimCheck, Comment
from reviews.permissions import may_answer
from reviews.verbs.comments_and_verdicts import RESOLVE, RULE
from reviews.verbs.objections import ACCEPT_CLAIM, ACCEPT_PASSAGE, WITHDRAW
from reviews.verbs.proposals import TAKE_OVER
from reviews.verbs.replies import ANSWER


@admin.register(Comment)
class CommentAdmin(VerbPages, OnClaims):
    list_display = ("beginning", "standing", "author", "question", "number", "created_at")
    list_select_related = ("author", "version__article", "claim")
    list_filter = ("is_blocking",)
    search_fields = ("text", "quote", "version__question", "version__article__slug")
    ordering = ("-created_at", "-pk")
    fields = (
        "text",
        "quote",
        "statement",
        "proposal",
        "taken_over",
        "standing",
        "author",
        "created_at",
        "resolved",
        "parent",
        "about",
    )
    verbs = (ANSWER, TAKE_OVER, RESOLVE, ACCEPT_PASSAGE)
    empty_state = "No comments that you can read yet. A reviewer's comments become visible when the reviewer signs."

    def offered(self, user: User, record: Comment) -> Mapping[str, str]:
        taking = {TAKE_OVER.name: cannot_take_over(user, record)} if record.proposal else {}
        return {**taking, **answering(user, record), **resolving(user, record)}

    @admin.display(description="comment", ordering="text")
    def beginning(self, comment: Comment) -> str:
        return shortened(comment.text)

    @admin.display(description="claim")
    def statement(self, comment: Comment) -> str:
        return claim_words(comment) if comment.claim else NOTHING

    @admin.display(description="standing")
    def standing(self, comment: Comment) -> SafeString:
        if comment.resolved_at:
            return chip("good", "Resolved")
        return chip("bad", "Blocking") if comment.is_blocking else chip("wait", "Open")

    @admin.display(description="resolved")
    def resolved(self, comment: Comment) -> str:
        if not comment.resolved_at:
            return "Not yet"
        how = f", {comment.get_resolution_display()}" if comment.resolution else ""
        why = f": {comment.resolution_reason}" if comment.resolution_reason else ""
        return f"{moment(comment.resolved_at)}, {comment.resolved_by}{how}{why}"

    @admin.display(description="taken over")
    def taken_over(self, comment: Comment) -> str:
        return f"{moment(comment.taken_over_at)}, {comment.taken_over_by}" if comment.taken_over_at else NOTHING

    @admin.display(description="question", ordering="version__question")
    def question(self, comment: Comment) -> str:
        return comment.version.question

    @admin.display(description="version", ordering="version__number")
    def number(self, comment: Comment) -> int:
        return comment.version.number

    @admin.display(description="about")
    def about(self, comment: Comment) -> str:
        return str(comment.version)


def answering(user: User, comment: Comment) -> dict[str, str]:
    """Return the verb for writers of the article, with why they cannot answer ``comment`` now; empty if they can."""
    if not may_answer(user, comment.version):
        return {}
    return {ANSWER.name: "" if comment.version.state in ANSWERABLE else "Comments are answered when the round is over."}


def cannot_take_over(user: User, comment: Comment) -> str:
    """Return why ``user`` cannot use the proposed wording now, as text; empty if they can."""
    if not may(user, Act.EDIT, comment.version.article):
        return "Only the writers of the article can use a proposed wording."
    try:
        proposed_change(comment)
    except Refusal as refusal:
        return refusal.detail
    return ""


@admin.register(ClaimCheck)
class ClaimCheckAdmin(VerbPages, OnClaims):
    list_display = ("statement", "verdict_chip", "key", "locator", "reviewer", "checked_at")
    list_filter = ("verdict",)
    search_fields = ("claim__text", "reference__key", "reference__title__mentions")
    ordering = ("-checked_at", "-pk")
    fields = (
        "statement",
        "verdict_chip",
        "ruling",
        "work",
        "locator",
        "quote",
        "note",
        "reviewer",
        "checked_at",
        "about",
    )
    verbs = (RULE, WITHDRAW, ACCEPT_CLAIM)
    empty_state = "No verdicts that you can read yet. Reviewers give them at the review desk."

    def heading(self, record: ClaimCheck) -> str:
        return f"{record.get_verdict_display()}: {claim_words(record)}"

    subtitle = heading

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen = super().get_queryset(request).with_rulings()  # type: ignore[attr-defined]
        return seen.select_related("claim", "reference", "review__version__article")

    def offered(self, user: User, record: ClaimCheck) -> Mapping[str, str]:
        return ending(user, record)

    @admin.display(description="verdict", ordering="verdict")
    def verdict_chip(self, check: ClaimCheck) -> SafeString:
        return choice_chip(check, "verdict")

    @admin.display(description="ruling")
    def ruling(self, check: ClaimCheck) -> str:
        if ruling := check.ruling:
            heading = f"{ruling.get_kind_display().capitalize()}. {ruling.ruled_by}, {moment(ruling.ruled_at)}"
            return f"{heading}: {ruling.reason}"
        return "None yet" if check.is_negative else NOTHING

    @admin.display(description="given on")
    def about(self, check: ClaimCheck) -> str:
        return str(check.review.version)

    @admin.display(description="claim", ordering="claim__text")
    def statement(self, check: ClaimCheck) -> str:
        return shortened(claim_words(check), 300)

    @admin.display(description="key", ordering="reference__key")
    def key(self, check: ClaimCheck) -> str:
        return check.reference.key

    @admin.display(description="work")
    def work(self, check: ClaimCheck) -> SafeString:
        return link(check.reference)

    @admin.display(description="reviewer", ordering="review__member__user__last_name")
    def reviewer(self, check: ClaimCheck) -> str:
        return str(check.review.member.user)

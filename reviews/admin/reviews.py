"""Admin pages of reviews: what is due from whom and when, the text to review, and what was written at the desk."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.admin.rendered_version import render_version
from editorial.admin.chips import chip, state_chip
from editorial.admin.formatting import short_date
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.models import LedgerEntry, User
from editorial.permissions import board_member, reads_the_record
from reviews.actions.late_conflicts import conflicts_of
from reviews.admin.article_pages import Sealed
from reviews.admin.compare_versions import ComparingPages
from reviews.admin.desk.views import DeskPages
from reviews.admin.sealed_entries import owes_a_review
from reviews.admin.sign_page import SigningPages
from reviews.allowed_actions import missing_requirements, offers
from reviews.desk.claims import claim_checklist
from reviews.desk.comparable_versions import default_comparison
from reviews.desk.threads import load_threads
from reviews.lifecycle import ACTS, LIVE, OPEN, Act, State
from reviews.models import Comment, Review, Signature
from reviews.permissions import WITHHELD, is_reviewer, reads_text
from reviews.rounds.obstacles import remarks
from reviews.verbs.deadlines import EXTEND, REMIND
from reviews.verbs.recusals import RECUSE
from reviews.verbs.reviews import ACCEPT, CANCEL, DECLINE, HAND_OVER, REVOKE_LINKS, WAIVE, desk_address
from reviews.verbs.sign_page import CONFIRM_SIGNATURE, SIGN
from reviews.verbs.signatures import WITHDRAW_SIGNATURE


class ConflictFilter(admin.SimpleListFilter):
    """Reviews in open rounds and behind valid approvals with a conflict that an editor has to decide about."""

    title = "conflict of interest"
    parameter_name = "conflict"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, str]]:
        return [("open", "To be waived, or the signature set aside")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=Review.objects.conflicted(at=timezone.now()).values("pk"))


@admin.register(Review)
class ReviewAdmin(DeskPages, ComparingPages, Sealed, SigningPages, HistoryPages, BaseAdmin):
    change_form_template = "admin/reviews/review/change_form.html"
    list_display = ("question", "number", "member_shown", "state_chip", "expected", "invited")
    list_select_related = ("version__article", "member__user")
    list_filter = ("state", ConflictFilter)
    search_fields = (
        "version__question",
        "version__article__slug",
        "member__user__last_name",
        "member__user__first_name",
    )
    search_help_text = "Words of the question, or a member's name."
    ordering = ("-invited_at", "-pk")
    verbs = (
        ACCEPT,
        SIGN,
        CONFIRM_SIGNATURE,
        WITHDRAW_SIGNATURE,
        DECLINE,
        RECUSE,
        EXTEND,
        REMIND,
        REVOKE_LINKS,
        WAIVE,
        CANCEL,
        HAND_OVER,
    )
    empty_state = "No reviews yet. Editors invite board members on the page of a submitted version."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def heading(self, record: Review) -> str:
        return record.version.question

    def get_fieldsets(self, request: HttpRequest, obj: Review | None = None) -> list[Any]:
        """Return no fieldsets: the template shows the data in its own way."""
        return []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("version__article", "member__user", "invited_by")

    def may_see(self, user: User) -> bool:
        return reads_the_record(user) or board_member(user) is not None

    def may_read_history(self, request: HttpRequest, record: Review) -> bool:
        return super().may_read_history(request, record) and not owes_a_review(actor(request), record)

    def offered(self, user: User, record: Review) -> Mapping[str, str]:
        return {
            offer.action: "" if offer.allowed else offer.reason for offer in offers(user, record, now=timezone.now())
        }

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        review, user = kwargs["obj"], actor(request)
        sealed, works = owes_a_review(user, review), is_reviewer(user, review) and review.state in ACTS[Act.COMMENT]
        comments = Comment.objects.visible_to(user).filter(review=review)
        signatures = Signature.objects.visible_to(user).filter(review=review)
        reads = reads_text(user, review.version)
        context |= {
            "review": review,
            "state": state_chip(review),
            "expected": expected(review),
            "sealed": sealed,
            "reading": render_version(review.version) if reads else None,
            "withheld": "" if reads else WITHHELD,
            "needed": missing_requirements(review, now=timezone.now()) if is_reviewer(user, review) else [],
            "desk_address": desk_address(review) if works else None,
            "compares_with": default_comparison(review, user=user) if reads else None,
            "checklist": claim_checklist(review, user=user, now=timezone.now()) if reads else None,
            "threads": load_threads(comments),
            "signatures": signatures.with_confirmations().with_their_end().order_by("signed_at", "pk"),
            "conflicts": conflicts_of(review, at=timezone.now()) if review.state in LIVE else [],
            "remarks": remarks(review) if review.state in OPEN else [],
            "sees_version": reads_the_record(user),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def ledger_of(self, record: Review) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(chain=record.version.article.chain, payload__review=record.pk)

    def chain_of(self, record: Review) -> str:
        return record.version.article.chain

    # --- columns ----------------------------------------------------------------------------------------------------

    @admin.display(description="question", ordering="version__question")
    def question(self, review: Review) -> str:
        return review.version.question

    @admin.display(description="version", ordering="version__number")
    def number(self, review: Review) -> int:
        return review.version.number

    @admin.display(description="reviewer", ordering="member__user__last_name")
    def member_shown(self, review: Review) -> str:
        return str(review.member.user)

    @admin.display(description="state", ordering="state")
    def state_chip(self, review: Review) -> SafeString:
        return state_chip(review)

    @admin.display(description="expected", ordering="due_at")
    def expected(self, review: Review) -> SafeString | str:
        return expected(review)

    @admin.display(description="invited", ordering="invited_at")
    def invited(self, review: Review) -> str:
        return short_date(review.invited_at)


def expected(review: Review) -> SafeString | str:
    """Return what is due from the member and when, marked if it is overdue."""
    if review.state not in OPEN:
        return "-"
    due = review.expected_by
    words = f"{'Answer' if review.state == State.INVITED else 'Signature'} by {short_date(due)}"
    return chip("overdue", f"Overdue: {words[0].lower()}{words[1:]}") if due <= timezone.now() else words

"""Reviews: what is asked of whom until when, the text to review, and one's own work on it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.admin.reading import reading
from editorial.admin.ground import HouseAdmin, actor
from editorial.admin.history import HistoryPages
from editorial.admin.showing import chip, day, state_chip
from editorial.admin.verbs import Verb
from editorial.models import LedgerEntry, User
from editorial.permissions import board_member, reads_the_record
from reviews.admin.desk.doors import DeskPages
from reviews.admin.over_articles import Sealed
from reviews.admin.review_verbs import ACCEPT, CHECK, VERBS, CommentForm
from reviews.admin.sealing import owes_a_review
from reviews.admin.signing import SigningPages
from reviews.checklist import checklist
from reviews.lifecycle import ACTS, LIVE, OPEN, Act, State
from reviews.models import Comment, Review, Signature, Verdict
from reviews.permissions import is_reviewer, offers
from reviews.threads import read


@admin.register(Review)
class ReviewAdmin(DeskPages, Sealed, SigningPages, HistoryPages, HouseAdmin):
    change_form_template = "admin/reviews/review/change_form.html"
    list_display = ("question", "number", "member_shown", "state_chip", "expected", "invited")
    list_select_related = ("version__article", "member__user")
    list_filter = ("state",)
    search_fields = (
        "version__question",
        "version__article__slug",
        "member__user__last_name",
        "member__user__first_name",
    )
    search_help_text = "Words of the question, or a member's name."
    ordering = ("-invited_at", "-pk")
    verbs = VERBS
    empty_state = "No reviews yet. Editors invite board members on the page of a submitted version."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def heading(self, record: Review) -> str:
        return record.version.question

    def get_fieldsets(self, request: HttpRequest, obj: Review | None = None) -> list[Any]:  # noqa: ARG002
        """None: the page shows what there is in its own way."""
        return []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("version__article", "member__user", "invited_by")

    def may_see(self, user: User) -> bool:
        return reads_the_record(user) or board_member(user) is not None

    def may_read_history(self, request: HttpRequest, record: Review) -> bool:
        return super().may_read_history(request, record) and not owes_a_review(actor(request), record)

    def do(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse:
        """As every page does it; who has accepted lands on the desk."""
        response = super().do(request, verb, record)
        if verb == ACCEPT and response.status_code == 302:
            return HttpResponseRedirect(desk_address(record))
        return response

    def offered(self, user: User, record: Review) -> Mapping[str, str]:
        return {offer.action: "" if offer.allowed else offer.reason for offer in offers(user, record)}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        review, user = kwargs["obj"], actor(request)
        sealed, works = owes_a_review(user, review), is_reviewer(user, review) and review.state in ACTS[Act.COMMENT]
        comments = Comment.objects.visible_to(user).filter(review=review)
        signatures = Signature.objects.visible_to(user).filter(review=review)
        reads = review.state in LIVE or reads_the_record(user)
        context |= {
            "review": review,
            "state": state_chip(review),
            "expected": expected(review),
            "sealed": sealed,
            "works": works,
            "reading": reading(review.version) if reads else None,
            "desk_address": desk_address(review) if works else None,
            "checklist": checklist(review, user=user, now=timezone.now()) if reads else None,
            "verdicts": Verdict.choices,
            "check_address": self.verb_address(CHECK.name, review),
            "comment_form": CommentForm(subject=review) if works else None,
            "comment_address": self.verb_address("comment", review),
            "threads": read(comments),
            "signatures": signatures.select_related("withdrawal").order_by("signed_at", "pk"),
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
        return day(review.invited_at)


def desk_address(review: Review) -> str:
    """Where the reviewer works on it."""
    return reverse("admin:reviews_review_desk", args=[review.pk])


def expected(review: Review) -> SafeString | str:
    """What is expected of the member until when; marked when it is overdue."""
    if review.state not in OPEN:
        return "-"
    due = review.expected_by
    words = f"{'Answer' if review.state == State.INVITED else 'Signature'} by {day(due)}"
    return chip("overdue", f"Overdue: {words[0].lower()}{words[1:]}") if due <= timezone.now() else words

"""Approvals that do not satisfy a new policy, or a higher risk tier."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles.models import Article
from editorial.admin.chips import choice_chip, state_chip
from editorial.admin.formatting import link
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import EditorialPolicy, RiskTier, User
from editorial.permissions import reads_the_record
from reviews.models import ApprovalMark
from reviews.rounds.approval_shortfalls import shortfalls, valid_approvals
from reviews.verbs.approvals import follows


def raising(article: Article, *, now: datetime) -> list[tuple[str, str]]:
    """Return label and consequences of each higher risk tier whose rules the article's approval would not satisfy."""
    policy, tiers = EditorialPolicy.objects.in_force(at=now), RiskTier.values
    approved = valid_approvals(at=now).filter(article=article)
    higher = tiers[tiers.index(article.risk) + 1 :] if policy else []
    by_tier = [(tier, shortfalls(approved, policy=policy, at=now, risk=tier)) for tier in higher]  # type: ignore[arg-type]
    return [
        (RiskTier(tier).label, f"{shortfall.words}. {follows(policy)}")  # type: ignore[arg-type]
        for tier, below in by_tier
        for shortfall in below
    ]


@admin.register(ApprovalMark)
class ApprovalMarkAdmin(HistoryPages, BaseAdmin):
    list_display = ("about", "state", "words", "treatment_chip", "policy", "marked_at")
    list_select_related = ("version__article", "policy")
    list_filter = ("treatment", "version__state")
    search_fields = ("version__article__slug", "version__question")
    ordering = ("-marked_at", "-pk")
    fields = ("about", "state", "words", "policy", "risk", "treatment_chip", "marked_at")
    empty_state = "Every approval satisfies the policy in force."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("version__article", "policy")

    @admin.display(description="approval", ordering="version__article__slug")
    def about(self, mark: ApprovalMark) -> SafeString:
        return link(mark.version)

    @admin.display(description="state now", ordering="version__state")
    def state(self, mark: ApprovalMark) -> SafeString:
        return state_chip(mark.version)

    @admin.display(description="missing")
    def words(self, mark: ApprovalMark) -> str:
        return mark.words

    @admin.display(description="what became of it", ordering="treatment")
    def treatment_chip(self, mark: ApprovalMark) -> SafeString:
        return choice_chip(mark, "treatment")

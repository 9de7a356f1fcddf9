"""Approvals that do not satisfy a new policy: the preview before it is published, and the marked approvals."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Article
from editorial.admin.chips import choice_chip, state_chip
from editorial.admin.formatting import link
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.admin.verbs import Verb, VerbForm
from editorial.models import EditorialPolicy, RiskTier, User
from editorial.models.policy import ApprovalsBelow
from editorial.permissions import reads_the_record
from reviews import actions
from reviews.models import ApprovalMark
from reviews.rounds.approval_shortfalls import shortfalls, valid_approvals

SHOWN = 50
"""Maximum number of approvals that the page lists. Its heading gives the total."""


def follows(policy: EditorialPolicy) -> str:
    """Return what happens to approvals that do not satisfy ``policy``, as text."""
    days = policy.approvals_below_days
    return {
        ApprovalsBelow.STAND: "They stay valid. You find them in the list of marked approvals.",
        ApprovalsBelow.DATED: f"They lapse in {days} day{'' if days == 1 else 's'}, unless a new version is approved.",
        ApprovalsBelow.SUSPENDED: "They are suspended at once: readers see Under Review with a caution and the reason.",
    }[ApprovalsBelow(policy.approvals_below)]


class PublishForm(VerbForm):
    """Shows which approvals would no longer satisfy the policy, and what would happen to them."""

    @property
    def reading(self) -> SafeString | None:
        missing_tiers = {rule.risk for rule in self.subject.rules.all()} != set(RiskTier.values)
        if self.subject.is_published or missing_tiers:
            return None
        now = timezone.now()
        below = shortfalls(valid_approvals(at=now), policy=self.subject, at=now)
        if not below:
            return format_html("<p>{}</p>", "Every approval that counts today satisfies this policy.")
        would = "1 approval would" if len(below) == 1 else f"{len(below)} approvals would"
        rows = format_html_join(
            "", "<li>{}: {}</li>", ((link(shortfall.version), shortfall.words) for shortfall in below[:SHOWN])
        )
        rest = len(below) - SHOWN
        more = format_html("<p>… and {} more.</p>", rest) if rest > 0 else ""
        head = format_html("<h2>{} no longer satisfy this</h2><p>{}</p>", would, follows(self.subject))
        return format_html("{}<ul>{}</ul>{}", head, rows, more)


def publish(subject: EditorialPolicy, _data: Any, *, by: User, now: datetime) -> EditorialPolicy:
    return actions.publish_policy(policy_id=subject.pk, by=by, now=now)


PUBLISH = Verb(
    name="publish",
    label="Publish the policy",
    call=publish,
    form=PublishForm,
    explain="It is in force from this moment and frozen with its rules for good. It counts for every round that is "
    "decided, and for running rounds as far as it asks for more than they were opened under.",
    done="The policy is in force.",
    is_main=True,
)


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

    def get_queryset(self, request: Any) -> QuerySet:
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

"""Proposals to lower the requirements of a running round: everyone in it reads them, another person decides."""

from collections.abc import Mapping

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import NOTHING, link, moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.admin.verbs import VerbPages
from editorial.models import User
from reviews.models import Lowering
from reviews.permissions import cannot_decide_lowering
from reviews.verbs.lowerings import CONFIRM, REFUSE


@admin.register(Lowering)
class LoweringAdmin(VerbPages, HistoryPages, BaseAdmin):
    list_display = ("words", "article", "number", "outcome_chip", "proposed_by", "proposed_at")
    list_filter = ("outcome",)
    search_fields = ("version__article__slug", "reason")
    ordering = ("-proposed_at", "-pk")
    fields = ("words", "reason", "proposed_by", "proposed_at", "outcome_chip", "decided", "about")
    verbs = (CONFIRM, REFUSE)
    empty_state = "No proposals to lower the requirements of a round. Editors make them on the page of the article."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        seen = rows.visible_to(user, on=timezone.now().date())  # type: ignore[attr-defined]
        return seen.select_related("version__article", "proposed_by", "decided_by")

    def offered(self, user: User, record: Lowering) -> Mapping[str, str]:
        if record.outcome:
            return {}
        over = "" if record.version.is_in_review else f"The version is {record.version.get_state_display()}."
        reason = over or cannot_decide_lowering(user, record, on=timezone.now().date())
        mine = record.proposed_by_id == user.pk
        return {CONFIRM.name: reason, REFUSE.name: over if mine else reason}

    @admin.display(description="asks for less")
    def words(self, lowering: Lowering) -> str:
        return lowering.words

    @admin.display(description="article", ordering="version__article__slug")
    def article(self, lowering: Lowering) -> str:
        return lowering.version.article.slug

    @admin.display(description="version", ordering="version__number")
    def number(self, lowering: Lowering) -> int:
        return lowering.version.number

    @admin.display(description="outcome", ordering="outcome")
    def outcome_chip(self, lowering: Lowering) -> SafeString:
        if not lowering.outcome:
            return chip("wait", "Waiting for a second person")
        return choice_chip(lowering, "outcome")

    @admin.display(description="decided")
    def decided(self, lowering: Lowering) -> str:
        return f"{lowering.decided_by}, {moment(lowering.decided_at)}" if lowering.outcome else NOTHING

    @admin.display(description="about")
    def about(self, lowering: Lowering) -> SafeString:
        return link(lowering.version)

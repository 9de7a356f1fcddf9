"""Admin pages of the editorial policy: draft it, and publish it, which freezes it."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from editorial.actions import keep_policy, remove_policy_row
from editorial.admin.chips import chip
from editorial.admin.fields import FallbacksField, SpecialtiesField
from editorial.admin.formatting import moment
from editorial.admin.history import HistoryPages
from editorial.admin.ledger_on_pages import LedgerPanel
from editorial.admin.model_admin import BaseAdmin
from editorial.admin.tracked_forms import TrackedAdmin, TrackedInline
from editorial.admin.verbs import VerbPages
from editorial.models import ChecklistQuestion, EditorialPolicy, LedgerEntry, PolicyRule, Rung, User
from editorial.models.ledger import POLICY_CHAIN
from editorial.permissions import is_editor, reads_the_record
from editorial.verbs.forms import VerbForm
from editorial.verbs.policy import DRAFT_NEXT


class RuleInline(TrackedInline):
    model = PolicyRule
    belongs_by = "policy"
    max_num = 3
    verbose_name_plural = "rules, one for each risk tier"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "required_specialties":
            return SpecialtiesField(label="required specialties")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class QuestionInline(TrackedInline):
    model = ChecklistQuestion
    belongs_by = "policy"
    can_delete = True
    ordering = ("position", "pk")
    verbose_name_plural = "checklist: what every reviewer is asked before signing"


class RungInline(TrackedInline):
    model = Rung
    belongs_by = "policy"
    can_delete = True
    ordering = ("moment", "offset", "pk")
    fields = ("moment", "offset", "unit", "recipient", "consequence", "text")
    verbose_name = "rung"
    verbose_name_plural = "ladder of reminders: who is reminded, how long before or after what"


class EditorialPolicyAdmin(LedgerPanel, VerbPages, TrackedAdmin):
    """Pages of the policy. ``articles`` adds rules on texts and works; ``reviews`` adds the verb to publish."""

    list_display = ("title", "number", "standing", "in_force_from", "published_by")
    list_select_related = ("published_by",)
    ordering = ("-number",)
    inlines = (RuleInline, QuestionInline, RungInline)
    empty_state = (
        "No policy yet, so nothing can be submitted. Draft one, give it a rule for each risk tier, publish it."
    )
    fieldsets = (
        (None, {"fields": ("number", "standing", "title", "text", "caution")}),
        ("Readers", {"fields": ("show_pending", "fallbacks")}),
        (
            "Reviewing",
            {
                "fields": (
                    "claim_checks",
                    "days_to_respond",
                    "days_to_review",
                    "days_to_triage",
                    "disclosures_last_days",
                    "invites_by_itself",
                    "absence_moves_dates",
                )
            },
        ),
        ("Approvals from before", {"fields": ("approvals_below", "approvals_below_days")}),
    )
    readonly_fields = ("number", "standing")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "fallbacks":
            return FallbacksField(
                label="Fallback texts",
                required=False,
                help_text="Whose text a reader is shown when there is none for them, one audience a line by its code: "
                "“caregiver: patient”. If that one is missing too, the next in turn; in the end the primary text.",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        now = timezone.now()
        newer = EditorialPolicy.objects.published(at=now).filter(in_force_from__gt=OuterRef("in_force_from"))
        rows = rows.annotate(is_replaced=Exists(newer.order_by()))
        return rows if reads_the_record(user) else rows.exclude(in_force_from=None)

    def may_add(self, user: User) -> bool:
        return is_editor(user)

    def may_change(self, user: User, record: EditorialPolicy | None) -> bool:
        return is_editor(user) and (record is None or not record.is_published)

    def offered(self, user: User, record: EditorialPolicy) -> dict[str, str]:
        only = "" if is_editor(user) else "Only editors publish the policy."
        published = f"Published {moment(record.in_force_from)}." if record.is_published else ""
        return {"publish": only or published}

    def keep(self, record: Any, form: Any, *, by: User, now: datetime, reason: str) -> None:
        keep_policy(record=record, by=by, now=now, reason=reason)

    def keep_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        keep_policy(record=row, by=by, now=now, reason=reason)

    def remove_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        remove_policy_row(row=row, by=by, now=now, reason=reason)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Draft a new policy as a copy of the latest one: GET asks for confirmation, POST does it."""
        if not self.has_add_permission(request):
            raise PermissionDenied("Only editors write the policy.")
        if request.method == "POST":
            return self.do(request, DRAFT_NEXT, None)
        return self.verb_page(request, DRAFT_NEXT, None, VerbForm(subject=None))

    def ledger_of(self, record: EditorialPolicy) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(chain=POLICY_CHAIN, payload__policy=record.number)

    def chain_of(self, record: EditorialPolicy) -> str:
        return POLICY_CHAIN

    @admin.display(description="standing")
    def standing(self, policy: Any) -> SafeString:
        if not policy.is_published:
            return chip("calm", "Draft")
        return chip("calm", "Replaced") if policy.is_replaced else chip("good", "In force")


@admin.register(PolicyRule)
class PolicyRuleAdmin(HistoryPages, BaseAdmin):
    """Pages of a single rule and its history. Rules are edited on the page of their policy."""

    list_display = ("policy", "risk", "quorum", "required_specialties", "shelf_life_days")
    list_select_related = ("policy",)
    list_filter = ("risk",)
    ordering = ("-policy__number", "pk")
    fields = ("policy", "risk", "quorum", "required_specialties", "shelf_life_days")
    empty_state = "No rules yet. They are written on the page of a drafted policy."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows if reads_the_record(user) else rows.exclude(policy__in_force_from=None)

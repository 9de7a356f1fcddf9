"""What readers send: questions and reports, for editors to read, and what they decide about a report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from articles import actions
from articles.models import Report, Triage
from articles.models.question import ReaderMessage
from articles.permissions import cannot_decide
from editorial.admin.ground import HouseAdmin
from editorial.admin.history import HistoryPages
from editorial.admin.showing import NOTHING, chip, day, link, moment, shortened
from editorial.admin.verbs import ReasonForm, Verb, VerbPages
from editorial.models import EditorialPolicy, User
from editorial.permissions import reads_the_record


class ReaderMessageAdmin(HistoryPages, HouseAdmin):
    """Read only. A reader's address is shown to those who may answer, nobody else."""

    list_display: tuple[str, ...] = ("received_at", "beginning", "slug", "number", "email")
    list_display_links = ("received_at", "beginning")
    list_select_related: ClassVar[tuple[str, ...]] = ("version__article",)
    search_fields = ("text", "email", "article__slug")
    ordering = ("-received_at", "-pk")
    fields: ClassVar[tuple[str, ...]] = ("received_at", "text", "email", "version_link")

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    @admin.display(description="text")
    def beginning(self, message: ReaderMessage) -> str:
        return shortened(message.text)

    @admin.display(description="article", ordering="article__slug")
    def slug(self, message: ReaderMessage) -> str:
        return message.version.article.slug

    @admin.display(description="version", ordering="version__number")
    def number(self, message: ReaderMessage) -> int:
        return message.version.number

    @admin.display(description="the reader was shown")
    def version_link(self, message: ReaderMessage) -> SafeString:
        return link(message.version)


def to_be_decided(report: Report, *, policy: EditorialPolicy | None, at: datetime) -> SafeString:
    """Until when, marked when that is over."""
    due = report.decide_by(policy) if policy else None
    words = f"To be decided by {day(due)}" if due else "To be decided"
    return chip("overdue", f"Overdue: {words[0].lower()}{words[1:]}") if due and due <= at else chip("submitted", words)


class DecisionForm(ReasonForm):
    public_words = forms.CharField(
        label="What readers are told",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Beside the outcome, in the public history of the article. Your reason stays in the house.",
    )


class UpholdForm(DecisionForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What is wrong. The writers are told; with a suspension readers are told it too.",
    )
    suspends = forms.BooleanField(
        label="Suspend the approval at once",
        required=False,
        help_text="When somebody could come to harm. Readers see Under Review with a caution.",
    )


def uphold(subject: Report, data: Any, *, by: User, now: datetime) -> Report:
    said = {name: data[name] for name in ("reason", "public_words", "suspends")}
    return actions.uphold(report_id=subject.pk, by=by, now=now, **said)


def decline(subject: Report, data: Any, *, by: User, now: datetime) -> Report:
    said = {name: data[name] for name in ("reason", "public_words")}
    return actions.decline_report(report_id=subject.pk, by=by, now=now, **said)


VERBS = (
    Verb(
        name="uphold",
        label="Uphold",
        call=uphold,
        form=UpholdForm,
        explain="The report is right. A draft for the correction is begun unless one is under way. Writers are told.",
        done="Upheld. The writers have been told.",
        is_main=True,
    ),
    Verb(
        name="decline",
        label="Decline",
        call=decline,
        form=DecisionForm,
        explain="Nothing has to change. Your reason becomes part of the article's record.",
        done="Declined.",
    ),
)


class TriageFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("open", "to be decided"), *((one.value, one.label) for one in Triage.Outcome)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        if self.value() == "open":
            return queryset.filter(triage=None)
        return queryset.filter(triage__outcome=self.value()) if self.value() else queryset


@admin.register(Report)
class ReportAdmin(VerbPages, ReaderMessageAdmin):
    list_display = ("received_at", "beginning", "slug", "number", "decision", "email")
    list_filter = (TriageFilter,)
    list_select_related = ("version__article", "claim", "triage__triaged_by")
    fields = (
        "received_at",
        "text",
        "claim",
        "email",
        "erase_email_at",
        "version_link",
        "decision",
        "until",
        "decided",
        "reason",
        "told",
    )
    verbs = VERBS
    empty_state = "No reports from readers like this. They report a problem on the page of an article."

    def offered(self, user: User, record: Report) -> Mapping[str, str]:
        return {} if record.decision else dict.fromkeys(("uphold", "decline"), cannot_decide(user, record))

    @admin.display(description="decision")
    def decision(self, report: Report) -> SafeString:
        triage = report.decision
        if triage is None:
            return chip("submitted", "To be decided")
        return chip("rejected" if triage.outcome == Triage.Outcome.UPHELD else "approved", capfirst(triage.outcome))

    @admin.display(description="until when")
    def until(self, report: Report) -> SafeString | str:
        now = timezone.now()
        policy = EditorialPolicy.objects.published(at=now).first()
        return NOTHING if report.decision else to_be_decided(report, policy=policy, at=now)

    @admin.display(description="decided")
    def decided(self, report: Report) -> str:
        triage = report.decision
        return f"{moment(triage.triaged_at)}, by {triage.triaged_by}" if triage else NOTHING

    @admin.display(description="reason")
    def reason(self, report: Report) -> str:
        triage = report.decision
        return triage.reason if triage else NOTHING

    @admin.display(description="readers are told")
    def told(self, report: Report) -> str:
        triage = report.decision
        return (triage.public_words if triage else "") or NOTHING

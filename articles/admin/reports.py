"""Admin of readers' messages, and the editors' decisions on reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from articles.models import Report, Triage
from articles.models.questions import ReaderMessage
from articles.permissions import cannot_decide
from articles.published.events import REPORTED
from articles.verbs.reader_messages import reachable
from articles.verbs.reports import DECLINE, UPHOLD
from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import link, moment, short_date, shortened
from editorial.admin.history import HistoryPages
from editorial.admin.verbs import VerbPages
from editorial.models import EditorialPolicy, User
from editorial.permissions import reads_the_record

WHOLE_ANSWER = "The whole answer"


class ReaderMessageAdmin(VerbPages, HistoryPages):
    """Read only. Only users who may answer see a reader's address."""

    list_display_links = ("received", "beginning")
    list_select_related: ClassVar[tuple[str, ...]] = ("version__article",)
    search_fields = ("text", "email", "article__slug")
    search_help_text = "Words of a reader, their e-mail address, or the slug of an article."
    ordering = ("-received_at", "-pk")

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def subtitle(self, record: ReaderMessage) -> str:
        return self.heading(record)

    def heading(self, record: ReaderMessage) -> str:
        return f"{capfirst(self.opts.verbose_name)} about {record.version.article}, {short_date(record.received_at)}"

    @admin.display(description="received", ordering="received_at")
    def received(self, message: ReaderMessage) -> str:
        return moment(message.received_at)

    @admin.display(description="address of the reader")
    def reachable(self, message: ReaderMessage) -> str:
        return reachable(message)

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
    """Return until when a decision is due, marked if that is over."""
    due = report.decide_by(policy) if policy else None
    words = f"To be decided by {short_date(due)}" if due else "To be decided"
    return chip("overdue", f"Overdue: {words[0].lower()}{words[1:]}") if due and due <= at else chip("wait", words)


class TriageFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "to be decided"), *((choice.value, choice.label) for choice in Triage.Outcome)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "open":
            return queryset.filter(triage=None)
        return queryset.filter(triage__outcome=self.value()) if self.value() else queryset


@admin.register(Report)
class ReportAdmin(ReaderMessageAdmin):
    list_display = ("received", "beginning", "slug", "number", "decision", "email")
    list_filter = (TriageFilter,)
    list_select_related = ("version__article", "claim", "triage__triaged_by")
    verbs = (UPHOLD, DECLINE)
    empty_state = "No matching reports from readers. They report a problem on the page of an article."

    def offered(self, user: User, record: Report) -> Mapping[str, str]:
        return dict.fromkeys((UPHOLD.name, DECLINE.name), cannot_decide(user, record))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        sent = ("received", "text", "version_link", "statement", "reachable")
        return (*sent, "decision", "decided", "reason", "told") if obj and obj.decision else (*sent, "until")

    @admin.display(description="it is about")
    def statement(self, report: Report) -> str:
        return report.claim.text if report.claim else WHOLE_ANSWER

    @admin.display(description="decision")
    def decision(self, report: Report) -> SafeString:
        triage = report.decision
        if triage is None:
            return chip("wait", "To be decided")
        return choice_chip(triage, "outcome")

    @admin.display(description="decision")
    def until(self, report: Report) -> SafeString:
        now = timezone.now()
        return to_be_decided(report, policy=EditorialPolicy.objects.published(at=now).first(), at=now)

    @admin.display(description="decided")
    def decided(self, report: Report) -> str:
        return f"{moment(report.triage.triaged_at)}, by {report.triage.triaged_by}"

    @admin.display(description="reason")
    def reason(self, report: Report) -> str:
        return report.triage.reason

    @admin.display(description="shown to readers")
    def told(self, report: Report) -> str:
        outcome = REPORTED[Triage.Outcome(report.triage.outcome)].label
        return f"{outcome}\n{report.triage.public_words}".strip()

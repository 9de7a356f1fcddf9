"""The queue of mails to readers who asked: pending, failing, and given up."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles.models import ReaderMail
from articles.models.questions import UNSENT
from editorial.admin.chips import delivery_chip
from editorial.admin.formatting import link, moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import User
from editorial.permissions import reads_the_record

PARTS = {"owed": UNSENT, "sent": Q(sent_at__isnull=False), "dead": Q(given_up_at__isnull=False)}


class ReaderMailFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("owed", "queued"), ("sent", "sent"), ("dead", "failed for good")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(PARTS.get(self.value() or "", Q()))


@admin.register(ReaderMail)
class ReaderMailAdmin(HistoryPages, BaseAdmin):
    """Read only, without addresses. A mail that was given up is not retried, because its address is erased."""

    list_display = ("owed", "about", "delivery", "attempts", "last_error")
    list_select_related = ("question__reply",)
    list_filter = (ReaderMailFilter,)
    ordering = ("-owed_at", "-pk")
    fields = ("owed", "about", "delivery", "attempts", "not_before", "last_error")
    empty_state = "No matching mail. Readers who left an address with their question are listed here."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def in_post_room(self) -> list[tuple[str, int, str]]:
        """Return the counts for the page of the mail queue: label, number, and filter value."""
        words = {"owed": "Queued, to readers who asked", "dead": "Failed, to readers who asked"}
        return [(words[part], ReaderMail.objects.filter(PARTS[part]).count(), part) for part in words]

    @admin.display(description="queued", ordering="owed_at")
    def owed(self, mail: ReaderMail) -> str:
        return moment(mail.owed_at)

    @admin.display(description="question")
    def about(self, mail: ReaderMail) -> SafeString:
        return link(mail.question, f"Question {mail.question_id}: {mail.question.reply.get_outcome_display()}")

    @admin.display(description="delivery")
    def delivery(self, mail: ReaderMail) -> SafeString:
        return mail_chip(mail)


def mail_chip(mail: ReaderMail) -> SafeString:
    """Return the delivery status of a mail to a reader."""
    return delivery_chip(delivered_at=mail.sent_at, failed_at=mail.given_up_at, is_failing=bool(mail.last_error))

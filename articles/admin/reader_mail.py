"""Mail to readers who asked, as the post room shows it: what is owed, what fails, and what was given up."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles.models import ReaderMail
from articles.models.question import UNSENT
from editorial.admin.ground import HouseAdmin
from editorial.admin.history import HistoryPages
from editorial.admin.showing import chip, link, moment
from editorial.models import User
from editorial.permissions import reads_the_record

PARTS = {"owed": UNSENT, "sent": Q(sent_at__isnull=False), "dead": Q(given_up_at__isnull=False)}


class DeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("owed", "owed"), ("sent", "sent"), ("dead", "given up")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        return queryset.filter(PARTS.get(self.value() or "", Q()))


@admin.register(ReaderMail)
class ReaderMailAdmin(HistoryPages, HouseAdmin):
    """Read only, and without addresses. What was given up is not tried again: its address is erased."""

    list_display = ("owed", "about", "delivery", "attempts", "last_error")
    list_select_related = ("question__reply",)
    list_filter = (DeliveryFilter,)
    ordering = ("-owed_at", "-pk")
    fields = ("owed", "about", "delivery", "attempts", "not_before", "last_error")
    empty_state = "No mail like this. Readers who left an address with their question are told what became of it."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def in_post_room(self) -> list[tuple[str, int, str]]:
        """What the post room counts beside the notices: words, how many, and the part of the list that has them."""
        words = {"owed": "Owed to readers who asked", "dead": "Given up, to readers who asked"}
        return [(words[part], ReaderMail.objects.filter(PARTS[part]).count(), part) for part in words]

    @admin.display(description="owed", ordering="owed_at")
    def owed(self, mail: ReaderMail) -> str:
        return moment(mail.owed_at)

    @admin.display(description="question")
    def about(self, mail: ReaderMail) -> SafeString:
        return link(mail.question, f"Question {mail.question_id}: {mail.question.reply.get_outcome_display()}")

    @admin.display(description="delivery")
    def delivery(self, mail: ReaderMail) -> SafeString:
        return mail_chip(mail)


def mail_chip(mail: ReaderMail) -> SafeString:
    """How far a mail to a reader has come."""
    if mail.sent_at:
        return chip("approved", f"Sent {moment(mail.sent_at)}")
    if mail.given_up_at:
        return chip("rejected", f"Given up {moment(mail.given_up_at)}")
    return chip("suspended", "Failing, tried again") if mail.last_error else chip("submitted", "Owed")

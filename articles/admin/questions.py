"""The editors' queue of readers' follow-up questions."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles.admin.reader_mail import mail_chip
from articles.admin.reports import ReaderMessageAdmin
from articles.models import Question, ReaderMail, Reply
from articles.permissions import cannot_settle
from articles.verbs.questions import ANSWER, DISMISS, DRAFT, LINK
from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import NOTHING, link, moment
from editorial.models import User

TO_BE_ANSWERED = "To be answered"


class ReplyFilter(admin.SimpleListFilter):
    title = "answer"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "to be answered"), *((choice.value, choice.label) for choice in Reply.Outcome)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "open":
            return queryset.open()  # type: ignore[attr-defined]
        return queryset.filter(reply__outcome=self.value()) if self.value() else queryset


@admin.register(Question)
class QuestionAdmin(ReaderMessageAdmin):
    list_display = ("received", "beginning", "slug", "number", "answer", "email")
    list_filter = (ReplyFilter,)
    list_select_related = ("version__article", "reply__replied_by", "reply__article")
    verbs = (ANSWER, LINK, DRAFT, DISMISS)
    empty_state = (
        "No matching questions. Readers ask on the page of an article; this list shows the questions without an answer."
    )

    def offered(self, user: User, record: Question) -> Mapping[str, str]:
        return {verb.name: cannot_settle(user, record) for verb in self.verbs}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        sent = ("received", "text", "version_link", "reachable", "answer")
        return (*sent, "settled", "words", "led_to", "told") if obj and obj.settled else sent

    @admin.display(description="answer")
    def answer(self, question: Question) -> SafeString:
        reply = question.settled
        if reply is None:
            return chip("wait", TO_BE_ANSWERED)
        return choice_chip(reply, "outcome")

    @admin.display(description="settled")
    def settled(self, question: Question) -> str:
        return f"{moment(question.reply.replied_at)}, by {question.reply.replied_by}"

    @admin.display(description="in these words")
    def words(self, question: Question) -> str:
        return question.reply.text or NOTHING

    @admin.display(description="with the article")
    def led_to(self, question: Question) -> SafeString | str:
        return link(question.reply.article) if question.reply.article else NOTHING

    @admin.display(description="mail to the reader")
    def told(self, question: Question) -> SafeString | str:
        mail = ReaderMail.objects.filter(question=question).first()
        return link(mail, mail_chip(mail)) if mail else "None. No address was left, or the question was dismissed."

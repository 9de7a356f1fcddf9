"""The editors' queue of readers' follow-up questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from articles import actions
from articles.admin.reader_mail import mail_chip
from articles.admin.reports import ReaderMessageAdmin, ReaderMessageForm
from articles.models import Question, ReaderMail, Reply, Version
from articles.models.questions import MAX_REPLY
from articles.permissions import cannot_settle
from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import NOTHING, link, moment
from editorial.admin.verbs import Verb
from editorial.models import User

TO_BE_ANSWERED = "To be answered"


class AnswerQuestionForm(ReaderMessageForm):
    text = forms.CharField(
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=MAX_REPLY,
        help_text="It is not published.",
    )


class LinkForm(ReaderMessageForm):
    slug = forms.CharField(
        label="Article", max_length=500, help_text="Its address on this site, or the last part of it: “ivig-back-pain”."
    )
    text = forms.CharField(
        label="A word about it",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_REPLY,
        required=False,
        help_text="Optional. It is in the mail, too, and is not published.",
    )

    def clean_slug(self) -> str:
        """Return the last part of a copied address, without its query."""
        return str(urlsplit(self.cleaned_data["slug"]).path.rstrip("/").rpartition("/")[2])


class DraftFromQuestionForm(ReaderMessageForm):
    slug = forms.SlugField(
        label="Address of the new article",
        help_text="Its last part, the slug: a few words in small letters with hyphens, “ivig-back-pain”.",
    )
    author = forms.ModelChoiceField(
        User.objects.filter(is_writer=True, is_active=True).order_by("last_name", "first_name", "pk"),
        help_text="Who writes it.",
    )


def answer_question(subject: Question, data: Any, *, by: User, now: datetime) -> Reply:
    return actions.answer_question(question_id=subject.pk, text=data["text"], by=by, now=now)


def link_question(subject: Question, data: Any, *, by: User, now: datetime) -> Reply:
    return actions.link_question(question_id=subject.pk, slug=data["slug"], text=data["text"], by=by, now=now)


def draft_from_question(subject: Question, data: Any, *, by: User, now: datetime) -> Version:
    new_article = {"slug": data["slug"], "author": data["author"]}
    return actions.draft_from_question(question_id=subject.pk, by=by, now=now, **new_article)


def dismiss_question(subject: Question, _data: Any, *, by: User, now: datetime) -> Reply:
    return actions.dismiss_question(question_id=subject.pk, by=by, now=now)


VERBS = (
    Verb(
        name="answer",
        label="Answer",
        call=answer_question,
        form=AnswerQuestionForm,
        explain="The reader gets your answer by mail if they left an address. The address is then erased.",
        done="Answered.",
        is_main=True,
    ),
    Verb(
        name="link",
        label="Lead to an article",
        call=link_question,
        form=LinkForm,
        explain="The reader gets a link to the article by mail if they left an address. From now on the same "
        "question finds the article automatically.",
        done="Answered with an article.",
    ),
    Verb(
        name="draft",
        label="Start an article",
        call=draft_from_question,
        form=DraftFromQuestionForm,
        explain="Creates a draft with the reader's words as its question, which the writer can reword. The reader "
        "gets a link to the future article by mail if they left an address.",
        done="A draft has begun.",
        makes=True,
    ),
    Verb(
        name="dismiss",
        label="Dismiss",
        call=dismiss_question,
        form=ReaderMessageForm,
        explain="Spam, or not answerable. The reader gets no mail, and their address is erased at once.",
        done="Dismissed.",
        is_grave=True,
    ),
)


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
    verbs = VERBS
    empty_state = (
        "No matching questions. Readers ask on the page of an article; this list shows the questions without an answer."
    )

    def offered(self, user: User, record: Question) -> Mapping[str, str]:
        return {verb.name: cannot_settle(user, record) for verb in VERBS}

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

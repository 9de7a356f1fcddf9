"""Readers' questions that nothing on the site answered: the editors' queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from articles import actions
from articles.admin.readers import ReaderMessageAdmin
from articles.models import Question, Reply, Version
from articles.models.question import MAX_REPLY
from articles.permissions import cannot_settle
from editorial.admin.showing import NOTHING, chip, moment
from editorial.admin.verbs import Verb, VerbForm, VerbPages
from editorial.models import User

TO_BE_ANSWERED = "To be answered"


class AnswerForm(VerbForm):
    text = forms.CharField(
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=MAX_REPLY,
        help_text="Sent to whoever asked, if they left an address. It is not published.",
    )


class LinkForm(VerbForm):
    slug = forms.SlugField(label="Article", help_text="The last part of its address.")
    text = forms.CharField(
        label="A word about it",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_REPLY,
        required=False,
        help_text="Optional.",
    )


class DraftForm(VerbForm):
    slug = forms.SlugField(label="Slug of the new article")
    author = forms.ModelChoiceField(User.objects.filter(is_writer=True, is_active=True).order_by("username"))


def answer(subject: Question, data: Any, *, by: User, now: datetime) -> Reply:
    return actions.answer_question(question_id=subject.pk, text=data["text"], by=by, now=now)


def lead(subject: Question, data: Any, *, by: User, now: datetime) -> Reply:
    return actions.link_question(question_id=subject.pk, slug=data["slug"], text=data["text"], by=by, now=now)


def draft(subject: Question, data: Any, *, by: User, now: datetime) -> Version:
    given = {"slug": data["slug"], "author": data["author"]}
    return actions.draft_from_question(question_id=subject.pk, by=by, now=now, **given)


def dismiss(subject: Question, _data: Any, *, by: User, now: datetime) -> Reply:
    return actions.dismiss_question(question_id=subject.pk, by=by, now=now)


VERBS = (
    Verb(
        name="answer",
        label="Answer",
        call=answer,
        form=AnswerForm,
        explain="Whoever asked is sent your words. Then their address is erased.",
        done="Answered.",
        is_main=True,
    ),
    Verb(
        name="link",
        label="Lead to an article",
        call=lead,
        form=LinkForm,
        explain="Whoever asked is told where their answer is. The same question finds it by itself from now on.",
        done="Answered with an article.",
    ),
    Verb(
        name="draft",
        label="Begin an article",
        call=draft,
        form=DraftForm,
        explain="A draft with this question begins. Whoever asked is told where the article will be.",
        done="A draft has begun.",
        makes=True,
    ),
    Verb(
        name="dismiss",
        label="Put away",
        call=dismiss,
        explain="Spam, or nothing that can be answered. Nobody is told, and an address is erased at once.",
        done="Put away.",
        is_grave=True,
    ),
)


class ReplyFilter(admin.SimpleListFilter):
    title = "answer"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("open", "to be answered"), *((one.value, one.label) for one in Reply.Outcome)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        if self.value() == "open":
            return queryset.open()  # type: ignore[attr-defined]
        return queryset.filter(reply__outcome=self.value()) if self.value() else queryset


@admin.register(Question)
class QuestionAdmin(VerbPages, ReaderMessageAdmin):
    list_display = ("received_at", "beginning", "slug", "number", "answer", "email")
    list_filter = (ReplyFilter,)
    list_select_related = ("version__article", "reply__replied_by", "reply__article")
    fields = ("received_at", "text", "email", "erase_email_at", "version_link", "answer", "answered", "words", "led_to")
    verbs = VERBS
    empty_state = "No questions like this. Readers ask on the page of an article; here is what nothing answered yet."

    def offered(self, user: User, record: Question) -> Mapping[str, str]:
        return {} if record.settled else {verb.name: cannot_settle(user, record) for verb in VERBS}

    @admin.display(description="answer")
    def answer(self, question: Question) -> SafeString:
        reply = question.settled
        return chip("approved", capfirst(reply.get_outcome_display())) if reply else chip("submitted", TO_BE_ANSWERED)

    @admin.display(description="settled")
    def answered(self, question: Question) -> str:
        reply = question.settled
        return f"{moment(reply.replied_at)}, by {reply.replied_by}" if reply else NOTHING

    @admin.display(description="in these words")
    def words(self, question: Question) -> str:
        reply = question.settled
        return (reply and reply.text) or NOTHING

    @admin.display(description="with the article")
    def led_to(self, question: Question) -> str:
        reply = question.settled
        return reply.article.slug if reply and reply.article else NOTHING

"""Readers' questions that nothing on the site answered: the editors' queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from articles import actions
from articles.admin.reader_mail import mail_chip
from articles.admin.readers import ReaderMessageAdmin, ReaderMessageForm
from articles.models import Question, ReaderMail, Reply, Version
from articles.models.question import MAX_REPLY
from articles.permissions import cannot_settle
from editorial.admin.showing import NOTHING, chip, link, moment
from editorial.admin.verbs import Verb
from editorial.models import User

TO_BE_ANSWERED = "To be answered"


class AnswerForm(ReaderMessageForm):
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
        """What follows the last stroke of an address that was copied from a page, without its query."""
        return str(urlsplit(self.cleaned_data["slug"]).path.rstrip("/").rpartition("/")[2])


class DraftForm(ReaderMessageForm):
    slug = forms.SlugField(
        label="Address of the new article",
        help_text="Its last part, the slug: a few words in small letters with hyphens, “ivig-back-pain”.",
    )
    author = forms.ModelChoiceField(
        User.objects.filter(is_writer=True, is_active=True).order_by("last_name", "first_name", "pk"),
        help_text="Who writes it.",
    )


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
        explain="Whoever asked is sent your words, if they left an address, which is erased then.",
        done="Answered.",
        is_main=True,
    ),
    Verb(
        name="link",
        label="Lead to an article",
        call=lead,
        form=LinkForm,
        explain="Whoever asked is told where their answer is, if they left an address. "
        "The same question finds the article by itself from now on.",
        done="Answered with an article.",
    ),
    Verb(
        name="draft",
        label="Begin an article",
        call=draft,
        form=DraftForm,
        explain="A draft begins with the reader's words as its question, which its writer can reword. "
        "Whoever asked is told where the article will be, if they left an address.",
        done="A draft has begun.",
        makes=True,
    ),
    Verb(
        name="dismiss",
        label="Dismiss",
        call=dismiss,
        form=ReaderMessageForm,
        explain="Spam, or nothing that can be answered. Nobody is told, and an address is erased at once.",
        done="Dismissed.",
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
class QuestionAdmin(ReaderMessageAdmin):
    list_display = ("received", "beginning", "slug", "number", "answer", "email")
    list_filter = (ReplyFilter,)
    list_select_related = ("version__article", "reply__replied_by", "reply__article")
    verbs = VERBS
    empty_state = "No questions like this. Readers ask on the page of an article; here is what nothing answered yet."

    def offered(self, user: User, record: Question) -> Mapping[str, str]:
        return {verb.name: cannot_settle(user, record) for verb in VERBS}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        sent = ("received", "text", "version_link", "reachable", "answer")
        return (*sent, "settled", "words", "led_to", "told") if obj and obj.settled else sent

    @admin.display(description="answer")
    def answer(self, question: Question) -> SafeString:
        reply = question.settled
        if reply is None:
            return chip("submitted", TO_BE_ANSWERED)
        dismissed = reply.outcome == Reply.Outcome.DISMISSED
        return chip("withdrawn" if dismissed else "approved", capfirst(reply.get_outcome_display()))

    @admin.display(description="settled")
    def settled(self, question: Question) -> str:
        return f"{moment(question.reply.replied_at)}, by {question.reply.replied_by}"

    @admin.display(description="in these words")
    def words(self, question: Question) -> str:
        return question.reply.text or NOTHING

    @admin.display(description="with the article")
    def led_to(self, question: Question) -> SafeString | str:
        return link(question.reply.article) if question.reply.article else NOTHING

    @admin.display(description="mail to whoever asked")
    def told(self, question: Question) -> SafeString | str:
        mail = ReaderMail.objects.filter(question=question).first()
        return link(mail, mail_chip(mail)) if mail else "None. No address was left, or the question was dismissed."

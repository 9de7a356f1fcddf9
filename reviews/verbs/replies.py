"""The verb of a writer's answer to a comment, on a page that shows the comment."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from rest_framework import serializers

from articles.lifecycle import State
from editorial.admin.formatting import address
from editorial.http.serializers import StrictSerializer
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.models import Comment
from reviews.models.comments_and_verdicts import MAX_WORDS


class AnswerForm(VerbForm):
    """Asks whether the answer resolves the comment, only if a writer may resolve it."""

    subject: Comment
    text = forms.CharField(
        label="Your answer", widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}), max_length=MAX_WORDS
    )
    resolves = forms.BooleanField(label="Mark the comment as resolved", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.resolved_at or self.subject.is_blocking:
            del self.fields["resolves"]

    @property
    def reading(self) -> SafeString:
        """The comment, with the answers given so far."""
        given = self.subject.answers.select_related("author").order_by("created_at", "pk")
        return render_to_string("admin/reviews/answered.html", {"comment": self.subject, "answers": given})


class AnswerSerializer(StrictSerializer):
    """A writer's answer to a comment."""

    text = serializers.CharField(max_length=MAX_WORDS)
    resolves = serializers.BooleanField(
        default=False, help_text="Also mark the comment as resolved. Refused for a blocking comment."
    )


def landing(given: Comment) -> str:
    """Return the address of the comments next to the article's draft; without a draft, of those on the version."""
    draft = given.version.article.versions.filter(state=State.DRAFT).first()
    return f"{address(draft)}#remarks" if draft else f"{address(given.version)}#comments"


ANSWER = Verb(
    name="answer",
    action=actions.answer,
    label="Answer",
    form=AnswerForm,
    explain="The author of the comment gets a mail, one a day at most, and finds your answer at the desk of the next "
    "version. A blocking comment stays open until they or an editor resolve it.",
    done="Answer saved.",
    is_main=True,
    lands=landing,
    summary="Answer a comment",
    body=AnswerSerializer,
)

"""The verbs of a reader's follow-up question, in the admin: answer it in one of three ways, or dismiss it."""

from urllib.parse import urlsplit

from django import forms

from articles import actions
from articles.models.questions import MAX_REPLY
from articles.verbs.reader_messages import ReaderMessageForm
from editorial.models import User
from editorial.verbs.table import Verb


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


ANSWER = Verb(
    name="answer",
    action=actions.answer_question,
    label="Answer",
    form=AnswerQuestionForm,
    explain="The reader gets your answer by mail if they left an address. The address is then erased.",
    done="Answered.",
    is_main=True,
)
LINK = Verb(
    name="link",
    action=actions.link_question,
    label="Lead to an article",
    form=LinkForm,
    explain="The reader gets a link to the article by mail if they left an address. From now on the same "
    "question finds the article automatically.",
    done="Answered with an article.",
)
DRAFT = Verb(
    name="draft",
    action=actions.draft_from_question,
    label="Start an article",
    form=DraftFromQuestionForm,
    explain="Creates a draft with the reader's words as its question, which the writer can reword. The reader "
    "gets a link to the future article by mail if they left an address.",
    done="A draft was started.",
    makes=True,
)
DISMISS = Verb(
    name="dismiss",
    action=actions.dismiss_question,
    label="Dismiss",
    form=ReaderMessageForm,
    explain="Spam, or not answerable. The reader gets no mail, and their address is erased at once.",
    done="Dismissed.",
    is_grave=True,
)

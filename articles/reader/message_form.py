"""The form in which a reader's page takes a question or a report."""

from typing import Any

from django import forms

from articles.models.question import ADDRESS_KEPT, MAX_MESSAGE, Purpose
from editorial.canonical import normalised


class MessageField(forms.CharField):
    def to_python(self, value: Any) -> str:
        """Browsers send two characters for each line end and count one."""
        return normalised(str(super().to_python(value)))


class MessageForm(forms.Form):
    """``website`` is a trap: people do not see it, what fills it in is no person."""

    purpose = Purpose.ASK_BACK
    kept_days = ADDRESS_KEPT.days

    text = MessageField(
        max_length=MAX_MESSAGE,
        error_messages={"required": "Please write something before you send it."},
    )
    email = forms.EmailField(required=False, error_messages={"invalid": "This is not a complete e-mail address."})
    website = forms.CharField(required=False)

    claim = forms.CharField(required=False)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))


class QuestionForm(MessageForm):
    """The token comes with what was found, and is needed to send the question to the editors."""

    purpose = Purpose.ANSWER

    token = forms.CharField(
        required=False, max_length=300, error_messages={"max_length": "Ask your question once more."}
    )

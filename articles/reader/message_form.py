"""Forms for questions and reports on readers' pages."""

from django import forms

from articles.models.questions import ADDRESS_KEPT, MAX_MESSAGE, Purpose
from editorial.record.canonical_json import normalised


class MessageField(forms.CharField):
    def to_python(self, value: object) -> str:
        """Normalise line ends: browsers send two characters for each and count one."""
        return normalised(str(super().to_python(value)))


class MessageForm(forms.Form):
    """``website`` is a honeypot: people do not see it, so whoever fills it in is a bot."""

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
    """The token comes with the answers and is required to send the question to the editors."""

    purpose = Purpose.ANSWER

    token = forms.CharField(
        required=False, max_length=300, error_messages={"max_length": "Ask your question once more."}
    )

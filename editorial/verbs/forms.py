"""The forms that several verbs share in the admin."""

from typing import Any

from django import forms
from django.http import HttpRequest

from editorial.exceptions import Refusal
from editorial.verbs.form_errors import add_refusal


class VerbForm(forms.Form):
    """The form of a verb. This one has no fields and only asks for confirmation."""

    def __init__(self, *args: Any, subject: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.subject = subject
        self.request = request

    @property
    def reading(self) -> Any:
        """What the template shows to read before deciding, if anything."""
        return None

    def arguments(self) -> dict[str, object]:
        """Return the data of a valid form as the action takes it, by the names of its parameters."""
        return self.cleaned_data

    def refused(self, refusal: Refusal) -> None:
        """Show ``refusal`` at the fields that it names."""
        add_refusal(self, refusal)


class ReasonForm(VerbForm):
    """Asks for a reason that becomes part of the record."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), help_text="It becomes part of the record.")


class OptionalReasonForm(VerbForm):
    """Asks for a reason, which is optional."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, help_text="Optional. It becomes part of the record."
    )

"""The verbs of a version in this app: submit, revise, suspend and retract. ``reviews`` has those of a round."""

from http import HTTPStatus
from typing import Any

from django import forms

from articles import actions
from articles.models import Version
from editorial.http.etags import Expectation
from editorial.verbs.bodies import ReasonSerializer
from editorial.verbs.forms import ReasonForm, VerbForm
from editorial.verbs.table import Verb


class SubmitForm(VerbForm):
    """Contains the etag of the draft that the writer saw, so that no other state of it is submitted."""

    subject: Version
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.subject.etag

    def arguments(self) -> dict[str, object]:
        return {"expected": Expectation(frozenset({self.cleaned_data["seen"]}))}


SUBMIT = Verb(
    name="submit",
    action=actions.submit,
    label="Submit for review",
    form=SubmitForm,
    explain="The text is checked and then frozen for good. The editors are notified and invite reviewers.",
    done="Submitted. The text is frozen, and the editors have been notified.",
    is_main=True,
    summary="Submit a draft",
    conditional=True,
)
REVISE = Verb(
    name="revise",
    action=actions.revise,
    label="Revise",
    explain="A new draft with this text is made. This version stays as it is, and so does what readers see.",
    done="This is the new draft.",
    makes=True,
    summary="Begin a new draft from a version",
    status=HTTPStatus.CREATED.value,
)
SUSPEND = Verb(
    name="suspend",
    action=actions.suspend,
    label="Suspend the approval",
    form=ReasonForm,
    explain="Readers see Under Review with a caution and your reason at once. An editor can reinstate the approval.",
    done="Suspended.",
    is_grave=True,
    summary="Suspend an approval",
    body=ReasonSerializer,
)
RETRACT = Verb(
    name="retract",
    action=actions.retract,
    label="Retract for good",
    form=ReasonForm,
    explain="Readers find a notice with your reason instead of the text. This cannot be undone.",
    done="Retracted.",
    is_grave=True,
    summary="Retract an approved text",
    body=ReasonSerializer,
)

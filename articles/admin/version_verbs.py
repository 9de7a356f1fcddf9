"""The admin actions on a version in the articles app: submit, revise, suspend and retract."""

from datetime import datetime
from typing import Any

from django import forms

from articles import actions
from articles.models import Version
from editorial.admin.verbs import ReasonForm, Verb, VerbForm
from editorial.http.etags import Expectation
from editorial.models import User


class SubmitForm(VerbForm):
    """Contains the etag of the draft that the writer saw, so that no other state of it is submitted."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.subject.etag


def submit(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.submit(version_id=subject.pk, expected=Expectation(frozenset({data["seen"]})), by=by, now=now)


def revise(subject: Version, _data: Any, *, by: User, now: datetime) -> Version:
    return actions.revise(version_id=subject.pk, by=by, now=now)


def suspend(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.suspend(version_id=subject.pk, reason=data["reason"], by=by, now=now)


def retract(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.retract(version_id=subject.pk, reason=data["reason"], by=by, now=now)


VERBS = (
    Verb(
        name="submit",
        label="Submit for review",
        call=submit,
        form=SubmitForm,
        explain="The text is checked and then frozen for good. The editors are notified and invite reviewers.",
        done="Submitted. The text is frozen, and the editors have been notified.",
        is_main=True,
    ),
    Verb(
        name="revise",
        label="Revise",
        call=revise,
        explain="A new draft with this text is made. This version stays as it is, and so does what readers see.",
        done="This is the new draft.",
        makes=True,
    ),
    Verb(
        name="suspend",
        label="Suspend the approval",
        call=suspend,
        form=ReasonForm,
        explain="Readers see Under Review with a caution and your reason at once. An editor can reinstate the "
        "approval.",
        done="Suspended.",
        is_grave=True,
    ),
    Verb(
        name="retract",
        label="Retract for good",
        call=retract,
        form=ReasonForm,
        explain="Readers find a notice with your reason instead of the text. This cannot be taken back.",
        done="Retracted.",
        is_grave=True,
    ),
)

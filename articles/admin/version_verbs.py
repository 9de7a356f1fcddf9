"""What can be done to a version on this floor: submit, revise, and decide about an approval."""

from datetime import datetime
from typing import Any

from django import forms

from articles import actions
from articles.models import Version
from editorial.admin.verbs import ReasonForm, Verb, VerbForm
from editorial.models import User
from editorial.preconditions import Expectation


class SubmitForm(VerbForm):
    """Carries the state of the draft that was read, so that nothing else is submitted."""

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


def reinstate(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.reinstate(version_id=subject.pk, reason=data["reason"], by=by, now=now)


def retract(subject: Version, data: Any, *, by: User, now: datetime) -> Version:
    return actions.retract(version_id=subject.pk, reason=data["reason"], by=by, now=now)


VERBS = (
    Verb(
        name="submit",
        label="Submit for review",
        call=submit,
        form=SubmitForm,
        explain="The text is checked and then frozen for good. The editors are told and invite reviewers.",
        done="Submitted. The text is frozen; the editors have been told.",
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
        explain="Readers see Under Review with a caution and your reason at once. The approval can be given back.",
        done="Suspended.",
        is_grave=True,
    ),
    Verb(
        name="reinstate",
        label="Give the approval back",
        call=reinstate,
        form=ReasonForm,
        explain="Readers see Approved again. The approval lapses on the same day as before.",
        done="Reinstated.",
        is_main=True,
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

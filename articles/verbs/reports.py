"""The verbs of a reader's report of a problem: uphold and decline."""

from typing import Any, ClassVar

from django import forms
from rest_framework import serializers

from articles import actions
from articles.models import Triage
from articles.published.events import REPORTED
from articles.verbs.reader_messages import ReaderMessageForm
from editorial.verbs.bodies import ReasonSerializer
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb


class DecisionForm(ReaderMessageForm, ReasonForm):
    """Asks for the reason, which readers do not see, and a message to readers."""

    outcome: ClassVar[Triage.Outcome]

    public_words = forms.CharField(label="Message to readers", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = (
            f"Optional. It is shown below “{REPORTED[self.outcome].label}” in the public history of the article."
        )
        self.fields["public_words"].help_text = help_text


class DeclineReportForm(DecisionForm):
    outcome = Triage.Outcome.DECLINED

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="It becomes part of the record. Readers do not see it."
    )


class UpholdForm(DecisionForm):
    outcome = Triage.Outcome.UPHELD

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What is wrong. The writers receive it. Readers see it only if you suspend the approval.",
    )
    suspends = forms.BooleanField(
        label="Suspend the approval at once",
        required=False,
        help_text="Choose this if someone could come to harm. Readers see Under Review with a caution.",
    )


class DecisionSerializer(ReasonSerializer):
    public_words = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Published with the outcome in the history of the article. `reason` is published only if "
        "the approval is suspended.",
    )


class UpholdSerializer(DecisionSerializer):
    suspends = serializers.BooleanField(
        default=False, help_text="Also suspend the approval of the version that readers see, for the same reason."
    )


UPHOLD = Verb(
    name="uphold",
    action=actions.uphold,
    label="Uphold",
    form=UpholdForm,
    explain="The report is right. A draft for the correction is created unless there is one. The writers are notified.",
    done="Upheld. The writers have been notified.",
    is_main=True,
    summary="Uphold a report",
    body=UpholdSerializer,
)
DECLINE = Verb(
    name="decline",
    action=actions.decline_report,
    label="Decline",
    form=DeclineReportForm,
    explain="The answer is right as it is. Nothing has to change.",
    done="Declined.",
    summary="Decline a report",
    body=DecisionSerializer,
)

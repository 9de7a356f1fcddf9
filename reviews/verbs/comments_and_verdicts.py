"""The verbs with which a comment is resolved and a verdict overruled."""

from typing import Any

from django import forms
from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from editorial.verbs.bodies import MAX_REASON, ReasonSerializer
from editorial.verbs.forms import ReasonForm, VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.models import Comment


class ResolveForm(VerbForm):
    """Requires a reason to rule on another person's blocking comment. Otherwise the reason is optional."""

    subject: Comment
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_own = self.request is not None and self.subject.author_id == self.request.user.pk
        needed = self.subject.is_blocking and not is_own
        self.fields["reason"].required = needed
        said = (
            "The reviewer, the writers and the board read it." if needed else "Optional. It becomes part of the record."
        )
        self.fields["reason"].help_text = said


class ResolveSerializer(StrictSerializer):
    reason = serializers.CharField(
        max_length=MAX_REASON,
        required=False,
        allow_blank=True,
        help_text="Required when an editor resolves another person's blocking comment. Stored in the record.",
    )


RESOLVE = Verb(
    name="resolve",
    action=actions.resolve,
    label="Mark as resolved",
    form=ResolveForm,
    explain="The comment no longer blocks an approval, here and in later versions. If nothing else blocks the "
    "approval, readers see Approved at once.",
    done="Resolved.",
    is_main=True,
    summary="Mark a comment as resolved",
    body=ResolveSerializer,
)
RULE = Verb(
    name="rule",
    action=actions.rule,
    label="Overrule the verdict",
    form=ReasonForm,
    explain="The verdict stays on record and no longer blocks an approval, here and in later versions. The reviewer "
    "and the writers receive your reason. If nothing else blocks the approval, readers see Approved at once.",
    done="Verdict overruled. The reviewer and the writers have been notified.",
    is_main=True,
    summary="Rule on a verdict",
    body=ReasonSerializer,
)

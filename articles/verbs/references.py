"""The verbs of a work in the library: merge, supersede, and replace it in the articles that cite it."""

from django import forms

from articles import actions
from articles.actions.replacement import DRAFTS
from articles.models import Reference
from editorial.verbs.forms import ReasonForm, VerbForm
from editorial.verbs.table import Verb


class MergeReferencesForm(VerbForm):
    """Asks for the record that remains."""

    into = forms.ModelChoiceField(
        Reference.objects.filter(merged_into=None),
        to_field_name="key",
        label="Key of the record that stays",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"invalid_choice": "The library has no such record, or it was merged itself."},
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="Optional. It becomes part of the record."
    )

    def arguments(self) -> dict[str, object]:
        return {"winner_id": self.cleaned_data["into"].pk, "reason": self.cleaned_data["reason"]}


class SupersedeForm(ReasonForm):
    """Asks for the key of the other work, and the reason."""

    superseded_by = forms.ModelChoiceField(
        label="Key of the work that takes its place",
        queryset=Reference.objects.all(),
        to_field_name="key",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid_choice": "There is no work with this key in the library."},
        help_text="Add the work to the library first.",
    )
    field_order = ("superseded_by", "reason")


class ReplaceForm(VerbForm):
    """Asks whether the drafts cite the other work."""

    rewrite = forms.BooleanField(
        label="Cite the work that takes its place in the new drafts",
        required=False,
        help_text="Otherwise they still cite this one, and pre-flight warns about it. Page numbers do not change.",
    )


MERGE = Verb(
    name="merge",
    action=actions.merge_references,
    label="Merge into another record",
    form=MergeReferencesForm,
    explain="The other record stands for this work from then on, and gets the identifiers that it lacks. Drafts cite "
    "it instead; submitted versions keep their citations unchanged. This record stays, marked as merged.",
    done="Merged. This is the record that stays.",
    is_grave=True,
    makes=True,
)
SUPERSEDE = Verb(
    name="supersede",
    action=actions.supersede_work,
    label="Superseded by another work",
    form=SupersedeForm,
    explain="Texts that cite this work do not change. Pre-flight informs writers who cite it in a draft.",
    done="Recorded. The articles that cite it are listed below.",
    anchor="#citing-heading",
)
REPLACE = Verb(
    name="replace",
    action=actions.draft_replacements,
    label="Begin drafts in the articles that cite it",
    form=ReplaceForm,
    explain="Each article that cites this work and has neither a draft nor a version in review gets a draft, "
    f"at most {DRAFTS} at once. Its writers are notified which claims to check.",
    done="Done. The drafts are listed below.",
    anchor="#citing-heading",
)

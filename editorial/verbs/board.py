"""The verbs of a board member: declare interests, and upload a portrait."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from editorial.actions import keep_portrait, state_interests
from editorial.board.interests import ITEMS, MAX_ANSWER_LENGTH, NONE, latest_statement
from editorial.models import BoardMember, Disclosure
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb


class InterestsForm(VerbForm):
    """One field for each item of the statement, with the latest answer as its initial value.

    A box at the end answers the items that are left empty, so that a member without interests fills in no field.
    """

    subject: BoardMember

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = latest_statement(self.subject)
        for item, words in ITEMS.items():
            self.fields[item] = forms.CharField(
                label=words,
                initial=last.answers.get(item, "") if last else "",
                max_length=MAX_ANSWER_LENGTH,
                required=False,
                widget=forms.Textarea(attrs={"rows": 1}),
            )
        self.fields["nothing_else"] = forms.BooleanField(
            label="I have nothing to declare under the items that I left empty",
            required=False,
            help_text="They are recorded as “none”.",
        )

    def clean(self) -> dict[str, Any]:
        """Answer the empty items with “none” if the member says so; ask for them otherwise."""
        cleaned = self.cleaned_data
        others_are_none = cleaned.pop("nothing_else")
        for item in [item for item in ITEMS if cleaned.get(item) == ""]:
            if others_are_none:
                cleaned[item] = NONE
            else:
                self.add_error(item, "Say “none”, or which interest. A box at the end says it for all empty items.")
        return cleaned

    @property
    def reading(self) -> dict[str, Any]:
        disclosures = Disclosure.objects.filter(member=self.subject).held(on=timezone.localdate())
        return {"held": disclosures.select_related("company", "product", "member__user").order_by("pk")}

    def arguments(self) -> dict[str, object]:
        return {"answers": self.cleaned_data}


class PortraitForm(VerbForm):
    photo = forms.FileField(
        label="Picture",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP, at most 10 MB and 40 megapixels. The middle of it is shown, as a square.",
    )

    def arguments(self) -> dict[str, object]:
        return {"picture": self.cleaned_data["photo"].read()}


STATE_INTERESTS = Verb(
    name="state-interests",
    action=state_interests,
    label="Declare your interests",
    form=InterestsForm,
    explain="List every interest of the last three years, yours and your household's. For each item write with "
    "whom, what and since when, or “none”. Without a statement that is recent enough for the policy, you can neither "
    "accept nor sign.",
    done="Thank you. Your statement is recorded. A later statement replaces it.",
    is_main=True,
    lands=lambda _statement: reverse("admin:index"),
    template="admin/editorial/interests.html",
)
PORTRAIT = Verb(
    name="portrait",
    action=keep_portrait,
    label="Upload a portrait",
    form=PortraitForm,
    explain="It is shown on the public board page while the member is in office and named there. What else the file "
    "carries, such as the place and the camera, is removed.",
    done="Portrait saved.",
)

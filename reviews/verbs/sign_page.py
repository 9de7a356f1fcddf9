"""The verbs of the sign page: sign a decision, and confirm a signature after the requirements were lowered."""

import json
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.requirements import requirements
from editorial.admin.autosave import autosave_settings
from editorial.admin.model_admin import actor
from editorial.admin.reauthentication import ConfirmingForm
from editorial.exceptions import Refusal
from editorial.http.etags import Expectation
from editorial.models import ChecklistQuestion
from editorial.models.checklist import QuestionKind
from editorial.verbs.table import Verb
from reviews import actions
from reviews.models import Decision, Review, Signature, SignatureConfirmation
from reviews.models.comments_and_verdicts import MAX_WORDS
from reviews.models.signatures import MEANING
from reviews.rounds.obstacles import remarks
from reviews.signing.checklist import CHOICES, MAX_ANSWER, ChecklistItem, EarlierAnswer, json_pointer
from reviews.signing.sign_page import SigningSummary, signing_effects, signing_summary
from reviews.verbs.objections_on_pages import objections_panel

SIGN_FORM = "sign"
"""The name of the sign page's form in autosave."""

ASKED = "checklist-"
"""Prefix of the name of a question's field. The name stays the same while the question's words do."""


def receipt_address(signature: Signature) -> str:
    return reverse("admin:reviews_signature_receipt", args=[signature.pk])


class SignForm(ConfirmingForm):
    """Asks for a decision on exactly the text and work that the page shows. Password and code identify the signer."""

    subject: Review
    decision = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(decision.value, f"{decision.label.capitalize()}: “{MEANING[decision]}”") for decision in Decision],
    )
    statement = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=MAX_WORDS,
        help_text="A note to editors and writers. Required if you ask for changes without a comment.",
    )
    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.summary: SigningSummary = signing_summary(self.subject, now=timezone.now())
        typed = self._typed_before()
        for item in self.summary.questions:
            earlier = typed.get(item.question.identity) or item.earlier
            self.fields[f"{ASKED}{item.question.asks}"] = _question_field(item, earlier)
        self.order_fields(["decision", *(name for name in self.fields if name.startswith(ASKED)), "statement"])
        for name, value in self._present().items():
            self.fields[name].initial = value

    def _typed_before(self) -> dict[UUID, EarlierAnswer]:
        """Return answers typed into questions whose words have changed since, by the identity of the question."""
        values = self.data if self.is_bound else self.typed["drafts"].get(SIGN_FORM, {}).get("value", {})
        asks = {item.question.asks for item in self.summary.questions}
        typed = {name.removeprefix(ASKED): value for name, value in values.items() if name.startswith(ASKED) and value}
        if not typed.keys() - asks:
            return {}
        known = ChecklistQuestion.objects.filter(
            identity__in=[item.question.identity for item in self.summary.questions]
        )
        before = [question for question in known if question.asks in typed.keys() - asks]
        return {question.identity: EarlierAnswer(question.text, typed[question.asks]) for question in before}

    @cached_property
    def typed(self) -> dict[str, Any]:
        return autosave_settings(self.subject, user=actor(self.request))

    def _present(self) -> dict[str, str]:
        """Return what the page shows now, for the hidden fields."""
        review = self.subject
        return {"digest": review.version.digest, "seen": review.etag, "shown": json.dumps(dict(self.summary.facts))}

    @property
    def reading(self) -> dict[str, Any]:
        outcomes = signing_effects(self.summary.requirements)
        follows = [(decision.label.capitalize(), MEANING[decision], words) for decision, words in outcomes.items()]
        left = len(self.typed["drafts"].keys() - {SIGN_FORM})
        return {
            "summary": self.summary,
            "review": self.subject,
            "follows": follows,
            "typed": self.typed,
            "left": left,
            "objections": objections_panel(self.subject.version, user=actor(self.request), earlier_only=True),
            "remarks": remarks(self.subject),
        }

    def clean_shown(self) -> dict[str, str]:
        """Return what the page showed. Anything but a JSON object counts as empty."""
        try:
            shown = json.loads(self.cleaned_data["shown"] or "{}")
        except ValueError:
            shown = {}
        return shown if isinstance(shown, dict) else {}

    def clean(self) -> dict[str, Any]:
        asked = {f"{ASKED}{item.question.asks}": item.question.pk for item in self.summary.questions}
        answered = {pk: self.cleaned_data.get(name) for name, pk in asked.items()}
        self.cleaned_data["checklist"] = {pk: value for pk, value in answered.items() if value is not None}
        return super().clean()

    def arguments(self) -> dict[str, object]:
        data = self.cleaned_data
        given = {name: data[name] for name in ("decision", "digest", "statement", "checklist", "shown")}
        return {**given, "expected": Expectation(frozenset({data["seen"]})), "identified_by": self.means}

    def refused(self, refusal: Refusal) -> None:
        """Show the refusal with the current data, so that the next attempt is based on it."""
        places = {json_pointer(item.question.pk): json_pointer(item.question.asks) for item in self.summary.questions}
        refusal.faults = tuple(replace(one, pointer=places.get(one.pointer, one.pointer)) for one in refusal.faults)
        super().refused(refusal)
        self.data = {**self.data.dict(), **self._present()}  # type: ignore[attr-defined]  # it was sent by a browser


def _question_field(item: ChecklistItem, earlier: EarlierAnswer | None) -> forms.Field:
    """Return the field of a question. It accepts an empty answer: the decision determines whether one is required.

    If the question's words changed, the help text quotes the earlier question and answer.
    """
    question: ChecklistQuestion = item.question
    before = f"The words changed. Before: “{earlier.question}” You answered: “{earlier.answer}”" if earlier else ""
    label = question.text if question.is_required else f"{question.text} (optional)"
    shared: dict[str, Any] = {"label": label, "required": False, "initial": item.answer}
    if choices := CHOICES.get(QuestionKind(question.kind)):
        scale = "1 is poor, 5 is excellent." if question.kind == QuestionKind.SCALE else ""
        hint = " ".join(filter(None, [scale, before]))
        listed = [(choice, choice.capitalize()) for choice in choices]
        across = forms.RadioSelect(attrs={"class": "across"})
        return forms.ChoiceField(choices=listed, widget=across, help_text=hint, **shared)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=MAX_ANSWER, help_text=before, **shared)


SIGN = Verb(
    name="sign",
    action=actions.sign,
    label="Sign a decision",
    form=SignForm,
    explain="Check what you sign, choose a decision, and confirm your identity.",
    done="Signed. Thank you.",
    is_main=True,
    lands=receipt_address,
    template="admin/reviews/sign.html",
)


class ConfirmSignatureForm(ConfirmingForm):
    """Confirms a signature over exactly the text that the page shows. Password and code identify the signer."""

    subject: Review
    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest"].initial = self.subject.version.digest

    def arguments(self) -> dict[str, object]:
        return {**super().arguments(), "identified_by": self.means}

    @property
    def reading(self) -> SafeString:
        asked = SignatureConfirmation.objects.filter(signature__review=self.subject, confirmed_at=None)
        rows = asked.select_related("lowering__proposed_by", "lowering__decided_by").order_by("pk")
        lines = (
            (row.lowering.words, row.lowering.proposed_by, row.lowering.decided_by, row.lowering.reason) for row in rows
        )
        words = (
            "<p>The requirements were lowered after you signed: <strong>{}</strong>. {} proposed it, {} confirmed it: "
            "{}</p>"
        )
        counted = requirements(self.subject.version, at=timezone.now())
        follows = signing_effects(counted)[Decision.APPROVE]
        return format_html("{}<p>{}</p>", format_html_join("", words, lines), follows)


CONFIRM_SIGNATURE = Verb(
    name="confirm_signature",
    action=actions.confirm_signature,
    label="Confirm my signature",
    form=ConfirmSignatureForm,
    explain="Your signature does not count at present, because the requirements were lowered after you gave it. The "
    "text is the same. Confirm it, or go back, withdraw it and decide again.",
    done="Confirmed. Your signature counts again.",
    is_main=True,
)

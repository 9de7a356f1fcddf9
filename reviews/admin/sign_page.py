"""Signing in the admin: the page on which a member decides, and the receipt that follows."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from editorial import keeping
from editorial.admin.confirming import ConfirmingForm
from editorial.admin.ground import HouseAdmin, actor
from editorial.admin.keeping import typed_here
from editorial.admin.showing import NOTHING, address
from editorial.admin.verbs import Verb, VerbPages
from editorial.exceptions import Refusal
from editorial.models import ChecklistQuestion, LedgerEntry, User
from editorial.models.policy import QuestionKind
from editorial.preconditions import Expectation
from reviews import actions
from reviews.models import Decision, Review, Signature
from reviews.models.signature import MEANING
from reviews.questionnaire import CHOICES, MAX_ANSWER, Asked
from reviews.signing import Summary, consequence, outlook, summary, verdict_counts

MAX_STATEMENT = 20_000
"""Characters of a statement, as the API takes it."""

FORM = "sign"
"""What the form is called where what is typed is kept."""

ASKED = "checklist-"
"""Before the id of the question in the name of its field."""


class SignForm(ConfirmingForm):
    """The decision, over the very text and work that the page shows; password and code say who decides."""

    decision = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(decision.value, f"{decision.label.capitalize()}: “{MEANING[decision]}”") for decision in Decision],
    )
    statement = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=MAX_STATEMENT,
        help_text="Your own words to editors and writers. Needed when you ask for changes without a comment.",
    )
    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.summary: Summary = summary(self.subject, now=timezone.now())
        for item in self.summary.questions:
            self.fields[f"{ASKED}{item.question.pk}"] = _question_field(item)
        self.order_fields(["decision", *(name for name in self.fields if name.startswith(ASKED)), "statement"])
        for name, value in self._present().items():
            self.fields[name].initial = value

    def _present(self) -> dict[str, str]:
        """What the page shows now, for the hidden fields."""
        review = self.subject
        return {"digest": review.version.digest, "seen": review.etag, "shown": json.dumps(dict(self.summary.facts))}

    @property
    def reading(self) -> dict[str, Any]:
        outcomes = outlook(self.subject, policy=self.summary.policy)
        follows = [(decision.label.capitalize(), MEANING[decision], words) for decision, words in outcomes.items()]
        typed = typed_here(self.subject, user=actor(self.request))
        left = len(typed["drafts"].keys() - {FORM})
        return {"summary": self.summary, "review": self.subject, "follows": follows, "typed": typed, "left": left}

    def clean_shown(self) -> dict[str, str]:
        """What the page showed; something else than it would send is as good as nothing."""
        try:
            shown = json.loads(self.cleaned_data["shown"] or "{}")
        except ValueError:
            shown = {}
        return shown if isinstance(shown, dict) else {}

    def clean(self) -> dict[str, Any]:
        answered = {name: value for name, value in self.cleaned_data.items() if name.startswith(ASKED)}
        self.cleaned_data["checklist"] = {int(name.removeprefix(ASKED)): value for name, value in answered.items()}
        return super().clean()

    def refused(self, refusal: Refusal) -> None:
        """The page shows everything as it is now, so the next attempt is about that."""
        super().refused(refusal)
        self.data = {**self.data.dict(), **self._present()}  # type: ignore[attr-defined]  # it was sent by a browser


def _question_field(item: Asked) -> forms.Field:
    """An empty answer is let through: whether one is needed depends on the decision."""
    question: ChecklistQuestion = item.question
    label = question.text if question.is_required else f"{question.text} (optional)"
    shared: dict[str, Any] = {"label": label, "required": False, "initial": item.answer}
    if choices := CHOICES.get(QuestionKind(question.kind)):
        hint = "1 is poor, 5 is excellent." if question.kind == QuestionKind.SCALE else ""
        listed = [(choice, choice.capitalize()) for choice in choices]
        across = forms.RadioSelect(attrs={"class": "across"})
        return forms.ChoiceField(choices=listed, widget=across, help_text=hint, **shared)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=MAX_ANSWER, **shared)


@transaction.atomic
def sign(subject: Review, data: Any, *, by: User, now: datetime) -> Signature:
    """Sign what the form says, and forget what was typed into it."""
    signature = actions.sign(
        review_id=subject.pk,
        decision=data["decision"],
        digest=data["digest"],
        statement=data["statement"],
        checklist=data["checklist"],
        expected=Expectation(frozenset({data["seen"]})),
        shown=data["shown"],
        by=by,
        now=now,
    )
    keeping.forget(subject, form=FORM, by=by)
    return signature


def receipt_address(signature: Signature) -> str:
    return reverse("admin:reviews_signature_receipt", args=[signature.pk])


SIGN = Verb(
    name="sign",
    label="Sign a decision",
    call=sign,
    form=SignForm,
    explain="Read what you sign, decide, and confirm that it is you.",
    done="Signed. Thank you.",
    is_main=True,
    lands=receipt_address,
    template="admin/reviews/sign.html",
)


class SigningPages(VerbPages):
    """A second click, a second tab or the back button after signing lead to the receipt and sign nothing."""

    def do(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse:
        """As every page does it. A second click waits until the first, which spends the code, has signed."""
        with transaction.atomic():
            response = super().do(request, verb, record)
        if response.status_code == HttpResponseRedirect.status_code:
            return response
        return self.receipt_of(request, verb, record) or response

    def turned_away(self, request: HttpRequest, verb: Verb, record: Any, why: str) -> HttpResponse:
        return self.receipt_of(request, verb, record) or super().turned_away(request, verb, record, why)

    def receipt_of(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse | None:
        """The way to what the person signed already, if they did and wanted to sign."""
        signed = Signature.objects.standing().filter(review=record.pk, signer=actor(request))
        mine = signed.first() if verb is SIGN else None
        if mine is None:
            return None
        messages.info(request, "You had signed already. This is what you signed; nothing was signed again.")
        return HttpResponseRedirect(receipt_address(mine))


class Receipts(HouseAdmin):
    """Adds ``…/receipt/``: a signature with all that it stands on, to be printed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.receipt_view)
        return [path("<path:object_id>/receipt/", view, name="reviews_signature_receipt"), *super().get_urls()]

    def receipt_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The receipt, for everybody who may see the signature."""
        signature = self.get_object(request, object_id)
        if signature is None:
            return self.unseen(request, object_id)
        request.current_app = self.admin_site.name
        stands = not hasattr(signature, "withdrawal")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Receipt of a signature",
            "signature": signature,
            "review": signature.review,
            "version": signature.review.version,
            "stands": stands,
            "verdicts": verdict_counts(signature.review) if stands else [],
            "consequence": consequence(signature, now=timezone.now()) if stands else "",
            "typed": self._typed(request, signature) if stands else None,
            "entry": entry_of(signature),
            "back": address(signature.review),
        }
        return TemplateResponse(request, "admin/reviews/receipt.html", context)

    def _typed(self, request: HttpRequest, signature: Signature) -> dict[str, Any] | None:
        """For the signer: that what their browser kept of the form was sent."""
        user = actor(request)
        return typed_here(signature.review, user=user, sent=[FORM]) if signature.signer_id == user.pk else None


def entry_of(signature: Signature) -> LedgerEntry | None:
    """The ledger's entry of the moment of signing."""
    chain = signature.review.version.article.chain
    signed = LedgerEntry.objects.filter(chain=chain, action="review.sign", payload__signature=signature.pk)
    return signed.order_by("sequence").first()


def checklist_words(signature: Signature) -> SafeString | str:
    """Questions and answers as they were signed, one a line."""
    lines = ((item["question"], item["answer"] or NOTHING) for item in signature.checklist)
    return format_html_join("", "<p>{} <strong>{}</strong></p>", lines) or NOTHING

"""The page on which a member signs a decision, when it is sent again and after it was sent."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from editorial import autosave
from editorial.admin.model_admin import actor
from editorial.admin.verbs import VerbPages
from editorial.verbs.table import Verb
from reviews.models import Signature
from reviews.verbs.sign_page import SIGN, SIGN_FORM, receipt_address


class SigningPages(VerbPages):
    """Leads a second click, a second tab or the back button after signing to the receipt, and signs nothing."""

    def do(self, request: HttpRequest, verb: Verb, record: object) -> HttpResponse:
        """Call the verb as every page does. A second click waits for the first, which uses up the code."""
        with transaction.atomic():
            response = super().do(request, verb, record)
        if response.status_code == HttpResponseRedirect.status_code:
            return response
        return self.receipt_of(request, verb, record) or response

    def finished(self, request: HttpRequest, verb: Verb, record: Any, result: Any) -> HttpResponse:
        """Delete the autosaved draft of what was signed, in the same transaction."""
        if verb is SIGN:
            autosave.forget_form(record, form=SIGN_FORM, by=actor(request))
        return super().finished(request, verb, record, result)

    def turned_away(self, request: HttpRequest, verb: Verb, record: object, why: str) -> HttpResponse:
        return self.receipt_of(request, verb, record) or super().turned_away(request, verb, record, why)

    def receipt_of(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse | None:
        """Return a redirect to the receipt if the user has signed already and tries to sign again, else None."""
        signed = Signature.objects.standing().filter(review=record.pk, signer=actor(request))
        mine = signed.first() if verb is SIGN else None
        if mine is None:
            return None
        messages.info(request, "You have already signed. This is your signature; nothing new was signed.")
        return HttpResponseRedirect(receipt_address(mine))

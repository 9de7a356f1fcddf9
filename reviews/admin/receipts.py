"""The receipt of a signature: what was signed, and what it is based on."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from editorial.admin.autosave import autosave_settings
from editorial.admin.formatting import NOTHING, address
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.models import LedgerEntry
from reviews.models import Signature
from reviews.signing.sign_page import signature_effect, verdict_counts
from reviews.verbs.sign_page import SIGN_FORM


class Receipts(BaseAdmin):
    """Adds ``…/receipt/``: a printable page of a signature with all that it is based on."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.receipt_view)
        return [path("<path:object_id>/receipt/", view, name="reviews_signature_receipt"), *super().get_urls()]

    def receipt_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the receipt to everyone who may see the signature."""
        signature = self.get_object(request, object_id)
        if signature is None:
            return self.unseen(request, object_id)
        request.current_app = self.admin_site.name
        stands = not (hasattr(signature, "withdrawal") or hasattr(signature, "set_aside"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Receipt of a signature",
            "signature": signature,
            "review": signature.review,
            "version": signature.review.version,
            "stands": stands,
            "verdicts": verdict_counts(signature.review) if stands else [],
            "consequence": signature_effect(signature, now=timezone.now()) if stands else "",
            "typed": self._typed(request, signature) if stands else None,
            "entry": entry_of(signature),
            "back": address(signature.review),
        }
        return TemplateResponse(request, "admin/reviews/receipt.html", context)

    def _typed(self, request: HttpRequest, signature: Signature) -> dict[str, object] | None:
        """Return the signer's autosave settings, which say that the form was sent; None for other users."""
        user = actor(request)
        return (
            autosave_settings(signature.review, user=user, sent=[SIGN_FORM]) if signature.signer_id == user.pk else None
        )


def entry_of(signature: Signature) -> LedgerEntry | None:
    """Return the ledger entry that recorded the signing, or None."""
    chain = signature.review.version.article.chain
    signed = LedgerEntry.objects.filter(chain=chain, action="review.sign", payload__signature=signature.pk)
    return signed.order_by("sequence").first()


def checklist_words(signature: Signature) -> SafeString | str:
    """Return the checklist questions and answers as they were signed, one per line."""
    lines = ((item["question"], item["answer"] or NOTHING) for item in signature.checklist)
    return format_html_join("", "<p>{} <strong>{}</strong></p>", lines) or NOTHING

"""Admin pages of signatures, what ended them, and recusals. Editors set a signature aside here."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial.admin.chips import chip, choice_chip
from editorial.admin.formatting import link, moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.admin.verbs import VerbPages
from editorial.models import User
from editorial.permissions import board_member, reads_the_record
from reviews.admin.receipts import Receipts, checklist_words
from reviews.models import Recusal, Review, Signature, SignatureSetAside, SignatureWithdrawal
from reviews.permissions import cannot_set_aside, may_withdraw_recusal
from reviews.verbs.recusals import WITHDRAW_RECUSAL
from reviews.verbs.sign_page import receipt_address
from reviews.verbs.signatures import SET_ASIDE


@admin.register(Signature)
class SignatureAdmin(Receipts, VerbPages, HistoryPages, BaseAdmin):
    list_display = ("signed", "printed", "decision_chip", "question", "number", "standing")
    list_select_related = ("review__version__article", "withdrawal", "set_aside__set_aside_by")
    list_filter = ("decision",)
    verbs = (SET_ASIDE,)
    search_fields = ("name", "review__version__question", "review__version__article__slug", "=digest")
    ordering = ("-signed_at", "-pk")
    fields = (
        "printed",
        "decision_chip",
        "meaning",
        "statement",
        "signed",
        "standing",
        "digest",
        "specialties",
        "orcid",
        "orcid_authenticated",
        "policy",
        "answers",
        "receipt",
        "about",
    )
    empty_state = "No signatures that you can read yet. Reviewers sign on the page of their review."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def offered(self, user: User, record: Signature) -> Mapping[str, str]:
        return {SET_ASIDE.name: cannot_set_aside(user, record)} if reads_the_record(user) else {}

    @admin.display(description="signed", ordering="signed_at")
    def signed(self, signature: Signature) -> str:
        return moment(signature.signed_at)

    @admin.display(description="signer", ordering="name")
    def printed(self, signature: Signature) -> str:
        return ", ".join(filter(None, [signature.name, signature.credentials]))

    @admin.display(description="decision", ordering="decision")
    def decision_chip(self, signature: Signature) -> SafeString:
        return choice_chip(signature, "decision")

    @admin.display(description="question", ordering="review__version__question")
    def question(self, signature: Signature) -> str:
        return signature.review.version.question

    @admin.display(description="version", ordering="review__version__number")
    def number(self, signature: Signature) -> int:
        return signature.review.version.number

    @admin.display(description="checklist")
    def answers(self, signature: Signature) -> SafeString | str:
        return checklist_words(signature)

    @admin.display(description="receipt")
    def receipt(self, signature: Signature) -> SafeString:
        return format_html('<a href="{}">Receipt</a>', receipt_address(signature))

    @admin.display(description="stands")
    def standing(self, signature: Signature) -> SafeString:
        if hasattr(signature, "withdrawal"):
            return chip("calm", "Withdrawn")
        if not hasattr(signature, "set_aside"):
            return chip("good", "Stands")
        aside = signature.set_aside
        words = f"{aside.set_aside_by}, {moment(aside.set_aside_at)}: {aside.reason}"
        return format_html("{} {}", chip("care", "Set aside"), words)

    @admin.display(description="about")
    def about(self, signature: Signature) -> str:
        return str(signature.review.version)


class EndedAdmin(HistoryPages, BaseAdmin):
    """Base class for the pages of what ended a signature."""

    list_select_related = ["signature__review__version__article"]
    search_fields = ("signature__name", "reason")

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        """Return rows about the user's signatures.

        Readers of the record also get those of others, except on versions that they have an open review of.
        """
        own = rows.filter(signature__signer=user.pk)
        owed = Review.objects.of(user).open().values("version")
        return own | rows.exclude(signature__review__version__in=owed) if reads_the_record(user) else own

    @admin.display(description="signer", ordering="signature__name")
    def signer(self, ended: Any) -> str:
        return ended.signature.name

    @admin.display(description="question", ordering="signature__review__version__question")
    def question(self, ended: Any) -> str:
        return ended.signature.review.version.question

    @admin.display(description="signature")
    def signature_link(self, ended: Any) -> SafeString:
        return link(ended.signature)


@admin.register(SignatureWithdrawal)
class SignatureWithdrawalAdmin(EndedAdmin):
    list_display = ("withdrawn_at", "signer", "question", "reason")
    ordering = ("-withdrawn_at", "-pk")
    fields = ("signature_link", "reason", "withdrawn_at")
    empty_state = "No signature was ever withdrawn, as far as you can read."


@admin.register(SignatureSetAside)
class SignatureSetAsideAdmin(EndedAdmin):
    list_display = ("set_aside_at", "signer", "question", "set_aside_by", "reason")
    list_select_related = [*EndedAdmin.list_select_related, "set_aside_by"]
    ordering = ("-set_aside_at", "-pk")
    fields = ("signature_link", "reason", "set_aside_by", "set_aside_at")
    empty_state = "No signature was ever set aside, as far as you can read."


@admin.register(Recusal)
class RecusalAdmin(VerbPages, HistoryPages, BaseAdmin):
    list_display = ("declared_at", "who", "covers", "reason", "standing")
    list_select_related = ("member__user", "article", "product", "company", "withdrawn_by")
    search_fields = ("member__user__last_name", "member__user__first_name", "article__slug", "reason")
    ordering = ("-declared_at", "-pk")
    fields = ("who", "covers", "reason", "declared_at", "standing", "review_link")
    verbs = (WITHDRAW_RECUSAL,)
    empty_state = "No recusals. Members who stepped back from a review because of a conflict are listed here."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user) or board_member(user) is not None

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def offered(self, user: User, record: Recusal) -> Mapping[str, str]:
        if record.withdrawn_at:
            return {WITHDRAW_RECUSAL.name: "The recusal was withdrawn already."}
        allowed = may_withdraw_recusal(user, record)
        return {WITHDRAW_RECUSAL.name: "" if allowed else "Only the member and editors withdraw a recusal."}

    @admin.display(description="member", ordering="member__user__last_name")
    def who(self, recusal: Recusal) -> str:
        return str(recusal.member.user)

    @admin.display(description="covers")
    def covers(self, recusal: Recusal) -> str:
        return recusal.about

    @admin.display(description="standing")
    def standing(self, recusal: Recusal) -> SafeString | str:
        if not recusal.withdrawn_at:
            return chip("care", "In force")
        by = f"{recusal.withdrawn_by}, {moment(recusal.withdrawn_at)}: {recusal.withdrawn_because}"
        return format_html("{} {}", chip("calm", "Withdrawn"), by)

    @admin.display(description="review")
    def review_link(self, recusal: Recusal) -> SafeString:
        return link(recusal.review)

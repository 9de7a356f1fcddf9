"""Comments, verdicts and signatures: listed and read; a comment is resolved from here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial.admin.ground import HouseAdmin
from editorial.admin.history import HistoryPages
from editorial.admin.showing import NOTHING, chip, link, moment, shortened
from editorial.admin.verbs import ReasonForm, Verb, VerbPages
from editorial.models import User
from editorial.permissions import reads_the_record
from reviews import actions
from reviews.admin.replying import ANSWER, answering
from reviews.admin.signing import Receipts, checklist_words, receipt_address
from reviews.admin.taking_over import TAKE_OVER, cannot_take_over
from reviews.models import ClaimCheck, Comment, Decision, Review, Ruling, Signature, SignatureWithdrawal, Verdict
from reviews.permissions import cannot_rule, may_resolve

VERDICT_TONES = {
    Verdict.SUPPORTS: "approved",
    Verdict.PARTLY: "under-review",
    Verdict.DOES_NOT_SUPPORT: "rejected",
    Verdict.CONTRADICTS: "rejected",
    Verdict.COULD_NOT_CHECK: "submitted",
}
TONES = {Decision.APPROVE: "approved", Decision.REQUEST_CHANGES: "changes-requested"}


def resolve(subject: Comment, _data: Any, *, by: User, now: datetime) -> Comment:
    return actions.resolve(comment_id=subject.pk, by=by, now=now)


RESOLVE = Verb(
    name="resolve",
    label="Mark as resolved",
    call=resolve,
    explain="If this was the last thing in the way of an approval, readers see Approved at once.",
    done="Resolved.",
    is_main=True,
)


@admin.register(Comment)
class CommentAdmin(VerbPages, HistoryPages, HouseAdmin):
    list_display = ("beginning", "standing", "author", "question", "number", "created_at")
    list_select_related = ("author", "version__article")
    list_filter = ("is_blocking",)
    search_fields = ("text", "quote", "version__question", "version__article__slug")
    ordering = ("-created_at", "-pk")
    fields = (
        "text",
        "quote",
        "claim",
        "proposal",
        "taken_over",
        "standing",
        "author",
        "created_at",
        "resolved",
        "parent",
        "about",
    )
    verbs = (ANSWER, TAKE_OVER, RESOLVE)
    empty_state = "No comments that you can read yet. Reviewers' comments open to others when they have signed."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def offered(self, user: User, record: Comment) -> Mapping[str, str]:
        taking = {TAKE_OVER.name: cannot_take_over(user, record)} if record.proposal else {}
        taking |= answering(user, record)
        if record.resolved_at:
            return {**taking, RESOLVE.name: "The comment is resolved already."}
        allowed = may_resolve(user, record)
        return {**taking, RESOLVE.name: "" if allowed else "A comment is resolved by who made it, or by an editor."}

    @admin.display(description="comment", ordering="text")
    def beginning(self, comment: Comment) -> str:
        return shortened(comment.text)

    @admin.display(description="standing")
    def standing(self, comment: Comment) -> SafeString:
        if comment.resolved_at:
            return chip("approved", "Resolved")
        return chip("rejected", "Blocking") if comment.is_blocking else chip("submitted", "Open")

    @admin.display(description="resolved")
    def resolved(self, comment: Comment) -> str:
        return f"{moment(comment.resolved_at)}, {comment.resolved_by}" if comment.resolved_at else "Not yet"

    @admin.display(description="taken over")
    def taken_over(self, comment: Comment) -> str:
        return f"{moment(comment.taken_over_at)}, {comment.taken_over_by}" if comment.taken_over_at else NOTHING

    @admin.display(description="question", ordering="version__question")
    def question(self, comment: Comment) -> str:
        return comment.version.question

    @admin.display(description="version", ordering="version__number")
    def number(self, comment: Comment) -> int:
        return comment.version.number

    @admin.display(description="about")
    def about(self, comment: Comment) -> str:
        return str(comment.version)


def rule(subject: ClaimCheck, data: Any, *, by: User, now: datetime) -> Ruling:
    return actions.rule(check_id=subject.pk, reason=data["reason"], by=by, now=now)


RULE = Verb(
    name="rule",
    label="Let the claim stand",
    call=rule,
    form=ReasonForm,
    explain="The verdict stays on record and no longer blocks an approval, here and in later versions. Reviewer and "
    "writers are told your reason. If it was the last thing in the way, readers see Approved at once.",
    done="The claim stands. The reviewer and the writers have been told.",
    is_main=True,
)


@admin.register(ClaimCheck)
class ClaimCheckAdmin(VerbPages, HistoryPages, HouseAdmin):
    list_display = ("statement", "verdict_chip", "key", "locator", "reviewer", "checked_at")
    list_filter = ("verdict",)
    search_fields = ("claim__text", "reference__key", "reference__title")
    ordering = ("-checked_at", "-pk")
    fields = (
        "statement",
        "verdict_chip",
        "ruling",
        "work",
        "locator",
        "quote",
        "note",
        "reviewer",
        "checked_at",
        "about",
    )
    verbs = (RULE,)
    empty_state = "No verdicts that you can read yet. Reviewers give them on the page of their review."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen = super().get_queryset(request).with_rulings()  # type: ignore[attr-defined]
        return seen.select_related("claim", "reference", "review__version__article")

    def offered(self, user: User, record: ClaimCheck) -> Mapping[str, str]:
        """Ruling, where there is something to rule on, for those who read the record."""
        if not (record.is_negative and reads_the_record(user)):
            return {}
        ruled = "An editor has ruled on this verdict already." if record.ruling else ""
        return {RULE.name: ruled or cannot_rule(user, record)}

    @admin.display(description="verdict", ordering="verdict")
    def verdict_chip(self, check: ClaimCheck) -> SafeString:
        return chip(VERDICT_TONES[Verdict(check.verdict)], check.get_verdict_display().capitalize())

    @admin.display(description="ruling")
    def ruling(self, check: ClaimCheck) -> str:
        if ruling := check.ruling:
            return f"{ruling.ruled_by}, {moment(ruling.ruled_at)}: {ruling.reason}"
        return "None yet" if check.is_negative else NOTHING

    @admin.display(description="given on")
    def about(self, check: ClaimCheck) -> str:
        return str(check.review.version)

    @admin.display(description="claim", ordering="claim__text")
    def statement(self, check: ClaimCheck) -> str:
        return shortened(check.claim.text, 300)

    @admin.display(description="key", ordering="reference__key")
    def key(self, check: ClaimCheck) -> str:
        return check.reference.key

    @admin.display(description="work")
    def work(self, check: ClaimCheck) -> SafeString:
        return link(check.reference)

    @admin.display(description="reviewer", ordering="review__member__user__last_name")
    def reviewer(self, check: ClaimCheck) -> str:
        return str(check.review.member.user)


@admin.register(Signature)
class SignatureAdmin(Receipts, HistoryPages, HouseAdmin):
    list_display = ("signed", "printed", "decision_chip", "question", "number", "standing")
    list_select_related = ("review__version__article", "withdrawal")
    list_filter = ("decision",)
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
        "policy",
        "answers",
        "receipt",
        "about",
    )
    empty_state = "No signatures that you can read yet. Reviewers sign on the page of their review."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    @admin.display(description="signed", ordering="signed_at")
    def signed(self, signature: Signature) -> str:
        return moment(signature.signed_at)

    @admin.display(description="signer", ordering="name")
    def printed(self, signature: Signature) -> str:
        return ", ".join(filter(None, [signature.name, signature.credentials]))

    @admin.display(description="decision", ordering="decision")
    def decision_chip(self, signature: Signature) -> SafeString:
        return chip(TONES[Decision(signature.decision)], signature.get_decision_display().capitalize())

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
        withdrawn = hasattr(signature, "withdrawal")
        return chip("withdrawn", "Withdrawn") if withdrawn else chip("signed", "Stands")

    @admin.display(description="about")
    def about(self, signature: Signature) -> str:
        return str(signature.review.version)


@admin.register(SignatureWithdrawal)
class SignatureWithdrawalAdmin(HistoryPages, HouseAdmin):
    list_display = ("withdrawn_at", "signer", "question", "reason")
    list_select_related = ("signature__review__version__article",)
    search_fields = ("signature__name", "reason")
    ordering = ("-withdrawn_at", "-pk")
    fields = ("signature_link", "reason", "withdrawn_at")
    empty_state = "No signature was ever withdrawn, as far as you can read."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        """One's own; those of others for who reads the record and owes no review of the version."""
        own = rows.filter(signature__signer=user.pk)
        owed = Review.objects.of(user).open().values("version")
        return own | rows.exclude(signature__review__version__in=owed) if reads_the_record(user) else own

    @admin.display(description="signer", ordering="signature__name")
    def signer(self, withdrawal: SignatureWithdrawal) -> str:
        return withdrawal.signature.name

    @admin.display(description="question", ordering="signature__review__version__question")
    def question(self, withdrawal: SignatureWithdrawal) -> str:
        return withdrawal.signature.review.version.question

    @admin.display(description="signature")
    def signature_link(self, withdrawal: SignatureWithdrawal) -> SafeString:
        return link(withdrawal.signature)

"""Admin pages of ``editorial`` and ``articles``, extended by what only this app knows: rounds, votes, sealed data."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from articles.actions.classification import Classification, classification_of, lowered
from articles.admin.articles import ArticleAdmin
from articles.admin.policy import PolicyAdmin
from articles.admin.versions import VersionAdmin, version_before
from articles.lifecycle import UNDER_WAY, Act, State
from articles.models import Article, Version
from articles.verbs.versions import RETRACT, REVISE, SUBMIT, SUSPEND
from editorial.admin.formatting import address
from editorial.admin.ledger_entries import LedgerEntryAdmin
from editorial.admin.ledger_on_pages import LedgerPanel
from editorial.admin.model_admin import actor
from editorial.models import EditorialPolicy, LedgerEntry, User
from editorial.permissions import is_editor
from reviews.actions import classify, propose_lowering
from reviews.admin.approvals import raising
from reviews.admin.reminder_preview import LadderPages
from reviews.admin.rounds import RoundPages
from reviews.admin.sealed_entries import unsealed_entries
from reviews.desk.threads import Thread, load_threads
from reviews.lifecycle import ANSWERABLE
from reviews.models import Comment, Review, Signature
from reviews.permissions import cannot_decide, may_answer
from reviews.verbs.approvals import PUBLISH
from reviews.verbs.objections_on_pages import ObjectionsPanel, objections_panel
from reviews.verbs.rounds import DECIDE, INVITE, INVITE_BEST, REINSTATE, REJECT, REQUEST_CHANGES, WITHDRAW

SHOWS_OBJECTIONS = UNDER_WAY | {State.APPROVED, State.SUSPENDED}
"""States in which an open objection requires a person to act."""


class Sealed(LedgerPanel):
    """Hides ledger entries about colleagues' reviews from reviewers who have not signed yet."""

    def unsealed(self, entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:
        return unsealed_entries(entries, user)


@admin.register(LedgerEntry)
class SealedLedgerEntryAdmin(LedgerEntryAdmin):
    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return unsealed_entries(rows, user)


@admin.register(EditorialPolicy)
class LadderPolicyAdmin(LadderPages, PolicyAdmin):
    """Adds a preview of the policy's reminders, and of what publishing the policy does to approvals."""

    verbs = (PUBLISH,)
    change_form_template = "admin/reviews/policy/change_form.html"


@admin.register(Article)
class SealedArticleAdmin(Sealed, ArticleAdmin):
    """While a version is in review, a change that lowers its requirements becomes a proposal."""

    classify = staticmethod(classify)
    change_form_template = "admin/reviews/article/change_form.html"

    def keep(self, record: Article, form: Any, *, by: User, now: datetime, reason: str) -> None:
        if not (record.pk and self._asks_less_of_a_round(record, form.classification())):
            super().keep(record, form, by=by, now=now, reason=reason)
            return
        wanted = {"article_id": record.pk, "classification": form.classification(), "reason": reason}
        record.proposed = propose_lowering(**wanted, by=by, now=now)  # type: ignore[attr-defined]

    def _asks_less_of_a_round(self, record: Article, wanted: Classification) -> bool:
        present = classification_of(Article.objects.get(pk=record.pk))
        return record.versions.in_review().exists() and bool(lowered(present, wanted))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if proposed := getattr(obj, "proposed", None):
            words = (
                "Nothing has changed yet. A version is in review and this lowers its requirements, so it was "
                "recorded as a proposal: another "
                "editor or the chair of the board confirms it. Everybody in the round has been notified of your reason."
            )
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(address(proposed))
        return super().response_change(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (article := kwargs.get("obj")) and is_editor(actor(request)):
            context["raising"] = raising(article, now=timezone.now())
            context["in_review"] = article.versions.in_review().first()
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Version)
class ReviewedVersionAdmin(RoundPages, Sealed, VersionAdmin):
    """Adds the verbs of a round, and its reviews as far as they are not sealed for the user."""

    change_form_template = "admin/reviews/version/change_form.html"
    verbs = (
        SUBMIT,
        INVITE,
        INVITE_BEST,
        DECIDE,
        REQUEST_CHANGES,
        WITHDRAW,
        REJECT,
        REVISE,
        SUSPEND,
        REINSTATE,
        RETRACT,
    )

    def offered(self, user: User, record: Version) -> Mapping[str, str]:
        offered = super().offered(user, record)
        decide = {DECIDE.name: cannot_decide(user)} if record.state == State.UNDER_REVIEW else {}
        return {**offered, **decide, INVITE_BEST.name: offered[Act.INVITE]}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        version, user = kwargs["obj"], actor(request)
        earlier = version_before(version) if version.state == State.DRAFT else None
        reviews = Review.objects.visible_to(user).filter(version=version).with_conflicts(on=timezone.now().date())
        comments = Comment.objects.visible_to(user).filter(version=version)
        signatures = Signature.objects.visible_to(user).filter(review__version=version)
        context |= {
            "reviews": reviews.select_related("member__user", "version__article", "handed_on").order_by(
                "invited_at", "pk"
            ),
            "threads": load_threads(comments),
            "lowerings": version.lowerings.select_related("proposed_by", "decided_by").order_by("-pk"),
            "answers_here": may_answer(user, version) and version.state in ANSWERABLE,
            "earlier": earlier,
            "remarks": remarks_on(earlier, user) if earlier else [],
            "answers_remarks": may_answer(user, version) and earlier is not None and earlier.state in ANSWERABLE,
            "objections": objections(version, user=user, beside=earlier),
            "signatures": signatures.with_confirmations().with_their_end().order_by("signed_at", "pk"),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def objections(version: Version, *, user: User, beside: Version | None) -> ObjectionsPanel | None:
    """Return the open objections, or None in states that require no action.

    Comments on ``beside`` are left out: the page lists them as remarks.
    """
    if version.state not in SHOWS_OBJECTIONS:
        return None
    panel = objections_panel(version, user=user)
    if beside is None:
        return panel
    listed = [row for row in panel.listed if row.objection.is_verdict or row.objection.review.version_id != beside.pk]
    return replace(panel, listed=listed)


def remarks_on(version: Version, user: User) -> list[Thread]:
    """Return the unresolved comments on ``version`` that ``user`` may read. The draft after it answers them.

    Blocking comments come first, each with its answers.
    """
    threads = load_threads(Comment.objects.visible_to(user).filter(version=version))
    return sorted(
        (thread for thread in threads if not thread.comment.resolved_at),
        key=lambda thread: not thread.comment.is_blocking,
    )

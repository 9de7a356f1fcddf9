"""The views under ``…/review/{id}/desk/``: the desk page, and the targets of its forms and scripts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from editorial.admin.autosave import AutosavePages, TimestampField, autosave_settings, refusal_of_form, refusal_response
from editorial.admin.formatting import address
from editorial.admin.model_admin import actor
from editorial.exceptions import Refusal
from editorial.models import User
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.admin.desk import page
from reviews.allowed_actions import missing_requirements
from reviews.desk.claims import claim_checklist
from reviews.desk.comparable_versions import default_comparison
from reviews.lifecycle import ACTS, LIVE, Act, State, allow
from reviews.models import Review, Verdict
from reviews.models.comments_and_verdicts import MAX_WORDS
from reviews.permissions import is_reviewer, reads_text

KEY = r"^(verdict:[0-9]{1,18}:[0-9]{1,18}|(comment|answer):[0-9]{1,18}|comment:passage)$"
"""Pattern of the names of the desk's forms."""

OPENED = LIVE - {State.INVITED}
"""States of a review in which its desk is available."""


class Words(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_WORDS, required=False, **kwargs)


class RecordId(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class VerdictForm(forms.Form):
    claim = RecordId()
    reference = RecordId()
    verdict = forms.ChoiceField(choices=Verdict.choices)
    locator = forms.CharField(max_length=200, required=False)
    quote = Words()
    note = Words()
    seen = TimestampField(required=False)


class CommentForm(forms.Form):
    key = forms.RegexField(KEY)
    claim = RecordId(required=False)
    parent = RecordId(required=False)
    text = forms.CharField(label="Comment", max_length=MAX_WORDS)
    quote = Words()
    proposal = Words()
    is_blocking = forms.BooleanField(required=False)


class DeskPages(AutosavePages):
    """Adds the desk to the pages of a review. Only the reviewer can open it."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/desk/", wrap(self.desk_view), name="reviews_review_desk"),
            path("<path:object_id>/desk/verdict/", wrap(self.verdict_view), name="reviews_review_desk_verdict"),
            path("<path:object_id>/desk/comment/", wrap(self.comment_view), name="reviews_review_desk_comment"),
            *super().get_urls(),
        ]

    def desk_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the desk. ``?claim=<id>`` selects a claim. Before the member accepts, redirect to the review."""
        review = self._own(request, object_id)
        if review is None:
            return self.unseen(request, object_id)
        if review.state not in OPENED:
            messages.info(request, "Accept the invitation to open the desk.")
            return HttpResponseRedirect(address(review))
        return self._page(request, review)

    def verdict_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: record a verdict on a claim against a work. Returns JSON if the client accepts it, else the desk."""
        review = self._own_posted(request, object_id)

        def give(verdict: dict[str, Any]) -> int:
            claim, reference = verdict.pop("claim"), verdict.pop("reference")
            key = f"verdict:{claim}:{reference}"
            given = actions.check_once(
                review_id=review.pk,
                key=key,
                claim_id=claim,
                reference_id=reference,
                by=actor(request),
                now=timezone.now(),
                **verdict,
            )
            return given.claim_id

        return self._answer(request, review, VerdictForm(request.POST), give, message="Verdict saved.")

    def comment_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: record a comment on a claim, a passage, another comment or the whole version."""
        review = self._own_posted(request, object_id)

        def give(content: dict[str, Any]) -> int | None:
            anchor = Anchor(claim_id=content.pop("claim"), quote=content.pop("quote"), parent_id=content.pop("parent"))
            comment = actions.comment_once(
                review_id=review.pk, anchor=anchor, by=actor(request), now=timezone.now(), **content
            )
            return comment.claim_id

        return self._answer(request, review, CommentForm(request.POST), give, message="Comment saved.")

    # --- autosave -----------------------------------------------------------------------------------------------------

    def may_type(self, user: User, record: Review) -> bool:
        return is_reviewer(user, record)

    def allow_typing(self, record: Review) -> None:
        allow(record.state, Act.COMMENT)

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _own(self, request: HttpRequest, object_id: str) -> Review | None:
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not do this.")
        review: Any = self.get_object(request, object_id)
        return review if review and is_reviewer(actor(request), review) else None

    def _own_posted(self, request: HttpRequest, object_id: str) -> Review:
        review = self._own(request, object_id)
        if review is None or request.method != "POST":
            raise Http404
        return review

    def _page(
        self, request: HttpRequest, review: Review, *, refused: Refusal | None = None, status: int = 200
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        doors = {
            "verdict": reverse("admin:reviews_review_desk_verdict", args=[review.pk]),
            "comment": reverse("admin:reviews_review_desk_comment", args=[review.pk]),
        }
        chosen = (request.POST or request.GET).get("claim", "")
        desk = page.desk(review, user=actor(request), now=timezone.now())
        works = review.state in ACTS[Act.COMMENT]
        shown = {
            "desk": desk,
            "works": works,
            "chosen": int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None,
            "doors": doors,
            "back": address(review),
            "comments_address": reverse("admin:reviews_comment_changelist"),
            "verdicts": VERDICTS,
            "confirm_key": page.CONFIRM,
            "csrf_token": get_token(request),
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": review.version.question,
            **shown,
            **{part: _rendered(part, shown) for part in ("evidence", "passages")},
            "needed": missing_requirements(review, now=timezone.now()),
            "refused": refused,
            "sign_address": reverse("admin:reviews_review_do", args=[review.pk, "sign"]),
            "changes_address": reverse("admin:reviews_review_changes", args=[review.pk]),
            "compares_with": None if desk.since else default_comparison(review, user=actor(request)),
            "typed": autosave_settings(review, user=actor(request)),
        }
        return TemplateResponse(request, "admin/reviews/desk/desk.html", context, status=status)

    def _answer(
        self, request: HttpRequest, review: Review, form: forms.Form, give: Any, *, message: str
    ) -> HttpResponse:
        """Record what was sent, and return the new state of the claim and the progress, or the refusal."""
        wants_json = "application/json" in request.headers.get("Accept", "")
        try:
            if not form.is_valid():
                raise refusal_of_form(form)
            claim_id = give(dict(form.cleaned_data))
        except Refusal as refusal:
            if wants_json:
                return refusal_response(refusal)
            if not reads_text(actor(request), review.version):
                messages.error(request, refusal.detail)
                return HttpResponseRedirect(address(review))
            return self._page(request, review, refused=refusal, status=refusal.status)
        if wants_json:
            return JsonResponse(self._standing(request, review, claim_id))
        messages.success(request, message)
        anchor = f"?claim={claim_id}#evidence-{claim_id}" if claim_id else "#passages"
        return HttpResponseRedirect(reverse("admin:reviews_review_desk", args=[review.pk]) + anchor)

    def _standing(self, request: HttpRequest, review: Review, claim_id: int | None) -> dict[str, object]:
        user = actor(request)
        listed = claim_checklist(review, user=user, now=timezone.now())
        item = next((item for item in listed.items if item.claim.pk == claim_id), None)
        how = page.status(item) if item else None
        own = {cited.work.pk: cited.own for cited in item.works if cited.own} if item else {}
        return {
            "progress": page.Progress(listed.summary).as_json(),
            "claim": {"id": claim_id, "code": how.code, "sign": how.sign, "words": how.words} if how else None,
            "verdicts": {pk: {"verdict": one.verdict, "seen": one.checked_at.isoformat()} for pk, one in own.items()},
        }


VERDICTS = [(value, label, page.KEYS[Verdict(value)]) for value, label in Verdict.choices]


def _rendered(part: str, context: dict[str, Any]) -> SafeString:
    """Return a part of the desk that grows with claims and comments. Jinja2 writes it three times as fast as Django."""
    return SafeString(render_to_string(f"admin/reviews/desk/{part}.html", context, using="jinja2"))

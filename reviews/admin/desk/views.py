"""The pages under ``…/review/{id}/desk/``: the desk itself, and what its forms and modules send."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from editorial.admin.ground import actor
from editorial.admin.keeping import KeepingPages, Moment, of_form, refused, typed_here
from editorial.admin.showing import address
from editorial.exceptions import Refusal
from editorial.models import User
from reviews import actions
from reviews.actions.working import Anchor
from reviews.admin.desk import page
from reviews.admin.desk.writing import Writer
from reviews.admin.review_verbs import MAX_COMMENT
from reviews.checklist import checklist
from reviews.lifecycle import ACTS, LIVE, Act, State, allow
from reviews.models import Review, Verdict
from reviews.permissions import is_reviewer

KEY = r"^(verdict:[0-9]{1,18}:[0-9]{1,18}|(comment|answer):[0-9]{1,18}|comment:passage)$"
"""What the forms of the desk are called."""


class Words(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_COMMENT, required=False, **kwargs)


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
    seen = Moment(required=False)


class CommentForm(forms.Form):
    key = forms.RegexField(KEY)
    claim = RecordId(required=False)
    parent = RecordId(required=False)
    text = forms.CharField(label="Comment", max_length=MAX_COMMENT)
    quote = Words()
    proposal = Words()
    is_blocking = forms.BooleanField(required=False)


class DeskPages(KeepingPages):
    """Adds the desk to the pages of a review. It is its reviewer's own: for anybody else there is none."""

    def get_urls(self) -> list[URLPattern]:
        doors = {"": self.desk_view, "verdict/": self.verdict_view, "comment/": self.comment_view}
        own = [
            path(f"<path:object_id>/desk/{name}", self.admin_site.admin_view(view), name=_name(name))
            for name, view in doors.items()
        ]
        return [*own, *super().get_urls()]

    def desk_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The desk. ``?claim=<id>`` chooses a claim; before the invitation is accepted, the page that asks."""
        review = self._own(request, object_id)
        if review is None:
            return self.unseen(request, object_id)
        if review.state not in LIVE or review.state == State.INVITED:
            messages.info(request, "The desk opens when you have accepted the invitation.")
            return HttpResponseRedirect(address(review))
        return self._page(request, review)

    def verdict_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: a verdict on a claim against a work. Answers with JSON where that is asked for, else the desk."""
        review = self._own_posted(request, object_id)

        def give(said: dict[str, Any]) -> int:
            claim, reference = said.pop("claim"), said.pop("reference")
            key = f"verdict:{claim}:{reference}"
            given = actions.check_once(
                review_id=review.pk,
                key=key,
                claim_id=claim,
                reference_id=reference,
                by=actor(request),
                now=timezone.now(),
                **said,
            )
            return given.claim_id

        return self._answer(request, review, VerdictForm(request.POST), give, kept="The verdict is kept.")

    def comment_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: a comment on a claim, a passage, another comment or the whole."""
        review = self._own_posted(request, object_id)

        def give(said: dict[str, Any]) -> int | None:
            anchor = Anchor(claim_id=said.pop("claim"), quote=said.pop("quote"), parent_id=said.pop("parent"))
            kept = actions.comment_once(
                review_id=review.pk, anchor=anchor, by=actor(request), now=timezone.now(), **said
            )
            return kept.claim_id

        return self._answer(request, review, CommentForm(request.POST), give, kept="The comment is kept.")

    # --- what is typed ----------------------------------------------------------------------------------------------

    def may_type(self, user: User, record: Review) -> bool:
        return is_reviewer(user, record)

    def allow_typing(self, record: Review) -> None:
        allow(record.state, Act.COMMENT)

    # --- how they do it ---------------------------------------------------------------------------------------------

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
        doors = {name: reverse(f"admin:{_name(f'{name}/')}", args=[review.pk]) for name in DOORS}
        asked = (request.POST or request.GET).get("claim", "")
        desk = page.desk(review, user=actor(request), now=timezone.now())
        works = review.state in ACTS[Act.COMMENT]
        ground = {"doors": doors, "verdicts": VERDICTS, "back": address(review), "csrf_token": get_token(request)}
        chosen = int(asked) if asked.isdecimal() and len(asked) < 19 else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": review.version.question,
            **ground,
            "desk": desk,
            "writer": Writer(desk, chosen=chosen, works=works, **ground),
            "works": works,
            "refused": refused,
            "sign_address": reverse("admin:reviews_review_do", args=[review.pk, "sign"]),
            "typed": typed_here(review, user=actor(request)),
        }
        return TemplateResponse(request, "admin/reviews/desk/desk.html", context, status=status)

    def _answer(self, request: HttpRequest, review: Review, form: forms.Form, give: Any, *, kept: str) -> HttpResponse:
        """Do it, then say how the claim and the whole stand now, or why not."""
        wants_json = "application/json" in request.headers.get("Accept", "")
        try:
            if not form.is_valid():
                raise of_form(form)
            claim_id = give(dict(form.cleaned_data))
        except Refusal as refusal:
            if wants_json:
                return refused(refusal)
            return self._page(request, review, refused=refusal, status=refusal.status)
        if wants_json:
            return JsonResponse(self._standing(request, review, claim_id))
        messages.success(request, kept)
        anchor = f"?claim={claim_id}#evidence-{claim_id}" if claim_id else "#passages"
        return HttpResponseRedirect(reverse(f"admin:{_name('')}", args=[review.pk]) + anchor)

    def _standing(self, request: HttpRequest, review: Review, claim_id: int | None) -> dict[str, Any]:
        user = actor(request)
        listed = checklist(review, user=user, now=timezone.now())
        seen = page.comments_seen(review, user=user)
        item = next((item for item in listed.items if item.claim.pk == claim_id), None)
        how = page.status(item) if item else None
        own = {cited.work.pk: cited.own for cited in item.works if cited.own} if item else {}
        return {
            "progress": page.progress(listed.summary, seen).as_json(),
            "claim": {"id": claim_id, "code": how.code, "sign": how.sign, "words": how.words} if how else None,
            "verdicts": {pk: {"verdict": one.verdict, "seen": one.checked_at.isoformat()} for pk, one in own.items()},
        }


DOORS = ("verdict", "comment")

VERDICTS = [(value, label, page.KEYS[Verdict(value)]) for value, label in Verdict.choices]


def _name(door: str) -> str:
    return "_".join(filter(None, ("reviews_review_desk", door.strip("/"))))

"""Writing a draft: preview, picker of works, and edit conflicts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from articles.admin.edit_conflicts import find_conflict, rebase_form, typed_texts
from articles.admin.preview import Preview, preview
from articles.library import vancouver
from articles.library.autocomplete import works_matching
from articles.lifecycle import Act
from articles.models import Reference, Version
from articles.models.references import RetractionStatus
from articles.permissions import may
from editorial.admin.autosave import AutosavePages
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedAdmin
from editorial.models import User

FORM = "text"
"""The name of a draft's form in autosave."""


class WritingPages(AutosavePages, TrackedAdmin):
    """Adds preview, picker of works and edit conflicts to the page of a draft."""

    def may_type(self, user: User, record: Version) -> bool:
        """Also True after the draft was submitted.

        Text that was typed without a connection is then shown on its page for copying.
        """
        return may(user, Act.EDIT, record.article)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("works/", wrap(self.works_view), name="articles_version_works"),
            path("<path:object_id>/preview/", wrap(self.preview_view), name="articles_version_preview"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save, unless a preview is requested or the draft has changed since the page was opened."""
        version = self.get_object(request, object_id) if request.method == "POST" and object_id else None
        if version is None or "seen" not in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not self.has_change_permission(request, version):
            return self._frozen(request, version)
        extra, status = {**(extra_context or {})}, 200
        if request.POST["seen"] != version.etag:
            extra, status = {**extra, "collision": find_conflict(version, request.POST)}, 412
            request.POST = rebase_form(version, request.POST)  # type: ignore[assignment]
        elif "_preview" in request.POST:
            extra["preview"] = self._preview(request, version)
        request.is_only_shown = bool(extra.keys() & {"collision", "preview"})  # type: ignore[attr-defined]
        response = super().changeform_view(request, object_id, form_url, extra)
        response.status_code = status if status != 200 else response.status_code
        return response

    def _frozen(self, request: HttpRequest, version: object) -> HttpResponse:
        """Show the typed text for copying if the draft was submitted in the meantime."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Not saved",
            "version": version,
            "texts": typed_texts(request.POST),
        }
        return TemplateResponse(request, "admin/articles/version/frozen.html", context, status=409)

    def _preview(self, request: HttpRequest, version: Version) -> Preview:
        form = self.get_form(request, version, change=True)(request.POST, instance=version)
        formsets, _ = self._create_formsets(request, version, change=True)  # type: ignore[attr-defined]
        return preview(version, form, formsets[0], now=timezone.now())

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return a preview of the posted form as an HTML fragment. Saves nothing."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self.unseen(request, object_id)
        if request.method != "POST" or not self.has_change_permission(request, version):
            raise PermissionDenied("You may not do this.")
        context = {"preview": self._preview(request, version)}
        return TemplateResponse(request, "admin/articles/version/preview.html", context)

    def works_view(self, request: HttpRequest) -> HttpResponse:
        """Return the works of the library that match ``?q=`` as JSON. For users who may write."""
        if not self.may_change(actor(request), None):
            raise PermissionDenied("You may not do this.")
        matches = works_matching(request.GET.get("q", ""))
        return JsonResponse({"works": [_work_json(work) for work in matches]})


def _work_json(work: Reference) -> dict[str, object]:
    note = "Retracted" if work.retraction == RetractionStatus.RETRACTED else ""
    note = note or ("Superseded" if work.superseded_by_id else "")
    return {"key": work.key, "title": work.plain_title, "words": vancouver.reference(work.csl), "note": note}

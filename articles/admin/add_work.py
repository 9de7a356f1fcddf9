"""Adding a work to the library: paste anything, check the fields, see the citation. The same inside a draft."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from articles.actions import keep_reference
from articles.admin.work_form import ReferenceForm, sent_as
from articles.library import vancouver
from articles.library.adding.add_work import Suggested, suggest
from articles.library.adding.names import suggested_names
from articles.library.adding.work_forms import WORK_FORMS
from articles.models import Reference
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedAdmin
from editorial.exceptions import Refusal

SHOW_AGAIN = ("_preview", "_show", "_as_json", "_as_fields")
"""Buttons that show the form again, with another type or as CSL-JSON. They save nothing."""

ADD = "Add a work"
REFUSED = "You may not do this."


class AddingPages(TrackedAdmin):
    """Adds the first step, in which anything is pasted, the citation beside the form, and the form inside a draft."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("add/cited/", wrap(self.cited_view), name="articles_reference_cited"),
            path("add/names/", wrap(self.names_view), name="articles_reference_names"),
            path("add/in-a-draft/", wrap(self.in_a_draft_view), name="articles_reference_in_a_draft"),
            path("<path:object_id>/cited/", wrap(self.cited_view), name="articles_reference_cited"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("work", "mode") if name in request.GET}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Begin with the step in which a work is pasted. Save, unless the form is only to be shown again."""
        context = {**({} if object_id else {"title": ADD}), **(extra_context or {})}
        if object_id is None and not self.has_add_permission(request):
            raise PermissionDenied(REFUSED)
        if object_id is None and "_find" in request.POST:
            found = suggest_for(request)
            if found.fault or found.present:
                return self._paste_page(request, found)
            request.POST, context["remarks"] = sent_form(request, found), found.remarks  # type: ignore[assignment]
            request.is_only_shown = True  # type: ignore[attr-defined]
        elif object_id is None and request.method == "GET" and not (request.GET.keys() & {"work", "mode"}):
            return self._paste_page(request)
        elif any(name in request.POST for name in SHOW_AGAIN):
            work = self.get_object(request, object_id) if object_id else None
            request.POST = shown_again(request.POST, work)
            request.is_only_shown = True  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        if isinstance(form, ReferenceForm) and self._may_save(request, kwargs.get("obj")):
            context |= {"work_form": form, "beside": form.beside}
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_save(self, request: HttpRequest, work: Any) -> bool:
        return self.has_change_permission(request, work) if work else self.has_add_permission(request)

    def _paste_page(self, request: HttpRequest, found: Suggested | None = None) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": ADD}
        return TemplateResponse(request, "admin/articles/reference/paste.html", context | paste_context(request, found))

    def cited_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Return the citation of the posted form, what it lacks, and the same work in the library, as HTML."""
        work: Any = self.get_object(request, object_id) if object_id else None
        if object_id and work is None:
            return self.unseen(request, object_id)
        if request.method != "POST" or not self._may_save(request, work):
            raise PermissionDenied(REFUSED)
        form = only_shown(request.POST, work)
        return TemplateResponse(request, "admin/articles/reference/beside.html", {"beside": form.beside})

    def names_view(self, request: HttpRequest) -> HttpResponse:
        """Return the names of the library that match ``?q=`` as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied(REFUSED)
        return JsonResponse({"names": suggested_names(request.GET.get("q", ""))})

    def in_a_draft_view(self, request: HttpRequest) -> HttpResponse:
        """Return the steps of adding a work as HTML without a page. When it is added, return its key as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied(REFUSED)
        if "_save" in request.POST:
            return self._added(request)
        if "_find" in request.POST:
            found = suggest_for(request)
            if found.fault or found.present:
                return paste_step(request, found)
            return form_step(request, only_shown(sent_form(request, found)), found.remarks)
        if any(name in request.POST for name in SHOW_AGAIN):
            return form_step(request, only_shown(shown_again(request.POST)))
        if "work" in request.GET:
            return form_step(request, ReferenceForm(initial={"work": request.GET["work"]}, auto_id="work_%s"))
        return paste_step(request)

    def _added(self, request: HttpRequest) -> HttpResponse:
        form = ReferenceForm(request.POST, auto_id="work_%s")
        if not form.is_valid():
            return form_step(request, form)
        data = form.cleaned_data
        try:
            work = keep_reference(csl=data["csl"], kind=data["kind"], by=actor(request), now=timezone.now())
        except Refusal as refusal:
            form = refused(request.POST, refusal)
            return form_step(request, form)
        return JsonResponse({"key": work.key, "words": vancouver.reference(work.csl)}, status=201)


def suggest_for(request: HttpRequest) -> Suggested:
    """Return what is known of the work that was pasted."""
    return suggest(request.POST.get("pasted", ""), today=timezone.localdate(), anyway="_anyway" in request.POST)


def sent_form(request: HttpRequest, found: Suggested) -> QueryDict:
    """Return the fields for what was found. Who said that it is another work is not asked again."""
    return sent_as(found.csl, **({"another": "on"} if "_anyway" in request.POST else {}))


def paste_context(request: HttpRequest, found: Suggested | None) -> dict[str, object]:
    present = found.present if found else None
    return {
        "pasted": request.POST.get("pasted", ""),
        "fault": found.fault if found else "",
        "present": present,
        "present_citation": vancouver.reference(present.csl) if present else "",
        "work_forms": WORK_FORMS.values(),
    }


def paste_step(request: HttpRequest, found: Suggested | None = None) -> HttpResponse:
    context = {**paste_context(request, found), "in_a_draft": True}
    return TemplateResponse(request, "admin/articles/reference/paste_step.html", context)


def form_step(request: HttpRequest, form: ReferenceForm, remarks: tuple[str, ...] = ()) -> HttpResponse:
    context = {"work_form": form, "beside": form.beside, "remarks": remarks, "in_a_draft": True}
    return TemplateResponse(request, "admin/articles/reference/form_step.html", context)


def only_shown(data: Mapping[str, Any], work: Reference | None = None) -> ReferenceForm:
    """Return the form with ``data``, validated but never to be saved."""
    form = ReferenceForm(data, instance=work, auto_id="work_%s")
    form.is_only_shown = True
    form.full_clean()
    return form


def refused(data: Mapping[str, Any], refusal: Refusal) -> ReferenceForm:
    """Return the form as it was sent, with the refusal on it."""
    form = ReferenceForm(data, auto_id="work_%s")
    form.refusal = refusal  # type: ignore[misc]
    form.full_clean()
    return form


def shown_again(data: Any, work: Reference | None = None) -> Any:
    """Return the fields for the type or the mode that a button asks for, with all that was typed.

    A form with an error stays as it is, so that nothing typed is lost.
    """
    form = only_shown(data, work)
    if form.errors or "_preview" in data:
        return data
    more = {name: data[name] for name in ("kind", "seen", "csl-id", "another") if name in data}
    if "_as_json" in data:
        return sent_as(form.cited, mode="json", **more)
    return sent_as(form.cited, work=data.get("work", "") if "_show" in data else "", **more)

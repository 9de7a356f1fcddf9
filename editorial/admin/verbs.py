"""Buttons for the verbs of a record. Each leads to a page with a form, which calls the action of the verb."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from editorial.admin.formatting import address, admin_url
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.exceptions import Refusal
from editorial.models import User
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb


@dataclass(frozen=True)
class Button:
    """A verb as the user is offered it now: ``reason`` says why it is not allowed, empty if it is."""

    verb: Verb
    address: str
    reason: str = ""


class VerbPages(BaseAdmin):
    """Adds ``…/do/<verb>/`` to a page, and the buttons that lead there."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def offered(self, user: User, record: Any) -> Mapping[str, str]:
        """Return the names of the verbs for ``record``, each with why ``user`` may not use it; empty if they may."""
        raise NotImplementedError

    def subtitle(self, record: Any) -> str:
        """Return the subtitle of the page with the form."""
        return str(record)

    def buttons(self, user: User, record: Any) -> list[Button]:
        offered = self.offered(user, record)
        return [
            Button(verb, self.verb_address(verb.name, record), offered[verb.name])
            for verb in self.verbs
            if verb.name in offered
        ]

    def verb_address(self, name: str, record: Any) -> str:
        return admin_url(self.model, "do", record.pk, name)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        view = self.admin_site.admin_view(self.verb_view)
        return [path("<path:object_id>/do/<slug:name>/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if record := kwargs.get("obj"):
            buttons = self.buttons(actor(request), record)
            context["buttons"] = [button for button in buttons if not button.reason]
            context["refused_buttons"] = [button for button in buttons if button.reason]
        return super().render_change_form(request, context, *args, **kwargs)

    def verb_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """GET shows the form, POST calls the action. A refusal is shown on the page, with its HTTP status."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not do this.")
        record = self.get_object(request, object_id)
        if record is None:
            return self.unseen(request, object_id)
        verb = next((verb for verb in self.verbs if verb.name == name), None)
        if verb is None:
            raise Http404
        if request.method == "POST":
            return self.do(request, verb, record)
        refused = self.offered(actor(request), record).get(name, "This cannot be done here.")
        if refused:
            return self.turned_away(request, verb, record, refused)
        return self.verb_page(request, verb, record, self.empty_form(request, verb, record))

    def turned_away(self, request: HttpRequest, verb: Verb, record: Any, why: str) -> HttpResponse:
        """Redirect from a verb that is not allowed now to the page of the record, with the reason ``why``."""
        messages.error(request, why)
        return HttpResponseRedirect(address(record))

    def empty_form(self, request: HttpRequest, verb: Verb, record: Any) -> VerbForm:
        """Return the form as it is first shown, with initial values from the query string."""
        return verb.form(subject=record, request=request, initial=request.GET.dict())

    def do(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse:
        """Call the verb's action once with what was sent; return the page that shows the result, or the refusal."""
        form = verb.form(request.POST, request.FILES, subject=record, request=request)
        if not form.is_valid():
            return self.verb_page(request, verb, record, form, status=422)
        try:
            result = verb.call(record, form.arguments(), by=actor(request), now=timezone.now())
        except Refusal as refusal:
            form.refused(refusal)
            return self.verb_page(request, verb, record, form, status=refusal.status)
        messages.success(request, verb.done)
        return self.finished(request, verb, record, result)

    def finished(self, request: HttpRequest, verb: Verb, record: Any, result: Any) -> HttpResponse:
        """Return the page after ``verb`` was done, with the ``result`` of its action.

        ``?next=`` names the page that sent the user here to do this first. They are redirected back to it.
        """
        asked_from = request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(asked_from, allowed_hosts=None):
            return HttpResponseRedirect(asked_from)
        if verb.lands:
            return HttpResponseRedirect(verb.lands(result))
        return HttpResponseRedirect(address(result) if verb.makes else address(record) + verb.anchor)

    def verb_page(
        self, request: HttpRequest, verb: Verb, record: Any, form: VerbForm, *, status: int = 200
    ) -> TemplateResponse:
        """Return the page with the form. ``record`` is None for a verb that needs none.

        After a POST of a verb that the user is not offered, the page shows only the refusal: the text to read before
        deciding is for those who decide.
        """
        request.current_app = self.admin_site.name
        asked = record is None or request.method != "POST"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.label,
            "subtitle": self.subtitle(record) if record else None,
            "record": record,
            "verb": verb,
            "form": form,
            "is_offered": asked or self.offered(actor(request), record).get(verb.name) == "",
            "back": address(record) if record else admin_url(self.model, "changelist"),
        }
        return TemplateResponse(request, verb.template, context, status=status)

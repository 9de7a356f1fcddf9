"""Buttons for what can be done to a record: each leads to a page that asks, and calls exactly one action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from editorial.admin.ground import HouseAdmin, actor
from editorial.admin.refusals import put
from editorial.admin.showing import address
from editorial.exceptions import Refusal
from editorial.models import User


class VerbForm(forms.Form):
    """What a verb asks for; this one asks for nothing but the decision."""

    def __init__(self, *args: Any, subject: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.subject = subject
        self.request = request

    @property
    def reading(self) -> Any:
        """What to read before deciding, if anything, for the template."""
        return None

    def refused(self, refusal: Refusal) -> None:
        """Show ``refusal`` where it belongs."""
        put(self, refusal)


class ReasonForm(VerbForm):
    """Asks for a reason that becomes part of the record."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), help_text="It becomes part of the record.")


class OptionalReasonForm(VerbForm):
    """Asks for a reason, and does without."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, help_text="Optional. It becomes part of the record."
    )


class Call(Protocol):
    """Calls the one action of a verb with what the form brought."""

    def __call__(self, subject: Any, data: Any, /, *, by: User, now: datetime) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that can be done to a record.

    ``explain`` says beforehand what will happen, ``done`` afterwards that it did. After a verb that ``makes`` a record
    its page follows, otherwise the ``anchor`` on the page of the record that was acted on; one that ``lands`` elsewhere
    says where. The form of a verb done ``in_place`` is at that anchor already. ``template`` shows the page that asks.
    """

    name: str
    label: str
    call: Call
    done: str
    explain: str = ""
    form: type[VerbForm] = VerbForm
    is_grave: bool = False
    is_main: bool = False
    makes: bool = False
    anchor: str = ""
    in_place: bool = False
    lands: Callable[[Any], str] | None = None
    template: str = "admin/ground/verb.html"


@dataclass(frozen=True)
class Button:
    """A verb as it is offered to somebody now: ``reason`` says why not, empty when it is allowed."""

    verb: Verb
    address: str
    reason: str = ""


class VerbPages(HouseAdmin):
    """Adds ``…/do/<verb>/`` to a page, and the buttons that lead there."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def offered(self, user: User, record: Any) -> Mapping[str, str]:
        """Names of the verbs that concern ``record``, each with the reason why not, empty when it is allowed."""
        raise NotImplementedError

    def all_verbs(self) -> tuple[Verb, ...]:
        return self.verbs

    def subtitle(self, record: Any) -> str:
        """What stands below the verb on the page that asks."""
        return str(record)

    def buttons(self, user: User, record: Any) -> list[Button]:
        offered = self.offered(user, record)
        return [
            Button(verb, verb.anchor if verb.in_place else self.verb_address(verb.name, record), offered[verb.name])
            for verb in self.all_verbs()
            if verb.name in offered
        ]

    def verb_address(self, name: str, record: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_do", args=[record.pk, name])

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
        """GET asks, POST does it. A refusal is shown on the page, with its status."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not do this.")
        record = self.get_object(request, object_id)
        if record is None:
            return self.unseen(request, object_id)
        verb = next((verb for verb in self.all_verbs() if verb.name == name), None)
        if verb is None:
            raise Http404
        if request.method == "POST":
            return self.do(request, verb, record)
        refused = self.offered(actor(request), record).get(name, "This cannot be done here.")
        if refused:
            return self.turned_away(request, verb, record, refused)
        return self.verb_page(request, verb, record, self.empty_form(request, verb, record))

    def turned_away(self, request: HttpRequest, verb: Verb, record: Any, why: str) -> HttpResponse:  # noqa: ARG002
        """Where a page leads that cannot be asked for now."""
        messages.error(request, why)
        return HttpResponseRedirect(address(record))

    def empty_form(self, request: HttpRequest, verb: Verb, record: Any) -> VerbForm:
        """The form as it is first shown, with what the address says."""
        return verb.form(subject=record, request=request, initial=request.GET.dict())

    def do(self, request: HttpRequest, verb: Verb, record: Any) -> HttpResponse:
        """Call the verb's action once with what was sent; then the page that shows the result, or the refusal."""
        form = verb.form(request.POST, request.FILES, subject=record, request=request)
        if not form.is_valid():
            return self.verb_page(request, verb, record, form, status=422)
        try:
            result = verb.call(record, form.cleaned_data, by=actor(request), now=timezone.now())
        except Refusal as refusal:
            form.refused(refusal)
            return self.verb_page(request, verb, record, form, status=refusal.status)
        messages.success(request, verb.done)
        if verb.lands:
            return HttpResponseRedirect(verb.lands(result))
        return HttpResponseRedirect(address(result) if verb.makes else address(record) + verb.anchor)

    def verb_page(
        self, request: HttpRequest, verb: Verb, record: Any, form: VerbForm, *, status: int = 200
    ) -> TemplateResponse:
        """The page that asks. ``record`` is None for a verb that needs none."""
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.label,
            "subtitle": self.subtitle(record) if record else None,
            "record": record,
            "verb": verb,
            "form": form,
            "back": address(record)
            if record
            else reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
        }
        return TemplateResponse(request, verb.template, context, status=status)

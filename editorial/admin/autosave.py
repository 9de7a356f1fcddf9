"""The door through which pages keep what is typed on them, and what they are given of it."""

import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from editorial import keeping
from editorial.admin.ground import HouseAdmin, actor
from editorial.exceptions import Fault, Refusal, Unacceptable
from editorial.models import User


class Moment(forms.CharField):
    """When something was kept, as the page was told; whatever is no moment counts as none."""

    def to_python(self, value: Any) -> Any:
        try:
            moment = parse_datetime(super().to_python(value) or "")
        except ValueError:
            return None
        return moment if moment and moment.tzinfo else None


class TypedForm(forms.Form):
    """What was typed into one form of a page."""

    form = forms.RegexField(r"^[a-z]+(:[a-z0-9]+){0,3}\Z", max_length=100)
    value = forms.JSONField(required=False)
    seen = Moment(required=False)

    def clean_value(self) -> dict[str, Any]:
        value = self.cleaned_data["value"] or {}
        parts = [*value, *value.values()] if isinstance(value, dict) else [None]
        if not all(isinstance(part, str | bool) and "\0" not in str(part) for part in parts):
            raise forms.ValidationError("Send the fields of one form.", code="invalid")
        return value


class KeepingPages(HouseAdmin):
    """Adds ``…/typed/`` to the pages of a record: what one types there is kept, and told to nobody else."""

    def may_type(self, user: User, record: Any) -> bool:
        """Whether ``user`` has anything to type about ``record``; for others there is no door."""
        raise NotImplementedError

    def allow_typing(self, record: Any) -> None:
        """Raise InvalidTransition when nothing that is typed about ``record`` could be sent any more."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view(self.typed_view), f"{self.opts.app_label}_{self.opts.model_name}_typed"
        return [path("<path:object_id>/typed/", view, name=name), *super().get_urls()]

    def typed_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET: what the person typed and did not send, and a fresh token. POST: keep what was typed into one form."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not do this.")
        record, user = self.get_object(request, object_id), actor(request)
        if record is None or not self.may_type(user, record):
            raise Http404
        if request.method != "POST":
            held = drafts(record, user=user)
            return JsonResponse({"token": get_token(request), "owner": user.pk, "drafts": held})
        form = TypedForm(_json(request))
        try:
            if not form.is_valid():
                raise of_form(form)
            self.allow_typing(record)
            kept = keeping.keep(record, by=user, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            return refused(refusal, held=drafts(record, user=user).get(form.cleaned_data.get("form", "")))
        return JsonResponse({"saved_at": kept.saved_at.isoformat() if kept else None})


def typed_here(record: Model, *, user: User, **more: Any) -> dict[str, Any]:
    """What a page tells its modules, so that they keep what is typed: where, whose, and what is held already."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_typed"
    where = {"address": reverse(name, args=[record.pk]), "login": reverse("admin:login")}
    return {**where, "owner": user.pk, "drafts": drafts(record, user=user), **more}


def drafts(record: Model, *, user: User) -> dict[str, Any]:
    """What ``user`` typed about ``record`` and did not send, by form, with when."""
    held = keeping.unsent(record, by=user)
    return {form: {"value": one.value, "saved_at": one.saved_at.isoformat()} for form, one in held.items()}


def of_form(form: forms.Form) -> Unacceptable:
    """What is wrong with a form, as a refusal with a fault at each field."""
    faults = tuple(
        Fault(f"/{name}", error.code or "invalid", " ".join(error.messages))
        for name, errors in form.errors.as_data().items()
        for error in errors
    )
    return Unacceptable("This cannot be kept as it is.", faults=faults)


def refused(refusal: Refusal, **more: Any) -> JsonResponse:
    """The refusal as the modules of a page read it."""
    errors = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in refusal.faults]
    said = {"status": refusal.status, "title": refusal.title, "detail": refusal.detail, "errors": errors}
    return JsonResponse({**said, **more}, status=refusal.status)


def _json(request: HttpRequest) -> dict[str, Any]:
    """What was sent as JSON; what is none, or no object, is nothing."""
    try:
        sent = json.loads(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}

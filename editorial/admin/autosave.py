"""Autosave for admin pages: the endpoint that stores and returns what a person types into the forms of a page."""

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

from editorial import autosave
from editorial.admin.formatting import admin_url
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.exceptions import Fault, Refusal, Unacceptable
from editorial.models import User


class TimestampField(forms.CharField):
    """The ``saved_at`` that the page has received. Anything but a timestamp with time zone counts as None."""

    def to_python(self, value: Any) -> Any:
        try:
            moment = parse_datetime(super().to_python(value) or "")
        except ValueError:
            return None
        return moment if moment and moment.tzinfo else None


class TypedForm(forms.Form):
    """The typed content of one form of a page."""

    form = forms.RegexField(r"^[a-z]+(:[a-z0-9]+){0,3}\Z", max_length=100)
    value = forms.JSONField(required=False)
    seen = TimestampField(required=False)

    def clean_value(self) -> dict[str, Any]:
        value = self.cleaned_data["value"] or {}
        parts = [*value, *value.values()] if isinstance(value, dict) else [None]
        if not all(isinstance(part, str | bool) and "\0" not in str(part) for part in parts):
            raise forms.ValidationError("Send the fields of one form.", code="invalid")
        return value


class AutosavePages(BaseAdmin):
    """Adds the autosave endpoint ``…/typed/`` to the pages of a record. Only its owner can read what it stores."""

    def may_type(self, user: User, record: Any) -> bool:
        """Return whether ``user`` can type into a form about ``record``; for others the endpoint is a 404."""
        raise NotImplementedError

    def allow_typing(self, record: Any) -> None:
        """Raise InvalidTransition when forms about ``record`` can no longer be sent."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view(self.typed_view), f"{self.opts.app_label}_{self.opts.model_name}_typed"
        return [path("<path:object_id>/typed/", view, name=name), *super().get_urls()]

    def typed_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET: return the person's unsent forms and a new CSRF token. POST: save one form."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not do this.")
        record, user = self.get_object(request, object_id), actor(request)
        if record is None or not self.may_type(user, record):
            raise Http404
        if request.method != "POST":
            unsent_forms = autosaved_forms(record, user=user)
            return JsonResponse({"token": get_token(request), "owner": user.pk, "drafts": unsent_forms})
        form = TypedForm(_json_body(request))
        try:
            if not form.is_valid():
                raise refusal_of_form(form)
            self.allow_typing(record)
            unsent = autosave.save_form(record, by=user, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            stored = autosaved_forms(record, user=user).get(form.cleaned_data.get("form", ""))
            return refusal_response(refusal, held=stored)
        return JsonResponse({"saved_at": unsent.saved_at.isoformat() if unsent else None})


def autosave_settings(record: Model, *, user: User, **more: Any) -> dict[str, Any]:
    """Return what the JavaScript of a page needs for autosave: addresses, owner, and the forms saved so far."""
    addresses = {"address": admin_url(record, "typed", record.pk), "login": reverse("admin:login")}
    return {**addresses, "owner": user.pk, "drafts": autosaved_forms(record, user=user), **more}


def autosaved_forms(record: Model, *, user: User) -> dict[str, Any]:
    """Return what ``user`` typed about ``record`` and did not send, by form, each with ``saved_at``."""
    unsent_forms = autosave.unsent_forms(record, by=user)
    return {
        form: {"value": unsent.value, "saved_at": unsent.saved_at.isoformat()} for form, unsent in unsent_forms.items()
    }


def refusal_of_form(form: forms.Form) -> Unacceptable:
    """Return the errors of a form as a refusal with a fault for each field."""
    faults = tuple(
        Fault(f"/{name}", error.code or "invalid", " ".join(error.messages))
        for name, errors in form.errors.as_data().items()
        for error in errors
    )
    return Unacceptable("This cannot be saved.", faults=faults)


def refusal_response(refusal: Refusal, **more: Any) -> JsonResponse:
    """Return the refusal as JSON for the JavaScript of a page."""
    errors = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in refusal.faults]
    body = {"status": refusal.status, "title": refusal.title, "detail": refusal.detail, "errors": errors}
    return JsonResponse({**body, **more}, status=refusal.status)


def _json_body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object in the body; an empty one if the body is anything else."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

"""Pages that change a tracked record: by one action, with a reason, and with a check for edit conflicts."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Max
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from editorial.admin.formatting import moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin, BaseInline, actor
from editorial.exceptions import PreconditionFailed, Refusal
from editorial.http.etags import Expectation, etag
from editorial.models import User
from editorial.verbs.form_errors import add_refusal

RECORD_FIELDS = ("reason", "seen")


class TrackedForm(forms.ModelForm):
    """``seen`` is the entity tag of the state that the page showed; ``reason`` is stored in the history."""

    refusal: ClassVar[Refusal | None] = None

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="Kept in the history with your name.",
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            add_refusal(self, self.refusal)
        return cleaned

    @property
    def changes_something(self) -> bool:
        """Return whether a field of the record itself was changed."""
        return bool(set(self.changed_data) - set(RECORD_FIELDS))


class TrackedAdmin(HistoryPages, BaseAdmin):
    """Saves by ``keep``, which calls an action. If the action refuses, the refusal is shown on the form."""

    form: type[forms.ModelForm] = TrackedForm

    def keep(self, record: Any, form: Any, *, by: User, now: datetime, reason: str) -> None:
        """Call the action that saves ``record``."""
        raise NotImplementedError

    def keep_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        """Call the action that saves one row of an inline."""
        raise NotImplementedError

    def remove_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        """Call the action that removes one row of an inline, if that is possible."""
        raise NotImplementedError

    def token(self, record: Any) -> str:
        """Return an entity tag of ``record`` with its inline rows, from the newest history row of each table."""
        newest = [record.history.aggregate(newest=Max("history_id"))["newest"]]
        for inline in self.inlines:
            rows = inline.model.history.filter(**{inline.belongs_by: record.pk})  # type: ignore[attr-defined]
            newest.append(rows.aggregate(newest=Max("history_id"))["newest"])
        return etag(record._meta.label_lower, record.pk, *newest)

    def require_unchanged(self, record: Any, *, seen: str) -> None:
        """Lock the record; raise PreconditionFailed, naming who changed it, if it is not in the state ``seen``."""
        type(record).objects.select_for_update(no_key=True).get(pk=record.pk)
        try:
            Expectation(frozenset({seen})).check(self.token(record))
        except PreconditionFailed as refusal:
            raise PreconditionFailed(self.conflict_words(record)) from refusal

    def conflict_words(self, record: Any) -> str:
        last = record.history.select_related("history_user").latest("history_id")
        who = last.history_user or "Somebody"
        return (
            f"Not saved: {who} changed this at {moment(last.history_date)}, while you had it open. "
            "What you typed is still in the fields below. Open the page in a second tab, compare, and enter it there."
        )

    # --- Django's methods for saving, which call the actions --------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        form.is_only_shown = getattr(request, "is_only_shown", False)
        if obj is not None:
            token = self.token(obj)
            form.base_fields["seen"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the record's own fields; below them, for people who may change them, the reason."""
        own = self.own_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return own
        return [*own, (None, {"fields": list(RECORD_FIELDS)})]

    def own_fieldsets(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.fieldsets or [(None, {"fields": list(self.fields or [])})])

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Process the form; after a refusal, render it again as it was sent, with the refusal on it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refusal.status
            return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            self.require_unchanged(obj, seen=form.cleaned_data.get("seen", ""))
        if not change or form.changes_something:
            reason = form.cleaned_data.get("reason", "")
            self.keep(obj, form, by=actor(request), now=timezone.now(), reason=reason)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:  # noqa: FBT001
        rows = formset.save(commit=False)
        act = {"by": actor(request), "now": timezone.now(), "reason": form.cleaned_data.get("reason", "")}
        for row in formset.deleted_objects:
            self.remove_row(row, **act)
        for row in rows:
            self.keep_row(row, **act)


class TrackedInline(BaseInline):
    """Inline rows, saved by the page's ``keep_row``. ``belongs_by`` is their foreign key to the record."""

    belongs_by: ClassVar[str]

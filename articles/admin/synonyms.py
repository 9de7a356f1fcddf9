"""Admin of synonyms for the search."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin

from articles import actions
from articles.models import Synonym
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.models import User
from editorial.permissions import is_editor


class SynonymForm(TrackedForm):
    class Meta:
        widgets = {"terms": forms.Textarea(attrs={"rows": 6})}


@admin.register(Synonym)
class SynonymAdmin(TrackedAdmin):
    form = SynonymForm
    list_display = ("together", "is_used")
    list_filter = ("is_used",)
    search_fields = ("terms",)
    ordering = ("terms", "pk")
    fields = ("terms", "is_used")
    empty_state = "No synonyms yet. Add “heart attack” and “myocardial infarction”, and either finds both."

    def may_add(self, user: User) -> bool:
        return is_editor(user)

    def may_change(self, user: User, _record: object) -> bool:
        return is_editor(user)

    def keep(self, record: Any, form: Any, *, by: User, now: datetime, reason: str) -> None:
        actions.keep_synonym(synonym=record, by=by, now=now, reason=reason)

    @admin.display(description="terms", ordering="terms")
    def together(self, synonym: Synonym) -> str:
        return str(synonym)

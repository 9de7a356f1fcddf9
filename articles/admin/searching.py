"""The words that mean the same to who searches."""

from datetime import datetime
from typing import Any

from django.contrib import admin

from articles import actions
from articles.models import Synonym
from editorial.admin.tracked import TrackedAdmin
from editorial.models import User
from editorial.permissions import is_editor


@admin.register(Synonym)
class SynonymAdmin(TrackedAdmin):
    list_display = ("__str__",)
    search_fields = ("terms",)
    ordering = ("terms", "pk")
    fields = ("terms",)
    empty_state = "No synonyms yet. With “heart attack, myocardial infarction” either finds the other."

    def may_add(self, user: User) -> bool:
        return is_editor(user)

    def may_change(self, user: User, _record: Synonym | None) -> bool:
        return is_editor(user)

    def keep(self, record: Synonym, form: Any, *, by: User, now: datetime, reason: str) -> None:  # noqa: ARG002
        actions.keep_synonym(synonym=record, by=by, now=now, reason=reason)

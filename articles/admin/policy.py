"""The page of the editorial policy, with the rules of pre-flight and the kinds of works."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from articles.models.references import WorkKind
from articles.preflight import warnings
from editorial.admin.fields import PairsField
from editorial.admin.policy import EditorialPolicyAdmin

OLDEST = 100
"""Maximum number of years. Older works are history, not evidence."""


class WorkAgesField(PairsField):
    """Years by kind of work, one kind per line: ``guideline: 5``."""

    twice = "A kind is given twice."

    def pair(self, name: str, said: str) -> tuple[str, int]:
        if name not in WorkKind.values:
            raise ValidationError(f"There is no kind of work “{name}”; there are {', '.join(WorkKind.values)}.")
        if not (said.isdecimal() and 1 <= int(said) <= OLDEST):
            raise ValidationError(f"“{said}” is not a number of years from 1 to {OLDEST}.")
        return name, int(said)


class PolicyAdmin(EditorialPolicyAdmin):
    """Adds the rules of pre-flight. ``reviews`` registers a subclass with the reminders."""

    def own_fieldsets(self, request: HttpRequest, obj: Any) -> list[Any]:
        own = super().own_fieldsets(request, obj)
        return [*own, ("Pre-flight", {"fields": ("preflight_refuses", "work_ages")})]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "preflight_refuses":
            return forms.MultipleChoiceField(
                label="Warnings that refuse",
                choices=warnings,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text="Errors refuse every submission; of the warnings, those that are ticked here.",
            )
        if db_field.name == "work_ages":
            return WorkAgesField(
                label="Age of works",
                required=False,
                help_text="Years after which a work is old, one kind a line: “guideline: 5”. "
                f"Kinds: {', '.join(WorkKind.values)}.",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

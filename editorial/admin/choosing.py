"""Fields that choose from the house's own lists."""

from typing import Any

from django import forms

from editorial.models import Specialty


def specialty_choices() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in Specialty.objects.order_by("name", "pk")]


class SpecialtiesField(forms.MultipleChoiceField):
    """Codes of specialties, as boxes to tick."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"widget": forms.CheckboxSelectMultiple, "required": False, **kwargs}
        super().__init__(choices=specialty_choices, **kwargs)

"""Form fields: a choice of specialties, an ORCID iD, and pairs with one line each."""

from abc import abstractmethod
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from editorial.models import Audience, Specialty
from editorial.models.orcid import normalised_orcid
from editorial.models.policy import audience_in_cycle


def specialty_choices() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in Specialty.objects.order_by("name", "pk")]


class SpecialtiesField(forms.MultipleChoiceField):
    """A choice of specialties, by code, as checkboxes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"widget": forms.CheckboxSelectMultiple, "required": False, "initial": list, **kwargs}
        super().__init__(choices=specialty_choices, **kwargs)


class OrcidField(forms.CharField):
    """Accepts an ORCID iD, also as the web address that people copy."""

    def to_python(self, value: object) -> str:
        written = super().to_python(value) or ""
        try:
            return normalised_orcid(written) if written else ""
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class PairsField(forms.CharField):
    """A dictionary as text with one pair a line: ``guideline: 5``. Each name may occur once."""

    widget = forms.Textarea(attrs={"rows": 4})
    twice = "A name is given twice."

    def prepare_value(self, value: object) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}: {entry}" for name, entry in sorted(value.items()))
        return value

    def has_changed(self, initial: object, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def to_python(self, value: object) -> Any:
        lines = [line for line in str(value or "").splitlines() if line.strip()]
        parts = [[part.strip() for part in line.partition(":")] for line in lines]
        pairs = dict(self.pair(name, value) for name, _, value in parts)
        if len(pairs) < len(lines):
            raise ValidationError(self.twice)
        return pairs

    @abstractmethod
    def pair(self, name: str, value: str) -> tuple[str, Any]:
        """Return the pair to store for a line; raise ValidationError if it is not valid."""


class FallbacksField(PairsField):
    """Fallbacks of audiences, one audience a line: ``caregiver: patient``."""

    twice = "An audience is given twice."

    def to_python(self, value: object) -> Any:
        self.codes = set(Audience.objects.values_list("code", flat=True))
        fallbacks = super().to_python(value)
        if audience := audience_in_cycle(fallbacks):
            raise ValidationError(f"The order goes round: “{audience}” would fall back to itself.")
        return fallbacks

    def pair(self, name: str, value: str) -> tuple[str, str]:
        for code in (name, value):
            if code not in self.codes:
                raise ValidationError(f"There is no audience “{code}”; there are {', '.join(sorted(self.codes))}.")
        return name, value

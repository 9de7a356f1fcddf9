"""The fields of a work's form, for its templates."""

from collections.abc import Iterator

from django import template
from django.forms import BoundField

from articles.admin.work_form import ReferenceForm

register = template.Library()


@register.filter
def described(form: ReferenceForm) -> Iterator[BoundField]:
    """Return the fields that describe the work, in the order of its type."""
    return (form[name] for name in [*asked(form), *(f"csl-{variable}" for variable in form.variables)])


def asked(form: ReferenceForm) -> list[str]:
    return ["kind"] if form.shown_form.asks_kind else []


@register.filter
def more(form: ReferenceForm) -> list[BoundField]:
    """Return the fields that few people need. They are folded away."""
    return [form[name] for name in ("csl-id", "kind") if name in form.fields and name not in asked(form)]


@register.filter
def errors_in_more(form: ReferenceForm) -> bool:
    """Return whether a field that is folded away has an error."""
    return any(field.errors for field in more(form))


@register.filter
def variable(field: BoundField) -> str:
    """Return the CSL variable of a field."""
    return field.name.removeprefix("csl-")

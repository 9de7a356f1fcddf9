"""Show refusals on a form, each fault at its field."""

from django import forms

from editorial.exceptions import Refusal


def first_step(pointer: str) -> str:
    """Return the first step of a JSON pointer: usually the name of a form field."""
    return pointer.strip("/").partition("/")[0]


def _field_name(form: forms.BaseForm, pointer: str) -> str | None:
    """Return the field of ``form`` for ``pointer``: by its whole path (``checklist-3``), its first step, or None."""
    whole = pointer.strip("/").replace("/", "-")
    return next((name for name in (whole, first_step(pointer)) if name in form.fields), None)


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Add the errors of ``refusal`` to ``form``: the detail first, unless a fault repeats it, then each fault.

    A fault whose field the form has is shown there; all others are shown above the fields.
    """
    if refusal.detail not in {fault.detail for fault in refusal.faults}:
        form.add_error(None, refusal.detail)
    for fault in refusal.faults:
        form.add_error(_field_name(form, fault.pointer), fault.detail)

"""Show refusals on a form, each fault at its field."""

from django import forms

from editorial.exceptions import Refusal


def first_step(pointer: str) -> str:
    """Return the first step of a JSON pointer: usually the name of a form field."""
    return pointer.strip("/").partition("/")[0]


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Add the errors of ``refusal`` to ``form``: the detail first, unless a fault repeats it, then each fault.

    A fault whose field the form has is shown there; all others are shown above the fields. A field is found by the
    whole path of the pointer (``checklist-3``), or else by its first step.
    """
    if refusal.detail not in {fault.detail for fault in refusal.faults}:
        form.add_error(None, refusal.detail)
    for fault in refusal.faults:
        whole = fault.pointer.strip("/").replace("/", "-")
        names = (whole, first_step(fault.pointer))
        form.add_error(next((name for name in names if name in form.fields), None), fault.detail)

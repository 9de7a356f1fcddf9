"""Refusals on a form: said where they belong."""

from django import forms

from editorial.exceptions import Refusal


def field_of(pointer: str) -> str:
    """The form field that a JSON pointer names: its first step."""
    return pointer.strip("/").partition("/")[0]


def _placed(form: forms.BaseForm, pointer: str) -> str | None:
    """The field of ``form`` for ``pointer``: of its whole path (``checklist-3``), or of its first step; or None."""
    whole = pointer.strip("/").replace("/", "-")
    return next((name for name in (whole, field_of(pointer)) if name in form.fields), None)


def put(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show ``refusal`` on ``form``: each fault at its field, the rest above the fields, in whole first."""
    if refusal.detail not in {fault.detail for fault in refusal.faults}:
        form.add_error(None, refusal.detail)
    for fault in refusal.faults:
        form.add_error(_placed(form, fault.pointer), fault.detail)

"""Refusals on a form: said where they belong."""

from django import forms

from editorial.exceptions import Refusal


def field_of(pointer: str) -> str:
    """The form field that a JSON pointer names: its first step."""
    return pointer.strip("/").partition("/")[0]


def put(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show ``refusal`` on ``form``: each fault at its field, the rest above the fields."""
    placed = {fault for fault in refusal.faults if field_of(fault.pointer) in form.fields}
    for fault in refusal.faults:
        form.add_error(field_of(fault.pointer) if fault in placed else None, fault.detail)
    if refusal.detail not in {fault.detail for fault in refusal.faults}:
        form.add_error(None, refusal.detail)

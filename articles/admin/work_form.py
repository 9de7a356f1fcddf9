"""The form of a work: fields in words for its type, or its CSL-JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput
from django.http import QueryDict
from django.utils.text import capfirst

from articles.actions.references import faults_of
from articles.library import vancouver
from articles.library.adding.add_work import free_key, present_work
from articles.library.adding.work_forms import FIELDS, WORK_FORMS, FieldKind, WorkForm, form_of, missing
from articles.library.adding.work_values import NO_DATE, DateValue, Value, date_item, item, names, value_of
from articles.library.formats.file_text import unstorable
from articles.library.formats.records import MAX_DEPTH, depth
from articles.library.work_kinds import kind_of
from articles.models import Reference
from articles.models.references import WorkKind
from editorial.admin.tracked_forms import TrackedForm
from editorial.record.canonical_json import JSONDict

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
MONTH_CHOICES = [("", "Month"), *((str(number), name) for number, name in enumerate([*MONTHS, "December"], 1))]
DAY_CHOICES = [("", "Day"), *((str(day), str(day)) for day in range(1, 32))]
BY_RECORD = ("", "As the record says")
HERE_ALREADY = "The library has this work already. If yours is another work, say so below."


class Indented(json.JSONEncoder):
    """Indented JSON for people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 2, "ensure_ascii": False})


class DateWidget(forms.MultiWidget):
    """Year, month and day, each with its own name for screen readers."""

    use_fieldset = True

    def __init__(self) -> None:
        year = {"inputmode": "numeric", "placeholder": "Year", "aria-label": "Year", "maxlength": 4, "class": "year"}
        super().__init__(
            (
                forms.TextInput(attrs=year),
                forms.Select(attrs={"aria-label": "Month"}, choices=MONTH_CHOICES),
                forms.Select(attrs={"aria-label": "Day"}, choices=DAY_CHOICES),
            )
        )

    def decompress(self, value: Any) -> list[str]:
        return list(value or NO_DATE)


class DateField(forms.MultiValueField):
    """A date of which only the year may be known."""

    def __init__(self, **kwargs: Any) -> None:
        year, month, day = (forms.CharField(required=False) for _ in range(3))
        super().__init__(fields=(year, month, day), widget=DateWidget(), require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> DateValue:
        year, month, day = data_list or NO_DATE
        try:
            date_item((year, month, day))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="date") from error
        return (year, month, day)


class NamesField(forms.CharField):
    """Names, one a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        try:
            names(value)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="names") from error


class ItemField(forms.JSONField):
    """A CSL item. Numbers too long and lists too deep for JSON's reader are errors of the person, not of the site."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError("It has too long a number, or is nested too deeply.", code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return the item, or the text as it was sent if it cannot be shown as one."""
        return _item_in(data) or InvalidJSONInput(data)


@dataclass(frozen=True)
class Cited:
    """What a page shows beside the form: the citation, the key, what is missing, and the library's same work."""

    citation: str
    key: str
    missing: Mapping[str, str]
    present: Reference | None


class ReferenceForm(TrackedForm):
    """The fields for a type of work. ``csl`` carries what they do not show; in ``json`` mode it is typed itself.

    ``work`` is the type that is chosen, ``shown`` the type whose fields were on the page.
    """

    reason = None  # type: ignore[assignment]
    is_only_shown = False

    mode = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    work = forms.ChoiceField(
        label="Type of work", required=False, choices=[(code, form.label) for code, form in WORK_FORMS.items()]
    )
    kind = forms.ChoiceField(
        label="Kind of source",
        required=False,
        choices=[BY_RECORD, *((code, capfirst(words)) for code, words in WorkKind.choices)],
        help_text="Pre-flight judges a source by it: a guideline grows old sooner than a trial.",
    )
    csl = ItemField(
        label="CSL-JSON",
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 20, "class": "vLargeTextField code", "spellcheck": "false"}),
        help_text="One CSL-JSON item with id, type and title. Its id is the key: cited as [@key].",
    )
    another = forms.BooleanField(label="This is another work. Add it, too.", required=False)

    class Meta:
        model = Reference
        fields = ("kind", "csl")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: JSONDict = self.instance.csl if self.instance.pk else {}
        self.stored_kind: str = self.instance.kind if self.instance.pk else ""
        self.initial.update({"kind": self.stored_kind, "csl": self.initial.get("csl") or self.stored})
        self.cited: JSONDict = {}
        said = self.data if self.is_bound else self.initial
        self.is_json = said.get("mode", "json" if self.is_bound else "") == "json"
        self.base = _item_in(said.get("csl"))
        self.chosen = WORK_FORMS.get(str(said.get("work"))) or form_of(self.base, kind=self.stored_kind)
        self.shown_form = WORK_FORMS.get(str(said.get("shown"))) or self.chosen
        self.initial.update({"mode": "json" if self.is_json else "fields", "work": self.first_form.code})
        self.initial["shown"] = self.shown_form.code
        self._choose_fields()

    @property
    def first_form(self) -> WorkForm:
        """The type before this form was sent: of the stored work, or of a new one."""
        return form_of(self.stored, kind=self.stored_kind) if self.stored else self.chosen

    def _choose_fields(self) -> None:
        if self.is_json:
            for name in ("shown", "work"):
                del self.fields[name]
            return
        self.fields["csl"].widget, self.fields["csl"].required = forms.HiddenInput(), False
        for variable in self.variables:
            self.fields[f"csl-{variable}"] = _field(variable, self.shown_form)
            self.initial[f"csl-{variable}"] = value_of(self.stored or self.base, variable)
        if not self.instance.pk:
            self.fields["csl-id"] = forms.CharField(
                label="Key",
                required=False,
                help_text="How texts cite it: [@key]. Leave it empty to get one of author, year and title.",
            )

    @property
    def variables(self) -> list[str]:
        """The variables with a field: those of the type, and others that the item has."""
        own = self.shown_form.fields
        return [*own, *(name for name in FIELDS if name not in own and any(value_of(self.base, name)))]

    def is_valid(self) -> bool:
        """A form that is only shown again, such as after a change of the type, is never saved."""
        return super().is_valid() and not self.is_only_shown

    def clean_csl(self) -> JSONDict:
        csl = self.cleaned_data["csl"] or {}
        if not isinstance(csl, dict):
            raise forms.ValidationError("Write one item in braces: {…}.", code="not_an_item")
        if why := _unfit(csl):
            raise forms.ValidationError(why, code="unfit")
        return csl

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "csl" in self.cleaned_data:
            self.cited = self.cleaned_data["csl"] if self.is_json else self._described()
            if not self.is_json:
                self.cleaned_data["csl"] = self.cited
            self._refuse_faults()
        return cleaned

    def _described(self) -> JSONDict:
        """Return the item with what was typed into the fields that can be read."""
        typed: dict[str, Value] = {
            name: self.cleaned_data[f"csl-{name}"] for name in self.variables if f"csl-{name}" in self.cleaned_data
        }
        csl = item(self.base, self.chosen, typed, kind=self.stored_kind)
        csl["id"] = self.stored.get("id") or self.cleaned_data.get("csl-id") or free_key(csl)
        if self.chosen.code != self.first_form.code and self.cleaned_data.get("kind") == self.stored_kind:
            self.cleaned_data["kind"] = str(self.chosen.kind or kind_of(csl))
        return csl

    def _refuse_faults(self) -> None:
        """Show what keeps the item from being stored at the fields. A form in progress may lack fields."""
        for fault in () if self.refusal or self.is_json else faults_of(self.cited):
            name = fault.pointer.strip("/").replace("/", "-")
            if not (self.is_only_shown and fault.code == "required"):
                self.add_error(name if name in self.fields else None, fault.detail)
        is_final = not (self.is_json or self.instance.pk or self.is_only_shown or self.cleaned_data.get("another"))
        if is_final and not self.errors and present_work(self.cited):
            self.add_error(None, HERE_ALREADY)

    @property
    def beside(self) -> Cited:
        """What is shown beside the fields, of the form as it was sent or of the item that it begins with."""
        csl = (self.cited if self.is_bound else self.base) or self.base
        lacking = {name: self.chosen.label_of(name) for name in missing(csl, self.chosen)}
        present = present_work(csl, but=self.instance.pk)
        if not csl.get("title"):
            return Cited("", "", lacking, present)
        return Cited(vancouver.reference(csl), csl.get("id") or free_key(csl), lacking, present)


def _field(variable: str, form: WorkForm) -> forms.Field:
    of = FIELDS[variable]
    about: dict[str, Any] = {"label": form.label_of(variable), "help_text": of.help, "required": False}
    if of.kind is FieldKind.DATE:
        return DateField(**about)
    if of.kind is FieldKind.NAMES:
        return NamesField(**about, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "names"}))
    return forms.CharField(**about)


def _item_in(value: object) -> JSONDict:
    """Return the item that a form was sent with, or an empty one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) and not _unfit(value) else {}


def _unfit(csl: JSONDict) -> str:
    """Return why an item can neither be shown nor stored, or an empty string."""
    if depth(csl) > MAX_DEPTH:
        return f"It is nested deeper than {MAX_DEPTH} levels."
    why = unstorable(csl)
    return f"It {why}." if why else ""


def sent_as(csl: JSONDict, *, mode: str = "fields", work: str = "", **more: str) -> QueryDict:
    """Return the fields of a form for ``csl``, as a browser would send them."""
    form = WORK_FORMS.get(work) or form_of(csl)
    data = QueryDict(mutable=True)
    data.update(
        {"mode": mode, "work": form.code, "shown": form.code, "csl": json.dumps(csl, ensure_ascii=False), **more}
    )
    for variable in FIELDS if mode == "fields" else ():
        value = value_of(csl, variable)
        if isinstance(value, str):
            data[f"csl-{variable}"] = value
        else:
            data.update({f"csl-{variable}_{place}": part for place, part in enumerate(value)})
    return data

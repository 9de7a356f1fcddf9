"""Between a CSL item and the values that a person types into the form of a work.

A value that was not changed leaves its variable as it is in the item, with all that the form does not show: ORCID iDs,
particles, seasons.
"""

import re
from collections.abc import Mapping
from datetime import date

from articles.library import identifiers
from articles.library.adding.work_forms import FIELDS, FieldKind, WorkForm, form_of
from editorial.record.canonical_json import JSONDict

DateValue = tuple[str, str, str]
Value = str | DateValue
NO_DATE: DateValue = ("", "", "")


def values_of(csl: JSONDict) -> dict[str, Value]:
    """Return what the form shows of ``csl``, by CSL variable."""
    return {name: value_of(csl, name) for name in FIELDS}


def value_of(csl: JSONDict, variable: str) -> Value:
    """Return what the form shows of one variable: a text, names one a line, or year, month and day."""
    value, kind = csl.get(variable), FIELDS[variable].kind
    if kind is FieldKind.DATE:
        return _date_value(value)
    if kind is FieldKind.NAMES:
        return "\n".join(map(name_line, value)) if isinstance(value, list) else ""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def item(base: JSONDict, form: WorkForm, values: Mapping[str, Value], *, kind: str = "") -> JSONDict:
    """Return ``base`` with the typed ``values``, as a work of this form. Empty values remove their variable.

    ``kind`` is the kind that ``base`` has in the library, if it is there. Raises ValueError for names and dates that
    cannot be read.
    """
    before = form_of(base, kind=kind)
    csl = {**base, "type": base["type"] if base.get("type") and before.code == form.code else form.type}
    for variable, value in values.items():
        if value != value_of(base, variable):
            csl.pop(variable, None)
            if read := _read(value, variable, base):
                csl[variable] = read
    custom = _custom(csl, form, before)
    csl.pop("custom", None)
    return {**csl, "custom": custom} if custom else csl


def name_line(person: object) -> str:
    """Return a name of an item as a line: ``Family, Given``, or the organisation, in braces if it has a comma."""
    if not isinstance(person, dict):
        return ""
    if literal := str(person.get("literal") or ""):
        return f"{{{literal}}}" if "," in literal else literal
    particles = (person.get("dropping-particle"), person.get("non-dropping-particle"), person.get("family"))
    family = " ".join(str(part) for part in particles if part)
    return ", ".join(filter(None, [family, str(person.get("given") or ""), str(person.get("suffix") or "")]))


def names(text: str) -> list[dict[str, str]]:
    """Return the names in ``text``, one a line. Raises ValueError for a line with too many commas."""
    return [_name(" ".join(line.split())) for line in text.splitlines() if line.strip()]


def date_item(value: DateValue) -> JSONDict | None:
    """Return a date of CSL from year, month and day, or None if all are empty. Raises ValueError for no such date."""
    given = [part.strip() for part in value]
    parts = [part for part in given if part]
    if not parts:
        return None
    if not all(given[: len(parts)]):
        raise ValueError("A month needs its year, and a day its month.")
    if not all(part.isascii() and part.isdecimal() for part in parts) or not re.fullmatch("[12][0-9]{3}", parts[0]):
        raise ValueError("Write the year with four digits, such as 2024.")
    numbers = [int(part) for part in parts]
    try:
        date(*[*numbers, 1, 1][:3])
    except ValueError as error:
        raise ValueError("There is no such day.") from error
    return {"date-parts": [numbers]}


def _date_value(value: object) -> DateValue:
    """Return year, month and day. A range, a season and a date in words are not shown in parts."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    if not (isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], list)) or len(parts[0]) > 3:
        return NO_DATE
    year, month, day = ([str(part) for part in parts[0]] + ["", "", ""])[:3]
    return (year, month.lstrip("0"), day.lstrip("0"))


def _custom(csl: JSONDict, form: WorkForm, before: WorkForm) -> JSONDict:
    """Return ``custom`` with the kind that the form states, and the number of a trial."""
    custom = dict(csl["custom"]) if isinstance(csl.get("custom"), dict) else {}
    if form.kind:
        custom["kind"] = str(form.kind)
    elif before.kind and custom.get("kind") == before.kind:
        del custom["kind"]
    if form.code == "trial":
        try:
            custom["nct"] = identifiers.nct(csl.get("number"))
        except ValueError:  # a number of another register
            custom.pop("nct", None)
    return custom


def _read(value: Value, variable: str, base: JSONDict) -> object:
    if isinstance(value, tuple):
        return date_item(value)
    if FIELDS[variable].kind is not FieldKind.NAMES:
        return value.strip()
    before = base.get(variable)
    people = [person for person in before if isinstance(person, dict)] if isinstance(before, list) else []
    known = {name_line(person): person for person in people}
    return [known.get(name_line(name), name) for name in names(value)]


def _name(line: str) -> dict[str, str]:
    if (line.startswith("{") and line.endswith("}")) or "," not in line:
        return {"literal": line.strip("{} ")}
    parts = [part.strip() for part in line.split(",")]
    if len(parts) > 3 or not all(parts[:2]):
        raise ValueError(f"Write “{line}” as Family, Given; or, if it is an organisation, in braces: {{{line}}}.")
    return dict(zip(("family", "given", "suffix"), parts, strict=False))

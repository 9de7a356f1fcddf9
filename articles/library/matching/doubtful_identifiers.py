"""Identifiers of a record that the library does not use, kept as they were told.

An identifier is left out if it is misprinted, or if it belongs to another work. Its value stays in ``custom.told``, by
CSL variable, so that an editor can correct it.
"""

from collections.abc import Iterable, Mapping

from articles.library import identifiers
from articles.library.matching.spelling import Csl
from editorial.record.canonical_json import JSONDict

NAMES: Mapping[str, str] = {"custom/nct": "ClinicalTrials.gov number"}
"""The names of variables for people, where they differ."""

SERIALS = ("ISSN", "ISBN")


def told_of(csl: Csl) -> Mapping[str, str]:
    """Return the identifiers that were left out of a record, by CSL variable, as they were written."""
    custom = csl.get("custom")
    told = custom.get("told") if isinstance(custom, dict) else None
    return {name: str(value) for name, value in told.items()} if isinstance(told, dict) else {}


def leave_out(csl: JSONDict, told: Mapping[str, str]) -> JSONDict:
    """Return the item without these identifiers, and with their values as ``told``."""
    custom = {name: value for name, value in _custom(csl).items() if f"custom/{name}" not in told}
    rest = {name: value for name, value in csl.items() if name not in told}
    earlier = told_of(csl)
    joined = {
        name: "; ".join(dict.fromkeys([*filter(None, [earlier.get(name)]), value])) for name, value in told.items()
    }
    return {**rest, "custom": {**custom, "told": {**earlier, **joined}}}


def _custom(csl: Csl) -> Mapping[str, object]:
    custom = csl.get("custom")
    return custom if isinstance(custom, dict) else {}


def with_readable_identifiers(csl: JSONDict) -> tuple[JSONDict, list[str]]:
    """Return the item without identifiers that cannot be read, and a remark for each of them.

    Every valid ISSN and ISBN is kept, in its own variable, wherever it was written.
    """
    csl, told = _with_sorted_serials(csl)
    _, errors = identifiers.read(csl)
    custom = _custom(csl)
    told |= {name: str(custom["nct"] if name == "custom/nct" else csl[name]) for name in errors if name != "ISBN"}
    remarks = [
        f"The {NAMES.get(name, name)} “{value}” cannot be read and was left out." for name, value in told.items()
    ]
    return (_leave_out_part(csl, told) if told else csl), remarks


def _leave_out_part(csl: JSONDict, told: Mapping[str, str]) -> JSONDict:
    """As ``leave_out``, but the valid ones among several ISSNs and ISBNs stay."""
    kept = {name: csl[name] for name in SERIALS if name in csl}
    return leave_out(csl, told) | kept


def _with_sorted_serials(csl: JSONDict) -> tuple[JSONDict, dict[str, str]]:
    """Return the item with the valid serial numbers in their variables, and the others as they were written."""
    written = {name: str(csl[name]) for name in SERIALS if csl.get(name) not in (None, "")}
    found = {name: identifiers.serial_numbers(value) for name, value in written.items()}
    valid = {
        "ISSN": _each(numbers[0] for numbers in found.values()),
        "ISBN": _each(numbers[1] for numbers in found.values()),
    }
    told = {name: "; ".join(rest) for name, (_, _, rest) in found.items() if rest}
    if not told and all(valid[name] == [written[name]] for name in written):
        return csl, {}
    rest = {name: value for name, value in csl.items() if name not in SERIALS}
    return rest | {name: " ".join(numbers) for name, numbers in valid.items() if numbers}, told


def _each(lists: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(number for numbers in lists for number in numbers))

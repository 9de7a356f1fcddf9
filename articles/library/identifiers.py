"""Normalising identifiers of works, which people and files write in many ways.

Each function takes a value as it was entered and returns the form that is stored and compared. Each raises ValueError,
with a message for the sender, if the value is no such identifier.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from editorial.record.canonical_json import JSONDict

DOI_PREFIX = re.compile(r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
DOI_FORM = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
CLOSING = {")": "(", "]": "["}
PMID_PREFIX = re.compile(r"^(?:pmid:?|(?:https?://)?pubmed\.ncbi\.nlm\.nih\.gov/)\s*", re.IGNORECASE)
PMCID_FORM = re.compile(r"(?:pmcid:?\s*+)?(?:pmc)?\s*+([1-9][0-9]{0,11})(?:\.[0-9]+)?", re.IGNORECASE)
NCT_FORM = re.compile(r"nct\s*-?([0-9]{8})", re.IGNORECASE)
NCT_INSIDE = re.compile(r"\bNCT[0-9]{8}\b", re.IGNORECASE)
ISBN_PREFIX = re.compile(r"^isbn(?:-1[03])?:?\s*", re.IGNORECASE)
MAX_DOI = 255


def doi(value: object) -> str:
    """Return a DOI in lower case, without resolver and prefix.

    Trailing ``. , ; : '`` and a closing bracket that has no opening one are removed, too. DOIs are compared without
    regard to case (DOI Handbook, 3.4).
    """
    written = _text(value)
    bare = DOI_PREFIX.sub("", written)
    bare = unquote(bare) if "://" in written else bare
    while bare and (bare[-1] in ".,;:'" or _ends_with_unopened_bracket(bare)):
        bare = bare[:-1]
    bare = bare.lower()
    if len(bare) > MAX_DOI:
        raise ValueError(f"A DOI has at most {MAX_DOI} characters.")
    if not DOI_FORM.fullmatch(bare):
        raise ValueError("A DOI begins with 10. and has a slash: 10.1000/xyz123.")
    return bare


def _ends_with_unopened_bracket(text: str) -> bool:
    closing = text[-1]
    return closing in CLOSING and text.count(closing) > text.count(CLOSING[closing])


def pmid(value: object) -> str:
    """Return a PubMed identifier: a number without leading zeros."""
    digits = PMID_PREFIX.sub("", _text(value)).rstrip("/").lstrip("0")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", digits):
        raise ValueError("A PubMed identifier is a number of up to nine digits.")
    return digits


def pmcid(value: object) -> str:
    """Return a PubMed Central identifier as ``PMC1234567``, without the number of a manuscript's version."""
    match = PMCID_FORM.fullmatch(_text(value))
    if not match:
        raise ValueError("A PubMed Central identifier is PMC and a number: PMC1234567.")
    return f"PMC{match[1]}"


def nct(value: object) -> str:
    """Return a ClinicalTrials.gov number as ``NCT01234567``."""
    match = NCT_FORM.fullmatch(_text(value))
    if not match:
        raise ValueError("A ClinicalTrials.gov number is NCT and eight digits: NCT01234567.")
    return f"NCT{match[1]}"


def isbn(value: object) -> str:
    """Return an ISBN of 13 digits with a valid check digit.

    An ISBN of 10 digits is converted (ISO 2108). Of several, the first one counts.
    """
    written = " ".join(ISBN_PREFIX.sub("", _text(value)).split())
    parts = re.split(r"[,;/]| (?=97[89]|isbn)", written, flags=re.IGNORECASE)
    digits = re.sub(r"[\s\u2010-\u2015-]|\([^()]*+\)", "", parts[0]).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits) and _sum_10(digits) % 11 == 0:
        stem = f"978{digits[:9]}"
        return stem + str(-_sum_13(stem) % 10)
    if re.fullmatch(r"97[89][0-9]{10}", digits) and _sum_13(digits) % 10 == 0:
        return digits
    raise ValueError("An ISBN has 10 or 13 digits, the last of which checks the others; this one does not hold.")


def _sum_10(digits: str) -> int:
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True))


def _sum_13(digits: str) -> int:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))


def _text(value: object) -> str:
    """Return numbers and text as text. No other value can be an identifier."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- the identifiers of one work ------------------------------------------------------------------------------------

FIELDS_BY_CSL: Mapping[str, tuple[str, Callable[[object], str]]] = {
    "DOI": ("doi", doi),
    "PMID": ("pmid", pmid),
    "PMCID": ("pmcid", pmcid),
    "ISBN": ("isbn", isbn),
}
"""For each CSL variable, the field of the library's record and the function that normalises the value."""


def read(csl: Mapping[str, object]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the identifiers of an item by field name, None for missing ones; and the errors by CSL variable.

    The number of a trial is in ``custom.nct``, or in the URL of its page at ClinicalTrials.gov.
    """
    found: dict[str, str | None] = {"nct": None}
    errors: dict[str, str] = {}
    for variable, (field, normalise) in FIELDS_BY_CSL.items():
        found[field] = None
        if csl.get(variable) not in (None, ""):
            try:
                found[field] = normalise(csl[variable])
            except ValueError as error:
                errors[variable] = str(error)
    custom = csl.get("custom")
    stated = custom.get("nct") if isinstance(custom, dict) else None
    try:
        found["nct"] = nct(stated) if stated else _trial_at(_text(csl.get("URL")))
    except ValueError as error:
        errors["custom/nct"] = str(error)
    return found, errors


def _trial_at(url: str) -> str | None:
    match = NCT_INSIDE.search(url) if "clinicaltrials.gov/" in url.lower() else None
    return match[0].upper() if match else None


def with_normalised_identifiers(csl: JSONDict, identifiers: Mapping[str, str | None]) -> JSONDict:
    """Return the item with normalised identifiers. An identifier that differs only in case is not changed."""
    new = {
        variable: identifiers[field]
        for variable, (field, _) in FIELDS_BY_CSL.items()
        if identifiers[field] is not None and _needs_rewriting(variable, csl[variable], identifiers[field] or "")
    }
    return {**csl, **new} if new else csl


def _needs_rewriting(variable: str, written: object, read_as: str) -> bool:
    """An ISBN keeps its hyphens, and a second ISBN beside it. Other identifiers are part of URLs and must be exact."""
    return variable != "ISBN" and str(written).lower() != read_as.lower()

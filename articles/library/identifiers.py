"""Identifiers of works in their one spelling: what people and files write in many ways.

Each function takes a value as it was handed in and returns the form in which it is stored and compared. Each raises
ValueError, in words for the sender, for what is no such identifier.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

DOI_PREFIX = re.compile(r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
DOI_FORM = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
CLOSING = {")": "(", "]": "["}
PMID_PREFIX = re.compile(r"^(?:pmid:?|(?:https?://)?pubmed\.ncbi\.nlm\.nih\.gov/)\s*", re.IGNORECASE)
PMCID_FORM = re.compile(r"(?:pmcid:?\s*)?(?:pmc)?\s*([1-9][0-9]{0,11})(?:\.[0-9]+)?", re.IGNORECASE)
NCT_FORM = re.compile(r"nct\s*-?([0-9]{8})", re.IGNORECASE)
NCT_INSIDE = re.compile(r"\bNCT[0-9]{8}\b", re.IGNORECASE)
ISBN_PREFIX = re.compile(r"^isbn(?:-1[03])?:?\s*", re.IGNORECASE)
MAX_DOI = 255


def doi(value: Any) -> str:
    """A DOI in lower case, without resolver, prefix and the punctuation of the sentence that it was copied from.

    DOIs are compared without regard to case (DOI Handbook, 3.4).
    """
    written = _text(value)
    bare = DOI_PREFIX.sub("", written)
    bare = unquote(bare) if "://" in written else bare
    bare = _without_punctuation(bare).lower()
    if len(bare) > MAX_DOI:
        raise ValueError(f"A DOI has at most {MAX_DOI} characters.")
    if not DOI_FORM.fullmatch(bare):
        raise ValueError("A DOI begins with 10. and has a slash: 10.1000/xyz123.")
    return bare


def _without_punctuation(text: str) -> str:
    """``text`` without ``. , ; :`` at its end, and without a bracket there that it does not open itself."""
    while text and (text[-1] in ".,;:'" or _closes_nothing(text)):
        text = text[:-1]
    return text


def _closes_nothing(text: str) -> bool:
    closing = text[-1]
    return closing in CLOSING and text.count(closing) > text.count(CLOSING[closing])


def pmid(value: Any) -> str:
    """A PubMed identifier: a number without leading zeros."""
    digits = PMID_PREFIX.sub("", _text(value)).rstrip("/").lstrip("0")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", digits):
        raise ValueError("A PubMed identifier is a number of up to nine digits.")
    return digits


def pmcid(value: Any) -> str:
    """A PubMed Central identifier as ``PMC1234567``, without the number of a manuscript's version."""
    found = PMCID_FORM.fullmatch(_text(value))
    if not found:
        raise ValueError("A PubMed Central identifier is PMC and a number: PMC1234567.")
    return f"PMC{found[1]}"


def nct(value: Any) -> str:
    """A ClinicalTrials.gov number as ``NCT01234567``."""
    found = NCT_FORM.fullmatch(_text(value))
    if not found:
        raise ValueError("A ClinicalTrials.gov number is NCT and eight digits: NCT01234567.")
    return f"NCT{found[1]}"


def isbn(value: Any) -> str:
    """An ISBN of 13 digits, its check digit right; one of ten is translated (ISO 2108). The first of several counts."""
    written = ISBN_PREFIX.sub("", _text(value))
    parts = re.split(r"[,;/]|\s+(?=97[89])|\s+(?=isbn)", written, flags=re.IGNORECASE)
    digits = re.sub(r"[\s\u2010-\u2015-]|\(.*?\)", "", parts[0]).upper()
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


def _text(value: Any) -> str:
    """Numbers and text as text; nothing else is an identifier."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- the identifiers of one work ------------------------------------------------------------------------------------

OF_CSL: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "DOI": ("doi", doi),
    "PMID": ("pmid", pmid),
    "PMCID": ("pmcid", pmcid),
    "ISBN": ("isbn", isbn),
}
"""By CSL variable: the field of the library's record, and how the value is read."""


def read(csl: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, str]]:
    """The identifiers of an item by the library's fields, None for one that it lacks; and what is wrong, by variable.

    The number of a trial stands in ``custom.nct``, or in the address of its page at ClinicalTrials.gov.
    """
    found: dict[str, str | None] = {"nct": None}
    wrong: dict[str, str] = {}
    for variable, (field, reader) in OF_CSL.items():
        found[field] = None
        if csl.get(variable) not in (None, ""):
            try:
                found[field] = reader(csl[variable])
            except ValueError as error:
                wrong[variable] = str(error)
    custom = csl.get("custom")
    stated = custom.get("nct") if isinstance(custom, dict) else None
    try:
        found["nct"] = nct(stated) if stated else _trial_at(_text(csl.get("URL")))
    except ValueError as error:
        wrong["custom/nct"] = str(error)
    return found, wrong


def _trial_at(url: str) -> str | None:
    inside = NCT_INSIDE.search(url) if "clinicaltrials.gov/" in url.lower() else None
    return inside[0].upper() if inside else None


def respelt(csl: dict[str, Any], found: Mapping[str, str | None]) -> dict[str, Any]:
    """The item with its identifiers in their one spelling; one that differs in nothing but case stays as it is."""
    new = {
        variable: found[field]
        for variable, (field, _) in OF_CSL.items()
        if found[field] is not None and _differs(variable, csl[variable], found[field] or "")
    }
    return {**csl, **new} if new else csl


def _differs(variable: str, written: Any, read_as: str) -> bool:
    """ISBNs keep their hyphens, and a second one beside the first; identifiers that build addresses keep nothing."""
    return variable != "ISBN" and str(written).lower() != read_as.lower()

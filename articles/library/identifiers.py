"""Normalising identifiers of works, which people and files write in many ways.

Each function takes a value as it was entered and returns the form that is stored and compared. Each raises ValueError,
with a message for the sender, if the value is no such identifier.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from editorial.record.canonical_json import JSONDict

DOI_PREFIX = re.compile(
    r"\A(?:(?:https?://)?(?:[a-z0-9-]{1,40}\.){0,4}doi\.(?:org|acm\.org)/|doi:?\s*+)",
    re.IGNORECASE,
)
"""The resolver or the label before a DOI."""

DOI_FORM = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
SICI_FORM = re.compile(
    r"10\.[0-9]{4,9}/[^\s<>\"{}|\\^`\x00-\x1f\x7f]{1,80}"
    r"[<\[][^\s<>\[\]]{1,60}[>\]][0-9]\.[0-9]\.[a-z]{2};[0-9a-z](?:-[0-9x])?"
)
"""The DOI of a Serial Item and Contribution Identifier (ANSI/NISO Z39.56), with angle brackets: ``<1661::AID>``."""

SHORT_DOI = re.compile(r"10/[a-z0-9]{3,12}")
MARKUP = re.compile(r"</?(?:br|p|i|b|a|div|span)\b[^<>]{0,200}>|\[doi\]", re.IGNORECASE)
MAX_WRITTEN = 2000
CLOSING = {")": "(", "]": "["}
PMID_PREFIX = re.compile(r"^(?:pmid:?|(?:https?://)?pubmed\.ncbi\.nlm\.nih\.gov/)\s*", re.IGNORECASE)
PMCID_FORM = re.compile(r"(?:pmcid:?\s*+)?(?:pmc)?\s*+([1-9][0-9]{0,11})(?:\.[0-9]+)?", re.IGNORECASE)
NCT_FORM = re.compile(r"nct\s*-?([0-9]{8})", re.IGNORECASE)
NCT_INSIDE = re.compile(r"\bNCT[0-9]{8}\b", re.IGNORECASE)
LABELS = re.compile(r"\([^()]{0,80}\)|\b[ep]?-?is[bs]n(?:-1[03]| 1[03](?=:))?\b:?", re.IGNORECASE)
DASHES = re.compile(r"[\u2010-\u2015\u2212]")
MAX_GROUPS = 5
"""Groups of digits in an ISBN that is written with blanks."""

MAX_DOI = 255


def doi(value: object) -> str:
    """Return a DOI in lower case, without resolver, label and markup.

    Trailing ``. , ; : '`` and a closing bracket that has no opening one are removed, too. DOIs are compared without
    regard to case (DOI Handbook, 3.4). The DOI of a SICI may have blanks between its parts.
    """
    bare = _bare_doi(_text(value)[:MAX_WRITTEN])
    while bare and (bare[-1] in ".,;:'" or _ends_with_unopened_bracket(bare)):
        bare = bare[:-1]
    closed = "".join(bare.split())
    bare = closed if SICI_FORM.fullmatch(closed) else bare
    if len(bare) > MAX_DOI:
        raise ValueError(f"A DOI has at most {MAX_DOI} characters.")
    if SHORT_DOI.fullmatch(bare):
        raise ValueError("This is a short form of a DOI, which says nothing without its service; enter the DOI itself.")
    if not (DOI_FORM.fullmatch(bare) or SICI_FORM.fullmatch(bare)):
        raise ValueError("A DOI begins with 10. and has a slash: 10.1000/xyz123.")
    return bare


def _bare_doi(written: str) -> str:
    """Return what is left of a written DOI without markup, resolver and label."""
    text = MARKUP.sub(" ", _until_stable(html.unescape, written)).strip()
    is_encoded = "://" in text or any(code in text.lower() for code in ("%2f", "%3c", "%28"))
    text = _until_stable(lambda text: DOI_PREFIX.sub("", text, count=1).lstrip(), text)
    return (_until_stable(unquote, text) if is_encoded else text).lower()


def _until_stable(step: Callable[[str], str], text: str) -> str:
    """Apply ``step`` until it changes nothing: files escape twice, and write a label before a resolver."""
    while (changed := step(text)) != text:
        text = changed
    return text


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
    _, books, _ = serial_numbers(_text(value)[:MAX_WRITTEN])
    if books:
        return thirteen_digits(books[0])
    raise ValueError("An ISBN has 10 or 13 digits, the last of which checks the others; this one does not hold.")


def serial_numbers(written: str) -> tuple[list[str], list[str], list[str]]:
    """Return the ISSNs, the ISBNs and what is neither, in a field that may have several.

    Numbers are parted by blanks, commas, semicolons, slashes or backslashes, and may have labels such as ``(print)``.
    They are returned with their hyphens; check digits hold (ISO 3297, ISO 2108).
    """
    bare = LABELS.sub(" ", DASHES.sub("-", written[:MAX_WRITTEN]))
    found: tuple[list[str], list[str], list[str]] = ([], [], [])
    for part in filter(None, (part.strip(" .:-") for part in re.split(r"[,;/\\|\n\t]", bare))):
        for number in [part] if _shelf(part) < REST else _rejoined(part.split()):
            shelf = found[_shelf(number)]
            if number not in shelf:
                shelf.append(number.replace(" ", "-") if shelf is not found[REST] else number)
    return found


ISSNS, ISBNS, REST = range(3)


def _rejoined(parts: list[str]) -> Iterator[str]:
    """Yield numbers whose groups of digits may be parted by blanks: 978 3 16 148410 0.

    Yield all as one text if none is valid: it may be a misprinted number.
    """
    found = list(_grouped(parts))
    yield from found if any(_shelf(number) < REST for number in found) else [" ".join(parts)]


def _grouped(parts: list[str]) -> Iterator[str]:
    place = 0
    while place < len(parts):
        ends = range(min(len(parts), place + MAX_GROUPS), place + 1, -1)
        end = next((end for end in ends if _shelf(" ".join(parts[place:end])) < REST), place + 1)
        yield " ".join(parts[place:end])
        place = end


def _shelf(number: str) -> int:
    """Return whether a number is an ISSN, an ISBN, or neither, by its check digit."""
    digits = re.sub("[ -]", "", number).upper()
    if re.fullmatch(r"[0-9]{7}[0-9X]", digits) and _weighted_sum(digits) % 11 == 0:
        return ISSNS
    return ISBNS if thirteen_digits(digits) else REST


def thirteen_digits(number: str) -> str:
    """Return an ISBN of 10 or 13 digits as one of 13, or an empty string if its check digit does not hold."""
    digits = re.sub("[ -]", "", number).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits) and _weighted_sum(digits) % 11 == 0:
        stem = f"978{digits[:9]}"
        return stem + str(-_sum_13(stem) % 10)
    return digits if re.fullmatch(r"97[89][0-9]{10}", digits) and _sum_13(digits) % 10 == 0 else ""


def _weighted_sum(digits: str) -> int:
    """Return the sum of an ISSN or ISBN-10, whose last digit weighs 1, the one before it 2, and so on."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in zip(range(len(digits), 0, -1), values, strict=True))


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

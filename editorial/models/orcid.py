"""ORCID iDs, the names of researchers for machines, in their one spelling."""

import re

from django.core.exceptions import ValidationError

PREFIX = re.compile(r"^(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid(?:\s+id)?:?\s*)", re.IGNORECASE)
FORM = re.compile(r"([0-9]{4})[\s-]?([0-9]{4})[\s-]?([0-9]{4})[\s-]?([0-9]{3}[0-9X])")


def orcid(value: str) -> str:
    """An ORCID iD as ``0000-0002-1825-0097``, from its address or with other separators.

    Raises ValueError, in words for the sender, for what is none.
    """
    found = FORM.fullmatch(PREFIX.sub("", value.strip()).rstrip("/").upper())
    if not found:
        raise ValueError("An ORCID iD has the form 0000-0002-1825-0097.")
    if check_character("".join(found.groups())[:-1]) != found[4][-1]:
        raise ValueError("The last character of an ORCID iD checks the others; this one does not hold.")
    return "-".join(found.groups())


def check_character(digits: str) -> str:
    """The sixteenth character of an ORCID iD, from the fifteen before it (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def validate_orcid(value: str) -> None:
    """Raises ValidationError for what is no ORCID iD in its one spelling."""
    try:
        right = orcid(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error
    if right != value:
        raise ValidationError(f"Write it as {right}.", code="invalid")

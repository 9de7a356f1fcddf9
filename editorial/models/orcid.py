"""ORCID iDs, the persistent identifiers of researchers, in their standard spelling."""

import re

from django.core.exceptions import ValidationError

PREFIX = re.compile(r"^(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid(?:\s+id)?:?\s*)", re.IGNORECASE)
PATTERN = re.compile(r"([0-9]{4})[\s-]?([0-9]{4})[\s-]?([0-9]{4})[\s-]?([0-9]{3}[0-9X])")


def normalised_orcid(value: str) -> str:
    """Return an ORCID iD as ``0000-0002-1825-0097``, given its address or the iD with other separators.

    Raises ValueError, with a message for the user, if ``value`` is no ORCID iD.
    """
    match = PATTERN.fullmatch(PREFIX.sub("", value.strip()).rstrip("/").upper())
    if not match:
        raise ValueError("An ORCID iD has the form 0000-0002-1825-0097.")
    if check_character("".join(match.groups())[:-1]) != match[4][-1]:
        raise ValueError("The last character of an ORCID iD checks the others; this one does not hold.")
    return "-".join(match.groups())


def check_character(digits: str) -> str:
    """Return the check character of an ORCID iD, computed from its first fifteen digits (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def validate_orcid(value: str) -> None:
    """Raise ValidationError unless ``value`` is an ORCID iD in its standard spelling."""
    try:
        normalised = normalised_orcid(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error
    if normalised != value:
        raise ValidationError(f"Write it as {normalised}.", code="invalid")

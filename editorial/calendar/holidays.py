"""Public holidays, by country and subdivision."""

from collections.abc import Container
from datetime import date
from functools import cache

import holidays


@cache
def calendar(code: str) -> Container[date]:
    """Return the public holidays of ``code``: a country, or a country and a subdivision (“DE”, “US-CA”); none if empty.

    Raises NotImplementedError, which lists the known codes, for a code that the ``holidays`` library does not know.
    """
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None) if code else frozenset()

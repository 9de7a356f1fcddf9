"""Public holidays, by country and part of it."""

from collections.abc import Container
from datetime import date
from functools import cache

import holidays


@cache
def calendar(code: str) -> Container[date]:
    """The public holidays of ``code``: a country, or a country and a part of it (“DE”, “US-CA”); none if empty.

    Raises NotImplementedError, which names what is known, for a code that the ``holidays`` library does not know.
    """
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None) if code else frozenset()

"""Proactive negotiation: which of several media types an ``Accept`` header likes best (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;(.*))?", re.DOTALL)
WEIGHT = re.compile(r"(?:^|;)\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
ANY_WEIGHT = re.compile(r"(?:^|;)\s*q\s*=", re.IGNORECASE)

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

MAX_HEADER = 4096
"""Characters of the header that are read; what a browser sends has a few hundred."""


def preferred(header: str, *, offered: Sequence[str]) -> str | None:
    """Of the types ``offered`` the one with the greatest weight, the first of several; None when none will do.

    An empty header takes everything. Of the ranges that fit a type, the most specific one weighs it. A member that
    cannot be read counts for nothing; parameters other than the weight are not told apart.
    """
    if not header.strip():
        return offered[0]
    ranges = list(_ranges(header[:MAX_HEADER]))
    weights = {offer: _weight(offer, ranges) for offer in offered}
    best = max(offered, key=lambda offer: weights[offer])
    return best if weights[best] > 0 else None


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for member in MEMBER.findall(header):
        found = RANGE.fullmatch(member)
        if found is None:
            continue
        parameters = QUOTED.sub("", found[3] or "")
        weight = WEIGHT.search(parameters)
        if weight or not ANY_WEIGHT.search(parameters):
            yield f"{found[1]}/{found[2]}".lower(), float(weight[1]) if weight else 1.0


def _weight(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """0 when nothing fits."""
    for fitting in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        found = [weight for name, weight in ranges if name == fitting]
        if found:
            return max(found)
    return 0.0

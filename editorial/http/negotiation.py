"""Which of several representations a request asks for by ``Accept`` (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# Nothing is tried twice: with every further sign of “; ; ; ;”, which can be read in many ways, the time would double.
_RANGE = re.compile(rf"\s*+({_WORD})/({_WORD})((?:\s*+;\s*+(?:{_WORD}=(?:{_WORD}|{_QUOTED}))?)*+)\s*+")
_PARAMETER = re.compile(rf"({_WORD})=({_WORD}|{_QUOTED})")
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)+')  # what is quoted and never ends goes on to the end
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True)
class Range:
    """One media range that is accepted, with its parameters and its weight."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    weight: float

    def covers(self, media_type: str, parameters: frozenset[tuple[str, str]]) -> bool:
        main, _, sub = media_type.partition("/")
        return self.type in ("*", main) and self.subtype in ("*", sub) and self.parameters <= parameters

    @property
    def precedence(self) -> tuple[bool, bool, int]:
        """The more specific of two ranges decides."""
        return self.type != "*", self.subtype != "*", len(self.parameters)


def accepted(header: str) -> list[Range]:
    """The media ranges of a header; what cannot be read counts for nothing."""
    return list(_ranges(header))


def _ranges(header: str) -> Iterator[Range]:
    for member in _MEMBER.findall(header):
        found = _RANGE.fullmatch(member)
        if found is None or (found[1] == "*" and found[2] != "*"):
            continue
        named = {name.lower(): value.strip('"').lower() for name, value in _PARAMETER.findall(found[3])}
        weight = named.pop("q", "1")
        if _WEIGHT.fullmatch(weight):
            yield Range(found[1].lower(), found[2].lower(), frozenset(named.items()), float(weight))


def best(header: str, offered: Sequence[str]) -> str | None:
    """The media type among ``offered`` that ``Accept`` weighs most, of equal ones the first; None if it wants none.

    Whoever accepts nothing that can be read accepts everything. Types are offered with the parameters that they
    have, UTF-8 goes without saying.
    """
    ranges = accepted(header)
    if not ranges:
        return offered[0]
    weighed = [(_weight(media_type, ranges), media_type) for media_type in offered]
    weight, media_type = max(weighed, key=lambda pair: pair[0])
    return media_type if weight > 0 else None


def _weight(offer: str, ranges: Sequence[Range]) -> float:
    media_type, *rest = (part.strip().lower() for part in offer.split(";"))
    parameters = frozenset({("charset", "utf-8"), *_PARAMETER.findall(";".join(rest))})
    covering = [found for found in ranges if found.covers(media_type, parameters)]
    return max(covering, key=lambda found: found.precedence).weight if covering else 0


class OneRenderer(DefaultContentNegotiation):
    """For views that choose by themselves what they answer: no ``Accept`` is refused before they are asked."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - the frame names it
        renderers: Any,
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type

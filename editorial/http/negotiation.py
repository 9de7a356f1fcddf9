"""Content negotiation: which media type a request prefers by ``Accept`` (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# Possessive quantifiers: with backtracking, the time would double with every further character of “; ; ; ;”.
_RANGE = re.compile(rf"\s*+({_WORD})/({_WORD})((?:\s*+;\s*+(?:{_WORD}=(?:{_WORD}|{_QUOTED}))?)*+)\s*+")
_PARAMETER = re.compile(rf"(?<![!#$%&'*+.^_`|~0-9A-Za-z-])({_WORD}+)=({_WORD}|{_QUOTED})")
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)+')  # a quoted string without its end extends to the end
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True)
class MediaRange:
    """One media range of an ``Accept`` header, with its parameters and weight."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    weight: float

    def covers(self, media_type: str, parameters: frozenset[tuple[str, str]]) -> bool:
        main, _, sub = media_type.partition("/")
        return self.type in ("*", main) and self.subtype in ("*", sub) and self.parameters <= parameters

    @property
    def precedence(self) -> tuple[bool, bool, int]:
        """A sort key: the most specific of several matching ranges counts."""
        return self.type != "*", self.subtype != "*", len(self.parameters)


def parse_accept(header: str) -> list[MediaRange]:
    """Return the media ranges of a header; malformed ones are ignored."""
    ranges = []
    for member in _MEMBER.findall(header):
        match = _RANGE.fullmatch(member)
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        parameters = {name.lower(): value.strip('"').lower() for name, value in _PARAMETER.findall(match[3])}
        weight = parameters.pop("q", "1")
        if _WEIGHT.fullmatch(weight):
            ranges.append(MediaRange(match[1].lower(), match[2].lower(), frozenset(parameters.items()), float(weight)))
    return ranges


def best_media_type(header: str, offered: Sequence[str]) -> str | None:
    """Return the first media type of ``offered`` with the highest weight in ``Accept``; None if it accepts none.

    A header without a valid range accepts everything. Offered types include their parameters; ``charset=utf-8`` is
    implied.
    """
    ranges = parse_accept(header)
    if not ranges:
        return offered[0]
    weights = [(_weight(media_type, ranges), media_type) for media_type in offered]
    weight, media_type = max(weights, key=lambda pair: pair[0])
    return media_type if weight > 0 else None


def _weight(offer: str, ranges: Sequence[MediaRange]) -> float:
    media_type, *rest = (part.strip().lower() for part in offer.split(";"))
    parameters = frozenset({("charset", "utf-8"), *_PARAMETER.findall(";".join(rest))})
    covering = [media_range for media_range in ranges if media_range.covers(media_type, parameters)]
    return max(covering, key=lambda media_range: media_range.precedence).weight if covering else 0


class OneRenderer(DefaultContentNegotiation):
    """For views that choose the representation themselves, so that no ``Accept`` is refused before they run."""

    def select_renderer(
        self,
        request: Request,
        renderers: Any,
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type

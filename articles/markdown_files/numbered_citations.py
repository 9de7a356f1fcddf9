"""Convert numbered markers, such as [1], [2, 3] or [4-6], of texts from other systems.

The numbers are positions in the list of references.
"""

import re
from collections.abc import Iterator, Sequence

FENCE = re.compile(r"[\s>]*(?P<sign>`{3,}|~{3,})(?P<info>[^`]*)\Z")
TICKS = re.compile("`+")
MARKER = re.compile(r"(?<!\\)\[(?P<numbers>\d{1,4}(?:[ \t]*[,;\u2010-\u2015-][ \t]*\d{1,4})*)\](?!\()")
DEFINITION = re.compile(r"^ {0,3}\[(\d{1,4})\]:", re.MULTILINE)
RANGE = re.compile(r"\s*(\d+)(?:\s*[\u2010-\u2015-]\s*(\d+))?\s*")

LONGEST = 100
"""Maximum number of works in a range. A longer range is not a marker."""


def named(body: str, *, keys: Sequence[str]) -> str:
    """Return ``body`` with each numbered marker as a citation. ``keys`` are those of the list of references, in order.

    A number without a work becomes ``[@5]``, which pre-flight reports as a dangling citation. Code, links and
    descending ranges are not changed. Line numbers stay the same.
    """
    defined = set(DEFINITION.findall(body))  # [1]: https://… makes [1] a link

    def cite(found: re.Match[str]) -> str:
        numbers = [] if found["numbers"] in defined else list(_numbers(found["numbers"]))
        if None in numbers or not numbers:
            return found[0]
        cited = (
            keys[number - 1] if 0 < number <= len(keys) else str(number) for number in numbers if number is not None
        )
        return f"[{'; '.join(f'@{key}' for key in cited)}]"

    return "".join(piece if is_code else MARKER.sub(cite, piece) for piece, is_code in _pieces(body))


def _numbers(marker: str) -> Iterator[int | None]:
    """Yield the numbers of a marker, and None if it is not a marker."""
    for part in re.split("[,;]", marker):
        found = RANGE.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not first <= last < first + LONGEST:
            yield None
            return
        yield from range(first, last + 1)


def _pieces(body: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of ``body``, each with whether it is code."""
    paragraph: list[str] = []
    fence = ""
    for line in body.splitlines(keepends=True):
        found = FENCE.match(line.rstrip("\n"))
        closes = bool(fence and found and found["sign"].startswith(fence) and not found["info"].strip())
        if fence or found or not line.strip():
            yield from _spans("".join(paragraph))
            paragraph = []
            yield line, True
        else:
            paragraph.append(line)
        if closes:
            fence = ""
        elif found and not fence:
            fence = found["sign"]
    yield from _spans("".join(paragraph))


def _spans(paragraph: str) -> Iterator[tuple[str, bool]]:
    """Split a paragraph at its code spans: from a run of backticks to the next one of the same length."""
    runs = list(TICKS.finditer(paragraph))
    partner: dict[int, int] = {}
    later: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = len(runs[index][0])
        if length in later:
            partner[index] = later[length]
        later[length] = index
    place = index = 0
    while index < len(runs):
        if index in partner:
            last = partner[index]
            yield paragraph[place : runs[index].start()], False
            yield paragraph[runs[index].start() : runs[last].end()], True
            place, index = runs[last].end(), last
        index += 1
    yield paragraph[place:], False

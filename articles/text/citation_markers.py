"""Citation markers in Vancouver style: ascending numbers, and three or more in a row as a range."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from operator import itemgetter
from typing import Any

from django.utils.html import escape
from markdown_it.token import Token

DASH = "\u2013"
"""Between the ends of a range: an en dash."""

FOLLOWS = "follows"
"""Set in the ``meta`` of a citation that directly follows another one, with markup between them."""


def runs(numbers: Iterable[int]) -> list[range]:
    """Return ``numbers`` ascending, each once; three or more in a row are one range, others stand alone."""
    rows: list[range] = []
    for number in sorted(set(numbers)):
        if rows and rows[-1].stop == number:
            rows[-1] = range(rows[-1].start, number + 1)
        else:
            rows.append(range(number, number + 1))
    return [run for row in rows for run in ([row] if len(row) > 2 else [range(single, single + 1) for single in row])]


def marker(numbers: Iterable[int]) -> str:
    """Return ``numbers`` as plain text, such as 2,3,14,15."""
    return ",".join(f"{run[0]}{DASH}{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs(numbers))


def joined(children: Sequence[Token]) -> list[Token]:
    """Return the inline tokens with citations that touch as one citation; the tokens given stay as they are.

    Only white space stands between citations that touch. Where markup stands between them, such as the mark of a
    change, both stay, and the later one has ``FOLLOWS`` in its ``meta``.
    """
    written: list[Token] = []
    between: list[Token] = []
    last: Token | None = None
    for child in children:
        is_space = child.type == "softbreak" or (child.type == "text" and child.content.isspace())
        if child.type == "citation" and last and not any(token.nesting for token in between):
            last.meta["items"] += child.meta["items"]
            between = []
        elif child.type == "citation":
            follows, last = last is not None, copy(child)
            last.meta = {"items": [*child.meta["items"]], FOLLOWS: follows}
            written += [*between, last]
            between = []
        elif last and (child.nesting or is_space):
            between.append(child)
        else:
            written += [*between, child]
            between, last = [], None
    return written + between


def write(citation: Token, env: dict) -> str:
    """Return a ``joined`` citation as HTML; ``env`` is that of the renderer."""
    written = "".join(
        separator + (_write_run(part, env) if isinstance(part, range) else _write_item(*part, env))
        for separator, part in _parts(citation.meta, env["numbers"])
    )
    return f'<sup class="citation">{written}</sup>'


def write_plain(meta: Mapping[str, Any], numbers: Mapping[str, int]) -> str:
    """Return a ``joined`` citation with this ``meta`` as plain text, such as ``1, p. 3; 2``."""
    written = ""
    for separator, part in _parts(meta, numbers):
        if isinstance(part, range):
            written += separator + marker(part)
        else:
            key, locator = part
            known = str(numbers[key]) if key in numbers else f"[missing reference: {key}]"
            written += separator + ", ".join(filter(None, [known, locator]))
    return written


def _parts(meta: Mapping[str, Any], numbers: Mapping[str, int]) -> Iterator[tuple[str, range | tuple[str, str]]]:
    """Runs of numbers, and works by key and locator, each with what stands before it.

    In ascending order. A work with a locator is listed separately in its place, and one without a number comes last.
    """
    plain = {numbers[key] for key, locator in meta["items"] if key in numbers and not locator}
    apart = dict.fromkeys((key, locator) for key, locator in meta["items"] if locator or key not in numbers)
    placed: list[tuple[float, range | tuple[str, str]]] = [(run[0], run) for run in runs(plain)]
    placed += [(numbers.get(item[0], math.inf), item) for item in apart]
    previous: object = None
    for _, part in sorted(placed, key=itemgetter(0)):
        both_plain = isinstance(previous, range) and isinstance(part, range)
        first = "," if meta.get(FOLLOWS) else ""
        yield (first if previous is None else "," if both_plain else "; "), part
        previous = part


def _write_run(run: range, env: dict) -> str:
    """Both ends of a range are links. Numbers between them are only targets for links back."""
    if len(run) == 1:
        return _write_number(run[0], env)
    first = _write_number(run[0], env, label=f"References {run[0]} to {run[-1]}")
    inside = "".join(f'<span id="{_anchor(number, env)}"></span>' for number in run[1:-1])
    return f"{first}{DASH}{inside}{_write_number(run[-1], env, label=f'Reference {run[-1]}')}"


def _write_number(number: int, env: dict, *, label: str = "") -> str:
    spoken = f' aria-label="{label}"' if label else ""
    return f'<a href="#ref-{number}" id="{_anchor(number, env)}"{spoken}>{number}</a>'


def _anchor(number: int, env: dict) -> str:
    env["counts"][number] = env["counts"].get(number, 0) + 1
    return f"{env['prefix']}cite-{number}-{env['counts'][number]}"


def _write_item(key: str, locator: str, env: dict) -> str:
    number = env["numbers"].get(key)
    where = f", {escape(locator)}" if locator else ""
    return f"{_write_number(number, env) if number else f'[missing reference: {escape(key)}]'}{where}"

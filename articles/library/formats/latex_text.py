"""Convert LaTeX, as bibliographies have it, to Unicode with the markup of CSL: ``<i> <b> <sub> <sup>``.

Raised and lowered characters that Unicode has become those: CO₂, 10⁹. A command that is unknown is left out; the text
of its arguments is kept. The time is linear in the length of the text.
"""

import html
import re
from collections.abc import Sequence

from articles.library.formats.latex_macros import symbol
from articles.library.formats.latex_parser import Parser

TOKEN = re.compile(
    r"\\(?:[A-Za-z]++\*?\s*+|.|$)|[{}$_^~]|-{1,3}|``|''|[!?]`|[^\\{}$_^~\-`'!?]++|.",
    re.DOTALL,
)
"""A command with the blanks after it, a special character, or text without any."""

MATH = frozenset({r"\(", r"\)", r"\[", r"\]"})
LINE_BREAK = re.compile(r"\$\\backslash\$[nr]")
r"""How Mendeley writes the line breaks of an abstract: ``$\backslash$n``."""

ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{1,6});")
MARKUP = re.compile(r"[\\{}$~_^]|--|``|''|[!?]`")
"""Characters that LaTeX reads as markup. Text without them, which is most of it, needs no decoding."""

PLAIN = re.compile(r"\$?\\(?:(?P<name>[A-Za-z]++)(?:\{\}|\s++|\$)?|(?P<sign>.)(?:\{\})?)|[{}]", re.DOTALL)
ADDRESSES = {"url": "", "path": "", "sim": "~"}
"""Commands that have another text in addresses."""

GROUP = re.compile(r"\{([^{}]*+)\}")
"""A group without another one inside, as around most names. It only keeps its words together."""

PRICE = re.compile(r"\s*+[0-9][^<>=+]*+(?<=[\s/\-\u2013])|\s*+[0-9][^<>=+\s]*+\s[^<>=+]*\s[^\W\d_]{2,30}+")
"""What stands between the signs of two sums of money: ``$5 or US$6``."""

MAX_PRICE = 12
"""Maximum number of tokens between the signs of two sums of money."""


def decoded(latex: str, *, unknown: dict[str, None] | None = None, markup: bool = False) -> str:
    """Return LaTeX as text on one line. A per cent sign begins no comment.

    With ``markup``, italics, bold, and raised and lowered text that Unicode has not, are marked as in CSL. The names
    of unknown commands are added to ``unknown``. Raises ValueError if groups are nested too deeply.
    """
    ungrouped = GROUP.sub(r"\1", latex)
    if MARKUP.search(ungrouped):
        tokens = ["$" if piece in MATH else piece for piece in TOKEN.findall(LINE_BREAK.sub(" ", latex))]
        text = Parser(_paired(tokens), {} if unknown is None else unknown, markup=markup).sequence()
    else:
        text = ungrouped
    text = ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return " ".join(text.split())


def plain(latex: str) -> str:
    r"""Return an identifier or address without LaTeX: ``{\_}`` is ``_``, ``\url{a}`` is ``a``."""
    return PLAIN.sub(_character, latex).strip() if re.search(r"[\\{}]", latex) else latex.strip()


def _character(found: re.Match[str]) -> str:
    name = found["name"] or ""
    return found["sign"] or ADDRESSES.get(name, symbol(name) or "")


def _paired(tokens: list[str]) -> list[str]:
    """Return the tokens with ``$`` as text where it has no partner or is a currency, and without single braces."""
    tokens, opened, single = list(tokens), list[tuple[str, int]](), set[int]()
    for place, piece in enumerate(tokens):
        if piece == "{":
            opened.append(("{", place))
        elif piece == "}":
            _close_group(place, opened=opened, single=single)
        elif piece == "$":
            _pair_dollar(place, tokens=tokens, opened=opened, single=single)
    single.update(place for _, place in opened)
    kept = ((place, piece) for place, piece in enumerate(tokens) if piece == "$" or place not in single)
    return [r"\$" if place in single else piece for place, piece in kept]


def _close_group(place: int, *, opened: list[tuple[str, int]], single: set[int]) -> None:
    """Take the group that ends here from ``opened``. A ``$`` that it leaves open is single."""
    if opened and opened[-1][0] == "$":
        single.add(opened.pop()[1])
    if opened:
        opened.pop()
    else:
        single.add(place)


def _pair_dollar(place: int, *, tokens: Sequence[str], opened: list[tuple[str, int]], single: set[int]) -> None:
    if not (opened and opened[-1][0] == "$"):
        opened.append(("$", place))
        return
    _, start = opened.pop()
    inside = tokens[start + 1 : place] if place - start <= MAX_PRICE else []
    if PRICE.fullmatch("".join(inside)) and not {"{", "_", "^"} & set(inside):
        single.add(start)
        opened.append(("$", place))

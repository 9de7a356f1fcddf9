"""Read the tokens of LaTeX and give their text. The time is linear in the number of tokens."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from articles.library.formats.latex_macros import ACCENTS, DROPPED, FONTS, KEPT, POWERS, STYLES, UNITS, symbol

LIGATURES: Mapping[str, str] = {"--": "\N{EN DASH}", "---": "—", "``": "“", "''": "”", "!`": "¡", "?`": "¿", "~": " "}
RAISED = str.maketrans("0123456789+-\u2212=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
HIGH_BY_NATURE: Mapping[str, str] = {"∘": "°", "'": "\N{PRIME}"} | {
    char: char for char in "°\N{PRIME}\N{DOUBLE PRIME}®™*"
}

DOTTED = {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{LATIN SMALL LETTER DOTLESS J}": "j"}
NO_BLANK = ("", "%", "\N{PRIME}", "\N{DOUBLE PRIME}")
"""Units that follow their number without a blank."""

EXPONENT = re.compile(r"\s?[eE]\s?([+-]?[0-9]{1,4})$")
FORMULA: Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = (
    (re.compile(r"[{}]"), ""),
    (re.compile(r"\^([0-9]*+[+-])"), lambda found: found[1].translate(RAISED)),
    (re.compile(r"(?<=[A-Za-z)\]_])([0-9]++)"), lambda found: found[1].translate(LOWERED)),
    (re.compile(r"_(?=[₀-₉])"), ""),
    (re.compile(r"(?<=[A-Za-z₀-₉])[+-]$"), lambda found: found[0].translate(RAISED)),
    (re.compile(r"<?->"), "→"),
)
"""The steps from a formula of the LaTeX package mhchem, such as ``Ca^2+`` or ``H2O``, to Unicode."""

MAX_OPTION = 20
"""Maximum number of tokens of an argument in square brackets."""

MAX_DEPTH = 40
"""Maximum number of groups inside each other. Real titles have four."""


@dataclass
class Parser:
    """The tokens of one text, and how far they are read."""

    tokens: list[str]
    unknown: dict[str, None]
    markup: bool
    place: int = 0
    depth: int = 0
    is_math: bool = False
    is_unit: bool = False
    handlers: dict[str, Callable[[], str]] = field(init=False)

    def __post_init__(self) -> None:
        self.handlers = {
            "href": self._link,
            **dict.fromkeys(("url", "nolinkurl", "path"), self._raw),
            **dict.fromkeys(("footnote", "thanks"), self._footnote),
            **dict.fromkeys(("frac", "nicefrac", "textfrac", "sfrac", "dfrac", "tfrac"), self._fraction),
            **dict.fromkeys(("SI", "qty"), self._quantity),
            **dict.fromkeys(("si", "unit"), self._unit),
            **dict.fromkeys(("SIrange", "qtyrange"), self._range),
            **dict.fromkeys(("ce", "ch"), self._formula),
            **dict.fromkeys(("textsuperscript", "sp"), self._high),
            **dict.fromkeys(("textsubscript", "sb"), self._low),
            **dict.fromkeys(("textcolor", "colorbox"), self._second_of_two),
            "sqrt": self._root,
            "num": lambda: _number(self.argument()),
            "numrange": lambda: f"{_number(self.argument())}\N{EN DASH}{_number(self.argument())}",
            "ang": lambda: f"{self.argument()}°",
            "enquote": lambda: f"“{self.argument()}”",
            "ensuremath": self._math_argument,
            "texorpdfstring": self._first_of_two,
        }

    def next(self) -> str:
        """Return the next piece, empty at the end."""
        self.place += 1
        return self.tokens[self.place - 1] if self.place <= len(self.tokens) else ""

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def sequence(self, end: str | None = None) -> str:
        """Return the text up to the piece ``end``, which is read, too."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError("its braces are nested too deeply")
        parts = [""]
        while self.place < len(self.tokens) and (piece := self.next()) != end:
            text = self._one(piece, end)
            parts.append(text)
            if piece[0:1] == "\\" and piece[-1].isspace() and self._keeps_blank(text, parts[-2]):
                parts.append(" ")
        self.depth -= 1
        return "".join(parts)

    def _keeps_blank(self, text: str, before: str) -> bool:
        """Whether the blank after a command is one of the text: in math, and after ``p \\textless 0.05``."""
        is_operator = text == "…" or (len(text) == 1 and unicodedata.category(text) == "Sm")
        return self.is_math or (is_operator and (not before or before[-1].isspace()))

    def _one(self, piece: str, end: str | None) -> str:
        if piece == "{":
            return self.sequence("}")
        if piece == "$":
            return self._math("$")
        if piece in ("_", "^"):
            return self._script(piece)
        if piece.startswith("\\"):
            return self._command(piece[1:].rstrip() or piece[1:2], end)
        return LIGATURES.get(piece, piece)

    def _math(self, end: str) -> str:
        """Return the formula up to ``end``. ``$$`` begins and ends one, too, since an empty formula is nothing."""
        before, self.is_math = self.is_math, True
        text = self.sequence(end)
        self.is_math = before
        return text

    def _math_argument(self) -> str:
        before, self.is_math = self.is_math, True
        text = self.argument()
        self.is_math = before
        return text

    def _script(self, piece: str) -> str:
        """Return raised or lowered text. Outside of formulas it needs braces: ``10^{9}``, but ``a_b``."""
        if not self.is_math and (self.peek() != "{" or self.tokens[self.place + 1] == "}"):
            return piece
        return self._high() if piece == "^" else self._low()

    def _high(self) -> str:
        text = self.argument().strip()
        return HIGH_BY_NATURE.get(text) or self._shifted(text, RAISED, "sup")

    def _low(self) -> str:
        return self._shifted(self.argument().strip(), LOWERED, "sub")

    def _shifted(self, text: str, table: Mapping[int, int], tag: str) -> str:
        return text.translate(table) if all(ord(char) in table for char in text) else self._marked(text, tag)

    def _marked(self, text: str, tag: str) -> str:
        return f"<{tag}>{text}</{tag}>" if self.markup and text.strip() else text

    def argument(self) -> str:
        """Return the text of the next argument: a group, a command or one character. Empty if none follows."""
        self._skip_blanks()
        piece = self.peek().lstrip()
        if piece in ("", "}") or (piece == "$" and self.is_math):
            return ""
        if piece[0] in "{$\\_^" or piece in LIGATURES:
            self.place += 1
            return self._nested(piece)
        self.tokens[self.place] = piece[1:]
        self.place += len(piece) == 1
        return piece[0]

    def _skip_blanks(self) -> None:
        while self.peek().isspace():
            self.place += 1

    def _nested(self, piece: str) -> str:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError("its braces are nested too deeply")
        text = self._one(piece, None)
        self.depth -= 1
        return text

    def _raw(self) -> str:
        """Return the next group as it is written, without its braces. Without one, the next piece."""
        self._skip_blanks()
        if self.peek() != "{":
            return self.argument()
        self.place += 1
        start, level = self.place, 1
        while level and self.place < len(self.tokens):
            piece = self.next()
            level += (piece == "{") - (piece == "}")
        return "".join(self.tokens[start : self.place - 1])

    def _skip_option(self) -> None:
        """Read over an argument in square brackets, if it ends soon."""
        if not self.peek().lstrip().startswith("["):
            return
        for place in range(self.place, min(self.place + MAX_OPTION, len(self.tokens))):
            before, bracket, after = self.tokens[place].partition("]")
            if bracket:
                self.place = place if after else place + 1
                self.tokens[place] = after or before
                return

    def _command(self, written: str, end: str | None) -> str:
        name = written.rstrip("*") or written
        if self.is_unit and name in UNITS:
            return UNITS[name] or self.argument() + POWERS[name]
        if name in self.handlers:
            self._skip_option()
            return self.handlers[name]()
        if name in STYLES:
            return self._marked(self.argument(), STYLES[name])
        if name in FONTS:
            return self._font(FONTS[name], end)
        if name in ACCENTS:
            return _accented(self.argument(), *ACCENTS[name])
        return self._symbol(name)

    def _symbol(self, name: str) -> str:
        if name in DROPPED:
            self._raw()
        elif name not in KEPT:
            text = symbol(name)
            if text is not None:
                return text
            self.unknown.setdefault(f"\\{name}")
        return ""

    def _font(self, tag: str, end: str | None) -> str:
        """Return the rest of the group in another font. Its end is left for the caller."""
        text = self.sequence(end)
        self.place -= bool(end)
        return self._marked(text, tag)

    def _link(self) -> str:
        address = self._raw()
        return self.argument() or address

    def _footnote(self) -> str:
        text = self.argument()
        return f" [{text}]" if text else ""

    def _fraction(self) -> str:
        return "/".join(filter(None, [self.argument(), self.argument()]))

    def _root(self) -> str:
        text = self.argument()
        return f"√{text}" if len(text) < 2 or text.isalnum() else f"√({text})"

    def _first_of_two(self) -> str:
        first = self.argument()
        self._raw()
        return first

    def _second_of_two(self) -> str:
        self._raw()
        return self.argument()

    def _unit(self) -> str:
        before, self.is_unit = self.is_unit, True
        text = self.argument()
        self.is_unit = before
        return text

    def _quantity(self) -> str:
        return _with_unit(_number(self.argument()), self._unit())

    def _range(self) -> str:
        return _with_unit(f"{_number(self.argument())}\N{EN DASH}{_number(self.argument())}", self._unit())

    def _formula(self) -> str:
        text = self._raw()
        for pattern, replacement in FORMULA:
            text = pattern.sub(replacement, text)
        return text


def _accented(letter: str, accent: str, alone: str) -> str:
    """Return ``letter`` with an accent. The accent is put on the first character, which loses its dot."""
    letter = DOTTED.get(letter, letter)
    return unicodedata.normalize("NFC", letter[0] + accent + letter[1:]) if letter.strip() else alone


def _number(text: str) -> str:
    return EXPONENT.sub(lambda found: f" \N{MULTIPLICATION SIGN} 10{found[1].translate(RAISED)}", text).replace(
        "+-", "±"
    )


def _with_unit(number: str, unit: str) -> str:
    return f"{number}{'' if unit[:1] in NO_BLANK else ' '}{unit}"

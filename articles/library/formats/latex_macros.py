"""The LaTeX commands that bibliographies use, with their text. Other symbols come from pylatexenc."""

from collections.abc import Mapping
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

SYMBOLS: Mapping[str, str] = {
    **{char: char for char in "%&#_{}$|"},
    **dict.fromkeys((" ", "\n", "\t", ",", ";", ":", ">", "\\", "newline", "linebreak", "par", "break", "item"), " "),
    **dict.fromkeys(("space", "thinspace", "enspace", "quad", "qquad", "nobreakspace", "hfill", "tabularnewline"), " "),
    **dict.fromkeys(("-", "/", "!", "@", "relax", "protect", "left", "right", "middle", "noindent", "xspace"), ""),
    **dict.fromkeys(("big", "Big", "bigl", "bigr", "limits", "nolimits", "displaystyle", "ignorespaces", "string"), ""),
    "textless": "<",
    "textgreater": ">",
    "lt": "<",
    "gt": ">",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textbackslash": "\\",
    "textunderscore": "_",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textquotesingle": "'",
    "textquotedbl": '"',
    "textasteriskcentered": "*",
    "textperiodcentered": "·",
    "textminus": "\u2212",
    "textcelsius": "°C",
    "celsius": "°C",
    "degree": "°",
    "degreeCelsius": "°C",
    "percent": "%",
    "micro": "µ",
    "slash": "/",
    "copyright": "©",
    "pounds": "£",
    "euro": "€",
    "EUR": "€",
    "S": "§",
    "P": "¶",
    "ddag": "‡",
    "checkmark": "✓",
    "lq": "\N{LEFT SINGLE QUOTATION MARK}",
    "rq": "\N{RIGHT SINGLE QUOTATION MARK}",
    "lbrack": "[",
    "rbrack": "]",
    "colon": ":",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "BibTeX": "BibTeX",
}
"""Texts that pylatexenc does not have, or has in another form."""

NOT_SYMBOLS = frozenset(
    {"today", "ref", "autoref", "cref", "Cref", "eqref", "cite", "citet", "citep", "vspace", "hspace"}
)
"""Names for which pylatexenc has a stand-in that says nothing of this text."""

KEPT = frozenset(
    {
        *("mbox", "hbox", "fbox", "makebox", "text", "textrm", "textsf", "texttt", "textup", "textmd", "textnormal"),
        *("textsc", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "mathbb", "mathcal", "mathscr"),
        *("mathfrak", "boldsymbol", "bm", "operatorname", "uppercase", "MakeUppercase", "lowercase", "underline"),
        *("overline", "textgreek", "foreignlanguage", "natexlab", "bibinfo", "bibnamefont", "bibfnamefont", "emdash"),
        *("rm", "sf", "tt", "sc", "up", "md", "normalfont", "rmfamily", "sffamily", "ttfamily", "upshape", "scshape"),
        *("small", "footnotesize", "scriptsize", "tiny", "large", "Large", "normalsize", "bfseries", "bf"),
    }
)
"""Commands that change only the look of the text after them."""

DROPPED = frozenset({"label", "index", "hspace", "vspace", "phantom", "hphantom", "vphantom", "begin", "end", "color"})
"""Commands whose one argument is no text."""

STYLES: Mapping[str, str] = {"textit": "i", "emph": "i", "textsl": "i", "textbf": "b"}
"""Commands whose argument has markup in CSL."""

FONTS: Mapping[str, str] = {"it": "i", "em": "i", "sl": "i", "itshape": "i", "slshape": "i"}
"""Commands that set the font up to the end of their group."""

ACCENTS: Mapping[str, tuple[str, str]] = {
    "`": ("\u0300", "`"),
    "'": ("\u0301", "\N{ACUTE ACCENT}"),
    "^": ("\u0302", "^"),
    "~": ("\u0303", "~"),
    "=": ("\u0304", "¯"),
    "u": ("\u0306", "˘"),
    ".": ("\u0307", "˙"),
    '"': ("\u0308", "¨"),
    "r": ("\u030a", "˚"),
    "H": ("\u030b", "˝"),
    "v": ("\u030c", "ˇ"),
    "d": ("\u0323", ""),
    "c": ("\u0327", "\N{CEDILLA}"),
    "k": ("\u0328", "\N{OGONEK}"),
    "b": ("\u0331", ""),
    "t": ("\u0361", ""),
    "hat": ("\u0302", ""),
    "bar": ("\u0304", ""),
    "tilde": ("\u0303", ""),
    "dot": ("\u0307", ""),
    "ddot": ("\u0308", ""),
    "vec": ("\u20d7", ""),
}
"""For each accent its combining character, and the character that it is without a letter."""

UNIT_LINES = """
atto=a femto=f pico=p nano=n micro=µ milli=m centi=c deci=d deca=da hecto=h kilo=k mega=M giga=G tera=T
gram=g litre=L liter=L metre=m meter=m second=s minute=min hour=h day=d mole=mol molar=M kelvin=K pascal=Pa
bar=bar joule=J watt=W volt=V ampere=A hertz=Hz newton=N tesla=T becquerel=Bq gray=Gy sievert=Sv ohm=Ω
dalton=Da mmHg=mmHg candela=cd kg=kg mg=mg ug=µg ng=ng mL=mL ml=mL uL=µL cm=cm mm=mm um=µm nm=nm mmol=mmol
umol=µmol per=/ squared=² cubed=³ square= cubic=
"""
UNITS: Mapping[str, str] = dict(unit.split("=") for unit in UNIT_LINES.split())
"""Units and prefixes of the LaTeX package siunitx, version 3. An empty one stands before its unit."""

POWERS: Mapping[str, str] = {"square": "²", "cubic": "³"}


LIBRARY = get_default_latex_context_db()
"""The symbols that pylatexenc knows."""


@cache
def symbol(name: str) -> str | None:
    r"""Return the text of a command without arguments, None if it is unknown. ``\textalpha`` is as ``\alpha``."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    spec = None if name in NOT_SYMBOLS else LIBRARY.get_macro_spec(name)
    text = spec.simplify_repl if spec else None
    if isinstance(text, str) and "%" not in text:
        return text
    return symbol(name[4:]) if name.startswith("text") and len(name) > 5 else None

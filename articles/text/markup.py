"""Markup that writers use beyond CommonMark: subscripts, superscripts, definition lists and comments.

Our own rules read subscripts and superscripts. Those of mdit-py-plugins take everything inside as letters, so
``^[@key]^`` would lose its citation, and ``10^9-10^12`` would show a power of 9-10.
"""

import re
from collections.abc import Sequence

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

SUBSCRIPT, SUPERSCRIPT = "subscript", "superscript"
"""The types of the two kinds of tokens. ``content`` has the words; there is no markup inside."""

SCRIPTS = (SUBSCRIPT, SUPERSCRIPT)

_WORDS = r"(?:(?:\\?\*){1,3}|(?:[^\s~^<>\[\]\\`*_@]|\\ ){1,40})"
SCRIPT = re.compile(
    rf"(?<=[\w)*])~(?P<sub>{_WORDS})~(?![\d~])"
    rf"|(?<!\^)\^(?P<sup>{_WORDS})\^(?![\d^])"
    r"|<(?P<tag>sub|sup)>(?P<words>(?:\\?\*){1,3}|[^<>\[\]\\`*_@\n]{1,80})</(?P=tag)>",
    re.IGNORECASE,
)
"""Pandoc's notation, and the two HTML elements. A blank inside Pandoc's notation is written ``\\ ``.

A digit after the closing sign means that there are two powers or two "about", such as 10^9-10^12 or ~5-~10.
"""

LOWERED = str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
RAISED = str.maketrans("0123456789+-\u2212=()abcdeghin", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᵍʰⁱⁿ")
"""The characters of Unicode for digits and signs, and for the letters of table notes. All others stay as they are."""

OPENING, CLOSING = "<!--", "-->"


def add_markup(parser: MarkdownIt) -> None:
    """Let ``parser`` read all markup of this module."""
    parser.use(deflist_plugin)
    parser.core.ruler.before("block", "comment", _remove_comments)
    parser.inline.ruler.before("link", "script", _script)
    for kind in SCRIPTS:
        parser.add_render_rule(kind, _write_script)


def script_words(kind: str, content: str) -> str:
    """Return the ``content`` of a token of this ``kind`` in plain words, as many characters as it has.

    10⁹ is not 109.
    """
    return content.translate(LOWERED if kind == SUBSCRIPT else RAISED)


def without_comments(text: str) -> str:
    """Return ``text`` without its comments, also those in code. Line ends in them stay, so no line gets another number.

    A comment that is never closed stays, because the rest of the text would be hidden with it.
    """
    kept: list[str] = []
    done = start = 0
    while (start := text.find(OPENING, start)) >= 0:
        end = text.find(CLOSING, start + len(OPENING))
        if end < 0:
            break
        if text[start - 1 : start] == "\\":
            start += len(OPENING)
            continue
        kept += [text[done:start], "\n" * text.count("\n", start, end)]
        done = start = end + len(CLOSING)
    return "".join([*kept, text[done:]])


def _remove_comments(state: StateCore) -> None:
    state.src = without_comments(state.src)


def _script(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Inline rule: a subscript or superscript becomes one token."""
    found = SCRIPT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        is_sub = (found["tag"] or "").lower() == "sub" or bool(found["sub"])
        token = state.push(SUBSCRIPT if is_sub else SUPERSCRIPT, "", 0)
        token.content = unescapeAll((found["sub"] or found["sup"] or found["words"]).replace("\\ ", " "))
    state.pos = found.end()
    return True


def _write_script(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, _env: dict) -> str:
    tag = "sub" if tokens[index].type == SUBSCRIPT else "sup"
    return f"<{tag}>{escape(tokens[index].content)}</{tag}>"

"""Markup that the renderer does not support, so that readers would see it as it is written.

Articles come from many systems, each with a Markdown of its own. The patterns look at the words that are left after
parsing, without code, so whatever is supported does not match.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from markdown_it.token import Token

from articles.preflight.codes import Code
from articles.preflight.draft import Draft, ParsedText
from articles.preflight.findings import Finding
from articles.preflight.markup import find_with_lines, first_line, line_breaks, matches_with_lines, plain_blocks
from articles.text.markup import OPENING, SCRIPT

ELEMENTS = (
    "table|caption|thead|tbody|tfoot|tr|td|th|colgroup|col|div|span|p|br|hr|b|i|u|s|em|strong|small|big|mark|font"
    "|center|sub|sup|a|img|figure|figcaption|video|audio|iframe|ul|ol|li|dl|dt|dd|h[1-6]|blockquote|pre|code|q|cite"
    "|abbr|del|ins|details|summary|section|article|header|footer|style|script|link|meta|svg|math|input|button|form"
)
"""The elements of HTML that people write in texts. Other words in angle brackets may be meant as they are."""

PATTERNS = {
    "comment": OPENING,
    "formula": r"\$\$[^$]{1,500}\$\$|(?<![\w$])\$(?=[^\s$])[^$\n]{1,200}(?<=\S)\$(?![\w$])",
    "element": rf"<(?:{ELEMENTS})(?:\s[^<>]{{0,300}})?/?>",
    "image": r"!\[[^\[\]\n]{0,200}\]\(",
    "block": r"^:{3,}[^\n]{0,100}",
    "note": r"\^\[[^\[\]]{1,200}\]",
    "power": r"(?<!\[)\^[\w+\u2212-]{1,20}\^?",
    "command": r"\\[A-Za-z]{2,30}",
    "heading": r"^#{2,6}[^\s#][^\n]{0,60}",
    "row": r"^\|[^\n]{0,200}\|[ \t]*$",
    "emphasis": r"(?<!\*)\*\*(?!\*)|(?<!_)__(?!_)",
    "highlight": r"==[^\s=][^=\n]{0,100}==",
    "attribute": r"\{[#.:][\w.# :=-]{1,60}\}",
    "template": r"\{\{[^{}\n]{0,100}\}\}|\{%[^{}\n]{0,100}%\}",
    "callout": r"\[![A-Za-z]{1,20}\]",
    "checkbox": r"^\[[ xX]\](?=\s)",
    "page link": r"\[\[[^\[\]\n]{1,100}\]\]",
}
UNSUPPORTED = re.compile(
    "|".join(f"(?P<{name.replace(' ', '_')}>{pattern})" for name, pattern in PATTERNS.items()),
    re.IGNORECASE | re.MULTILINE,
)

LINK = re.compile(r"\[[^\[\]\n]{1,200}\]\([^()\s]{1,500}\)")

IN_WORDS: Mapping[str, tuple[str, str]] = {
    "formula": ("formula", "Write it in plain words, with 10^9^ for a superscript and H~2~O for a subscript."),
    "element": ("HTML element", "Write it in Markdown. Of HTML, only <sub> and <sup> around plain words are read."),
    "image": ("image", "Describe in words what it shows, or link to its page."),
    "block": ("block sign", "Take the line out, or make the block a quotation with “>”."),
    "note": ("footnote", "Write [^1] here, and its words on a line of their own that begins with [^1]:."),
    "power": ("sign", "Write a superscript between two signs, without blanks and followed by no digit: 10^9^."),
    "command": ("LaTeX command", "Write the character itself."),
    "heading": ("heading", "Put a blank after the number signs."),
    "row": ("table row", "Put a line such as |---|---| under the first row, and an empty line before it."),
    "emphasis": ("sign for emphasis", "Put it directly before and behind the words, without blanks inside."),
    "highlight": ("highlighting", "Use **strong** words."),
    "attribute": ("attribute", "Take it out."),
    "template": ("placeholder", "Write the words that it stands for."),
    "callout": ("callout sign", "Write it as a strong word, such as **Note**."),
    "checkbox": ("check box", "Take it out."),
    "page_link": ("link", "Write it as [words](https://…)."),
}
"""For each kind, its name in a finding, and what to do about it."""

QUOTED = 80
"""Characters of the markup that a finding quotes."""


def visible_markup(draft: Draft) -> Iterator[Finding]:
    """Yield markup that readers would see as source text, with its line: each kind once in a block if it is the same.

    A comment that they would see is an error: it was written for nobody to read.
    """
    yield from _in_plain_text("/question", draft.version.question)
    for text in draft.texts:
        yield from _in_plain_text(f"{text.pointer}/summary", text.rendition.summary)
        for words, first in plain_blocks(text.tokens):
            yield from _in_block(text, words, first)
        for line in _images(text.tokens):
            yield _finding(text, "image", "![…]", line)


def _in_plain_text(pointer: str, text: str) -> Iterator[Finding]:
    """Yield markup of any kind in a part that has none, once a line."""
    if OPENING in text:
        detail = f"Readers would see the comment that begins with {OPENING}: this part has no markup."
        yield Finding(Code.VISIBLE_COMMENT, pointer, detail, "Take the comment out.")
        return
    found: dict[int, str] = {}
    for pattern in (SCRIPT, LINK, UNSUPPORTED):
        for written, line in find_with_lines(pattern, text, first=1):
            found.setdefault(line, written)
    for line, written in found.items():
        detail = f"`{_short(written)}` will be shown as it is written: this part has no markup."
        remedy = "Write the characters themselves, such as 10⁹ and H₂O, or plain words."
        yield Finding(Code.SHOWN_AS_WRITTEN, pointer, detail, remedy, line)


def _in_block(text: ParsedText, words: str, first: int) -> Iterator[Finding]:
    found: dict[tuple[str, str], int] = {}
    for match, line in matches_with_lines(UNSUPPORTED, words, first=first):
        found.setdefault((match.lastgroup or "", " ".join(match[0].split())), line)
    for (kind, written), line in found.items():
        if kind == "comment":
            detail = f"Line {line}: readers would see this comment, because it does not end with --> or begins with \\."
            yield Finding(Code.VISIBLE_COMMENT, text.body, detail, "End it with -->, or take it out.", line)
        else:
            yield _finding(text, kind, written, line)


def _finding(text: ParsedText, kind: str, written: str, line: int) -> Finding:
    name, remedy = IN_WORDS[kind]
    detail = f"Line {line}: the {name} `{_short(written)}` will be shown as it is written."
    return Finding(Code.SHOWN_AS_WRITTEN, text.body, detail, remedy, line)


def _short(written: str) -> str:
    return written if len(written) <= QUOTED else f"{written[: QUOTED - 1]}…"


def _images(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the line of each image whose address is that of a link: readers see the sign “!” and a link."""
    for token in tokens:
        line = first_line(token)
        for before, child in pairwise(token.children or []):
            line += line_breaks(before)
            if child.type == "link_open" and before.type == "text" and before.content.endswith("!"):
                yield line

"""Numbers without brackets that look like citations, as they are left when a page with superscripts is copied."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from articles.preflight.markup import find_with_lines, first_line, line_breaks, plain_blocks
from articles.text.markup import SUPERSCRIPT

LIST = r"\d{1,3}(?:[ \t]?[,;\u2010-\u2015-][ \t]?\d{1,3})"
"""A number and a repeatable next one."""

AT_THE_END = r"(?=[ \t]{0,9}$)"
BEFORE_A_SENTENCE = r"(?=[ \t]{1,9}[A-Z(])"
BARE = re.compile(
    r"(?<=[^\W\d_]{4}[.!?])"  # a word and a full stop: not 1.5, e.g.5 or p.12
    rf"(?:{LIST}{{0,20}}(?:{AT_THE_END}|{BEFORE_A_SENTENCE})"
    rf"|[ \t]{{1,2}}(?:{LIST}{{1,20}}{BEFORE_A_SENTENCE}|{LIST}{{0,20}}{AT_THE_END}))",
    re.MULTILINE,
)
"""Numbers after a sentence: "… acetaminophen. 1, 2", "… acetaminophen.1 It …"."""

RAISED = re.compile(rf"{LIST}{{0,20}}")
ENDS_WORD = re.compile(r"[^\W\d_]{4}\Z|[.,;:!?]\Z")
ENDS_UNIT = re.compile(r"(?:met(?:re|er)s?|inch|foot|feet)\Z", re.IGNORECASE)


def bare_numbers(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield numbers after a sentence that look like citations, each with its line."""
    for words, first in plain_blocks(tokens):
        yield from find_with_lines(BARE, words, first=first)


def raised_numbers(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield superscript numbers that readers would take for citations, each with its line.

    A number after a figure, a short word or a unit is a power: 10^9^, cm^2^, metre^2^.
    """
    for token in tokens:
        line = first_line(token)
        for before, child in pairwise(token.children or []):
            line += line_breaks(before)
            is_number = child.type == SUPERSCRIPT and RAISED.fullmatch(child.content)
            if is_number and ENDS_WORD.search(before.content[-8:]) and not ENDS_UNIT.search(before.content[-8:]):
                yield child.content, line


def numbered_citations(draft: Draft) -> Iterator[Finding]:
    """Yield numbers that look like citations. Superscripts look to readers exactly as citations do, so they refuse."""
    remedy = "Cite the work as [@key], or write the number as part of the sentence."
    for text in draft.texts:
        for marker, line in raised_numbers(text.tokens):
            detail = f"Line {line}: ^{marker}^ looks like a citation, but readers would find no reference for it."
            yield Finding(Code.UNREAD_MARKER, text.body, detail, remedy, line)
        for marker, line in bare_numbers(text.tokens):
            detail = f"Line {line}: “{marker}” after a sentence looks like a citation."
            yield Finding(Code.BARE_NUMBER, text.body, detail, remedy, line)

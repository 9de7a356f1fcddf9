"""Findings in the footnotes of the texts."""

from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from articles.preflight.markup import first_line
from articles.text.footnotes import OPENING, references_in


def stray_footnotes(draft: Draft) -> Iterator[Finding]:
    """Yield footnotes that nothing refers to, and references in headings, which readers see without them."""
    for text in draft.texts:
        for opening, inside in pairwise([*text.tokens, Token("", "", 0)]):
            line = first_line(opening)
            if opening.type == OPENING and not opening.meta["references"]:
                label = opening.meta["label"]
                detail = f"Line {line}: nothing refers to the footnote [^{label}], or there are two of that name."
                remedy = f"Write [^{label}] where the footnote belongs, give it another name, or take it out."
                yield Finding(Code.STRAY_FOOTNOTE, text.body, detail, remedy, line)
            elif opening.type == "heading_open" and references_in([inside]):
                detail = f"Line {line}: this heading refers to a footnote. Headings are shown without such references."
                yield Finding(Code.STRAY_FOOTNOTE, text.body, detail, "Refer to it from a sentence.", line)

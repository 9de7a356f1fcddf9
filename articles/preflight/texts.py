"""Findings in the texts: missing parts, faulty citations, and poor readability."""

import re
from collections.abc import Iterator

from articles.preflight.codes import Code
from articles.preflight.draft import Draft, ParsedText
from articles.preflight.findings import Finding
from articles.preflight.markup import find_with_lines, plain_blocks
from articles.text.claims import StatementKind, is_clinical
from articles.text.readability import grades, sentence_words

MARKER = re.compile(
    r"\[(?:\d{1,4}(?:\s*[,;\u2010-\u2015-]\s*\d{1,4})*|\^[\w-]{1,40}|[^\[\]]{0,200}?(?<![\w.])@[A-Za-z0-9_][^\[\]]{0,200})\]"
)
"""Citations in other notations, which are left as plain words: [5], [2, 3], [4-6], [^1], [see @smith2020]."""

FOOTNOTE = "Write the footnote on a line of its own that begins with {}:, or cite the work as [@key]."
"""What to do about a reference to a footnote that is not there."""

LONGEST = 40
"""Maximum number of words of a sentence. Readers lose the thread at 40; plain-language guides recommend 20 to 25."""

QUOTED = 80
"""Characters of a sentence that a finding quotes."""


def missing_content(draft: Draft) -> Iterator[Finding]:
    """Yield required parts that are missing, and audiences without a text."""
    if not draft.version.question.strip():
        yield Finding(Code.NO_QUESTION, "/question", "There is no question.", "Write the question.")
    if not draft.texts:
        yield Finding(Code.NO_TEXT, "/renditions", "There is no text.", "Write the primary text.")
    for text in draft.texts:
        for code, name in ((Code.NO_SUMMARY, "summary"), (Code.NO_BODY, "body")):
            if not getattr(text.rendition, name).strip():
                yield Finding(code, f"{text.pointer}/{name}", f"The {name} is empty.", f"Write the {name}.")
    if draft.texts and not any(text.mentions for text in draft.texts):
        remedy = "Cite the works that support the answer as [@key]."
        yield Finding(Code.NO_CITATION, "/citations", "Nothing is cited.", remedy)
    yield from _audiences(draft)


def _audiences(draft: Draft) -> Iterator[Finding]:
    names = {text.rendition.audience.code: text.rendition.audience.name for text in draft.texts}
    for audience in draft.audiences if draft.texts else ():
        if audience.code not in names:
            code = draft.policy.stand_in(audience.code, among=names) if draft.policy else None
            shown = f"the one for “{names[code]}”" if code else "the primary one"
            detail = f"There is no text for “{audience.name}”; they are shown {shown}."
            yield Finding(Code.MISSING_TEXT, "/renditions", detail, "Write one, if that text is not for them.")


def dangling_citations(draft: Draft) -> Iterator[Finding]:
    """Yield citations without a work, and text that only looks like a citation."""
    for text in draft.texts:
        for citation in text.mentions:
            if citation.key not in draft.works:
                detail = f"Line {citation.line}: [@{citation.key}] matches no work in the library."
                remedy = "Add the work to the library under this key, cite another work, or remove the citation."
                yield Finding(Code.DANGLING_CITATION, text.body, detail, remedy, citation.line)
        yield from _unread_markers(text)
    yield from _in_plain_text("/question", draft.version.question)


def _unread_markers(text: ParsedText) -> Iterator[Finding]:
    for block_words, first in plain_blocks(text.tokens):
        for marker, line in find_with_lines(MARKER, block_words, first=first):
            detail = f"Line {line}: {marker} looks like a citation, but readers would find no reference for it."
            remedy = "Cite the work as [@key]. Put other text in round brackets."
            if marker.startswith("[^"):
                detail, remedy = f"Line {line}: there is no footnote {marker}.", FOOTNOTE.format(marker)
            yield Finding(Code.UNREAD_MARKER, text.body, detail, remedy, line)
    yield from _in_plain_text(f"{text.pointer}/summary", text.rendition.summary)


def _in_plain_text(pointer: str, text: str) -> Iterator[Finding]:
    for marker, line in find_with_lines(MARKER, text, first=1):
        detail = f"{marker} is a citation in a part that is shown without references."
        yield Finding(Code.UNREAD_MARKER, pointer, detail, "Move the citation into the body.", line)


def readability(draft: Draft) -> Iterator[Finding]:
    """Yield texts above the reading grade of their audience, and very long sentences."""
    for text in draft.texts:
        yield from _grade(text)
        for statement in text.statements:
            length = len(sentence_words(statement.text)) if statement.role is StatementKind.SENTENCE else 0
            if length > LONGEST:
                detail = f"Line {statement.line}: a sentence of {length} words: {_quoted(statement.text)}"
                yield Finding(
                    Code.LONG_SENTENCE, text.body, detail, "Split it in two, or make it a list.", statement.line
                )


def _grade(text: ParsedText) -> Iterator[Finding]:
    target = text.rendition.audience.target_grade
    result = grades(statement.text for statement in text.statements if statement.role is StatementKind.SENTENCE)
    if target is None or result is None or round(result.highest) <= target:
        return
    smog = f", SMOG {result.smog:.1f}" if result.smog is not None else ""
    detail = (
        f"Reading grade {round(result.highest)} where “{text.rendition.audience.name}” has a target of {target} "
        f"(Flesch-Kincaid {result.flesch_kincaid:.1f}{smog}; {result.words} words in {result.sentences} sentences)."
    )
    yield Finding(Code.READING_GRADE, text.body, detail, "Shorten sentences and choose shorter words.")


def uncited_claims(draft: Draft) -> Iterator[Finding]:
    """Yield clinical statements without a citation."""
    for text in draft.texts:
        for statement in text.statements:
            if not statement.keys and is_clinical(statement.text):
                detail = f"Line {statement.line}: nothing is cited at {_quoted(statement.text)}"
                remedy = "Cite the work that supports it, or reword it so that it needs no citation."
                yield Finding(Code.UNCITED_CLAIM, text.body, detail, remedy, statement.line)


def _quoted(sentence: str) -> str:
    return f"“{sentence if len(sentence) <= QUOTED else sentence[: QUOTED - 1].rstrip() + '…'}”"

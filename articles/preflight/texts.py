"""What is found in the texts: what is missing, what is cited wrongly, what is hard to read."""

import re
from collections.abc import Iterator

from articles.claims import Role, is_clinical
from articles.preflight.codes import Code
from articles.preflight.draft import Draft, ReadText
from articles.preflight.findings import Finding
from articles.preflight.markup import find, plain_blocks
from articles.readability import grades, words

MARKER = re.compile(
    r"\[(?:\d{1,4}(?:\s*[,;\u2010-\u2015-]\s*\d{1,4})*|\^\w{1,40}|[^\[\]]{0,200}?(?<![\w.])@[A-Za-z0-9_][^\[\]]{0,200})\]"
)
"""In plain words, so that nothing read it as a citation: [5], [2, 3], [4-6], [^1], [see @smith2020]."""

LONGEST = 40
"""Words in a sentence; at 40 readers of every kind lose the thread. Plain-language guides ask for 20 to 25."""

QUOTED = 80
"""Characters of a sentence that a finding quotes."""


def missing(draft: Draft) -> Iterator[Finding]:
    """What a version cannot do without, and audiences without a text."""
    if not draft.version.question.strip():
        yield Finding(Code.NO_QUESTION, "/question", "There is no question.", "Write the question.")
    if not draft.texts:
        yield Finding(Code.NO_TEXT, "/renditions", "There is no text.", "Write the primary text.")
    for text in draft.texts:
        for code, name in ((Code.NO_SUMMARY, "summary"), (Code.NO_BODY, "body")):
            if not getattr(text.rendition, name).strip():
                yield Finding(code, f"{text.pointer}/{name}", f"The {name} is empty.", f"Write the {name}.")
    if draft.texts and not any(text.mentions for text in draft.texts):
        remedy = "Cite the works that the answer stands on as [@key]."
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


def dangling(draft: Draft) -> Iterator[Finding]:
    """Citations without a work, and what only looks like a citation."""
    for text in draft.texts:
        for mention in text.mentions:
            if mention.key not in draft.works:
                detail = f"Line {mention.line}: [@{mention.key}] names no work of the library."
                remedy = "Add the work to the library under this key, cite another, or take the marker out."
                yield Finding(Code.DANGLING_CITATION, text.body, detail, remedy, mention.line)
        yield from _unread(text)
    yield from _in_plain_text("/question", draft.version.question)


def _unread(text: ReadText) -> Iterator[Finding]:
    for words_of, first in plain_blocks(text.tokens):
        for marker, line in find(MARKER, words_of, first=first):
            detail = f"Line {line}: {marker} reads like a citation, and readers would find no reference to it."
            remedy = "Cite the work as [@key]; write what is none in round brackets."
            yield Finding(Code.UNREAD_MARKER, text.body, detail, remedy, line)
    yield from _in_plain_text(f"{text.pointer}/summary", text.rendition.summary)


def _in_plain_text(pointer: str, words_of: str) -> Iterator[Finding]:
    for marker, line in find(MARKER, words_of, first=1):
        detail = f"{marker} is a citation where readers are shown the words as they are."
        yield Finding(Code.UNREAD_MARKER, pointer, detail, "Move the citation into the body.", line)


def readability(draft: Draft) -> Iterator[Finding]:
    """Texts above the reading grade of their audience, and very long sentences."""
    for text in draft.texts:
        yield from _grade(text)
        for statement in text.statements:
            length = len(words(statement.text)) if statement.role is Role.SENTENCE else 0
            if length > LONGEST:
                detail = f"Line {statement.line}: a sentence of {length} words: {_quoted(statement.text)}"
                yield Finding(Code.LONG_SENTENCE, text.body, detail, "Make two of it, or a list.", statement.line)


def _grade(text: ReadText) -> Iterator[Finding]:
    target = text.rendition.audience.target_grade
    found = grades(statement.text for statement in text.statements if statement.role is Role.SENTENCE)
    if target is None or found is None or round(found.highest) <= target:
        return
    smog = f", SMOG {found.smog:.1f}" if found.smog is not None else ""
    detail = (
        f"Reading grade {round(found.highest)} where “{text.rendition.audience.name}” has a target of {target} "
        f"(Flesch-Kincaid {found.flesch_kincaid:.1f}{smog}; {found.words} words in {found.sentences} sentences)."
    )
    yield Finding(Code.READING_GRADE, text.body, detail, "Shorten sentences and choose shorter words.")


def uncited_claims(draft: Draft) -> Iterator[Finding]:
    """Statements that say something clinical and cite nothing."""
    for text in draft.texts:
        for statement in text.statements:
            if not statement.keys and is_clinical(statement.text):
                detail = f"Line {statement.line}: nothing is cited at {_quoted(statement.text)}"
                remedy = "Cite the work that it stands on, or say it so that it needs none."
                yield Finding(Code.UNCITED_CLAIM, text.body, detail, remedy, statement.line)


def _quoted(words_of: str) -> str:
    return f"“{words_of if len(words_of) <= QUOTED else words_of[: QUOTED - 1].rstrip() + '…'}”"

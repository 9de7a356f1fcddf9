"""Documentation, pages and mails use plain words: what ``tests/support/plain_words.txt`` lists is refused in them.

``tests/support/not_plain_yet.txt`` names the files that still have such words, and which. It only shrinks.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.no_cover

WORDS = ROOT / "tests" / "support" / "plain_words.txt"
NOT_YET = ROOT / "tests" / "support" / "not_plain_yet.txt"
DOCUMENTS = ["*.md", "docs/**/*.md", ".github/**/*.md", ".github/**/*.yml"]
TEMPLATES = ["*/templates/**/*.html", "*/templates/**/*.txt", "*/jinja2/**/*.html"]
NOT_OURS = {"node_modules", ".venv"}

CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]*`|\]\([^)]*\)|<https?:[^>]*>", re.DOTALL | re.MULTILINE)
"""Names of the code in a document, and addresses."""

TEMPLATE_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style)\b.*?</\1>", re.DOTALL)
READ_OUT = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-confirm|value)="([^"]*)"')
"""Attributes with words for people."""

TAG = re.compile(r"<[^>]*>", re.DOTALL)


@cache
def refused() -> dict[re.Pattern[str], str]:
    """The refused words as patterns, with what to write instead."""
    lines = [line for line in WORDS.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [(word.strip(), instead.strip()) for words, _, instead in map(_parted, lines) for word in words.split(",")]
    return {re.compile(rf"\b{_pattern(word)}\b", re.IGNORECASE): instead for word, instead in pairs}


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def prose(path: Path) -> str:
    """What people read of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".md", ".yml"}:
        return CODE.sub(" ", text)
    text = TEMPLATE_CODE.sub(" ", text)
    return TAG.sub(lambda tag: " ".join(READ_OUT.findall(tag[0])), text) if path.suffix == ".html" else text


def faults(text: str) -> Iterator[tuple[str, str]]:
    """Each refused word in ``text``, with what to write instead."""
    for pattern, instead in refused().items():
        yield from ((re.sub(r"\s+", " ", found[0]).lower(), instead) for found in pattern.finditer(text))


def files(patterns: list[str]) -> list[str]:
    found = {path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(str(path) for path in found if not NOT_OURS & set(path.parts))


def allowed() -> dict[str, set[str]]:
    """By file, the refused words that it still has."""
    lines = [line for line in NOT_YET.read_text().splitlines() if line and not line.startswith("#")]
    return {name: {word.strip() for word in words.split(",")} for name, _, words in map(_parted, lines)}


@pytest.mark.parametrize("name", files(DOCUMENTS + TEMPLATES))
def test_text_for_people_uses_plain_words(name):
    found = dict(faults(prose(ROOT / name)))
    new = {word: instead for word, instead in found.items() if word not in allowed().get(name, set())}
    assert not new, "write instead: " + "; ".join(f"“{word}”: {instead}" for word, instead in new.items())


def test_list_of_files_that_are_not_plain_yet_only_shrinks():
    present = {name: {word for word, _ in faults(prose(ROOT / name))} for name in files(DOCUMENTS + TEMPLATES)}
    gone = {name: words - present.get(name, set()) for name, words in allowed().items()}
    assert not {name: words for name, words in gone.items() if words}, "take these words off not_plain_yet.txt"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The house owes a mail.", ["house", "owes"]),
        ("As things\nstand, nothing is wrong.", ["as things stand"]),
        ("A household warehouse; the owner; retold.", []),
    ],
)
def test_refused_words_are_found_as_whole_words(text, words):
    assert [word for word, _ in faults(text)] == words


def test_code_and_markup_are_not_read(tmp_path):
    page, document = tmp_path / "page.html", tmp_path / "page.md"
    page.write_text('<p class="told" title="the door">{{ told }}{% if owed %}plain{% endif %}</p>')
    document.write_text("```sh\nowed\n```\n\n[plain](house.md), `told`\n")
    assert [word for word, _ in faults(prose(page))] == ["door"]
    assert list(faults(prose(document))) == []

"""Text for people uses plain words: what ``tests/support/plain_words.txt`` lists is refused in it.

That is documentation, pages, mails, the descriptions of the API, and strings with whole sentences in Python.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator

from editorial import exceptions
from tests.support.paths import ROOT

pytestmark = pytest.mark.no_cover

WORDS = ROOT / "tests" / "support" / "plain_words.txt"
DOCUMENTS = ["*.md", "docs/**/*.md", ".github/**/*.md", ".github/**/*.yml"]
TEMPLATES = ["*/templates/**/*.html", "*/templates/**/*.txt", "*/jinja2/**/*.html"]
CODE_FILES = [f"{app}/**/*.py" for app in ("articles", "config", "editorial", "reviews")]
NOT_OURS = {"node_modules", ".venv"}
OTHERS_WORDS = {"migrations", "demo", "stopwords.py", "clinical.py"}
"""Parts of paths whose strings are no words of the site to people: word lists, and texts of the demo."""

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


def refuse(text: str) -> None:
    """Fail if ``text`` has a refused word."""
    found = dict(faults(text))
    assert not found, "write instead: " + "; ".join(f"“{word}”: {instead}" for word, instead in found.items())


def strings(code: str) -> Iterator[str]:
    """Every string of two words or more in ``code``, without docstrings; what an f-string inserts is left out."""
    nodes = list(ast.walk(ast.parse(code)))
    read = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:  # an f-string comes before its parts
        if isinstance(node, ast.JoinedStr):
            read |= {id(part) for part in node.values}
            text = "…".join(part.value for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in read:
            text = node.value
        else:
            continue
        if " " in text.strip():
            yield text


def descriptions(node: object, *names: str) -> Iterator[tuple[str, str]]:
    """Every summary and description in the OpenAPI document, each with its place."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name in {"summary", "description"} and isinstance(value, str):
            yield "/".join(names), value
        yield from descriptions(value, *names, str(name))


def files(patterns: list[str]) -> list[str]:
    found = {path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(str(path) for path in found if not NOT_OURS & set(path.parts))


@pytest.mark.parametrize("name", files(DOCUMENTS + TEMPLATES))
def test_text_for_people_uses_plain_words(name):
    refuse(prose(ROOT / name))


@pytest.mark.parametrize("name", [name for name in files(CODE_FILES) if not OTHERS_WORDS & set(Path(name).parts)])
def test_strings_of_the_code_use_plain_words(name):
    texts = set(strings((ROOT / name).read_text(encoding="utf-8")))
    refuse("\n".join(sorted(texts)))


@pytest.fixture(scope="module")
def api():
    return dict(descriptions(SchemaGenerator().get_schema(request=None, public=True)))


def test_descriptions_of_the_api_use_plain_words(api):
    texts = {CODE.sub(" ", text) for text in api.values()}
    refuse("\n".join(sorted(texts)))


def test_descriptions_of_the_api_name_no_python(api):
    """Clients know nothing of modules, functions and exceptions."""
    refusals = "|".join(name for name, value in vars(exceptions).items() if isinstance(value, type))
    python = re.compile(rf"\bRaises\b|\b({refusals})\b(?=[,.]| \()|\b(articles|config|editorial|reviews)\.[a-z_]+")
    assert not {place: text for place, text in api.items() if python.search(text)}


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


def test_strings_are_read_without_docstrings_and_names():
    code = 'def f(told):\n    """The house."""\n    return "told", f"is {told} at {told}", "a " "door"\n'
    assert list(strings(code)) == ["is … at ", "a door"]


def test_code_and_markup_are_not_read(tmp_path):
    page, document = tmp_path / "page.html", tmp_path / "page.md"
    page.write_text('<p class="told" title="the door">{{ told }}{% if owed %}plain{% endif %}</p>')
    document.write_text("```sh\nowed\n```\n\n[plain](house.md), `told`\n")
    assert [word for word, _ in faults(prose(page))] == ["door"]
    assert list(faults(prose(document))) == []

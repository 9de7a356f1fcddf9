"""Every module, file and function that documentation, docstrings and comments name exists."""

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.no_cover

FOLDERS = "articles|config|docs|editorial|requirements|reviews|tests"
PACKAGES = "articles|config|editorial|reviews|tests"
FILE = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./-]*\w/?")
DOTTED = re.compile(rf"(?<![\w./@-])(?:{PACKAGES})(?:\.[A-Za-z_]\w*)+(?![\w/(]|\.\w)")
QUOTED = re.compile(r"`+([^`\n]+)`+")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
MADE = ("docs/client/build", "docs/client/dist", "docs/client/node_modules")
"""Made by a command, so that a fresh checkout has none."""


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.md")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def sources() -> list[Path]:
    roots = [ROOT / name for name in PACKAGES.split("|")]
    return sorted(path for root in roots for path in root.rglob("*.py") if "migrations" not in path.parts)


def explanations(path: Path) -> Iterator[str]:
    """The docstrings and comments of a module; a text below a constant is one, too."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def named(text: str) -> Iterator[str]:
    """The files and dotted names in ``text``."""
    yield from (name[0] for name in FILE.finditer(text) if "." in name[0] or name[0].endswith("/"))
    yield from (name[0] for name in DOTTED.finditer(text))


def exists(name: str) -> bool:
    if "/" in name:
        return name.startswith(MADE) or (ROOT / name).exists()
    parts = name.split(".")
    depth = next((size for size in count(len(parts), -1) if _is_module(parts[:size])), 0)
    if depth == len(parts):
        return True
    thing = importlib.import_module(".".join(parts[:depth]))
    for part in parts[depth:]:
        if not hasattr(thing, part) and part not in getattr(thing, "__annotations__", {}):
            return False
        thing = getattr(thing, part, None)
    return depth > 0


def _is_module(parts: list[str]) -> bool:
    place = ROOT.joinpath(*parts)
    return not parts or place.is_dir() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_exists(path):
    text = path.read_text(encoding="utf-8")
    quoted = [name for part in QUOTED.findall(text) for name in named(part)]
    assert [name for name in quoted if not exists(name)] == []


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_document_lead_to_files(path):
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_what_docstrings_and_comments_name_exists():
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for text in explanations(path)
        for name in named(text)
        if not exists(name)
    }
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("articles/lifecycle.py", True),
        ("articles/lives.py", False),
        ("articles.transitions.lock", True),
        ("articles.transitions.unlock", False),
        ("articles.text.claims", True),
        ("articles.gone.lock", False),
        ("reviews.models.Review.state", True),
    ],
)
def test_names_are_looked_up(name, there):
    assert exists(name) is there

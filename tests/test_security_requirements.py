"""The table of security requirements: every requirement has a row, and every test that a row names exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.no_cover

PAGE = ROOT / "docs" / "security.md"
SHOWN_BY = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")

LEVEL_1 = """6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
    7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5"""
LEVEL_2 = """6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1
    6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
    10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11 10.5.1
    10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3"""
"""The requirements of OWASP ASVS 5.0.0 of these levels in the chapters V6, V7 and V10."""

LEVELS = {**dict.fromkeys(LEVEL_1.split(), "1"), **dict.fromkeys(LEVEL_2.split(), "2")}
STATES = {"met", "open", "not met", "does not apply"}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named_tests() -> Iterator[tuple[str, str]]:
    yield from SHOWN_BY.findall(PAGE.read_text(encoding="utf-8"))


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_has_one_row_with_its_level():
    found = [(row[0], row[1]) for row in rows()]
    assert len(found) == len(set(found))
    assert dict(found) == LEVELS


def test_every_row_has_a_subject_a_state_and_how():
    for number, _level, subject, state, how in rows():
        assert subject, number
        assert "." in how, number
        assert state in STATES, number


def test_what_is_met_is_shown_by_a_test_and_nothing_else_is():
    assert [row[0] for row in rows() if (row[3] == "met") != bool(SHOWN_BY.search(row[4]))] == []


@pytest.mark.parametrize(("path", "name"), sorted(set(named_tests())))
def test_named_test_exists(path, name):
    assert name in functions(ROOT / path)

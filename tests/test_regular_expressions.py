"""No regular expression of the code takes time that grows with the square of a text.

Each is tried on texts that are made from it. The CPU time of a search is compared between two lengths.
"""

import re

import pytest

from tests.support.regular_expressions import Expression, expressions, hostile_texts

SHORT, LONG = 4_000, 16_000
NOISE = 0.02
"""Seconds that a linear search of a long text stays below."""


def slow_text(one: Expression) -> str:
    """Return the beginning of a text that takes more than in proportion to its length; empty if none is found."""
    lengths = (hostile_texts(one.pattern, size=size) for size in (SHORT, LONG))
    for short, long in zip(*lengths, strict=True):
        taken = one.seconds(long) if one.seconds(short) * LONG / SHORT > NOISE / 4 else 0
        if taken > NOISE and taken > 2 * LONG / SHORT * one.seconds(short):
            return long[:40]
    return ""


def test_no_expression_takes_quadratic_time():
    found = list(expressions())
    assert len(found) > 100
    assert {one.place: text for one in found if (text := slow_text(one))} == {}


@pytest.mark.parametrize("pattern", [r"\s+$", r"x*y", r"\w+@\w+\."])
def test_quadratic_expression_is_found(pattern):
    assert slow_text(Expression("here", re.compile(pattern), is_anchored=False))


@pytest.mark.parametrize("pattern", [r"(?<!\s)\s++$", r"\s", r"[^a]?b", r"\d{1,9}x", r"(?<!\w)\w++@"])
def test_linear_expression_is_not_found(pattern):
    assert not slow_text(Expression("here", re.compile(pattern), is_anchored=False))


def test_expression_that_is_matched_from_the_beginning_may_be_slow_to_search():
    assert not slow_text(Expression("here", re.compile(r"\s+$"), is_anchored=True))

"""Every step over a text takes time in proportion to its length, whatever a writer or a file puts into it.

The CPU time of the process is compared between two lengths in one run. ``TEXT_LENGTHS=50000,200000`` takes longer ones.
"""

import os
from time import process_time

import pytest

from articles.markdown_files.numbered_citations import named
from articles.markdown_files.table_markup import read_tables
from articles.preflight.links import REFUSED
from articles.preflight.markup import find_with_lines, link_targets, plain_blocks
from articles.preflight.numbered_citations import BARE, raised_numbers
from articles.preflight.texts import MARKER
from articles.preflight.visible_markup import UNSUPPORTED
from articles.published import numbered_markdown
from articles.text import content, passage_edits, quotations, readability, rendering
from articles.text.claims import extraction
from articles.text.comparison import compare
from editorial.record.canonical_json import normalised

pytestmark = pytest.mark.no_cover

SHORT, LONG = map(int, os.environ.get("TEXT_LENGTHS", "8000,32000").split(","))
NOISE = 0.03
"""Seconds below which a measurement says nothing."""

REPEATED = {
    "unclosed brackets": "[",
    "unclosed citations": "[@a",
    "closed citations": "[@a] ",
    "unclosed links": "[a](",
    "links": "[a](https://x.org/) ",
    "addresses": "<https://a.org> ",
    "left-open emphasis": "a**",
    "right-open emphasis": "_a",
    "mixed emphasis": "*a_",
    "nested emphasis": "**a *b ",
    "backticks": "a`",
    "tildes": "~~a",
    "quotes": "> ",
    "items": "- a\n",
    "headings": "## a\n",
    "rules": "a\n=\n",
    "entities": "&amp;",
    "backslashes": "\\",
    "round brackets": "([",
    "full stops": ". ",
    "closing quotes": '."',
    "initials": "A.",
    "abbreviations": "a.",
    "digits": "1",
    "thousands": "1 000",
    "lists of numbers": "[1, ",
    "compounds": "a-",
    "quotations": "\u201ca",
    "object replacement characters": "\ufffc ",
    "definitions": "[a]: x\n",
    "tags": "<a ",
    "comments": "<!--",
    "closed comments": "<!---->",
    "kept comments": "\\<!---->",
    "subscripts": "a~b~",
    "unclosed subscripts": "a~b ",
    "superscripts": "^a^",
    "carets": "a^",
    "blanks in superscripts": "^\\ ",
    "elements": "<sub>a</sub>",
    "unclosed elements": "<sub>a",
    "formulas": "$a",
    "blanks before signs": "a. 1 ",
    "cells": "<td>",
    "table rows": "<table><tr><td>a",
    "closed tables": "<table><tr><td>a</td></table>\n",
    "open tables": "<table",
    "declarations in tables": "\n<table><tr><td><![ ",
    "attributes in tables": "\n<table><tr><td <a ",
    "braces": "{{",
    "terms": "a\n: b\n",
    "definitions of one term": ": a\n",
    "nested definitions": ": ",
    "footnotes": "[^a]",
    "notes of one name": "[^a]: b[^a]\n\n",
    "unclosed footnotes": "[^a",
    "notes in notes": "[^a]: ",
}
FILLED = {
    "blanks": "a{0}b",
    "blanks in code": "```\na{0}b\n```\n",
    "blanks before a citation": "a{0}b [@a]",
    "blanks in a citation": "[@a{0}",
    "blanks in a locator": "[@a, p{0}]",
    "blanks in a link": "a]({0}x",
}
SPACES = {"spaces": " ", "em spaces": "\u2003", "tabs": "\t"}
TEXTS = {
    **{name: lambda size, part=part: (part * size)[:size] for name, part in REPEATED.items()},
    **{
        f"{name}: {kind}": lambda size, form=form, space=space: form.format(space * size)
        for name, form in FILLED.items()
        for kind, space in SPACES.items()
    },
    "one table": lambda size: f"<table><tr><td>{'a<!-' * (size // 4)}</td></tr></table>",
    "quotes in a table": lambda size: f"<table><tr><td>{'<a b=' * (size // 5)}</td></tr></table>",
    "declarations in one table": lambda size: f"<table><tr><td>{'<![a' * (size // 4)}</td></tr></table>",
    "instructions in one table": lambda size: f"<table><tr><td>{'<?a' * (size // 3)}</td></tr></table>",
    "long terms": lambda size: f"{'a' * size}\n: b\n",
    "nested terms": lambda size: "".join(f"{'  ' * level}a\n{'  ' * level}: b\n" for level in range(int(size**0.5))),
    "empty lines in code": lambda size: "```\na" + "\n" * min(size, content.MAX_LINES - 10) + "b\n```\n",
    "nested items": lambda size: "".join(" " * 2 * level + "- a\n" for level in range(int(size**0.5))),
    "notes that refer to each other": lambda size: "".join(
        f"[^{n}]: Is [^{n + 1}] [@a].\n\n" for n in range(size // 25)
    ),
    "wide table": lambda size: "".join(f"{cell * (size // 8)}|\n" for cell in ("|a", "|-", "|b")),
}


def find_in_preflight(text):
    tokens = rendering.parse(text)
    for words, first in plain_blocks(tokens):
        for pattern in (MARKER, REFUSED, UNSUPPORTED, BARE):
            list(find_with_lines(pattern, words, first=first))
    return list(link_targets(tokens)), list(raised_numbers(tokens))


STEPS = {
    "store": normalised,
    "render": lambda text: rendering.join_sections(rendering.render(text, numbers={"a": 1})),
    "replace keys": lambda text: rendering.replace_keys(text, keys={"a": "b"}),
    "find claims": extraction.uncited_statements,
    "grade": lambda text: readability.grades([text]),
    "write Markdown": lambda text: numbered_markdown.markdown(text, numbers={"a": 1}),
    "escape": numbered_markdown.escaped,
    "compare": lambda text: compare(text, text[len(text) // 2 :] + "x"),
    "find words": lambda text: passage_edits.find_words(text, "a b"),
    "quote": quotations.comparable_letters,
    "preflight": find_in_preflight,
    "read tables": read_tables,
    "convert numbers": lambda text: named(text, keys=["a"]),
}


def seconds(step, text):
    begun = process_time()
    step(text)
    return process_time() - begun


def longest_accepted(name):
    """A text with too much markup is refused when it is saved, so a shorter one is taken."""
    return next(
        size for size in (LONG >> halvings for halvings in range(8)) if not any(content.size_faults(TEXTS[name](size)))
    )


@pytest.mark.parametrize("name", TEXTS)
def test_no_step_over_a_text_grows_with_the_square_of_its_length(name):
    size, growth = longest_accepted(name), LONG / SHORT
    long, short = TEXTS[name](size), TEXTS[name](int(size / growth))
    for step, run in STEPS.items():
        took = seconds(run, long)
        if took > NOISE:
            assert took < max(NOISE, seconds(run, short)) * growth**1.75, step

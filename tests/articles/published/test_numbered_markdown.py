"""The text of an article as Markdown: it reads the same again, and nothing in it comes alive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.reading.plain import escaped, link_target, markdown
from articles.rendering import MARKDOWN, parse, plain_text, render, whole

NUMBERS = {"a": 1, "b": 2}


def again(body: str) -> str:
    return markdown(whole(render(body, numbers=NUMBERS)))


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("One [@a].\n\nTwo [@a, p. 3; @b](so it is).", "One [1].\n\nTwo [1, p. 3; 2]\\(so it is)."),
        ("[@a]: not a definition", "[1]\\: not a definition"),
        ("[@a] first", "[1] first"),
        ("# Head *up*\n\n### Deep\n\nText", "## Head up\n\n### Deep\n\nText"),
        ("- one\n- two\n  - inner\n\n    more", "- one\n- two\n\n  - inner\n\n    more"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("> said\n>\n> twice", "> said\n>\n> twice"),
        ("`` a`b `` and `c` and `` `d ``", "``a`b`` and `c` and `` `d ``"),
        ("```\nx ``` y\n```", "````\nx ``` y\n````"),
        ("a  \nb\n\n---\n\n**c** ~~d~~ *e*", "a\\\nb\n\n---\n\n**c** ~~d~~ *e*"),
        ("[here](https://e.org/a_b 'title')", "[here](<https://e.org/a_b>)"),
        ("[run](javascript:x)", "\\[run\\](javascript:x)"),
        ("|a|b|\n|-|-|\n|c [@a]|d\\|e|", "| a | b |\n| --- | --- |\n| c [1] | d\\|e |"),
        (
            "1\\. no list\n\n\\# no heading\n\n\\- no item\n\n2024",
            "1\\. no list\n\n\\# no heading\n\n\\- no item\n\n2024",
        ),
        ("![x](https://e.org/y.png)", "\\![x](<https://e.org/y.png>)"),
        ("[@gone]", "[\\[missing reference: gone\\]]"),
    ],
)
def test_text_is_written_as_it_reads(body, written):
    assert again(body) == written


@pytest.mark.parametrize(
    "text", ["# a", "1. a", "12) a", "- a", "+ a", "a *b* _c_", "<b>", "![x](y)", "&lt;", "a!", "=="]
)
def test_words_stay_words(text):
    (paragraph,) = [token for token in parse(escaped(text)) if token.type == "inline"]
    assert MARKDOWN.render(escaped(text)).startswith("<p>")
    assert plain_text(paragraph) == text


def test_address_stays_within_its_brackets():
    assert link_target("https://e.org/a b>c") == "<https://e.org/a%20b%3Ec>"


@given(st.text(alphabet="ab *_`[]()<>#+-.!|~&\\\"'1:=\n@;/", max_size=60))
def test_what_was_written_is_safe_and_loses_no_word(body):
    written = again(body)
    html = MARKDOWN.render(written)
    assert "<img" not in html
    first = "".join(char for char in _words(whole(render(body, numbers=NUMBERS))) if char in "ab1")
    assert "".join(char for char in _words(html) if char in "ab1") == first


def _words(html: str) -> str:
    inside, words = False, []
    for char in html:
        inside = char == "<" or (inside and char != ">")
        words += [] if inside else [char]
    return "".join(words)

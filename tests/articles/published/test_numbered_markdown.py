"""The text of an article as Markdown: it reads the same again, and nothing in it comes alive."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown_files.front_matter import split
from articles.published.numbered_markdown import escaped, link_target, markdown
from articles.text.rendering import MARKDOWN, first_appearance, join_sections, parse, plain_text, render
from reviews.demo.stage import CONTENT

NUMBERS = {"a": 1, "b": 2, "c": 3}


def again(body: str) -> str:
    return markdown(body, numbers=NUMBERS)


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("One [@a].\n\nTwo [@a, p. 3; @b](so it is).", "One [1].\n\nTwo [1, p. 3; 2]\\(so it is)."),
        ("[@a]: not a definition", "[1]\\: not a definition"),
        ("[@a] first", "[1] first"),
        ("One [@c] [@b; @a], two [@c, p. 3][@a].", "One [1\u20133], two [1; 3, p. 3]."),
        ("# Head *up*\n\n### Deep\n\nText", "## Head up\n\n### Deep\n\nText"),
        ("- one\n- two\n  - inner\n\n    more", "- one\n- two\n\n  - inner\n\n    more"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("> said\n>\n> twice", "> said\n>\n> twice"),
        ("`` a`b `` and `c` and `` `d ``", "``a`b`` and `c` and `` `d ``"),
        ("```\nx ``` y\n```", "````\nx ``` y\n````"),
        ("a  \nb\n\n---\n\n**c** ~~d~~ *e*", "a\\\nb\n\n---\n\n**c** ~~d~~ *e*"),
        ("[here](https://e.org/a_b 'title')", "[here](<https://e.org/a_b>)"),
        ("_a_ __b__ *c*", "_a_ __b__ *c*"),
        ("[@a]\n[here](https://e.org)", "[1] [here](<https://e.org>)"),
        ("[@a][here](https://e.org)", "[1][here](<https://e.org>)"),
        ("[file](ftp://e.org/a) [there](/a)", "file [there](</a>)"),
        ("## a \\##\n\n### \\#", "## a \\##\n\n### \\#"),
        ("#\n\ntext", "text"),
        ("    code", "```\ncode\n```"),
        ("*[@a]*[@b; @gone, p. 3]", "*[1]* [,2; \\[missing reference: gone\\], p. 3]"),
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
    first = "".join(char for char in _words(join_sections(render(body, numbers=NUMBERS))) if char in "ab1")
    assert "".join(char for char in _words(html) if char in "ab1") == first


WORDS = st.sampled_from(
    ["one", "1.", "two!", "#", "three", "-", "four", "a*b", "c_d", "<b>", "&lt;", "](x)", "\\*", "|", "=="]
)
INLINE = st.sampled_from(
    ["*e*", "_f_", "**g**", "__h__", "~~i~~", "`j`", "`` k`l ``", "[m](https://e.org)", "![n](/o)"]
)
CITED = st.sampled_from(["[@a]", "[@b, p. 3]", "[@c; @a]", "[@gone]", "[@a][@b]"])
LINE = st.lists(WORDS | INLINE | CITED, min_size=1, max_size=6).map(" ".join)
BLOCK = st.builds(
    "{}{}".format, st.sampled_from(["", "", "# ", "### ", "- ", "  - ", "7. ", "> ", "> - ", "---\n", "```\n"]), LINE
) | LINE.map("| {0} | b |\n|---|---|\n| c | {0} |".format)


@given(st.lists(BLOCK, max_size=6).map("\n\n".join))
def test_text_reads_as_on_the_page(body):
    assert _seen(MARKDOWN.render(again(body))) == _seen(join_sections(render(body, numbers=NUMBERS)))


@pytest.mark.parametrize("file", sorted(CONTENT.rglob("*.md")), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_text_of_the_demo_reads_as_on_the_page(file):
    body = split(file.read_text(), path=file).body
    numbers = {key: number for number, key in enumerate(first_appearance([body]), start=1)}
    on_page = _seen(join_sections(render(body, numbers=numbers)))
    assert _seen(MARKDOWN.render(markdown(body, numbers=numbers))) == on_page
    assert "[1" in on_page


def _seen(html: str) -> str:
    """What is read, without white space; citations, which stand high on the page, in brackets."""
    html = re.sub(r'<sup class="citation">(.*?)</sup>', r"[\1]", html)
    return "".join(unescape(re.sub("<[^>]*>", "", html)).split())


def _words(html: str) -> str:
    inside, words = False, []
    for char in html:
        inside = char == "<" or (inside and char != ">")
        words += [] if inside else [char]
    return "".join(words)

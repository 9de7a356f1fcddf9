"""Markdown in, safe HTML and numbered citations out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown_files.numbered_citations import named
from articles.text import citation_markers
from articles.text.citation_markers import runs
from articles.text.rendering import (
    CitationItem,
    citations_in,
    first_appearance,
    join_sections,
    parse,
    plain_text,
    render,
)

NUMBERS = {"a2020": 1, "b2021": 2, "c": 3, "d": 14, "e": 15}


def html(body: str) -> str:
    return join_sections(render(body, numbers=NUMBERS))


def test_citation_links_to_its_work_and_can_be_linked_back_to():
    assert html("Yes [@a2020; @b2021, p. 12] and [@a2020].") == (
        '<p>Yes<sup class="citation"><a href="#ref-1" id="cite-1-1" rel="noopener noreferrer">1</a>; '
        '<a href="#ref-2" id="cite-2-1" rel="noopener noreferrer">2</a>, p. 12</sup> and'
        '<sup class="citation"><a href="#ref-1" id="cite-1-2" rel="noopener noreferrer">1</a></sup>.</p>\n'
    )


def marker(body: str) -> str:
    """The words of all markers in ``body``, each in square brackets."""
    markers = re.findall(r'<sup class="citation">(.*?)</sup>', html(body))
    return "".join(f"[{re.sub('<[^>]*>', '', one)}]" for one in markers)


@pytest.mark.parametrize(
    ("body", "markers"),
    [
        ("x [@d; @e; @b2021; @c]", "[2,3,14,15]"),
        ("x [@c; @a2020; @b2021]", "[1\u20133]"),
        ("x [@d; @c; @a2020; @b2021; @e; @c]", "[1\u20133,14,15]"),
        ("x [@b2021][@a2020]", "[1,2]"),
        ("x [@c] [@a2020]\n[@b2021].", "[1\u20133]"),
        ("x [@c, p. 9; @b2021; @a2020]", "[1,2; 3, p. 9]"),
        ("x [@c; @b2021, p. 9; @a2020]", "[1; 2, p. 9; 3]"),
        ("x [@b2021, p. 9] [@c] [@b2021] [@a2020] [@b2021, p. 9]", "[1\u20133; 2, p. 9]"),
        (
            "x [@nobody; @c] [@other, p. 1; @a2020]",
            "[1,3; [missing reference: nobody]; [missing reference: other], p. 1]",
        ),
        ("x [@c], [@a2020] and [@b2021]", "[3][1][2]"),
        ("x [@c]  \n[@a2020]", "[3][1]"),
        ("x [@c]*[@a2020]*", "[3][,1]"),
        ("x [@c] *y* [@a2020]", "[3][1]"),
        ("x [@c] ", "[3]"),
    ],
)
def test_marker_has_its_numbers_in_vancouver_style(body, markers):
    assert marker(body) == markers


def test_ends_of_a_range_are_links_and_every_number_in_it_is_a_place():
    assert html("x [@a2020; @b2021; @c]") == (
        '<p>x<sup class="citation">'
        '<a href="#ref-1" id="cite-1-1" aria-label="References 1 to 3" rel="noopener noreferrer">1</a>\u2013'
        '<span id="cite-2-1"></span>'
        '<a href="#ref-3" id="cite-3-1" aria-label="Reference 3" rel="noopener noreferrer">3</a></sup></p>\n'
    )


def test_space_before_words_stays_after_markers_that_touch():
    assert html("x [@a2020] [@b2021] and").endswith("</sup> and</p>\n")
    assert html("x [@a2020] *and*").endswith("</sup> <em>and</em></p>\n")


@given(st.lists(st.integers(min_value=1, max_value=30)))
def test_runs_are_ascending_and_hold_every_number_once(numbers):
    assert [number for run in runs(numbers) for number in run] == sorted(set(numbers))
    assert all(len(run) != 2 for run in runs(numbers))


@given(st.lists(st.integers(min_value=1, max_value=30), min_size=1))
def test_marker_in_plain_words_is_read_back_by_the_import(numbers):
    keys = [str(number) for number in range(1, 31)]
    mentions = citations_in(named(f"x [{citation_markers.marker(numbers)}]", keys=keys))
    assert [int(mention.key) for mention in mentions] == sorted(set(numbers))


def test_citation_of_an_unknown_work_is_shown_as_missing():
    assert "[missing reference: nobody]" in html("Yes [@nobody, p. 1].")


@pytest.mark.parametrize(
    "text", ["[@]", "[@a", "[a@b.org]", "[@a; b]", "`[@a2020]`", r"\[@a2020]", "[see [@", "[@a [@b", "@a2020"]
)
def test_what_is_no_citation_stays_text(text):
    assert citations_in(text) == []
    assert "citation" not in html(text)


def test_citation_in_the_words_of_a_link_keeps_its_number():
    assert citations_in("[see [@a2020] there](https://example.org)") == [CitationItem("a2020", "", 1)]
    assert '<a href="#ref-1"' in html("[see [@a2020] there](https://example.org)")


def test_cited_gives_key_locator_and_line():
    body = "One [@a2020].\n\n- two\n- three [@b2021, pp. 3-4;@a2020]\n"
    assert citations_in(body) == [
        CitationItem("a2020", "", 1),
        CitationItem("b2021", "pp. 3-4", 4),
        CitationItem("a2020", "", 4),
    ]


def test_first_appearance_counts_over_all_texts_once():
    assert first_appearance(["[@b] [@a]", "[@c] [@a]"]) == ["b", "a", "c"]


def test_render_cuts_at_second_level_headings():
    sections = render("Intro.\n\n# Risk\n\nLow.\n\n### Detail\n\n## Risk\n\n## Ω\n\n## Risk 2", numbers={})
    assert [(section.id, section.heading) for section in sections] == [
        ("s-section", ""),
        ("s-risk", "Risk"),
        ("s-risk.2", "Risk"),
        ("s-section.2", "Ω"),
        ("s-risk-2", "Risk 2"),
    ]
    assert "<h3>Detail</h3>" in sections[1].html
    assert render("", numbers={}) == []
    assert render("## Only", numbers={})[0].html == ""


def test_render_keeps_a_heading_inside_a_quotation_there():
    (section,) = render("> ## Said\n>\n> Yes.", numbers={})
    assert re.sub(r"\s+", "", section.html) == "<blockquote><h2>Said</h2><p>Yes.</p></blockquote>"


def test_heading_with_markup_is_escaped_and_plain():
    assert html("## A *b*\n<script> & [@a2020]").startswith('<h2 id="s-a-b">A b</h2>')
    assert '<h2 id="s-x-y">x &lt; y</h2>' in html("## x < y")
    assert plain_text(parse("A *b* [@a2020].\nC")[1]) == "A b. C"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](http://evil.example/x.png)",
        "<a href='x' style='x' onclick='x'>",
        "[@a2020, <script>alert(1)</script>]",
        '[x](http://ok.example "onmouseover=alert(1)")',
        '<http://ok.example/"onclick=x>',
        "<style>*{}</style><iframe src=x>",
        "## <img src=x onerror=alert(1)>",
    ],
)
def test_nothing_that_loads_or_runs_leaves_the_renderer(attack):
    assert_harmless(html(attack))


def assert_harmless(out: str) -> None:
    tags = re.findall(r"<[a-z][^>]*>", out)
    assert not re.search(r"<(script|img|iframe|style|svg|object)", out)
    for tag in tags:
        names = re.findall(r"([a-z-]+)=\"[^\"]*\"", tag)
        assert set(names) <= {"href", "id", "title", "class", "rel", "start", "aria-label"}, tag
        assert not re.search(r"href=\"\s*(javascript|data|vbscript):", tag, re.IGNORECASE), tag


pieces = [
    "<",
    ">",
    '"',
    "'",
    "[",
    "]",
    "(",
    ")",
    "@",
    "a2020",
    "javascript:",
    "script",
    "onclick=",
    "\n",
    "# ",
    "`",
    "x",
]


@given(st.lists(st.sampled_from(pieces), max_size=30).map("".join))
def test_any_text_comes_out_harmless(body):
    assert_harmless(html(body))

"""Numbered markers of pages that were written elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown_files.numbered_citations import named
from articles.text.rendering import citations_in

KEYS = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("One [1]. Two[2], both [1, 3; 2].", "One [@a]. Two[@b], both [@a; @c; @b]."),
        ("A range [1-3] or [2\u20133].", "A range [@a; @b; @c] or [@b; @c]."),
        ("Side by side [1][2].", "Side by side [@a][@b]."),
        ("None [4-6] and [0].", "None [@4; @5; @6] and [@0]."),
        ("Backwards [3-1], endless [1-9999], [1-2-3], IQR [1.5-2] and [x].", None),
        ("A link [1](https://e.org) and \\[1].", None),
        ("Code `[1]` and ``[1] ` [2]`` end.", None),
        ("Open ` tick [1].", "Open ` tick [@a]."),
        ("```\n[1]\n~~~\n[2]\n```\n[3]", "```\n[1]\n~~~\n[2]\n```\n[@c]"),
        ("> ~~~ text\n> [1]\n> ~~~\n> [2]", "> ~~~ text\n> [1]\n> ~~~\n> [@b]"),
        ("See [1] and [2].\n\n[1]: https://e.org", "See [1] and [@b].\n\n[1]: https://e.org"),
        ("```\nnever closed [1]", None),
        ("", None),
    ],
)
def test_markers_become_citations_and_the_rest_stays(body, expected):
    assert named(body, keys=KEYS) == (body if expected is None else expected)


@given(st.text(st.sampled_from("[]()1234,-; `~\n\\a:>"), max_size=200))
def test_lines_stay_lines_and_only_works_and_numbers_are_cited(body):
    after = named(body, keys=KEYS)
    assert after.count("\n") == body.count("\n")
    assert all(mention.key in KEYS or mention.key.isdecimal() for mention in citations_in(after))

"""Two texts side by side, in bounded time."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparison import LINES, Budget, Row, Span, Words, _joined, compare, spans

ITEMS = st.lists(st.sampled_from("abcdef"), max_size=40)


def sides(rows):
    """The text of either side, as far as rows show it."""
    return (
        "\n".join("".join(word.text for word in row.before) for row in rows if row.before is not None),
        "\n".join("".join(word.text for word in row.after) for row in rows if row.after is not None),
    )


@given(before=ITEMS, after=ITEMS)
def test_spans_of_any_two_sequences_cover_both_in_order(before, after):
    runs = spans(before, after, budget=Budget())
    assert [item for run in runs for item in before[run.a : run.b]] == before
    assert [item for run in runs for item in after[run.c : run.d]] == after
    assert all(before[run.a : run.b] == after[run.c : run.d] for run in runs if run.same)


@given(before=ITEMS, after=ITEMS)
def test_spans_never_have_two_neighbours_of_one_kind(before, after):
    runs = spans(before, after, budget=Budget())
    assert all(one.same != other.same for one, other in itertools.pairwise(runs))


def test_spans_without_budget_are_replaced_as_a_whole():
    runs = spans(["a", "a", "b"], ["b", "b", "a"], budget=Budget(left=0))
    assert [run.same for run in runs] == [False]


def test_compare_same_texts_has_no_rows():
    assert compare("one\ntwo", "one\ntwo") == []


def test_compare_changed_word_marks_that_word_alone():
    (row,) = compare("It is mild.", "It is severe.")
    assert row.before == (Words("It is ", False), Words("mild", True), Words(".", False))
    assert row.after == (Words("It is ", False), Words("severe", True), Words(".", False))


def test_compare_added_and_removed_lines_stand_on_one_side():
    assert compare("one", "one\ntwo")[-1] == Row(after=(Words("two", True),), changed=True)
    assert compare("one\ntwo", "one")[-1] == Row(before=(Words("two", True),), changed=True)


def test_compare_long_unchanged_stretch_is_skipped_and_counted():
    lines = [f"line {number}" for number in range(20)]
    rows = compare("\n".join(["old", *lines, "old"]), "\n".join(["new", *lines, "new"]))
    assert [row.skipped for row in rows] == [0, 0, 0, 16, 0, 0, 0]


def test_compare_moved_paragraph_is_found_on_both_sides():
    rows = compare("a\nb\nc\nd", "c\na\nb\nd")
    assert sides(rows)[0].split("\n") == ["a", "b", "c", "d"]
    assert sides(rows)[1].split("\n") == ["c", "a", "b", "d"]


@pytest.mark.parametrize(("glue", "vocabulary"), [("\n", 2), ("\n", 20000), (" ", 50)])
def test_compare_a_megabyte_of_anything_ends(glue, vocabulary):
    chance = random.Random(1)
    words = [f"w{number}" for number in range(vocabulary)]
    before, after = (glue.join(chance.choices(words, k=1_000_000 // 6)) for _ in range(2))
    assert compare(before, after)


def test_compare_more_changed_lines_than_are_looked_into_are_changed_as_a_whole():
    before, after = (f"{word} one\n" * (LINES + 1) for word in ("this", "that"))
    rows = compare(before, after)
    assert len(rows[LINES - 1].before) == 2
    assert rows[LINES].before == (Words("this one", True),)


def test_runs_of_nothing_are_left_out():
    assert _joined([Span(same=True, a=0, b=0, c=0, d=0)]) == []

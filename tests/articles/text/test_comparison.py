"""Two texts side by side, in bounded time: paired by likeness, with moves and numbers told apart."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.comparison import Row, WordRun, compare, pairing
from articles.text.comparison.pairing import Pair, pairs
from articles.text.comparison.spans import LINES, Budget, Span, _joined, spans
from articles.text.comparison.tokens import is_quantity, tokens

ITEMS = st.lists(st.sampled_from("abcdef"), max_size=40)
LINE = st.lists(st.sampled_from(["pain", "is", "often", "seen", "10 mg", "1.5 mg/kg", "daily", "|", "."]), max_size=9)
TEXT = st.lists(LINE.map(" ".join), max_size=12).map("\n".join)

PARAGRAPH = (
    "In adults with an acute attack the recommended dose is 15 mg/kg by mouth in the evening with food, and the "
    "kidneys are watched closely in all who are older than sixty-five or who take other drugs that harm them."
)
INTERACTIONS = "Grapefruit juice raises the level of this drug; patients are asked not to drink it during treatment."


def sides(rows):
    """The text of either side, as far as rows show it."""
    return (
        "\n".join("".join(word.text for word in row.before) for row in rows if row.before is not None),
        "\n".join("".join(word.text for word in row.after) for row in rows if row.after is not None),
    )


def marked(rows):
    """What is marked on either side, in order."""
    return (
        [word.text for row in rows for word in row.before or () if word.changed],
        [word.text for row in rows for word in row.after or () if word.changed],
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
    assert row.before == (WordRun("It is ", False), WordRun("mild", True), WordRun(".", False))
    assert row.after == (WordRun("It is ", False), WordRun("severe", True), WordRun(".", False))


def test_compare_added_and_removed_lines_stand_on_one_side():
    assert compare("here", "here\nthere")[-1] == Row(after=(WordRun("there", True),), changed=True)
    assert compare("here\nthere", "here")[-1] == Row(before=(WordRun("there", True),), changed=True)


def test_compare_long_unchanged_stretch_is_skipped_and_counted():
    lines = [f"line {number}" for number in range(20)]
    rows = compare("\n".join(["old", *lines, "old"]), "\n".join(["new", *lines, "new"]))
    assert [row.skipped for row in rows] == [0, 0, 0, 16, 0, 0, 0]


def test_compare_words_side_by_side_that_changed_are_one_run():
    assert marked(compare("It is very mild today.", "It is not at all bad today.")) == (
        ["very mild"],
        ["not at all bad"],
    )


# --- paired by likeness ---------------------------------------------------------------------------------------------


def test_compare_dose_behind_a_new_paragraph_marks_the_dose_and_the_paragraph_alone():
    rows = compare(PARAGRAPH, f"{INTERACTIONS}\n\n{PARAGRAPH.replace('15 mg/kg', '1.5 mg/kg')}")
    assert marked(rows) == (["15 mg/kg"], [INTERACTIONS, "", "1.5 mg/kg"])
    assert rows[-1].after[1] == WordRun("1.5 mg/kg", changed=True, is_quantity=True)


def test_compare_dose_before_a_removed_paragraph_is_paired_with_itself():
    rows = compare(f"{INTERACTIONS}\n\n{PARAGRAPH}\n\nEnd.", f"{PARAGRAPH.replace('15', '150')}\n\nEnd.")
    assert marked(rows) == ([INTERACTIONS, "", "15 mg/kg"], ["150 mg/kg"])


def test_compare_two_lines_alone_between_the_same_are_one_row_whatever_they_say():
    (row, *_) = compare("## Benefits\n\nText.", "## Harms in pregnancy\n\nText.")
    assert (row.before[-1].text, row.after[-1].text) == ("Benefits", "Harms in pregnancy")


def test_compare_lines_unlike_each_other_are_removed_and_added_as_a_whole():
    rows = compare("alpha beta\ngamma delta\nend", "one apple\nsome pears\nmany plums\nend")
    assert [(row.before is None, row.after is None) for row in rows[:-1]] == [(False, True)] * 2 + [(True, False)] * 3


def test_compare_heading_and_line_that_changed_their_order_are_not_paired_crosswise():
    rows = compare("## Benefits\nalpha beta", "gamma delta\n## Harms")
    assert sides(rows) == ("## Benefits\nalpha beta", "gamma delta\n## Harms")
    assert sum(row.before is not None and row.after is not None for row in rows) == 1


def test_compare_of_several_like_lines_pairs_those_with_most_words_in_common():
    before = "| amoxicillin | 10 mg | oral |\n| ampicillin | 20 mg | oral |"
    after = "| azlocillin | 20 mg | oral |\n| amoxicillin | 15 mg | oral |\n| ampicillin | 20 mg | oral |"
    assert marked(compare(before, after)) == (["10 mg"], ["| azlocillin | ", "20 mg", " | oral |", "15 mg"])


# --- moves ----------------------------------------------------------------------------------------------------------


def test_compare_moved_paragraph_is_marked_as_moved_at_both_places_and_not_as_changed():
    rows = compare(f"{PARAGRAPH}\n\nMiddle.\n\nEnd.", f"Middle.\n\nEnd.\n\n{PARAGRAPH}")
    assert [(row.move, row.before is None, row.after is None) for row in rows if row.move] == [
        (1, False, True),
        (1, True, False),
    ]
    assert [words for side in marked(rows) for words in side if words] == []
    assert sides(rows)[1].endswith(PARAGRAPH)


def test_compare_dose_changed_in_a_moved_paragraph_is_marked_in_it():
    rows = compare(f"{PARAGRAPH}\n\nMiddle.\n\nEnd.", f"Middle.\n\nEnd.\n\n{PARAGRAPH.replace('15', '1.5')}")
    moved = [row for row in rows if row.move]
    assert marked(moved) == (["15 mg/kg"], ["1.5 mg/kg"])


def test_compare_lines_that_moved_together_have_one_number_and_others_another():
    before = "First of two.\n\nSecond of two.\n\nKept.\n\nHere.\n\nToo.\n\nAnother one.\n\nAlso.\n\nEnd."
    after = "Kept.\n\nHere.\n\nToo.\n\nFirst of two.\n\nSecond of two.\n\nAlso.\n\nEnd.\n\nAnother one."
    assert [row.move for row in compare(before, after) if row.move] == [1, 1, 2, 1, 1, 2]


def test_compare_few_words_that_only_resemble_others_elsewhere_have_not_moved():
    rows = compare("Pain here.\n\nKept.\n\nEnd.", "Kept.\n\nEnd.\n\nPain there.")
    assert not any(row.move for row in rows)


def test_compare_piece_that_is_there_twice_afterwards_moved_to_one_place_only():
    rows = compare(f"{PARAGRAPH}\nKept.\nEnd.", f"Kept.\nEnd.\n{PARAGRAPH}\n{PARAGRAPH}")
    assert sorted(row.move for row in rows if row.changed) == [0, 1, 1]


# --- numbers and units ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity",
    [
        *(
            "15 mg/kg",
            "1.5 mg/kg per day",
            "5\u201310 mg",
            "60 mL/min/1.73 m\u00b2",
            "2 \u00d7 10\u2079/L",
            "10 000 IU",
        ),
        *("140/90 mmHg", "-5 \u00b0C", "\u2265 65 years", "5-day", "95%", "1.2 to 3.4", "1,000", "3", "B12"),
    ],
)
def test_quantity_is_one_word_and_is_known_as_such(quantity):
    assert tokens(f"about {quantity} more") == ["about", " ", quantity, " ", "more"]
    assert is_quantity(quantity)


@pytest.mark.parametrize("word", ["mg", "\u00b5g", "mmol", "units", "twice", "Daily", "half"])
def test_unit_or_number_in_words_is_known_without_a_figure(word):
    assert is_quantity(word)


@pytest.mark.parametrize("word", ["dose", "m", "@smith2020", "https://example.org/10", "min", " ", "-"])
def test_what_is_no_number_and_no_clear_unit_is_none(word):
    assert tokens(f"a {word} b")[2] == word or word.isspace()
    assert not is_quantity(word)


@pytest.mark.parametrize(
    ("before", "after"),
    [("2 tablets", "20 tablets"), ("15 mg", "15 \u00b5g"), ("dose (mg)", "dose (\u00b5g)"), ("weekly", "daily")],
)
def test_compare_other_number_or_unit_is_marked_in_a_way_of_its_own(before, after):
    (row,) = compare(f"Take {before} of it.", f"Take {after} of it.")
    for side in (row.before, row.after):
        assert [word.is_quantity for word in side if word.changed] == [True]


def test_compare_other_citation_key_is_no_number():
    (row,) = compare("Pain [@orbach2005].", "Pain [@stiehm2013].")
    assert not any(word.is_quantity for word in row.after)


@given(text=st.text(alphabet="1 .,-/mgkx\u00d7\u00b2@%\n", max_size=60))
def test_tokens_joined_are_the_text_again(text):
    assert "".join(tokens(text)) == text


# --- what holds for any two texts -----------------------------------------------------------------------------------


@given(before=TEXT, after=TEXT)
def test_compare_rows_of_any_two_texts_give_both_back(before, after):
    rows = compare(before, after)
    if rows and not any(row.skipped for row in rows):
        assert sides(rows) == (before, after)


@given(before=TEXT, after=TEXT)
def test_compare_marks_every_changed_word_and_nothing_that_a_pair_has_on_both_sides(before, after):
    for row in compare(before, after):
        if row.before is not None and row.after is not None:
            kept = ["".join(word.text for word in side if not word.changed) for side in (row.before, row.after)]
            assert kept[0].split() == kept[1].split()
            assert row.changed == any(word.changed for word in (*row.before, *row.after))
        elif not row.skipped and not row.move:
            assert all(word.changed for word in row.before or row.after)


@given(before=TEXT, after=TEXT)
def test_pairs_of_any_two_texts_name_every_piece_once_and_each_move_from_both_places(before, after):
    ours, theirs = before.split("\n"), after.split("\n")
    found = pairs(ours, theirs, budget=Budget())
    assert [pair.before for pair in found if pair.before is not None] == list(range(len(ours)))
    assert [pair.after for pair in found if pair.after is not None] == list(range(len(theirs)))
    gone = {(pair.before, pair.other, pair.move) for pair in found if pair.move and pair.after is None}
    assert gone == {(pair.other, pair.after, pair.move) for pair in found if pair.move and pair.before is None}


@given(before=TEXT, after=TEXT)
def test_pairs_without_budget_name_every_piece_once_too(before, after):
    ours, theirs = before.split("\n"), after.split("\n")
    found = pairs(ours, theirs, budget=Budget(left=0))
    assert [pair.before for pair in found if pair.before is not None] == list(range(len(ours)))
    assert [pair.after for pair in found if pair.after is not None] == list(range(len(theirs)))


# --- time -----------------------------------------------------------------------------------------------------------


def test_pairs_beyond_the_budget_are_found_by_their_rare_words():
    before = [f"Statement {number} tells of case{number} at length." for number in range(120)]
    after = ["A new line.", *(line.replace("tells", "speaks") for line in before)]
    found = pairs(before, after, budget=Budget(left=0))
    assert found == [Pair(None, 0), *(Pair(number, number + 1) for number in range(120))]


def test_pairs_of_more_pieces_than_are_compared_are_paired_by_their_place(monkeypatch):
    monkeypatch.setattr(pairing, "MAX_PIECES", 1)
    found = pairs(["one more apple", "two more pears"], ["one less apple", "two less pears"], budget=Budget(left=0))
    assert found == [Pair(0, 0), Pair(1, 1)]


@pytest.mark.no_cover
@pytest.mark.parametrize(("glue", "vocabulary"), [("\n", 2), ("\n", 20000), (" ", 50)])
def test_compare_a_megabyte_of_anything_ends(glue, vocabulary):
    chance = random.Random(1)
    words = [f"w{number}" for number in range(vocabulary)]
    before, after = (glue.join(chance.choices(words, k=1_000_000 // 6)) for _ in range(2))
    assert compare(before, after)


def test_compare_a_long_text_with_all_paragraphs_in_another_order_finds_them_all():
    chance = random.Random(1)
    words = [f"w{number}" for number in range(3000)]
    before = [" ".join(chance.choices(words, k=60)) for _ in range(270)]
    after = chance.sample(before, len(before))
    rows = compare("\n\n".join(before), "\n\n".join(after))
    assert not any(word.changed and word.text for row in rows for word in (*(row.before or ()), *(row.after or ())))


def test_compare_more_changed_lines_than_are_looked_into_are_changed_as_a_whole():
    before, after = (f"{word} one\n" * (LINES + 1) for word in ("this", "that"))
    rows = compare(before, after)
    assert len(rows[LINES - 1].before) == 2
    assert rows[LINES].before == (WordRun("this one", True),)


def test_runs_of_nothing_are_left_out():
    assert _joined([Span(same=True, a=0, b=0, c=0, d=0)]) == []

"""Words found in Markdown as they are read, and replaced without losing a citation."""

import pytest

from articles.text.passage_edits import find_words, replace_span

BODY = (
    "# Heading\n\nIVIG can *cause* back\npain [@orbach2005, p. 3]. It is\n[mild](https://example.org/a) [@b1; @c2].\n"
)


def found(words, text=BODY):
    return [text[passage.start : passage.end] for passage in find_words(text, words)]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("back pain", "back\npain"),
        ("IVIG can cause back pain.", "IVIG can *cause* back\npain [@orbach2005, p. 3]."),
        ("back\npain [@orbach2005, p. 3]", "back\npain"),
        ("It is mild.", "It is\n[mild](https://example.org/a) [@b1; @c2]."),
        ("Heading", "Heading"),
    ],
)
def test_words_are_found_whatever_stands_between_them(words, written):
    assert found(words) == [written]


@pytest.mark.parametrize("words", ["", "  \n", "[@orbach2005]", "ack pain", "back pai", "front pain"])
def test_nothing_parts_of_words_and_what_is_not_there_are_not_found(words):
    assert found(words) == []


def test_every_place_is_found():
    assert len(found("pain", "pain, painful, pain")) == 2


def test_words_over_two_list_items_are_found():
    assert found("take one take two", "- take one\n- take two\n") == ["take one\n- take two"]


def test_citations_of_the_passage_that_the_words_lack_are_put_before_their_full_stop():
    (passage,) = find_words(BODY, "It is mild.")
    new, kept = replace_span(BODY, passage, " It passes [@b1]. ")
    assert new.endswith("It passes [@b1] [@c2].\n")
    assert kept == ["c2"]


def test_locators_are_kept_and_what_is_no_citation_is_left_alone():
    text = "One [@a, p. 3; @b] [@not a key]. Two."
    (passage,) = find_words(text, "One.")
    assert replace_span(text, passage, "Eins") == ("Eins [@a, p. 3; @b] Two.", ["a", "b"])


def test_words_that_cite_everything_are_put_in_as_they_are():
    (passage,) = find_words(BODY, "back pain.")
    new, kept = replace_span(BODY, passage, "spinal pain [@orbach2005].")
    assert "cause* spinal pain [@orbach2005]. It is" in new
    assert kept == []

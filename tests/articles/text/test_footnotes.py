"""Footnotes: where they are shown, what they are called, and nothing of them is lost."""

import re

import pytest

from articles.published.numbered_markdown import markdown
from articles.published.search.indexing import _flat
from articles.text.claims import claims_in_context, statements
from articles.text.comparison.units import segments
from articles.text.footnotes import letter
from articles.text.rendering import citations_in, join_sections, parse, render, render_tokens

TEXT = """\
Give 5 mg.[^dose] Pain ends [@a].[^who]

[^dose]: Not in *children* [@b].

## Harms

| Drug | Rash |
|------|------|
| A[^who] | 2 % [@a][^rare] |

[^rare]: Counted once.

    In two trials.
[^who]: Adults only.
"""


def shown(body: str) -> str:
    html = join_sections(render(body, numbers={"a": 1, "b": 2}))
    return html.replace(' rel="noopener noreferrer"', "")


def notes(body: str) -> list[str]:
    """The words of each note as readers see them, with the ends of lists."""
    lists = re.findall(r'<ol class="footnotes".*?</ol>', shown(body), re.DOTALL)
    return [" ".join(re.sub(r"<[^<>]*>|\u21a9", "", one).split()) for one in lists]


def context(body: str) -> dict[str, list[tuple[str, str]]]:
    found = claims_in_context(body, audience="patient", question="Why?")
    kinds = ("note", "note_to")
    return {
        claim.text: [(part["kind"], part["words"]) for part in around.words if part["kind"] in kinds]
        for claim, around in found
    }


@pytest.mark.parametrize(("number", "name"), [(1, "a"), (26, "z"), (27, "aa"), (52, "az"), (53, "ba"), (703, "aaa")])
def test_letters_go_on_after_z(number, name):
    assert letter(number) == name


def test_note_stands_at_the_end_of_the_section_that_first_refers_to_it():
    assert notes(TEXT) == ["Not in children2. Adults only.", "Counted once. In two trials."]
    assert re.findall(r'<ol class="footnotes"[^<>]*>', shown(TEXT)) == [
        '<ol class="footnotes" type="a" aria-label="Notes">',
        '<ol class="footnotes" type="a" start="3" aria-label="Notes">',
    ]


def test_reference_and_note_lead_to_each_other():
    html = shown(TEXT)
    link = '<a href="#note-b" id="note-b-{0}" role="doc-noteref" aria-label="Note b">b</a>'
    assert [html.count(link.format(count)) for count in (1, 2, 3)] == [1, 1, 0]
    back = '<a class="back" href="#note-b-{0}" aria-label="Back to the text, reference {0} to note b">\u21a9</a>'
    assert f'<li id="note-b">Adults only. {back.format(1)} {back.format(2)}</li>' in html
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#(note[^"]*)"', html)) <= set(ids)


def test_citations_in_notes_are_numbered_where_the_notes_stand():
    cited = [(citation.key, citation.line) for citation in citations_in(TEXT)]
    assert cited == [("a", 1), ("b", 3), ("a", 9)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It is.[^1]", []),
        ("It is.\n\n[^1]: Lost.", ["Lost."]),
        ("It is.[^1]\n\n[^1]: One.\n\n[^1]: Two.", ["One.", "Two."]),
        ("It is.[^1]\n\n[^1]: One.[^2]\n\n[^2]: Two.", ["One.b Two."]),
        ("It is.\n\n[^1]: One.[^2]\n\n[^2]: Two.[^1]", ["One.b Two.a"]),
        ("It is.[^1]\n\n[^1]: One.\n    [^2]: Two.[^1]", ["One.", "Two.a"]),
        ("It is.[^1]\n\n[^1]:\n", [""]),
        ("> It is.[^1]\n>\n> [^1]: One.", ["One."]),
        ("- It is.[^1]\n\n  [^1]: One.\n\n## B\n\nEnd.", ["One."]),
        ("It is.[^1]\n\n[^1]: ## A\n\nEnd.", ["A"]),
    ],
)
def test_no_note_is_lost(body, expected):
    assert notes(body) == expected


def test_reference_without_a_note_stays_as_it_is_written():
    assert "<p>It is[^2] so.</p>" in shown("It is[^2] so.\n\n[^1]: One.")


def test_notes_of_two_texts_on_one_page_have_ids_of_their_own():
    html = join_sections(render_tokens(parse("It is.[^1]\n\n[^1]: One."), numbers={}, prefix="old-"))
    assert set(re.findall(r'(?:id="|href="#)([^"]*)', html)) == {"old-note-a", "old-note-a-1"}


# --- claims -----------------------------------------------------------------------------------------------------------


def test_note_is_the_context_of_the_claims_that_refer_to_it_and_they_are_its_context():
    assert context(TEXT) == {
        "Pain ends.": [("note", "Adults only.")],
        "Not in children.": [("note_to", "Give 5 mg.")],
        "A | 2 %": [("note", "Adults only."), ("note", "Counted once. In two trials.")],
    }


def test_note_of_code_is_context_too():
    assert context("It is [@a].[^1]\n\n[^1]:\n\n        5 mg\n") == {"It is.": [("note", "5 mg")]}


def test_reference_belongs_to_the_sentence_that_it_ends_and_is_none_of_its_words():
    found = [statement.text for statement in statements("It is.[^1] It was[^1], too.\n\n[^1]: One.")]
    assert found == ["It is.", "It was, too.", "One."]


def test_sentences_of_a_note_continue_none_before_it():
    found = claims_in_context("It is [@a].[^1]\n\n[^1]: This is rare. It ends [@b].", audience="a", question="?")
    kinds = {claim.text: [part["kind"] for part in around.words[2:]] for claim, around in found}
    assert kinds == {"It is.": ["note"], "It ends.": ["before", "note_to"]}


# --- elsewhere --------------------------------------------------------------------------------------------------------


def test_moved_reference_is_a_change():
    moved = TEXT.replace("Give 5 mg.[^dose] Pain ends [@a].", "Give 5 mg. Pain ends [@a].[^dose]")
    before, after = ([segment.text for segment in segments(parse(text))][:2] for text in (TEXT, moved))
    assert before == ["Give 5 mg.[^dose]", "Pain ends [@a].[^who]"]
    assert after == ["Give 5 mg.", "Pain ends [@a].[^dose][^who]"]


def test_portable_markdown_has_notes_as_paragraphs_with_letters():
    written = markdown(TEXT, numbers={"a": 1, "b": 2})
    assert written.startswith("Give 5 mg.\u1d43 Pain ends [1].\u1d47\n\n\u1d43 Not in *children* [2].")
    assert "| A\u1d47 | 2 % [1]\u1d9c |" in written
    assert written.endswith("\u1d9c Counted once.\n\nIn two trials.")
    assert "<sup>j</sup>" in markdown(
        "".join(f"A[^{n}] " for n in range(10)) + "\n\n" + "\n".join(f"[^{n}]: B" for n in range(10)), numbers={}
    )


def test_passage_of_search_leaves_the_reference_out():
    (inline,) = [token for token in parse("It is.[^1]\n\n[^1]: One.") if token.content.startswith("It is")]
    assert _flat(inline, {}) == "It is."

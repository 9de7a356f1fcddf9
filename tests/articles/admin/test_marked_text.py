"""Claims and changes marked in the text of a version."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.admin.marked_text import ClaimMark, mark_plain_text, mark_tokens
from articles.text.claims import extract, statements_of
from articles.text.comparison.marks import MarkKind, find_changes
from articles.text.comparison.units import plain_segments, segments
from articles.text.rendering import join_sections, parse, render, render_tokens

NUMBERS = {"a": 1, "b": 2}


def mark(text, *, before=None, link=None):
    """``text`` as HTML, with its claims marked by their place from 0, and what changed since ``before``."""
    tokens = parse(text)
    claims = [found for found in statements_of(tokens) if found.keys]
    given = [(claim, ClaimMark(f"claim-{place}", link=link)) for place, claim in enumerate(claims)]
    change_marks = [] if before is None else find_changes(segments(parse(before)), segments(tokens)).change_marks
    return join_sections(render_tokens(mark_tokens(tokens, given, change_marks), numbers=NUMBERS)).strip()


def changed(before, after):
    """Every change as what was there and what is there now."""
    found = find_changes(segments(parse(before)), segments(parse(after))).changes
    return [("".join(one.text for one in change.before), "".join(one.text for one in change.after)) for change in found]


def without_marks(html):
    return html.replace(' class="claim claim-0"', "").replace(' id="claim-0"', "")


def test_claim_is_marked_from_its_first_word_to_its_stop():
    shown = mark("Not cited. Pain is common [@a]. Nor this.\n")
    before, inside = shown.split('<span class="claim claim-0" id="claim-0">')
    assert before.endswith("Not cited. ")
    assert inside.startswith("Pain is common<sup")
    assert inside.split("</span>")[1] == " Nor this.</p>"


def test_mark_across_emphasis_nests_well_and_carries_its_id_once():
    shown = mark("**Bold. Pain** is *common* [@a].\n")
    assert shown.count('id="claim-0"') == 1
    assert '<strong>Bold. <span class="claim claim-0" id="claim-0">Pain</span></strong>' in shown
    assert '<em><span class="claim claim-0">common</span></em>' in shown


def test_row_of_a_table_is_marked_in_every_cell_and_linked_in_the_last():
    shown = mark("| A | B |\n|---|---|\n| one [@a] | two |\n", link=("?claim=1", "○", "Claim 1"))
    assert shown.count("<span") == 2
    assert shown.count("claim-link") == 1
    assert shown.index("claim-link") > shown.index("two</span>")


def test_link_is_put_behind_a_link_and_not_inside():
    shown = mark(
        "See [the trial [@a]](https://example.org/).\n\n[@b] [Read](https://example.org/)\n", link=("?c", "○", "C")
    )
    assert '</a><a href="?c"' in shown or '</span><a href="?c"' in shown
    assert "Read</a>" in shown.replace("</span>", "")


def test_new_words_are_marked_inside_their_claim():
    before = "Pain is common [@a].\n"
    shown = 'Pain is <ins id="change-1">very</ins> common<sup'
    assert shown in mark("Pain is very common [@a].\n", before=before)
    assert "<strong>" in mark("Pain is **very common [@a]**.\n", before=before)


def test_new_words_one_after_another_are_one_run():
    shown = mark("It is not at all mild [@a].\n", before="It is severe [@a].\n")
    assert '<del id="change-1">severe</del> <ins>not at all mild</ins>' in shown


def test_new_words_are_found_across_the_cells_of_a_row():
    table = "| A | B |\n|---|---|\n| one [@a] | {} |\n"
    assert "<ins>most</ins>" in mark(table.format("most"), before=table.format("some"))


# --- every changed word ---------------------------------------------------------------------------------------------

ARTICLE = """## Benefits

In adults the dose is 15 mg/kg by mouth once a day [@a]. Nobody knows why.

| Drug | Dose |
|---|---|
| first of them | 10 mg |
| second of them | 20 mg |

It was shown in one trial [@b]. It helps most people who take it for long.
"""


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "Benefits",
            "Harms in pregnancy",
            '<h2 id="s-harms-in-pregnancy"><del id="change-1">Benefits</del> <ins>Harms in',
        ),
        (
            "Dose |",
            "Maximum dose in children |",
            '<th><del id="change-1">Dose</del> <ins>Maximum dose in children</ins></th>',
        ),
        ("Nobody", "Everybody", '<del id="change-1">Nobody</del> <ins>Everybody</ins> knows why'),
        ("It helps", "This was wrong. It helps", '<ins id="change-1">This was wrong.</ins> It helps'),
    ],
    ids=["heading", "head of a column", "uncited sentence", "sentence before"],
)
def test_words_that_cite_nothing_are_marked_as_well(old, new, shown):
    assert shown in mark(ARTICLE.replace(old, new), before=ARTICLE)


def test_dose_behind_a_new_paragraph_is_marked_as_a_number_and_nothing_else_of_its_sentence():
    after = ARTICLE.replace("In adults", "Children get less.\n\nIn adults").replace("15 mg/kg", "1.5 mg/kg")
    assert changed(ARTICLE, after) == [("", "Children get less."), ("15 mg/kg", "1.5 mg/kg")]
    number = '<ins class="quantity"><span class="visually-hidden">changed number: </span>1.5 mg/kg</ins>'
    assert number in mark(after, before=ARTICLE)


def test_removed_sentence_stands_where_it_was():
    shown = mark(ARTICLE.replace(" Nobody knows why.", ""), before=ARTICLE)
    assert '<del class="whole" id="change-1">Nobody knows why.</del>' in shown.split("<table>")[0]
    shown = mark(ARTICLE.replace("It was shown in one trial [@b]. ", ""), before=ARTICLE)
    assert '<p><del class="whole" id="change-1">It was shown in one trial [@b].</del> It helps' in shown


def test_removed_numbers_in_a_removed_row_are_named_as_numbers():
    shown = mark(ARTICLE.replace("| second of them | 20 mg |\n", ""), before=ARTICLE)
    number = '<span class="quantity"><span class="visually-hidden">changed number: </span>20 mg</span>'
    assert f'<del class="whole" id="change-1">second of them | {number}</del>' in shown


def test_moved_sentence_is_linked_from_both_places_and_marked_as_moved_once():
    first, second = "It was shown in one trial [@b]. ", "Nobody knows why."
    after = ARTICLE.replace(first, "").replace(second, first + second)
    shown = mark(after, before=ARTICLE)
    assert len(changed(ARTICLE, after)) == 1
    assert re.search(r'<a href="#change-1" class="move" id="gone-1"[^>]*>Moved away</a>', shown)
    assert re.search(r'<a href="#gone-1" class="move" id="change-1"[^>]*>Moved here</a>', shown)
    assert "<ins" not in shown


def test_number_changed_in_a_moved_sentence_is_marked_in_it_and_counted():
    dose = "In adults the dose is {} by mouth once a day [@a]."
    after = ARTICLE.replace(dose.format("15 mg/kg") + " ", "") + "\n" + dose.format("1.5 mg/kg") + "\n"
    found = find_changes(segments(parse(ARTICLE)), segments(parse(after)))
    assert [(change.has_moved, change.has_quantity) for change in found.changes] == [(True, True)]
    kinds = [change_mark.kind for change_mark in found.change_marks]
    assert kinds == [MarkKind.MOVED, MarkKind.REMOVED, MarkKind.ADDED, MarkKind.MOVED, MarkKind.AWAY]
    assert '<del class="quantity">' in mark(after, before=ARTICLE)


def test_sentences_that_moved_together_are_one_change():
    pair = "It was shown in one trial [@b]. It helps most people who take it for long."
    after = f"{pair}\n\n" + ARTICLE.replace(pair + "\n", "")
    shown = mark(after, before=ARTICLE)
    assert len(changed(ARTICLE, after)) == 1
    assert (shown.count("Moved here"), shown.count("Moved away")) == (1, 1)


def test_link_to_the_other_place_stands_outside_of_a_link():
    linked = "[The trial](https://example.org/) went on for many years.\n\n"
    kept = "Something is kept here.\n\nAnd something more.\n\n"
    shown = mark(kept + linked, before=linked + kept)
    assert re.search(r'id="change-1"[^>]*>Moved here</a> <a href="https://example.org/"', shown)
    behind = mark(linked + kept, before=kept + linked)
    assert "Moved here" in behind


def test_other_place_in_a_citation_is_a_change_and_other_numbers_of_works_are_none():
    assert changed("Pain [@a, p. 12].\n", "Pain [@a, p. 99].\n") == [("[@a, p. 12]", "[@a, p. 99]")]
    shown = mark("Pain [@a, p. 99].\n", before="Pain [@a, p. 12].\n")
    assert "<ins><sup" in shown
    assert changed("One [@a]. Two [@b].\n", "One [@a]. Two [@b].\n") == []


def test_marked_citation_stays_apart_from_the_one_that_it_touches():
    shown = mark("Pain is common [@b] [@a].\n", before="Pain is common [@b].\n")
    assert re.search(r'>2</a></sup><ins[^>]*><sup class="citation">,<a', shown)
    assert re.search(r">1</a>,<a [^>]*>2</a></sup>", mark("Pain is common [@b] [@a].\n"))


def test_words_struck_out_are_other_words():
    assert changed("It helps.\n", "It ~~helps~~.\n") == [("helps", "helps")]


def test_code_that_changed_is_marked_in_its_block():
    shown = mark("```\ndose 5 <b>\n```\n", before="```\ndose 6 <b>\n```\n")
    assert "<pre><code>dose <del" in shown
    assert "&lt;b&gt;" in shown


def test_emphasis_line_ends_and_what_no_reader_sees_are_no_words():
    assert changed("Pain is common.\n", "Pain **is**\ncom\u00admon.\n") == []
    assert changed("Five (5 mg).\n", "Five ( 5 mg).\n") == []


def test_text_that_is_new_or_gone_altogether_is_one_change():
    assert changed("", "New text. All of it.\n") == [("", "New text. All of it.")]
    (gone,) = find_changes(segments(parse("Old text.\n")), []).changes
    assert not gone.is_in_text


def test_long_change_is_shortened_in_the_list_only():
    ((_, after),) = changed("", f"{'word ' * 100}\n")
    assert len(after) == 201
    assert after.endswith("\u2026")


def test_plain_text_is_marked_and_escaped():
    before, after = "Is <b>it</b> safe? Yes, 5 mg.", "Is <b>it</b> safe? Yes, 50 mg."
    shown = mark_plain_text(after, find_changes(plain_segments(before), plain_segments(after), first=7).change_marks)
    assert shown.startswith("Is &lt;b&gt;it&lt;/b&gt; safe? Yes, <del")
    assert 'id="change-7"' in shown


BLOCK = st.sampled_from(
    [
        "Pain is **very common** in adults [@a].",
        "The dose is 15 mg/kg daily [@b, p. 12]. It is mild.",
        "The dose is 1.5 mg/kg daily [@b, p. 12]. It is mild.",
        "## Harms",
        "# Benefits of it",
        "- first item\n- [second](https://example.org/) item [@a]\n",
        "| Drug | Dose |\n|---|---|\n| one | 10 mg |\n| two | 20 mg [@a] |",
        "| Drug | Dose |\n|---|---|\n| two | 20 mg [@a] |\n| one | ~~10~~ 5 mg |",
        "```\nx = 1\n```",
        "> Quoted ~~words~~ here, `code` too.",
    ]
)
MARKDOWN = st.lists(BLOCK, max_size=7).map("\n\n".join)
MARKS = re.compile(
    r'<del[ >].*?</del>|<a [^>]*class="move"[^>]*>.*?</a>|<span class="visually-hidden">.*?</span>', re.DOTALL
)
"""What marks add to the words of a text."""


def letters(html):
    return "".join(re.sub(r"<[^>]*>", "", html).split())


@given(before=MARKDOWN, after=MARKDOWN)
def test_marks_of_any_two_texts_leave_the_text_as_it_is_and_hold_all_that_is_new_or_gone(before, after):
    tokens = parse(after)
    found = find_changes(segments(parse(before)), segments(tokens))
    shown = join_sections(render_tokens(mark_tokens(tokens, [], found.change_marks), numbers=NUMBERS))
    whole_after = join_sections(render_tokens(parse(after), numbers=NUMBERS))
    assert letters(MARKS.sub("", shown)) == letters(whole_after)
    ids = re.findall(r'id="(change-\d+)"', shown)
    assert sorted(ids) == sorted(f"change-{one.number}" for one in found.changes if one.is_in_text)
    ours, theirs = (
        Counter(word.value for segment in segments(parse(text)) for word in segment.words) for text in (before, after)
    )
    added = Counter(
        word.value
        for segment in segments(tokens)
        for word in segment.words
        for change_mark in found.change_marks
        if change_mark.kind is MarkKind.ADDED
        and change_mark.token == word.token
        and change_mark.start <= word.start < word.end <= change_mark.end
    )
    assert not {value for value in theirs - ours - added if value.strip(" |")}
    if segments(tokens):
        removed = "".join(words.text for change_mark in found.change_marks for words in change_mark.words)
        assert all(value.strip("\u0336") in removed for value in ours - theirs)


def test_code_is_cut_where_a_claim_begins_and_markup_in_it_stays_words():
    shown = mark("`<b>x</b>` holds [@a]. `y`\n")
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in shown
    assert "<b>" not in shown


def test_words_struck_out_at_the_end_still_get_their_link():
    assert 'href="?c"' in mark("It holds [@a] ~~no~~\n", link=("?c", "○", "C"))


def test_text_without_marks_is_rendered_as_for_readers():
    text = "# One\n\nPain is **very** common [@a].\n\n- Two [@b]\n"
    assert render_tokens(parse(text), numbers=NUMBERS) == render(text, numbers=NUMBERS)


def test_writer_can_write_no_mark():
    shown = join_sections(render('<span class="claim" id="claim-1">x</span> <ins>y</ins> <del>z</del>\n', numbers={}))
    assert "<del" not in shown
    assert "<span" not in shown
    assert "<ins" not in shown


def test_stretches_leave_claims_equal():
    assert extract("Pain [@a].\n") == extract("Pain [@a].\n\nMore.\n")


def test_link_inside_a_link_waits_for_its_end():
    moved = "Moved sentence of many words stands here."
    before = f"Anchor one.\n\n{moved}\n\nAnchor two.\n\nAnchor three.\n"
    after = f"Anchor one.\n\nAnchor two.\n\nAnchor three.\n\n[New start. {moved}](https://example.org/) more\n"
    shown = mark(after, before=before)
    assert re.search(r'</a><a href="#gone-1" class="move" id="change-1"|</a> ?<a href="#gone-\d" class="move"', shown)
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", shown)


def test_way_to_what_moved_away_stands_behind_the_new_words_before_it():
    moved = "Moved sentence of many words stands here."
    before = f"Is it so? {moved} Kept here.\n\nAnchor two.\n\nAnchor three.\n"
    after = f"Is it so! Kept here.\n\nAnchor two.\n\nAnchor three.\n\n{moved}\n"
    assert re.search(r'<ins>!</ins><a href="#change-2" class="move" id="gone-2"', mark(after, before=before))


@pytest.mark.no_cover
@pytest.mark.parametrize("glue", [" ", ". Word ", ".\n\nWord "])
def test_marks_of_a_long_text_in_which_everything_changed_end(glue):
    """95 KB of one sentence, one paragraph, many paragraphs; minutes, if each mark looked at all others."""
    before, after = (glue.join(f"{word}{number} mg" for number in range(7000)) for word in ("alpha", "beta"))
    shown = mark(after, before=before)
    assert "beta6999" in re.sub(r"<[^>]*>", "", shown)
    assert "alpha6999" in shown

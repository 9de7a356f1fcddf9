from articles.claims import Mark, extract, marked, statements_of
from articles.rendering import parse, render, render_tokens, whole

NUMBERS = {"a": 1, "b": 2}


def mark(text, *, words=(), link=None):
    """``text`` as HTML, with its claims marked by their place from 0."""
    tokens = parse(text)
    claims = [found for found in statements_of(tokens) if found.keys]
    marks = [(claim, Mark(f"claim-{place}", words=words, link=link)) for place, claim in enumerate(claims)]
    return whole(render_tokens(marked(tokens, marks), numbers=NUMBERS)).strip()


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
    words = [("Pain is ", False), ("very", True), (" common.", False)]
    assert "Pain is <ins>very</ins> common<sup" in mark("Pain is very common [@a].\n", words=words)
    assert "<strong>" in mark("Pain is **very common [@a]**.\n", words=words)


def test_new_words_one_after_another_are_one_run():
    words = [("It is ", False), ("not at all mild.", True)]
    assert "<ins>not at all mild" in mark("It is not at all mild [@a].\n", words=words)


def test_new_words_are_found_across_the_cells_of_a_row():
    words = [("one | ", False), ("two", True)]
    assert "<ins>two</ins>" in mark("| A | B |\n|---|---|\n| one [@a] | two |\n", words=words)


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
    shown = whole(render('<span class="claim" id="claim-1">x</span> <ins>y</ins>\n', numbers={}))
    assert "<span" not in shown
    assert "<ins" not in shown


def test_stretches_leave_claims_equal():
    assert extract("Pain [@a].\n") == extract("Pain [@a].\n\nMore.\n")

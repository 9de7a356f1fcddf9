"""Subscripts, superscripts, definition lists and comments: how they are read, shown, claimed and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.admin.marked_text import mark_tokens
from articles.published.numbered_markdown import markdown
from articles.text.claims import claims_in_context, statements
from articles.text.comparison.marks import ChangeMark, MarkKind
from articles.text.markup import without_comments
from articles.text.rendering import citations_in, join_sections, parse, render, render_tokens

NUMBERS = {"a": 1}


def html(body: str) -> str:
    return join_sections(render(body, numbers=NUMBERS))


def claims(body: str) -> list[str]:
    return [statement.text for statement in statements(body)]


# --- subscripts and superscripts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "shown", "claimed", "written"),
    [
        ("H~2~O", "H<sub>2</sub>O", "H₂O", "H₂O"),
        ("2^10^", "2<sup>10</sup>", "2¹⁰", "2¹⁰"),
        ("10<sup>9</sup>/L", "10<sup>9</sup>/L", "10⁹/L", "10⁹/L"),
        ("CO<sub>2</sub>", "CO<sub>2</sub>", "CO₂", "CO₂"),
        ("10^-3^ 10^\u22123^", "10<sup>-3</sup> 10<sup>\u22123</sup>", "10⁻³ 10⁻³", "10⁻³ 10⁻³"),
        ("^131^I and Ca^2+^", "<sup>131</sup>I and Ca<sup>2+</sup>", "¹³¹I and Ca²⁺", "¹³¹I and Ca²⁺"),
        ("C~max~", "C<sub>max</sub>", "Cmax", "C<sub>max</sub>"),
        ("*V*~d~", "<em>V</em><sub>d</sub>", "Vd", "*V*<sub>d</sub>"),
        ("x^a\\ b^", "x<sup>a b</sup>", "xᵃ ᵇ", "x<sup>a b</sup>"),
        ("5^\\*^ 6^**^", "5<sup>*</sup> 6<sup>**</sup>", "5* 6**", "5<sup>\\*</sup> 6<sup>\\*\\*</sup>"),
        ("<SUP>a &lt; b</SUP>", "<sup>a &lt; b</sup>", "ᵃ < ᵇ", "<sup>a \\< b</sup>"),
        ("(SO~4~)^2-^", "(SO<sub>4</sub>)<sup>2-</sup>", "(SO₄)²⁻", "(SO₄)²⁻"),
    ],
)
def test_scripts_are_shown_claimed_and_written(body, shown, claimed, written):
    assert html(body) == f"<p>{shown}</p>\n"
    assert claims(body) == [claimed]
    assert markdown(body, numbers=NUMBERS) == written


@pytest.mark.parametrize(
    "body",
    [
        "10^9-10^12 copies",
        "10^9/L\u201310^12/L",
        "~5-~10 mg",
        "from ~5~ to",
        "x^a b^",
        "a ~ b ~ c",
        "a^^b^^",
        "<sup>a",
        "<sup></sup>",
        "<sub>a</sup>",
        "\\^9^",
    ],
)
def test_words_that_are_no_script_stay_as_they_are(body):
    assert "<su" not in html(body)


@pytest.mark.parametrize("body", ["x^[@a]^", "x<sup>[@a]</sup>", "x~[@a]~", "<sub>y [@a]</sub>"])
def test_citation_in_a_script_stays_a_citation(body):
    assert [citation.key for citation in citations_in(body)] == ["a"]


def test_struck_out_words_are_no_subscripts():
    assert html("~~a~~ b~~c~~") == "<p><s>a</s> b<s>c</s></p>\n"


def test_code_holds_no_scripts():
    assert html("`H~2~O`") == "<p><code>H~2~O</code></p>\n"


def test_heading_has_scripts_as_letters():
    assert html("## H~2~O *and* 10^9^\n\nx") == '<h2 id="s-h2o-and-109">H₂O and 10⁹</h2>\n<p>x</p>\n'


def test_link_may_hold_scripts():
    assert "H<sub>2</sub>O</a>" in html("[H~2~O](https://example.org/)")


def test_part_of_a_script_can_be_marked():
    tokens = mark_tokens(parse("10^-12^ x"), (), [ChangeMark(1, MarkKind.ADDED, 1, 3, 5)])
    assert render_tokens(tokens, numbers={})[0].html == "<p>10<sup>-</sup><ins><sup>12</sup></ins> x</p>\n"


def test_superscript_and_digits_are_different_claims():
    before, after = (statements(body)[0].text for body in ("10^9^/L", "109/L"))
    assert before != after


# --- definition lists -----------------------------------------------------------------------------------------------

DEFINITIONS = "Adults\n: 5 mg [@a]\n: at night 6 mg [@a]\n\nChildren\n\n: Ask. It varies [@a].\n\n  More follows."


def test_definitions_are_shown_with_their_terms():
    shown = html("Adults\n: 5 mg\n\nH~2~O\n: *water*")
    assert shown == ("<dl>\n<dt>Adults</dt>\n<dd>5 mg</dd>\n<dt>H<sub>2</sub>O</dt>\n<dd><em>water</em></dd>\n</dl>\n")


def test_term_belongs_to_the_context_of_each_definition():
    found = claims_in_context(DEFINITIONS, audience="patient", question="How much?")
    parts = {claim.text: [(part.kind.value, part.words) for part in context.parts[2:]] for claim, context in found}
    assert parts == {
        "5 mg": [("lead_in", "Adults")],
        "at night 6 mg": [("lead_in", "Adults")],
        "It varies.": [("lead_in", "Children"), ("before", "Ask.")],
    }


def test_sentence_before_a_list_introduces_terms_and_definitions():
    found = claims_in_context(f"Doses:\n\n{DEFINITIONS}", audience="patient", question="How much?")
    assert [part.words for part in found[1][1].parts[2:]] == ["Doses:", "Adults"]


def test_paragraph_after_a_list_has_no_term():
    found = claims_in_context("Adults\n: 5 mg\n\nText [@a].", audience="patient", question="How much?")
    assert [part.words for part in found[0][1].parts[2:]] == []


def test_definitions_are_written_as_lists_under_their_terms():
    written = markdown(DEFINITIONS, numbers=NUMBERS)
    assert written == (
        "Adults\n\n- 5 mg [1]\n\n- at night 6 mg [1]\n\nChildren\n\n- Ask. It varies [1].\n\n  More follows."
    )


# --- comments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a <!-- b --> c", "a  c"),
        ("a <!-- b\n\nc --> d", "a \n\n d"),
        ("<!--a--><!--b-->c", "c"),
        ("<!-- <!-- a --> b", " b"),
        ("a <!-- b", "a <!-- b"),
        ("<!-- a --> <!-- b", " <!-- b"),
        ("\\<!-- a --> <!-- b --> c", "\\<!-- a -->  c"),
        ("`<!-- a -->`", "``"),
        ("a --> b", "a --> b"),
        ("", ""),
    ],
)
def test_comments_are_left_out(text, kept):
    assert without_comments(text) == kept


def test_comment_reaches_nobody():
    body = "Take <!-- internal note [@b] --> 5 mg [@a].\n\n<!--\n\ninternal note\n-->\n\nThen rest [@a]."
    assert "internal" not in html(body) + markdown(body, numbers=NUMBERS) + "".join(claims(body))
    assert [(citation.key, citation.line) for citation in citations_in(body)] == [("a", 1), ("a", 8)]


@given(st.text(alphabet="a<!->\\\n`", max_size=40))
def test_comments_take_no_line_with_them(text):
    left = without_comments(text)
    assert left.count("\n") == text.count("\n")
    assert without_comments(f"{text.replace('>', '')}\n") == f"{text.replace('>', '')}\n"

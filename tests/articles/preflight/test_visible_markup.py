"""Pre-flight names markup that readers would see as source, and numbers that look like citations."""

import pytest

from articles import actions as articles
from articles.preflight import Finding, Severity, preflight
from articles.preflight.visible_markup import IN_WORDS, PATTERNS
from articles.text.content import Text
from tests.support import factories
from tests.support.factories import NOW

CODES = ("shown_as_written", "visible_comment", "bare_number", "unread_marker")


def findings(body: str, *, summary: str = "Yes.", question: str = "Why?") -> list[Finding]:
    version, writer = factories.make_draft(), factories.make_user("wanda")
    texts = [Text("professional", summary, body, is_primary=True)]
    articles.edit(version_id=version.pk, texts=texts, question=question, by=writer, now=NOW)
    return [finding for finding in preflight(factories.reread(version), now=NOW) if finding.code in CODES]


def shown(body: str) -> list[str]:
    """What is named as shown, as `kind written` with its line."""
    found = [finding for finding in findings(body) if finding.code == "shown_as_written"]
    for finding in found:
        assert finding.severity == Severity.WARNING
        assert finding.detail.startswith(f"Line {finding.line}: the ")
        assert finding.detail.endswith(" will be shown as it is written.")
    return [finding.detail.removesuffix(" will be shown as it is written.").partition(": the ")[2] for finding in found]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("It is $x^2$.", ["formula `$x^2$`"]),
        ("It is $5$ mg.", ["formula `$5$`"]),
        ("$$\na = b\n$$", ["formula `$$ a = b $$`"]),
        ("So $\\frac{1}{2}$ of it.", ["formula `$\\frac{1}{2}$`"]),
        ("It costs $5 and $10, or US$5/US$6.", []),
        (
            "<table><tr><td>5 mg</td></tr></table>",
            ["HTML element `<table>`", "HTML element `<tr>`", "HTML element `<td>`"],
        ),
        (
            'A <span class="x">word</span> and <B>b</B>, <br/>',
            ['HTML element `<span class="x">`', "HTML element `<B>`", "HTML element `<br/>`"],
        ),
        ("x<sup>[@orbach2005]</sup>", ["HTML element `<sup>`"]),
        ("p <0.05, a <b and <unknown>", []),
        ("![alt](https://example.org/x.png)", ["image `![…]`"]),
        ("one\ntwo ![alt](/x.png)", ["image `![…]`"]),
        ("![alt](data:text/html,x)", ["image `![alt](`"]),
        ("::: warning\ntext\n:::", ["block sign `::: warning`", "block sign `:::`"]),
        ("Text^[a note].", ["footnote `^[a note]`"]),
        ("10^9/L", ["sign `^9`"]),
        ("10^9-10^12 m^2", ["sign `^9-10^`", "sign `^2`"]),
        ("An \\alpha blocker", ["LaTeX command `\\alpha`"]),
        ("##Dose", ["heading `##Dose`"]),
        ("| a | b |\n| c | d |", ["table row `| a | b |`", "table row `| c | d |`"]),
        ("This ** is ** not strong, nor __ this__.", ["sign for emphasis `**`", "sign for emphasis `__`"]),
        ("==marked==", ["highlighting `==marked==`"]),
        ("## Head {#id}\n\nText {.lead}", ["attribute `{#id}`", "attribute `{.lead}`"]),
        ("{{ dose }} and {% x %}", ["placeholder `{{ dose }}`", "placeholder `{% x %}`"]),
        ("> [!NOTE]\n> Text", ["callout sign `[!NOTE]`"]),
        ("- [ ] one\n- [x] two", ["check box `[ ]`", "check box `[x]`"]),
        ("See [[Other page]].", ["link `[[Other page]]`"]),
        ("`$x$ <b> ![a](b)` and\n\n```\n::: x\n| a |\n```", []),
        ("H~2~O, 10^9^, 2<sup>3</sup>\n\nA\n: b\n\n|a|b|\n|-|-|\n|c|d|\n\n**x** <!-- $x$ <b> -->", []),
    ],
)
def test_markup_that_is_shown_as_written_is_named(policy, body, named):
    assert shown(body) == named


def test_every_kind_has_its_words():
    assert set(IN_WORDS) == {name.replace(" ", "_") for name in PATTERNS} - {"comment"}


def test_line_of_the_markup_is_named(policy):
    body = "One\ntwo [@orbach2005].\n\nthree\nfour $x^2$\n\n- five\n- six ![a](/b)"
    found = findings(body)
    assert [finding.line for finding in found] == [5, 8]
    assert found[0].detail == "Line 5: the formula `$x^2$` will be shown as it is written."


def test_long_markup_is_cut(policy):
    assert shown(f"{{{{{'x' * 90}}}}}") == [f"placeholder `{{{{{'x' * 77}…`"]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("a <!-- b", [1]),
        ("a\n\n\\<!-- b -->", [3]),
        ("<!-- a -->\n\n<!-- b\n\nc", [3]),
        ("a <!-- b --> c", []),
        ("`<!--`", []),
    ],
)
def test_visible_comment_refuses(policy, body, lines):
    found = findings(body)
    assert [(finding.code, finding.severity, finding.line) for finding in found] == [
        ("visible_comment", Severity.ERROR, line) for line in lines
    ]


def test_comment_in_a_part_without_markup_refuses(policy):
    found = findings("Text", summary="Yes <!-- no -->", question="Why <!-- x -->?")
    assert [(finding.code, finding.pointer) for finding in found] == [
        ("visible_comment", "/question"),
        ("visible_comment", "/renditions/0/summary"),
    ]


@pytest.mark.parametrize(
    ("summary", "named"),
    [
        ("It is 10^9^/L.", [("^9^", 1)]),
        ("H~2~O\nand x<sup>2</sup>, $x$", [("~2~", 1), ("<sup>2</sup>", 2)]),
        ("See [this](https://example.org/).", [("[this](https://example.org/)", 1)]),
        ("It is **strong**.", [("**", 1)]),
        ("About ~5 mg, p <0.05, 10⁹ and H₂O (see below).", []),
    ],
)
def test_markup_in_a_part_without_markup_is_named(policy, summary, named):
    found = findings("Text", summary=summary)
    assert [(finding.detail.split("`")[1], finding.line) for finding in found] == named
    assert {(finding.code, finding.pointer) for finding in found} <= {("shown_as_written", "/renditions/0/summary")}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Take acetaminophen. 1, 2", ["1, 2"]),
        ("Take acetaminophen. 1, 2 It helps.", ["1, 2"]),
        ("Take acetaminophen.1 It helps.2-4", ["1", "2-4"]),
        ("Is it safe? 12", ["12"]),
        ("Take acetaminophen. 3\nMore.", ["3"]),
        ("Take two tablets. 2 Tablets suffice.", []),
        ("See section. 1. Rest. 2. Sleep.", []),
        ("1. One\n2. Two", []),
        ("It is 1.5 mg, e.g.5, p.12, in 2020. 1999", []),
        ("Take acetaminophen [@orbach2005]. 500 mg suffice.", []),
    ],
)
def test_bare_numbers_look_like_citations(policy, body, named):
    found = [finding for finding in findings(body) if finding.code == "bare_number"]
    assert [finding.detail.split("“")[1].split("”")[0] for finding in found] == named


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Take acetaminophen.^1,2^", ["1,2"]),
        ("Take acetaminophen^3^ daily,<sup>4\u20136</sup> always.", ["3", "4\u20136"]),
        ("One\nTake it.^7^", ["7"]),
        ("10^9^, cm^2^, metre^2^, Metres^2^, ^131^I, (x)^2^, text^a^, *x*^2^", []),
    ],
)
def test_superscript_numbers_that_readers_take_for_citations_refuse(policy, body, named):
    found = [finding for finding in findings(body) if finding.code == "unread_marker"]
    assert [finding.detail.split("^")[1] for finding in found] == named
    assert {finding.severity for finding in found} <= {Severity.ERROR}

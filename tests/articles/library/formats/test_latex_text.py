"""LaTeX as text with the markup of CSL: no command raises, none is lost in silence."""

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats.latex_text import decoded, plain


def marked(latex):
    return decoded(latex, markup=True)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"p \textless 0.05, CO$_2$ and 10$^{9}$/L", "p < 0.05, CO₂ and 10⁹/L"),
        (r"{\textless}i{\textgreater}in vivo{\textless}/i{\textgreater} tests", "<i>in vivo</i> tests"),
        (r"{$<$}sub{$>$}2{$<$}/sub{$>$}", "<sub>2</sub>"),
        (r"\mbox{TNF}-$\alpha$, \hbox{IL} and \text{IFN}", "TNF-α, IL and IFN"),
        (r"\SI{5}{\milli\gram}", "5 mg"),
        (r"37$^\circ$C, 38$^{\circ}$C, 39\textdegree C, \SI{40}{\degreeCelsius}", "37°C, 38°C, 39°C, 40 °C"),
        (r"H$_{2}$O, H\textsubscript{2}O, H_{2}O and \(H_2O\)", "H₂O, H₂O, H₂O and H₂O"),
        (r"10$^{-3}$, 10\textsuperscript{6}, 10^{9}, \sp{2}\sb{3}", "10⁻³, 10⁶, 10⁹, ²₃"),
        (r"V$_{max}$ of the 5\textsuperscript{th}", "V<sub>max</sub> of the 5<sup>th</sup>"),
        (r"5$'$, x$^{\prime}$, A$^{*}$, X\textsuperscript{\textregistered}", "5', x′, A*, X®"),
        (
            r"\textit{E. coli}, \emph{S. aureus}, {\it C. difficile}, {\em x}",
            "<i>E. coli</i>, <i>S. aureus</i>, <i>C. difficile</i>, <i>x</i>",
        ),
        (r"{\bfseries a} \textbf{b} \textit{} \itshape c", "a <b>b</b> <i>c</i>"),
        (r"p $\leq$ 0.05, $p \leq 0.05$, $p\leq0.05$", "p ≤ 0.05, p ≤ 0.05, p≤0.05"),
        (r"5 \textpm 2, a \textgreater b, \textgreater c, one \ldots two", "5 ± 2, a > b, > c, one … two"),
        (r"Crohn\textquotesingle s, Stra\ss e, na\"\i ve", "Crohn's, Straße, naïve"),
        (r"{\'E}tude, \'{E}cole, Caf\'e, \' e, \'\i, {\'{\i}}", "Étude, École, Café, é, í, í"),
        (r"\v{c}\c{c}\k{a}\H{o}\r{a}\u{g}\.{z}\d{a}\={a}\t{oo}\~n\^o\`u", "čçąőåğżạāo͡oñôù"),
        (r"\^{}, \~{}, \'{}, {\^{}}9 and a\string^{}b", "^, ~, ´, ^9 and a^b"),
        (r"\L{}ukasz, \O re, \AA, \textalpha-helix, \textleq, \Omega", "Łukasz, Øre, Å, α-helix, ≤, Ω"),
        (r"50\% {\&} 5% \$ \# \_ \{ \} a_b^c", "50% & 5% $ # _ { } a_b^c"),
        (r"x -- y --- z ``q'' !`a ?`b --", "x – y — z “q” ¡a ¿b –"),
        (r"10\,000 a~b a\ b a\\b a\-b a\/b\@", "10 000 a b a b a b ab ab"),
        ("Health & Place &amp; &lt;5 &#945; &nothing", "Health & Place & <5 α &nothing"),
        ("BACKGROUND$\\backslash$nThe study$\\backslash$rwas", "BACKGROUND The study was"),
        ("{{The {RALES} study}}", "The RALES study"),
    ],
)
def test_latex_becomes_unicode_or_markup(latex, text):
    assert marked(latex) == text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"See \href{https://example.org/a}{the correction}", "See the correction"),
        (r"\href{https://example.org/a_b}", "https://example.org/a_b"),
        (r"\href", ""),
        (r"\url{https://example.org/a_b--c}", "https://example.org/a_b--c"),
        (r"Title\footnote{Read at a meeting} and \footnote[1]{b}\thanks", "Title [Read at a meeting] and [b]"),
        (r"\sqrt, \sqrt{2}, \sqrt{a+b}, \sqrt[3]{x}, \sqrt2", "√, √2, √(a+b), √x, √2"),
        (r"\frac{1} {2}, \nicefrac 34, \frac 1{2}, \frac{1}, \frac", "1/2, 3/4, 1/2, 1/,"),
        (r"\qty[never ended {5}{mg}, \href {https://a.org}  {b}", "[ never ended 5mg, b"),
        (r"\enquote{x}, \ensuremath{x_2}, \texorpdfstring{CO$_2$}{CO2}, \textcolor{red}{y}", "“x”, x₂, CO₂, y"),
        (
            r"\ce{CO2}, \ce{Ca^2+}, \ce{NO3-}, \ce{H2SO4}, \ce{A -> B}, \ce{SO4^{2-}}",
            "CO₂, Ca²⁺, NO₃⁻, H₂SO₄, A → B, SO₄²⁻",
        ),
        (r"\label{sec:a}\index{a}text\hspace{1em}", "text"),
        (r"\begin{itemize}\item a \item b\end{itemize}", "a b"),
    ],
)
def test_command_with_arguments_keeps_its_text(latex, text):
    assert marked(latex) == text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\SI{5}{\micro\gram\per\milli\litre}", "5 µg/mL"),
        (r"\qty[per-mode=symbol]{30}{\kilo\gram\per\square\metre}", "30 kg/m²"),
        (r"\SIrange{2}{8}{\degreeCelsius}", "2–8 °C"),
        (r"\SI{95}{\percent} and \SI{5}{mg}", "95% and 5 mg"),
        (r"\num{1.5e-3}, \num{10}, \numrange{1}{2}, \num{5 +- 1}", "1.5 × 10⁻³, 10, 1–2, 5 ± 1"),
        (r"\si{\milli\mole\per\liter}, \unit{\cubic\metre}, \ang{45}, \SI{3}{}", "mmol/L, m³, 45°, 3"),
    ],
)
def test_quantity_keeps_its_unit(latex, text):
    assert marked(latex) == text


@pytest.mark.parametrize(
    ("latex", "text", "unknown"),
    [
        (r"\foo{bar} and \foo{baz}", "bar and baz", [r"\foo"]),
        (r"\sep[x]{a}{b} \baz", "[x]ab", [r"\sep", r"\baz"]),
        (r"\cite{x} \today \ref{y}", "x y", [r"\cite", r"\today", r"\ref"]),
        (r"\verb|x| \foo*{y}", "|x| y", [r"\verb", r"\foo"]),
        (r"\texts", "", [r"\texts"]),
    ],
)
def test_unknown_command_keeps_its_arguments_and_is_named(latex, text, unknown):
    named = {}
    assert (decoded(latex, unknown=named), list(named)) == (text, unknown)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("costs 5$ and 3", "costs 5$ and 3"),
        ("from $5 to $10", "from $5 to $10"),
        ("US$ 50,000 per QALY vs US$ 100,000", "US$ 50,000 per QALY vs US$ 100,000"),
        ("$1-$2, $3/$4", "$1-$2, $3/$4"),
        (r"a $10 {b} $c", "a 10 b c"),
        ("a } b { c", "a b c"),
        (r"{a $ b} $\beta$", "a $ b β"),
        (r"\textit{open", "open"),
        (r"{\it {a} b} c", "a b c"),
        ("\\", ""),
        (r"x^", "x^"),
        (r"$x_$ $x^$", "x x"),
    ],
)
def test_single_braces_and_dollars_lose_no_words(latex, text):
    assert decoded(latex) == text


def test_fields_that_allow_no_markup_have_none():
    assert decoded(r"2\textsuperscript{nd} \emph{ed.}, CO$_2$") == "2nd ed., CO₂"


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        (r" 10.1/a\_b{\_}c ", "10.1/a_b_c"),
        (
            r"10.1002/(SICI)1097-0258(1998)17:15{\textless}1661::AID-SIM968{\textgreater}3.0.CO;2-2",
            "10.1002/(SICI)1097-0258(1998)17:15<1661::AID-SIM968>3.0.CO;2-2",
        ),
        (r"https://a.org/{\%}20?x=1\&y=a--b~c", "https://a.org/%20?x=1&y=a--b~c"),
        (r"\url{https://a.org/\~{}me}", "https://a.org/~me"),
        (r"https://a.org/$\sim$me/{\#}b\unknown", "https://a.org/~me/#b"),
        ("https://a.org/?q=$5", "https://a.org/?q=$5"),
    ],
)
def test_address_loses_only_its_latex(latex, value):
    assert plain(latex) == value


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 60 + "x" + "}" * 60,
        r"\sqrt" * 60,
        r"\'" * 60,
        "$" + "_" * 60 + "$",
        r"\it " * 60,
        r"\href{a}" * 60,
        "{" * 10_000 + "}" * 10_000,
    ],
)
def test_groups_nested_too_deeply_are_refused(latex):
    with pytest.raises(ValueError, match="nested too deeply"):
        decoded(latex)


@given(
    st.from_regex(
        r"([\\{}$_^~&%\[\]\-`'!?=., ax2]|\\(href|SI|ce|url|sqrt|frac|it|footnote|textit|num|begin|foo|'))*",
        fullmatch=True,
    )
)
def test_any_latex_is_read_or_refused(latex):
    with suppress(ValueError):
        assert "\n" not in marked(latex)
    assert isinstance(plain(latex), str)


@pytest.mark.parametrize(
    "piece",
    ["{}", "$", r"\sqrt[", r"\ce{", r"\url{a}", "$5 a b ", r"\footnote[a", "&a", r"\SI 5", "a -- b ", "{a ", "$5 "],
)
def test_long_text_takes_linear_time(piece):
    began = process_time()
    with suppress(ValueError):
        decoded(piece * 20_000)
    assert process_time() - began < 5

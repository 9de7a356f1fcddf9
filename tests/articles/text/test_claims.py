"""Claims: which sentence stands on which works."""

import random
import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.claims import (
    FoundClaim,
    StatementKind,
    extract,
    fingerprint,
    is_clinical,
    statements,
    uncited_statements,
)
from articles.text.claims.sentences import split_sentences
from articles.text.rendering import first_appearance
from tests.support.paths import DATA

SENTENCES = (DATA / "sentences.txt").read_text().splitlines()
"""Medical prose, one sentence a line, in an order in which it could stand."""


def texts(body: str) -> list[str]:
    return [statement.text for statement in statements(body)]


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("Pain occurs [@a]. It is mild [@a; @b, p. 2].", [("Pain occurs.", "a"), ("It is mild.", "a b")]),
        ("Pain occurs. [@a] It is mild.", [("Pain occurs.", "a")]),
        ("Pain occurs.[@a] It is mild.", [("Pain occurs.", "a")]),
        ("Pain ended. [@a] found none.", [("found none.", "a")]),
        ("Orbach et al. [@a] found it.", [("Orbach et al. found it.", "a")]),
        ("It is mild ([@a], [@b]).", [("It is mild.", "a b")]),
        ("It is mild [@a], [@b]; or rare [@c].", [("It is mild; or rare.", "a b c")]),
        ("Nothing is cited here.", []),
        ("- One [@a]\n- Two\n- Three [@b]", [("One", "a"), ("Three", "b")]),
        ("It is **very** mild\n[@a] and [@a] rare.", [("It is very mild and rare.", "a")]),
        ("Given to e.g. infants [@a].", [("Given to e.g. infants.", "a")]),
        ("[@a] First. Second [@b]!", [("First.", "a"), ("Second!", "b")]),
        ("## Risk [@a]\n\nSafe? Yes [@b].", [("Risk", "a"), ("Yes.", "b")]),
        ("Pain occurs.\n\n[@a]\n\n[@b; @a]", [("Pain occurs.", "a b")]),
        ("[@a]", [("", "a")]),
        ("A dose of .5 mg [@a].", [("A dose of .5 mg.", "a")]),
        ("It is ~~not~~ safe [@a].", [("It is ~~not~~ safe.", "a")]),
    ],
)
def test_extract_gives_each_cited_statement_its_works(body, claims):
    assert [(claim.text, " ".join(claim.keys)) for claim in extract(body)] == claims


@pytest.mark.parametrize(
    "two",
    [
        "It lowers the relapse rate in MS. | Natalizumab does so, too.",
        "Lungs are damaged in CF. | Infections follow.",
        "Few had CF. | MRI was not done.",
        "Smoke contains CO. | Carbon monoxide is toxic.",
        "Surgery helps in severe MR. | Valves are repaired.",
        "Laser treatment slows DR. | Screening finds it early.",
        "Depression of the segment is called ST. | Elevation is worse.",
        "Most were seen in the ED. | Doctors examined them.",
        "Some had PDD NOS. | Children were older.",
        "Daratumumab works in AL. | Amyloid goes back.",
        "People wait in EDs. | Nurses are few.",
        "Everyone received ART. | 12 of them stopped.",
        "Eyes were examined by OCT. | 5 were excluded.",
        "Trials were run by PP. | Data are open.",
        "They had a low MIN. | Five had none.",
        "Staging used the REF. | Patients were older.",
        "The QTc was 500 ms. | Amiodarone prolongs it.",
        "She weighed 10 st. | Diet helped.",
        "The level of ionised Ca. | Phosphate was normal.",
        "The drug is given for MS? | Natalizumab is.",
        "The first patients had MS. | Two died.",
        "Symptoms got worse. | (a) Kaplan-Meier curves of both arms.",
        "Kaplan-Meier curves of both arms. | (b) after six months.",
        "(a) Before treatment. | (b) After treatment.",
        "a) Before treatment. | b) After treatment.",
        "(iii) Lesions in MS. | (iv) Lesions in NMO.",
        "It took 30 min. | (b) Pressure at rest.",
    ],
)
def test_sentence_ends_after_an_acronym_or_unit_and_before_a_part_of_a_legend(two):
    first, second = two.split(" | ")
    assert texts(f"{first} {second}") == [first, second]
    assert [(claim.text, claim.keys) for claim in extract(f"{first}[@a] {second}[@b]")] == [
        (first, ("a",)),
        (second, ("b",)),
    ]


@pytest.mark.parametrize(
    "one",
    [
        "Ms. Jones and Mr. Miller met Dr. Smith.",
        "It was done at St. Thomas in London.",
        "The data are in FIG. 2 of the report.",
        "It was reported by Smith et al. (a) first.",
        "It was found in ca. 30 patients.",
        "Ca. 30 patients had it.",
        "Cf. Smith for all data.",
        "The U.S. Food and Drug Administration agreed.",
        "It lasts 500 ms. on average.",
        "Use it (see part (a) above) twice.",
        "It is shown in fig. (a) and fig. (b) alike.",
        "It was made by Acme Co. Ltd. in Leeds.",
        "It holds for vitamins (e.g. A), too.",
    ],
)
def test_abbreviation_as_written_ends_no_sentence(one):
    assert texts(one) == [one]


def test_nothing_has_no_sentences():
    assert split_sentences("") == split_sentences(" \n") == []


def test_sentences_of_medical_prose_are_split_exactly():
    assert len(SENTENCES) >= 150
    assert [texts(sentence) for sentence in SENTENCES] == [[sentence] for sentence in SENTENCES]
    assert texts(" ".join(SENTENCES)) == SENTENCES


@given(st.randoms(use_true_random=False))
def test_sentences_in_any_order_are_split_exactly(shuffle: random.Random):
    order = shuffle.sample(SENTENCES, 30)
    assert texts(" ".join(order)) == order


@given(st.randoms(use_true_random=False))
def test_sentences_with_citations_inside_and_behind_are_split_exactly(shuffle: random.Random):
    order = shuffle.sample(SENTENCES, 20)
    inside = [f"{sentence[:-1]} [@k{n}]{sentence[-1]}" for n, sentence in enumerate(order) if sentence[-1] in ".!?"]
    behind = [f"{sentence} [@k{n}]" for n, sentence in enumerate(order)]
    assert [(claim.text, claim.keys) for claim in extract(" ".join(behind))] == [
        (sentence, (f"k{n}",)) for n, sentence in enumerate(order)
    ]
    assert [claim.text for claim in extract("\n\n".join(inside))] == [s for s in order if s[-1] in ".!?"]


@pytest.mark.parametrize(
    "write",
    [
        lambda order: "\n".join(f"- {sentence}" for sentence in order),
        lambda order: "\n".join(f"{'  ' * (n % 3)}- {sentence}" for n, sentence in enumerate(order)),
        lambda order: "\n\n".join(order),
        lambda order: "> " + "\n> ".join(" ".join(order[n : n + 3]) for n in range(0, len(order), 3)),
        lambda order: "\n".join(textwrap.wrap(" ".join(order), 90, break_on_hyphens=False)),
        lambda order: "*" + " ".join(order).replace("*", "") + "*",
    ],
    ids=["list", "nested list", "paragraphs", "quotation", "wrapped lines", "emphasis"],
)
def test_sentences_are_split_the_same_wherever_they_stand(write):
    order = [sentence for sentence in SENTENCES if "*" not in sentence and "<" not in sentence]
    assert texts(write(order)) == order


def test_statements_of_a_mixed_text_have_their_lines_and_roles():
    body = textwrap.dedent("""\
        ## Dose and risk

        In adults, e.g. after
        surgery, use these. Start low.

        Give:

        1. adults 0.5 g/kg [@a]
           - over 4 h
           - slower if > 70 years [@b,
             p. 2]. Then stop.
        2. children less

        ```
        Code. Is nothing.
        ```

        | Age | Dose [@c] |
        |-----|-----------|
        | < 2 | `a. B.` 5 mg |
        | 2+  | 10 mg [@d] |

        > Quoted. Twice.
        """)
    assert [(found.line, found.text, found.keys) for found in statements(body)] == [
        (3, "In adults, e.g. after surgery, use these.", ()),
        (4, "Start low.", ()),
        (6, "Give:", ()),
        (8, "adults 0.5 g/kg", ("a",)),
        (9, "over 4 h", ()),
        (10, "slower if > 70 years.", ("b",)),
        (11, "Then stop.", ()),
        (12, "children less", ()),
        (18, "Age | Dose", ("c",)),
        (20, "< 2 | a. B. 5 mg", ()),
        (21, "2+ | 10 mg", ("d",)),
        (23, "Quoted.", ()),
        (23, "Twice.", ()),
    ]
    roles = [found.role for found in statements(body)]
    assert (roles.count(StatementKind.ROW), roles.count(StatementKind.HEADING)) == (2, 1)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Use `a. B` now. Stop.", ["Use a. B now.", "Stop."]),
        ("See [the label. Part 2](https://e.org). Stop.", ["See the label.", "Part 2.", "Stop."]),
        ("1\\. First one. Second.", ["1. First one.", "Second."]),
        ("(It is (very) rare. It is mild.) Stop.", ["(It is (very) rare.", "It is mild.)", "Stop."]),
        ("Some (it is. Rare) do. A ) b. C ( d. E.", ["Some (it is. Rare) do.", "A ) b.", "C ( d.", "E."]),
        ("Merck Inc. The maker. Pfizer Inc. Leeds.", ["Merck Inc.", "The maker.", "Pfizer Inc. Leeds."]),
        ("Zero\u200bwidth \ufffc here.", ["Zerowidth here."]),
        ("| |\n|-|\n| |", []),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_statements_of_unusual_texts(body, found):
    assert texts(body) == found


PIECES = "Pain occurs¦e.g.¦. ¦! ¦[@a]¦[@b; @c, p. 1]¦\n¦\n\n¦- ¦| ¦|-|-|\n¦# ¦> ¦`¦*¦**¦~~"
PIECES += "¦(¦)¦“¦”¦Dr. ¦1. ¦[x](y)¦[¦]¦\ufffc¦ ¦al. ¦B. "
PIECE = st.sampled_from(PIECES.split("¦"))


@given(st.lists(PIECE, max_size=30).map("".join))
def test_every_citation_of_any_text_stands_in_a_claim_on_a_line_of_it(body):
    assert {key for claim in extract(body) for key in claim.keys} == set(first_appearance([body]))
    assert all(1 <= found.line <= body.count("\n") + 1 for found in statements(body))


# --- what is clinical -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Give 0.5 g/kg over four hours.",
        "Aspirin reduces the risk of a second stroke.",
        "Children should avoid codeine and tramadol after surgery.",
        "About 30% of patients develop thrombocytopenia.",
        "Rituximab is safe in pregnancy.",
        "High blood pressure is common in old age.",
        "Side effects are usual in the first week.",
    ],
)
def test_statement_of_dose_effect_or_risk_is_clinical(text):
    assert is_clinical(text)
    assert [found.text for found in uncited_statements(f"{text}\n\n{text[:-1]} [@a].")] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Does aspirin reduce the risk of stroke?",
        "The risks of treatment are:",
        "Stop aspirin now.",
        "Ask your doctor before you stop aspirin.",
        "Discuss the risks of treatment with your care team.",
        "This page was written for patients and their families.",
        "The committee met twice and wrote a report.",
        "Aspirin and ibuprofen in their boxes",
    ],
)
def test_question_advice_to_ask_and_plain_words_are_not_clinical(text):
    assert not is_clinical(text)
    assert uncited_statements(text) == []


# --- fingerprints ---------------------------------------------------------------------------------------------------

WORKS = {"a": {"doi": "1"}, "b": {"doi": "2"}, "c": {"doi": "1"}}
WORD = st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1, max_size=8)
CLAIM = st.builds(lambda words: "Über " + " ".join(words), st.lists(WORD, min_size=1, max_size=6))
SPACE = st.sampled_from([" ", "  ", "\n", " \n ", "\u00a0", "\t"])


def prints(body: str, works: dict | None = None) -> list[str]:
    return [fingerprint(claim, identities=works or WORKS) for claim in extract(body)]


def test_fingerprint_follows_text_and_works_and_not_their_order():
    one = fingerprint(FoundClaim("It is mild.", ("a", "b")), identities=WORKS)
    assert one == fingerprint(FoundClaim("It  is\nmild.", ("b", "c")), identities=WORKS)
    assert one != fingerprint(FoundClaim("It is mild.", ("a",)), identities=WORKS)
    assert one != fingerprint(FoundClaim("It is rare.", ("a", "b")), identities=WORKS)
    assert one != fingerprint(FoundClaim("IT is mild.", ("a", "b")), identities=WORKS)


@given(CLAIM, SPACE)
def test_fingerprint_stays_under_white_space_and_unicode_form(claim, space):
    (one,) = prints(f"{claim} [@a; @b].")
    spaced = claim.replace(" ", space)
    assert prints(f"{space.strip(chr(9))}{spaced} [@b;{space}@a].") == [one]
    assert prints(unicodedata.normalize("NFD", f"{claim} [@a; @b].")) == [one]


@given(st.lists(CLAIM, min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_fingerprint_stays_when_paragraphs_move_and_others_change(claims, shuffle):
    before = prints("\n\n".join(f"{claim} [@a]." for claim in claims))
    shuffle.shuffle(claims)
    moved = prints("\n\n".join(["New one [@b]."] + [f"- {claim} [@a]." for claim in claims]))
    assert sorted(moved[1:]) == sorted(before)


@given(CLAIM, WORD, st.dictionaries(st.sampled_from(["title", "year", "pmid"]), st.text(max_size=5)))
def test_fingerprint_changes_with_a_word_or_a_work(claim, word, more):
    one = prints(f"{claim} [@a; @b].")
    assert prints(f"{claim} {word} [@a; @b].") != one
    assert prints(f"{claim} [@a].") != one
    changed = {**WORKS, "b": {"doi": "3", **more}}
    assert prints(f"{claim} [@a; @b].", changed) != one
    turned = {key: dict(reversed(work.items())) for key, work in reversed(changed.items())}
    assert prints(f"{claim} [@a; @b].", turned) == prints(f"{claim} [@a; @b].", changed)

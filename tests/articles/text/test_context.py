"""The context of claims: what counts as changed around a claim whose own words are the same."""

import random
import time
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Claim
from articles.text.claims import FoundClaim, claims_in_context, words_hash
from articles.text.claims.connectives import BACK, FORWARD, JOINED
from tests.support.verdicts import sent


def contexts(body: str, *, audience: str = "professional", question: str = "Is it safe?") -> dict[str, str]:
    """The hash of each claim's context, by its words."""
    return {one.text: context.hash for one, context in claims_in_context(body, audience=audience, question=question)}


def parts(body: str) -> dict[str, list[tuple[str, str]]]:
    """What each claim's context is beyond audience and question."""
    found = claims_in_context(body, audience="professional", question="Is it safe?")
    return {one.text: [(part["kind"], part["words"]) for part in context.words[2:]] for one, context in found}


def changed(before: str, after: str) -> set[str]:
    """Claims of both texts that stand in another context in the second one."""
    one, other = contexts(before), contexts(after)
    return {text for text in one.keys() & other.keys() if one[text] != other[text]}


# --- headings, lists, tables ------------------------------------------------------------------------------------------

NESTED = """\
## Benefits

Pain ends [@a].

### In children

Fever ends [@b].

## Harms

Rash occurs [@c].
"""


@pytest.mark.parametrize(
    ("old", "new", "claims"),
    [
        ("## Benefits", "## Harms in pregnancy", {"Pain ends.", "Fever ends."}),
        ("## Benefits", "##  Benefits ", set()),
        ("## Benefits", "## **Benefits** [@a]", set()),
        ("### In children", "### In adults", {"Fever ends."}),
        ("### In children\n\n", "", {"Fever ends."}),
        ("## Harms", "### Harms", {"Rash occurs."}),
        ("## Harms", "# Harms", set()),
    ],
)
def test_headings_of_all_levels_above_a_claim_are_its_context(old, new, claims):
    assert changed(NESTED, NESTED.replace(old, new)) == claims


def test_question_and_audience_are_the_context_of_every_claim():
    (one,) = contexts("Pain ends [@a].").values()
    assert contexts("Pain ends [@a].", question="Is it safe in pregnancy?") != {"Pain ends.": one}
    assert contexts("Pain ends [@a].", audience="patient") != {"Pain ends.": one}
    assert contexts("Pain ends [@a].", question=" Is  it safe?") == {"Pain ends.": one}


LISTS = """\
Intro.

Approved uses are:

- Gout [@a]
- Pain
  - in adults [@b]
  - in children [@c]

> Cited by critics [@d].

---

| Drug | Dose | Note |
|------|------|------|
| Aspirin | 5 mg | daily [@e] |
| **Old** | | |
| Heparin | 6 mg | weekly [@f] |
"""


@pytest.mark.parametrize(
    ("old", "new", "claims"),
    [
        ("Approved uses are:", "Withdrawn uses are:", {"Gout", "in adults", "in children"}),
        ("- Pain", "- Fever", {"in adults", "in children"}),
        ("- Gout [@a]\n- Pain", "- Pain", set()),
        ("> Cited", "Cited", {"Cited by critics."}),
        ("| Dose |", "| Maximum dose in children |", {"Aspirin | 5 mg | daily", "Heparin | 6 mg | weekly"}),
        ("**Old**", "Young", {"Heparin | 6 mg | weekly"}),
        ("\n| Drug", "\nFor children:\n\n| Drug", {"Aspirin | 5 mg | daily", "Heparin | 6 mg | weekly"}),
        ("---\n", "", set()),
        ("---\n", "A last word.\n", {"Aspirin | 5 mg | daily", "Heparin | 6 mg | weekly"}),
        ("> Cited", "```\nCode\n```\n\n> Cited", set()),
    ],
)
def test_lead_ins_parent_items_quotations_header_cells_and_groups_of_rows_are_context(old, new, claims):
    assert changed(LISTS, LISTS.replace(old, new)) == claims


ROWS = "| Drug | Dose | |\n|--|--|--|\n| Aspirin | 5 mg | x [@a] |\n| Heparin | 6 mg | y [@b] |\n"


def rows(body: str) -> list[tuple[str, str]]:
    """Words and context of each row, in one order."""
    found = claims_in_context(body, audience="professional", question="Is it safe?")
    return sorted((words_hash(one), context.hash) for one, context in found)


def test_row_that_moves_and_columns_that_move_with_their_headers_stay_the_same():
    head, line, aspirin, heparin = ROWS.splitlines()
    assert rows("\n".join([head, line, heparin, aspirin])) == rows(ROWS)
    moved = "| Dose | Drug | |\n|--|--|--|\n| 5 mg | Aspirin | x [@a] |\n| 6 mg | Heparin | y [@b] |\n"
    assert rows(moved) == rows(ROWS)


@pytest.mark.parametrize("head", ["| From | To |", "| Drug | Drug |", "| | |"])
def test_cells_that_change_places_under_their_headers_change_the_context(head):
    one = rows(f"{head}\n|--|--|\n| Morphine | Heparin [@a] |\n")
    other = rows(f"{head}\n|--|--|\n| Heparin | Morphine [@a] |\n")
    assert [words for words, _ in one] == [words for words, _ in other]
    assert one != other


def test_header_cells_that_cite_are_claims_and_no_context_of_their_own():
    assert parts("| Drug | Dose [@a] |\n|--|--|\n| Aspirin | 5 mg [@b] |\n") == {
        "Drug | Dose": [],
        "Aspirin | 5 mg": [("column", "Dose: 5 mg"), ("column", "Drug: Aspirin")],
    }


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "claim", "around"),
    [
        ("Pain ends [@a]. It is mild [@b].", "It is mild.", [("before", "Pain ends.")]),
        ("Pain ends [@a]. Rash is mild [@b].", "Rash is mild.", []),
        ("## X\n\nPain ends [@a].\n\n## Y\n\nIt is mild [@b].", "It is mild.", [("heading", "Y")]),
        ("Rare [@a]. It ends. This is mild [@b].", "This is mild.", [("before", "It ends."), ("before", "Rare.")]),
        ("Trust nobody. Pain ends [@a].", "Pain ends.", [("before", "Trust nobody.")]),
        ("In rats only.\n\nPain ends [@a].", "Pain ends.", [("before", "In rats only.")]),
        ("- Not new\n- Pain ends [@a]", "Pain ends", []),
        ("- Pain ends [@a]\n- So does fever [@b]", "So does fever", [("before", "Pain ends")]),
        ("- A [@a]\n- B [@b]\n\nThese are mild [@c].", "These are mild.", [("before", "A / B")]),
        ("Pain ends [@a]. This was refuted.", "Pain ends.", [("after", "This was refuted.")]),
        ("Pain ends [@a]. Rash [@b].\n\nBoth were refuted.", "Pain ends.", [("after", "Both were refuted.")]),
        ("Pain ends [@a].\n\nRash [@b].\n\nThis was refuted.", "Pain ends.", []),
        ("- Pain [@a]\n- Rash [@b]\n\nThe claims above fell.", "Pain", [("after", "The claims above fell.")]),
        ("Pain ends [@a]. It fell. It rose.", "Pain ends.", [("after", "It fell."), ("after", "It rose.")]),
        ("Pain ends [@a]. Rash is mild.", "Pain ends.", []),
        ("Pain ends [@a]. This was refuted [@b].", "Pain ends.", []),
        ("Pain [@a].\n\n## X\n\nThis was refuted.", "Pain.", []),
        ("The following is false. Pain [@a]. Rash [@b].", "Rash.", [("pointer", "The following is false.")]),
        ("The following is false:\n\n- Pain [@a]", "Pain", [("lead_in", "The following is false:")]),
        ("The following is false.\n\nPain [@a].", "Pain.", [("pointer", "The following is false.")]),
        ("The following is false.\n\n## X\n\nPain [@a].", "Pain.", [("heading", "X")]),
        ("- See below.\n- Pain [@a]", "Pain", []),
        ("| A |\n|--|\n| See below. Pain [@a] |\n| Rash [@b] |", "Rash", [("column", "A: Rash")]),
        ("This was refuted.\n\nPain [@a].", "Pain.", [("before", "This was refuted.")]),
        ("[@a]", "", []),
    ],
)
def test_sentences_around_a_claim_are_context_as_far_as_its_meaning_hangs_on_them(body, claim, around):
    assert parts(body)[claim] == around


def test_changed_uncited_sentence_brings_back_every_claim_that_it_points_to():
    before = "These are the effects.\n\n- Pain [@a]\n- Rash [@b]\n\nFever ends [@c].\n"
    after = before.replace("These are the effects.", "The following was later shown to be wrong.")
    assert changed(before, after) == {"Pain", "Rash", "Fever ends."}


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("It is mild.", True),
        ("“This is mild.", True),
        ("In these patients it is mild.", True),
        ("Because of this, stop.", True),
        ("In contrast to aspirin, stop.", True),
        ("However, stop.", True),
        ("All were mild.", True),
        ("Most of them ended.", True),
        ("The same applies to children.", True),
        ("Most patients recover.", False),
        ("Items are listed.", False),
        ("Aspirin is safe.", False),
        ("In adults it is safe.", False),
        ("Thistle is a plant.", False),
    ],
)
def test_sentence_is_joined_to_the_one_before_by_its_first_words(text, joined):
    assert bool(JOINED.match(text)) == joined


@pytest.mark.parametrize(
    ("text", "forward", "back"),
    [
        ("The following was later shown to be wrong.", True, False),
        ("Doses are as follows.", True, False),
        ("The next three sections were withdrawn.", True, False),
        ("What stands below is old.", True, False),
        ("The claims above are old.", False, True),
        ("The previous paragraph is old.", False, True),
        ("It is given below 30 mL/min.", False, False),
        ("Doses above 5 mg are rare.", False, False),
        ("It ends the following day.", False, False),
        ("Take the next dose later.", False, False),
    ],
)
def test_sentence_points_by_what_it_says(text, forward, back):
    assert (bool(FORWARD.search(text)), bool(BACK.search(text))) == (forward, back)


# --- bad input --------------------------------------------------------------------------------------------------------


def test_context_of_fifty_headings_and_of_the_deepest_nesting_is_found():
    sections = "".join(f"{'#' * (2 + n % 5)} Heading {n}\n\nFact {n} [@a].\n\n" for n in range(50))
    assert [words for _, words in parts(sections)["Fact 49."]] == [
        "Heading 45",
        *(f"Heading {n}" for n in range(46, 50)),
    ]
    quoted = "".join(f"{'> ' * n}## Heading {n}\n{'> ' * n}\n" for n in range(19)) + f"{'> ' * 18}Deep [@a].\n"
    assert [words for kind, words in parts(quoted)["Deep."] if kind == "heading"] == [f"Heading {n}" for n in range(19)]
    assert changed(quoted, quoted.replace("Heading 0", "Other")) == {"Deep."}


def test_two_claims_with_the_same_words_have_each_their_context():
    found = claims_in_context("## A\n\nSafe [@a].\n\n## B\n\nSafe [@a].\n", audience="x", question="y")
    (one, here), (other, there) = found
    assert (words_hash(one), here.hash == there.hash) == (words_hash(other), False)


def test_long_part_is_hashed_whole_and_shown_cut():
    body = f"{'word ' * 200}a:\n\n- Pain [@a]\n"
    assert changed(body, body.replace("a:", "b:")) == {"Pain"}
    ((_, words),) = parts(body)["Pain"]
    assert (len(words), words[-1]) == (300, "…")


def note_lines(labels) -> str:
    return "\n\n" + "\n".join(f"[^{label}]: It is B [@b]." for label in labels)


@pytest.mark.parametrize(
    "write",
    [
        lambda count: "".join(f"It is A {n} [@a]. It is x. " for n in range(count)),
        lambda count: "".join(f"## H{n}\n\nAs follows. It ends.\n\n- It is {n} [@a]\n" for n in range(count)),
        lambda count: f"{'x ' * count * 20}:\n\n" + "".join(f"- Item {n} [@a]\n" for n in range(count)),
        lambda count: "".join(f"It is A {n} [@a].[^{n}] " for n in range(count)) + note_lines(range(count)),
        lambda count: "It is A [@a].[^1] " * count + "\n\n[^1]: " + "It is B [@b]. " * count,
    ],
)
def test_contexts_take_time_in_proportion_to_the_text(write):
    def seconds(count: int) -> float:
        body, start = write(count), time.process_time()
        contexts(body)
        return time.process_time() - start

    seconds(50)
    assert min(seconds(2000), seconds(2000)) < 16 * min(seconds(500), seconds(500)) + 0.1


@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_context_is_the_same_whenever_it_is_taken_and_any_markup_is_read(shuffle: random.Random, size):
    pieces = ["## A", "- It [@a]", "  - This [@b]", "> ", "| a | b |", "|--|--|", "| x [@a] | |", "", "So. [@c]", "---"]
    body = "\n".join(shuffle.choice(pieces) for _ in range(size))
    assert contexts(body) == contexts(body)


# --- claims there are -------------------------------------------------------------------------------------------------

migration = import_module("articles.migrations.0014_context_of_claims")
WRITTEN = ("words", "context", "context_words")


def test_migration_reads_the_context_of_claims_there_are_and_leaves_unknown_what_it_cannot_find(policy):
    version = sent("## Benefits\n\nPain ends [@orbach2005]. It is mild [@stiehm2013].\n")
    claims = Claim.objects.filter(rendition__version=version).order_by("position")
    before = list(claims.values(*WRITTEN))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.HOLD_OFF.sql)
        cursor.execute("UPDATE articles_claim SET words = '', context = NULL, context_words = '[]'")
        cursor.execute("UPDATE articles_claim SET text = 'As another rule found it.' WHERE position = 2")
        migration.fill(apps, None)
        cursor.execute(migration.HOLD_ON.sql)
    one, other = claims.values(*WRITTEN)
    assert one == before[0]
    assert other == {
        "words": words_hash(FoundClaim("As another rule found it.")),
        "context": None,
        "context_words": [],
    }
    with pytest.raises(IntegrityError, match="frozen version"), transaction.atomic():
        claims.update(context="0" * 64)

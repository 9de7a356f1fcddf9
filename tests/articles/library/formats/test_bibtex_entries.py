"""Entries of BibTeX: keys, fields, abbreviations, cross-references, and files that are meant to do harm."""

import gc
import signal
import tracemalloc
from pathlib import Path
from time import process_time

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from articles.library.formats import bibtex_entries
from articles.library.formats.bibtex import read, read_bibtex
from articles.library.formats.bibtex_entries import LARGEST_PART, PART
from articles.library.formats.records import judged


def records(text):
    return list(read(text))


def only(text):
    (found,) = read(text)
    return found


def keys(text):
    return [found.csl["id"] for found in read(text)]


def entry(fields, kind="article", key="k"):
    return f"@{kind}{{{key}, title={{T}}, {fields}}}\n"


# --- keys -----------------------------------------------------------------------------------------------------------

NO_KEYS = """@book{,
  author = {Muster, Anna}, title = {A made-up book without a key}, year = {2001}
}
@article{,
  author = {Beispiel, Bert}, title = {A made-up paper without a key}, year = {2002}
}
@article{same2003, author = {Muster, Anna}, title = {The first made-up paper under this key}, year = {2003}}
@article{same2003, author = {Beispiel, Bert}, title = {Another made-up paper under the same key}, year = {2003}}
"""


def test_entries_without_a_key_of_their_own_get_one_and_say_so():
    found = records(NO_KEYS)
    assert [one.csl["id"] for one in found] == [
        "muster2001made",
        "beispiel2002made",
        "same2003",
        "same2003-070eb253",
    ]
    assert [one.remarks for one in found] == [
        ("The entry has no key in the file; “muster2001made” was made for it.",),
        ("The entry has no key in the file; “beispiel2002made” was made for it.",),
        (),
        ("The entry in line 7 has the key “same2003”, too; “same2003-070eb253” was made for this one.",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "@article{, title={A}}@article{, title={B}}@article{, title={C}}",
        "@article{a, title={A}}@article{a, title={B}}@book{a, title={A}}",
        "@misc{title={Without comma}}\n@misc{ year = 2001, title={Also}}\n@misc( title = {Round})",
        "@book{, title={Title}, year=2001}\n@book{, title={Title}, year=2001, note={N}}\n@book{2001title, title={Own}}",
    ],
)
def test_different_works_have_different_keys(text):
    found = keys(text)
    assert (len(found), len(set(found))) == (3, 3)


def test_key_that_is_made_is_none_that_a_later_entry_has():
    found = keys("@book{, title={Title}, year=2001}\n@book{2001title, title={Own}}")
    assert found[1] == "2001title"
    assert found[0].startswith("2001title-")


@pytest.mark.parametrize("key", ["", "a", "a b", "müller:2001"])
def test_entry_that_is_there_twice_has_one_key_and_is_one_work_of_a_folder(key):
    text = f"@book{{{key}, title={{T}}}}\n" * 3
    found = records(text)
    assert len({one.csl["id"] for one in found}) == 1
    assert [one.line for one in read_bibtex(text, path=Path("a.bib"))] == [1]


def test_folder_takes_entries_with_remarks_in_their_order():
    found = read_bibtex(NO_KEYS, path=Path("a.bib"))
    assert [(one.line, len(one.remarks)) for one in found] == [(1, 1), (4, 1), (7, 0), (8, 1)]


# --- fields ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ("Title = {Second}", "The field title occurs twice; its value “Second” was left out."),
        ("note={a}, note={b}", "The field note occurs twice; its value “b” was left out."),
        ("year=2001, YEAR=2002", "The field year occurs twice; its value “2002” was left out."),
        (f"note={{a}}, note={{{'b' * 99}}}", f"The field note occurs twice; its value “{'b' * 80}” was left out."),
    ],
)
def test_field_that_occurs_twice_keeps_its_first_value(fields, remark):
    found = only(entry(fields))
    assert found.remarks == (remark,)
    assert found.csl["title"] == "T"


def test_field_that_repeats_its_value_is_no_remark():
    assert only(entry("note={a}, Note={a}")).remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "@misc{k, title={T} year={2001}}",
        '@misc{k, title="T"\n year = "2001" note={N}, volume=3}',
        "@misc{k, note = {x = {y}}\n TITLE={T} year=2001\n}",
        "@misc{k\n title={T},\n year=2001}",
        "@misc{ k \n\n title={T}, year={2001}}",
    ],
)
def test_missing_comma_costs_nothing(text):
    item = only(text).csl
    assert (item["id"], item["title"], item["issued"]) == ("k", "T", {"date-parts": [[2001]]})


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('"quoted {"} text"', 'quoted " text'),
        ('"a {b "c" d} e" # { f {g} h}', "a b “c” d e f g h".replace("“", '"').replace("”", '"')),
        ("lan # { {A}} # 7", "The Lancet A7"),
        ("LAN", "The Lancet"),
        ("{a \\} b}", "a } b"),
        ('"a { b"', "a b"),
        ('"a { b } } c"', "a b c"),
        ("{a {b}", "a b"),
    ],
)
def test_value_is_joined_from_its_operands(value, title):
    text = f'@string{{Lan = "The Lancet"}}\n@misc{{k, title = {value}}}}}'
    assert records(text)[0].csl["title"] == title


@pytest.mark.parametrize(
    ("strings", "title", "names"),
    [
        ("", "a", ["a"]),
        ('@string{a = a # "x"}', "ax", ["a"]),
        ('@string{a = b # "x"}\n@string{b = a # a}', "bx", ["b"]),
        ('@string(a = b # c)\n@string{b = "later"}', "bc", ["b", "c"]),
    ],
)
def test_abbreviation_that_is_not_defined_is_kept_and_named(strings, title, names):
    found = only(f"{strings}\n@misc{{k, title = a, year = 2001, month = aug}}")
    assert found.csl["title"] == title
    assert found.remarks == tuple(
        f"The abbreviation “{name}” is not defined before it is used; its name was kept." for name in names
    )


def test_abbreviation_that_is_defined_again_has_its_new_text_from_there_on():
    text = '@string{a = "A"}\n@misc{k, title = a}\n@string{a = "B"}\n@misc{l, title = a}'
    assert [found.csl["title"] for found in read(text)] == ["A", "B"]


def test_comments_preambles_and_entries_for_programs_are_no_works():
    text = (
        "Some text, a@b.org\n@comment{jabref-meta: x=y;}\n@preamble{ {x} }\n@control{c, a={b}}\n@xdata{x, note={N}}\n"
        "@article{k, title={T}}\n% end"
    )
    assert keys(text) == ["k"]


# --- references between entries -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        (entry("crossref={x}", "inbook"), ("Its crossref “x” is not in the file; what it would inherit is missing.",)),
        (
            entry("crossref = x", "inbook"),
            (
                "The abbreviation “x” is not defined before it is used; its name was kept.",
                "Its crossref “x” is not in the file; what it would inherit is missing.",
            ),
        ),
        (
            entry("xdata={x, y}"),
            (
                "Its xdata “x” is not in the file; what it would inherit is missing.",
                "Its xdata “y” is not in the file; what it would inherit is missing.",
            ),
        ),
        (
            entry("crossref={b}", "inbook") + entry("crossref={x}, publisher={P}", "book", "b"),
            ("Its crossref “x” is not in the file; what it would inherit is missing.",),
        ),
        (
            entry("crossref={b}", "inbook") + "@book{b, title={open\n",
            ("Its crossref “b” is not in the file; what it would inherit is missing.",),
        ),
    ],
)
def test_reference_to_a_missing_entry_costs_only_what_it_would_give(text, remarks):
    found = records(text)[0]
    assert (found.csl["title"], found.remarks) == ("T", remarks)


@pytest.mark.parametrize(
    ("child", "parent", "inherited"),
    [
        (
            "@inproceedings{c, title={T}, crossref={p}}",
            "@proceedings{p, title={Proc}, subtitle={Sub}, editor={Doe, J}}",
            {"container-title": "Proc: Sub", "editor": [{"family": "Doe", "given": "J"}]},
        ),
        (
            "@incollection{c, title={T}, author={Roe, R}, crossref={p}}",
            "@book{p, title={B}, author={Doe, J}, doi={10.1/x}, note={N}}",
            {
                "author": [{"family": "Roe", "given": "R"}],
                "container-title": "B",
                "container-author": [{"family": "Doe", "given": "J"}],
            },
        ),
        (
            "@incollection{c, title={T}, crossref={p}}",
            "@collection{p, title={B}, author={Doe, J}, pages={1--9}}",
            {"container-title": "B", "container-author": [{"family": "Doe", "given": "J"}]},
        ),
        (
            "@inbook{c, title={T}, crossref={p}}",
            "@book{p, title={B}, author={Doe, J}, abstract={A}}",
            {"container-title": "B", "author": [{"family": "Doe", "given": "J"}]},
        ),
        (
            "@article{c, title={T}, crossref={p}}",
            "@periodical{p, title={Journal of Nothing}, volume=3}",
            {"container-title": "Journal of Nothing", "volume": "3"},
        ),
        (
            "@book{c, title={T}, crossref={p}}",
            "@mvbook{p, title={Whole}, publisher={P}}",
            {"collection-title": "Whole", "publisher": "P"},
        ),
        (
            "@misc{c, title={T}, xdata={p, q}}",
            "@xdata{p, publisher={P}, xdata={q}}\n@xdata{q, location={L}, publisher={Q}, xdata={p}}",
            {"publisher": "P", "publisher-place": "L"},
        ),
        ("@inbook{c, title={T}, crossref={p}}", f"@book{{p, title={{B}}, series={{{'x' * 21_000}}}}}", {}),
    ],
)
def test_entry_inherits_what_is_true_of_both(child, parent, inherited):
    found = records(f"{child}\n{parent}")[0]
    assert {name: value for name, value in found.csl.items() if name not in ("id", "type", "title")} == inherited


def test_chain_of_crossrefs_ends():
    text = "".join(f"@inbook{{k{n}, title={{T}}, crossref={{k{n + 1}}}}}\n" for n in range(12))
    faults = [found.fault for found in read(text + "@book{k12, title={B}}")]
    assert faults == ["Its crossrefs lead on over more than 10 entries."] * 2 + [""] * 11


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("@set{s, entryset={a, b}}\n@misc{a, title={A}}\n@misc{b, title={B}}", ["a", "b"]),
        ("@set{s, entryset={a, x}}\n@misc{a, title={A}}", ["s", "a"]),
        ("@set{s, title={Own}, entryset={a}}\n@misc{a, title={A}}", ["s", "a"]),
        ("@set{s, note={Nothing}}\n@misc{a, title={A}}", ["s", "a"]),
    ],
)
def test_set_of_entries_in_the_file_is_no_work_of_its_own(text, labels):
    assert [found.label for found in read(text)] == labels


# --- bad input ------------------------------------------------------------------------------------------------------

BOMB = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (entry("crossref={k}"), "Its crossref leads back to k."),
        (entry("crossref={l}") + entry("crossref={k}", key="l"), "Its crossref leads back to k."),
        (f'@string{{a0 = "{"x" * 50}"}}\n{BOMB}{entry("note = a59")}', "Its abbreviation a6 is too long."),
        (entry("note={" + "{" * 10_000 + "}" * 10_000 + "}"), "Its braces are nested too deeply."),
        (entry("author={" + "{" * 10_000 + "x, y" + "}" * 10_000 + "}"), "Its braces are nested too deeply."),
        (entry("note={" + "{" * 10_000), "It is not BibTeX: the entry that begins here is not closed or broken."),
        (entry("note={" + r"\sqrt" * 10_000 + "}"), "Its braces are nested too deeply."),
        (entry("abstract={" + "x" * 300_000 + "}"), "It has more than 262,144 characters."),
        (entry("abstract={" + "x" * (LARGEST_PART + 9) + "}"), "It has more than 262,144 characters."),
        (entry(",".join(f"a{n}=1" for n in range(301))), "It has more than 300 fields."),
        (entry("a=1," * 1_000_000), "It has more than 262,144 characters."),
        (
            f'@string{{a = "{"x" * 1_900}"}}\n{entry("note=" + "#".join("a" * 12))}',
            "Abbreviations make it longer by more than 20,000 characters.",
        ),
        (
            f'@string{{a = "{"x" * 1_900}"}}\n{entry("note=" + "#".join("a" * 900))}',
            "It has more than 262,144 characters.",
        ),
    ],
)
def test_harmful_entry_is_refused_under_its_key_and_the_others_are_read(text, fault):
    found = list(map(judged, read(f"@misc{{a, title={{A}}}}\n{text}\n@misc{{z, title={{Z}}}}\n")))
    assert [one.label for one in found if not one.fault] == ["a", "z"]
    assert {one.fault for one in found if one.label == "k"} == {fault}


def test_many_abbreviations_fill_no_memory():
    text = "".join(f'@string{{a{n} = "{"x" * 1_900}"}}\n' for n in range(3_000))
    assert [found.csl["title"][:4] for found in read(text + "@misc{k, title=a0}\n@misc{l, title=a2999}")] == [
        "xxxx",
        "a299",
    ]


@pytest.mark.parametrize("gap", ["\n", " "])
def test_large_file_is_read_in_parts_with_right_lines(gap):
    size = 2 * PART // 1_000
    text = "Header\n" + gap.join(f"@misc{{k{n}, title={{{'x' * 1_000}}}}}" for n in range(size))
    assert [(one.line, one.label) for one in read(text)] == [
        (2 + n if gap == "\n" else 2, f"k{n}") for n in range(size)
    ]


def test_long_text_before_the_first_entry_is_skipped():
    assert keys("x " * LARGEST_PART + "\n@misc{k, title={T}}") == ["k"]


@pytest.mark.parametrize(
    "text",
    [
        "@a{" * 90_000,
        "@a{\n" * 30_000,
        "@misc{k, title={x}}\n" * 6_000,
        "@inbook{k, title={x}, crossref={p}}\n" * 3_000 + "@book{p, title={" + "y" * 15_000 + "}}",
        "@misc{k, note={" + "{}" * 120_000,
        '@misc{k, title="' + '"' * 250_000,
        "@" * 500_000,
        "@misc{k, a={b} " + "c={d} " * 40_000 + "}",
        "".join(f"@misc{{k{n}, title={{x}}, crossref={{k{n + 1}}}}}\n" for n in range(3_000)),
    ],
    ids=["open", "open lines", "doubles", "one parent", "braces", "quotes", "signs", "commas", "chain"],
)
def test_harmful_file_takes_little_time(text):
    began = process_time()
    for _ in read(text):
        pass
    assert process_time() - began < 30


def test_long_file_is_never_in_memory_as_objects():
    text = "".join(f"@misc{{k{n}, title={{T}}, abstract={{{'x' * 5_000}}}}}\n" for n in range(1_000))
    tracemalloc.start()
    for _ in read(text):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("delay", [0.02, 0.05, 0.1])
def test_time_limit_of_a_task_ends_the_reading(delay):
    """Celery's worker raises it by a signal, wherever the reader is.

    Not while Python collects garbage: there the test tools have a callback, and Python drops what a callback raises.
    """

    def ended(*_signal):
        raise SoftTimeLimitExceeded

    text = entry("title = {A \\emph{title}}, author = {Roe, Jane}, year = 2020") * 10_000
    gc.disable()
    before = signal.signal(signal.SIGALRM, ended)
    signal.setitimer(signal.ITIMER_REAL, delay)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            list(read(text))
    finally:
        signal.signal(signal.SIGALRM, before)
        gc.enable()


def test_entries_behind_the_most_that_are_read_are_no_targets(monkeypatch):
    monkeypatch.setattr(bibtex_entries, "MAX_RECORDS", 1)
    text = "@misc{a, title={A}, crossref={a}}\n@misc{b, title={B}, crossref={b}}\n"
    assert list(bibtex_entries.targets(text)) == ["a"]

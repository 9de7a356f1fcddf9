"""Files of an article, before anything is looked up: front matter, works, and what is wrong with them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.library.formats.file_faults import Unreadable
from articles.library.formats.file_text import MAX_FILE, unstorable
from articles.markdown_files.bundles import collect
from articles.markdown_files.front_matter import join, split, text_of
from articles.markdown_files.markdown_file import read_sheet
from articles.markdown_files.reference_files import read_works
from articles.text.content import MAX_BODY
from editorial.record.canonical_json import normalised

HEAD = "---\nslug: a\nquestion: Why?\naudience: professional\nprimary: true\nsummary: So.\nreferences: []\n"


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults(read, path):
    with pytest.raises(Unreadable) as refused:
        read(path)
    return [str(fault).replace(f"{path.parent}/", "") for fault in refused.value.faults]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(normalised)


@given(
    question=TEXTS,
    summary=TEXTS | st.sampled_from(["no", "~", "2020-01-01", " x", "a: b", "- a", "'", "\x850"]),
    body=TEXTS,
)
def test_join_then_split_loses_nothing(question, summary, body):
    front = split(join({"question": question, "summary": summary}, body=body), path=Path("a.md"))
    assert {name: text_of(field.node) for name, field in front.fields.items()} == {
        "question": question,
        "summary": summary,
    }
    assert normalised(front.body) == body


@pytest.mark.parametrize("body", ["---\nb\n---", "    code", "a\n\n---\nslug: x\n---", "“q”: 'x' \"y\"", "\ufeffx"])
def test_body_that_looks_like_front_matter_stays(body):
    front = split(join({"summary": "s"}, body=body), path=Path("a.md"))
    assert front.body.strip("\n") == body


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "a.md:1: does not begin with front matter between two lines ---"),
        ("text\n---\n", "a.md:1: does not begin with front matter between two lines ---"),
        ("---\nslug: a\n", "a.md:1: the front matter is not closed by a line ---"),
        ("---\n- a\n---\n", "a.md:2: the front matter is not a list of “field: value”"),
        ("---\n---\n", "a.md:2: the front matter is not a list of “field: value”"),
        ("---\nslug: a\nslug: b\n---\n", "a.md:3: slug: is given twice or is no field name"),
        ("---\nslug: a\nsummary: [a\n---\n", "a.md:3: is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("---\nslug: a\nsummary: a: b\n---\n", "a.md:3: is not YAML: mapping values are not allowed here"),
        ("---\nslug: a\nsummary: \x01\n---\n", "a.md:3: is not YAML: special characters are not allowed"),
        ("---\nx: &a [b]\ny: *a\n---\n", "a.md:3: is not YAML: aliases are not allowed"),
        ("---\nx: " + "[" * 5000 + "\n---\n", "a.md:2: the front matter is nested too deeply"),
        (b"---\nslug: a\nsummary: \xff\n---\n", "a.md:3: is not UTF-8 at byte 21"),
        ("---\nslug: a\n---\nx\0", "a.md:4: holds a NUL character"),
        (" " * (MAX_FILE + 1), "a.md: has 4,194,305 bytes; 4,194,304 are allowed"),
    ],
)
def test_unreadable_file_is_named_with_its_line(write, content, fault):
    assert faults(read_sheet, write("a.md", content)) == [fault]


def test_missing_file_is_named(tmp_path):
    assert faults(read_sheet, tmp_path / "none.md") == ["none.md: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("risk: tiny", "a.md:8: risk: “tiny” is none of low, moderate, high"),
        ("colour: red", "a.md:8: colour: there is no such field; there are slug, audience, summary, markers, "
         "primary, question, risk, specialties, products, authors, references"),
        ("specialties: x", "a.md:8: specialties: has to be a list"),
        ("authors: [[x]]", "a.md:8: authors: has to be a text"),
        ("authors: [~]", "a.md:8: authors: has to be a text"),
        ("products: [x]", "a.md:8: products: each product has a name and a manufacturer, nothing else"),
        ("products: [!odd x]", "a.md:8: products: holds a value that JSON has no form for"),
        ("products: [{name: '', manufacturer: x}]",
         "a.md:8: products: names of products and manufacturers have 1 to 200 characters"),
    ],
)  # fmt: skip
def test_wrong_field_is_named_with_its_line(write, line, fault):
    assert faults(read_sheet, write("a.md", f"{HEAD}{line}\n---\n")) == [fault]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("slug: a", "slug: a b",
         "a.md:2: slug: “a b” is not made of at most 100 letters, digits, hyphens and underscores"),
        ("question: Why?", f"question: {'x' * 301}", "a.md:3: question: has more than 300 characters"),
        ("question: Why?\n", "", "a.md:1: question: is missing"),
        ("summary: So.", 'summary: "\\0"', "a.md:6: summary: holds a NUL character"),
        ("summary: So.", 'summary: "\\ud800"', "a.md:6: summary: holds half a character"),
        ("primary: true", "primary: perhaps", "a.md:5: primary: has to be true or false"),
        ("references: []", "references: ../x.json",
         "a.md:7: references: “../x.json” is not the name of a .json or .bib file in the same folder"),
        ("references: []", "references: x.json", "x.json: cannot be read: No such file or directory"),
        ("references: []", "references: [{id: x}, {title: y}]",
         "a.md:7: references: is not a CSL-JSON item with an id"),
        ("references: []", "references: [{id: x, note: !!binary eA==}]",
         "a.md:7: x: holds a value that JSON has no form for"),
    ],
)  # fmt: skip
def test_wrong_value_is_named_with_its_line(write, before, after, fault):
    found = faults(read_sheet, write("a.md", HEAD.replace(before, after) + "---\n"))
    assert fault in found


def test_field_of_the_article_in_another_file_is_refused(write):
    text = "---\nslug: a\naudience: patient\nsummary: x\nquestion: y\nrisk: low\n---\n"
    assert faults(read_sheet, write("a.md", text)) == [
        "a.md:5: question: belongs only in the file with “primary: true”",
        "a.md:6: risk: belongs only in the file with “primary: true”",
    ]


def test_body_over_the_limit_is_refused(write):
    assert faults(read_sheet, write("a.md", f"{HEAD}---\n\n{'x' * (MAX_BODY + 1)}")) == [
        "a.md:10: body: A text has at most 400,000 characters."
    ]


def test_sheet_words_that_yaml_reads_as_other_things_stay_words(write):
    sheet = read_sheet(write("a.md", HEAD.replace("So.", "no").replace("Why?", "2020-01-01") + "---\r\n\r\n  Body\r\n"))
    assert (sheet.text.summary, sheet.values["question"], sheet.text.body) == ("no", "2020-01-01", "  Body")


def test_citations_are_found_on_the_line_on_which_they_stand(write):
    sheet = read_sheet(
        write("a.md", f"\ufeff{HEAD}---\n\n\nOne [@a].\n\nTwo\nlines [@b; @a].\n\n| x |\n|---|\n| [@c] |\n")
    )
    assert sheet.citations() == [("a", 11), ("b", 14), ("a", 14), ("c", 18)]


def test_citation_whose_line_cannot_be_told_has_that_of_its_block(write):
    sheet = read_sheet(write("a.md", f"{HEAD}---\n\nOne [&#64;a] [@a\n].\n"))
    assert sheet.citations() == [("a", 10)]


def test_inline_works_have_the_line_on_which_they_begin(write):
    head = HEAD.replace(
        "references: []", "references:\n  - {id: x, type: book, title: T}\n  - {id: y, issued: 2020-01-01}"
    )
    works = read_sheet(write("a.md", f"{head}---\n")).works
    assert [(work.key, work.line) for work in works] == [("x", 8), ("y", 9)]
    assert works[1].csl["issued"] == "2020-01-01"


def test_json_works_have_the_line_on_which_they_begin(write):
    path = write("works.json", '\n[\n  {"id": "a"},\n  {"id": "b"}\n]\n')
    assert [(work.key, work.line) for work in read_works(path)] == [("a", 3), ("b", 4)]


def test_json_item_alone_is_one_work(write):
    assert [work.key for work in read_works(write("works.json", '{"id": "a"}'))] == ["a"]


def test_json_empty_list_has_no_works(write):
    assert read_works(write("works.json", "[ ]")) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            '[\n{"id": "a",}]',
            "w.json:2: a: It is not JSON: Expecting property name enclosed in double quotes in line 2.",
        ),
        ('[{"id": "a"} {"id": "b"}]', "w.json:1: a: The list is not JSON after this record."),
        ('[{"id": "a"},\n]', "w.json:1: a: The list is not JSON after this record."),
        ('[{"id": "a"}', "w.json:1: a: The list is not JSON after this record."),
        ("[\n", "w.json:2: references: It is not JSON: Expecting value in line 2."),
        ("[]\nx", "w.json:1: references: Something follows the list."),
        ("[" * 100_000, "w.json:1: references: It is nested too deeply."),
        (
            "[" + "9" * 5000 + "]",
            "w.json:1: references: It holds too large a number, or a value that JSON has no form for.",
        ),
        ("[7]", "w.json:1: references: It is not a CSL-JSON item."),
        ('[{"id": " "}]', "w.json:1: references: is not a CSL-JSON item with an id"),
        ('[{"id": "a"},\n{"id": "a"}]', "w.json:2: a: is already in line 1"),
        (json.dumps([{"id": "a", "DOI": "x" * 256}]), "w.json:1: a: its DOI has more than 255 characters"),
        ('[{"id": "a", "x": ["\\u0000"]}]', "w.json:1: a: holds a NUL character"),
        ('[{"id": "a", "x": "\\ud800"}]', "w.json:1: a: holds half a character"),
        (
            '[{"id": "a", "x": NaN}]',
            "w.json:1: a: It holds too large a number, or a value that JSON has no form for.",
        ),
    ],
)
def test_unreadable_works_are_named_with_their_line(write, content, fault):
    assert faults(read_works, write("w.json", content)) == [fault]


def test_work_with_a_long_key_is_refused(write):
    found = faults(read_works, write("w.json", json.dumps([{"id": "x" * 101}])))
    assert found[0].endswith("its id has more than 100 characters")


def test_unstorable_key_of_a_dictionary_is_found():
    assert unstorable({"a": 1, "b\0": None}) == "holds a NUL character"
    assert unstorable({"é": "ü", "n": [1, 2.5, None, True]}) == ""


def test_files_are_grouped_by_slug_wherever_they_are(write, tmp_path):
    write("x/a.md", f"{HEAD}---\n")
    write("y/b.md", "---\nslug: a\naudience: patient\nsummary: x\n---\n")
    write("y/c.md", HEAD.replace("slug: a", "slug: c") + "---\n")
    assert [(bundle.slug, len(bundle.sheets)) for bundle in collect([tmp_path, tmp_path / "x"])] == [("a", 2), ("c", 1)]


@pytest.mark.parametrize("broken", ["---\nslug: a\nsummary: [\n---\n", "no front matter"])
def test_broken_file_refuses_the_article_that_it_belongs_to(write, tmp_path, broken):
    write("x/a.md", f"{HEAD}---\n")
    write("x/b.md", broken)
    write("z.md", HEAD.replace("slug: a", "slug: z") + "---\n")
    article, other = collect([tmp_path])
    assert (article.slug, len(article.faults), other.slug, other.faults) == ("a", 1, "z", [])


def test_broken_file_that_belongs_to_no_article_stands_alone(write, tmp_path):
    paths = [write("a.md", "nothing"), tmp_path / "none.md"]
    assert [bundle.slug for bundle in collect(paths)] == [str(path) for path in paths]


def test_two_files_for_one_audience_and_two_primary_ones_are_refused(write, tmp_path):
    for name in ("a.md", "b.md"):
        write(name, f"{HEAD}---\n")
    found = faults(lambda _: collect([tmp_path])[0].check(), tmp_path / "x")
    assert [fault.partition(": ")[2] for fault in found] == [
        f"audience: {tmp_path}/a.md is for the same audience".replace(f"{tmp_path}/", ""),
        f"primary: {tmp_path}/a.md is the primary one already".replace(f"{tmp_path}/", ""),
    ]


def test_article_without_a_primary_file_is_refused(write, tmp_path):
    write("a.md", "---\nslug: a\naudience: patient\nsummary: x\n---\n")
    found = faults(lambda _: collect([tmp_path])[0].check(), tmp_path / "x")
    assert found == ["a.md:1: primary: one file of each article says “primary: true”"]


def test_text_that_only_spells_a_nul_character_can_be_stored():
    assert unstorable({"abstract": [r"Written as \u0000 in JSON"], "volume": 3}) == ""

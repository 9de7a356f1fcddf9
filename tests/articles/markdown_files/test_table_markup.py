"""HTML tables of Markdown files: simple ones become Markdown tables, others stay and are named."""

import pytest

from articles.markdown_files.table_markup import MAX_LENGTH, read_tables
from articles.text.rendering import join_sections, parse, render

DOSES = """Doses:

<table class="doses">
  <caption>Doses a day</caption>
  <thead><tr><th>Group</th><th>Dose</th></tr></thead>
  <tbody>
    <tr><td>Adults</td><td><b>5 mg</b> [@a]</td></tr>
    <tr><td>Children</td><td>10<sup>3</sup> U<br>at night</td></tr>
  </tbody>
</table>
After it.
"""


def written(rows: str) -> str:
    return read_tables(f"<table>{rows}</table>")[0].rstrip("\n")


def test_simple_table_becomes_a_markdown_table():
    body, (table,) = read_tables(DOSES)
    assert body == (
        "Doses:\n\nDoses a day\n\n| Group | Dose |\n| --- | --- |\n| Adults | 5 mg [@a] |\n"
        "| Children | 10<sup>3</sup> U; at night |\n\n\nAfter it.\n"
    )
    assert (table.line, "was read as a Markdown table" in table.remark) == (3, True)
    html = join_sections(render(body, numbers={"a": 1}))
    assert html.count("<td>") == 4
    assert "<p>After it.</p>" in html
    assert body.split("\n").index("After it.") == DOSES.split("\n").index("After it.")


@pytest.mark.parametrize(
    ("rows", "markdown"),
    [
        ("<tr><th>a<th>b<tr><td>c<td>d", "| a | b |\n| --- | --- |\n| c | d |"),
        ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "|  |  |\n| --- | --- |\n| a | b |\n| c |  |"),
        ("<tr><th>a</th><td>b</td></tr>", "|  |  |\n| --- | --- |\n| a | b |"),
        ("<tr><td>a</td><th>b</th></tr>", "|  |  |\n| --- | --- |\n| a | b |"),
        ("<thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody>", "| a |\n| --- |\n| b |"),
        ("<TR><TH ROWSPAN=1>a</TH></TR><tr></tr>", "| a |\n| --- |"),
        ("<tr><th>a | b * c ` \\</th></tr>", "| a \\| b \\* c \\` \\\\ |\n| --- |"),
        ("<tr><th>&lt;5&nbsp;mg &amp; H<sub>2</sub>O</th></tr>", "| <5 mg & H<sub>2</sub>O |\n| --- |"),
        ("<tr><th><p>a</p><p>b</p></th></tr>", "| a; b |\n| --- |"),
        ("<th>a</th>", "| a |\n| --- |"),
        ("<!-- no --><tr><th>a<!-- b --></th></tr>", "| a |\n| --- |"),
        ("<colgroup><col></colgroup><tr><th><em>a</em>\n b</th></tr>", "| a b |\n| --- |"),
    ],
)
def test_cells_are_read(rows, markdown):
    assert written(rows) == markdown


@pytest.mark.parametrize(
    "rows",
    [
        '<tr><td colspan="2">a</td></tr>',
        "<tr><td rowspan>a</td></tr>",
        "<tr><td><ul><li>a</li></ul></td></tr>",
        "<tr><td><img src=x></td></tr>",
        "<tr><td><table><tr><td>a</td></tr></table></td></tr>",
        "<tr>a</tr>",
        "<tr><td><![a</td></tr>",
        "<tr><td><?a</td></tr>",
        "<tr><td><!-- a</td></tr>",
        "",
        f"<tr><td>{'a' * MAX_LENGTH}</td></tr>",
    ],
)
def test_other_tables_stay_and_are_named(rows):
    body, (table,) = read_tables(f"\n<table>{rows}</table>\n")
    assert body == f"\n<table>{rows}</table>\n"
    assert (table.line, "as it is written" in table.remark) == (2, True)


@pytest.mark.parametrize(
    "body",
    [
        "```\n<table><tr><td>a</td></tr></table>\n```\n",
        "    <table><tr><td>a</td></tr></table>\n",
        "`<table><tr><td>a</td></tr></table>`\n",
        "<table><tr><td>a</td></tr>\n",
        "a </table> <tables></tables>\n",
        "no table\n",
        "",
    ],
)
def test_code_and_unclosed_tables_are_no_tables(body):
    assert read_tables(body) == (body, [])


def test_text_beside_a_table_is_no_row_of_it():
    body, tables = read_tables("<table><tr><th>a</th></tr></table> b\n\n<table><tr><th>c</th></tr></table>\nd")
    assert [table.line for table in tables] == [1, 3]
    assert [token.content for token in parse(body) if token.type == "inline"] == ["a", "b", "c", "d"]

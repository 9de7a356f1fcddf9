"""Every SQL statement of the site can be read, explained and pasted into psql."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from articles.lifecycle import PENDING, State
from articles.management.commands.explain_sql import _directories
from articles.models.versions import SHOWN_FIRST
from articles.published.search.indexing import BEGIN, END
from editorial.http.pagination import MAX_PAGE_SIZE
from editorial.models.reminder_ladder import Moment
from editorial.sql_files import PARAMETER, statements
from reviews.lifecycle import LIVE
from tests.support import factories

STATEMENTS = list(statements(*_directories()))
BY_NAME = {one.name: one for one in STATEMENTS}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.MULTILINE)


def explained(*args: str) -> str:
    out = StringIO()
    call_command("explain_sql", *args, stdout=out)
    return out.getvalue()


def test_names_are_unique():
    assert len(BY_NAME) == len(STATEMENTS)


@pytest.mark.parametrize("one", STATEMENTS, ids=lambda one: one.name)
def test_statement_says_what_it_answers_and_has_an_example_for_each_parameter(one):
    assert re.fullmatch(r"[A-Z].{10,110}\.", one.summary)
    assert set(one.examples) == {found[1] for found in PARAMETER.finditer(one.text)}


def test_every_statement_is_used():
    code = "".join(
        file.read_text() for file in Path(settings.BASE_DIR).glob("*/**/*.py") if file.parts[-2] != "management"
    )
    used = set(re.findall(r'statement\(__package__, "(\w+)"\)', code)) | set(Moment.values)
    assert used == set(BY_NAME)


@pytest.mark.django_db
@pytest.mark.parametrize("one", STATEMENTS, ids=lambda one: one.name)
def test_statement_is_printed_and_explained(one):
    text = explained(one.name)
    assert text.startswith(f"-- {one.description}\n{one.with_examples()};\n\n")
    assert "cost=" in text


@pytest.mark.django_db
@pytest.mark.parametrize("one", STATEMENTS, ids=lambda one: one.name)
def test_statement_is_run_if_it_only_reads(one):
    factories.make_version_at(State.SUBMITTED)
    if WRITES.search(one.text):
        with pytest.raises(CommandError, match=f"{one.name} changes rows, so it can only be explained without"):
            explained(one.name, "--analyze")
    else:
        assert "actual time=" in explained(one.name, "--analyze")


def test_all_statements_are_listed():
    lines = explained().splitlines()
    assert len(lines) == len(STATEMENTS)
    assert re.search(r"^history +The cached history of an article\.$", "\n".join(lines), re.MULTILINE)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["serch"], "There is no statement 'serch'. Did you mean search?"),
        (["zzz"], "There is no statement 'zzz'. Without a name, all are listed."),
        (["--analyze"], "Name the statement to analyze."),
    ],
)
def test_name_that_does_not_exist_is_refused_with_a_hint(args, message):
    with pytest.raises(CommandError) as refused:
        explained(*args)
    assert str(refused.value) == message


# --- what a statement shares with Python ----------------------------------------------------------------------------


def quoted(states) -> set[str]:
    return {f"'{state}'" for state in states}


def listed(name: str, before: str) -> list[set[str]]:
    """Of a statement, the values of each list that follows these words."""
    found = re.findall(rf"{re.escape(before)} \(([^)]*)\)", BY_NAME[name].text)
    return [set(re.split(r",\s+", one)) for one in found]


@pytest.mark.parametrize("name", ["search", "typed_words"])
def test_statement_shows_the_versions_that_python_shows(name):
    assert listed(name, "s.state IN") == [quoted(SHOWN_FIRST)] * 2
    assert listed(name, "s.state NOT IN") == [quoted(PENDING)] * 2
    ranks = {state: rank for state, rank in SHOWN_FIRST.items() if state not in PENDING}
    for ranked in re.findall(r"CASE s\.state(.*?)ELSE 3 END", BY_NAME[name].text, re.DOTALL):
        assert dict(re.findall(r"WHEN '(\w+)' THEN (\d)", ranked)) == {
            state: str(rank) for state, rank in ranks.items()
        }
    assert {rank for state, rank in SHOWN_FIRST.items() if state in PENDING} == {3}


def test_statement_counts_the_reviews_that_python_counts():
    assert listed("unassigned", "r.state IN") == [quoted(LIVE)]


@pytest.mark.parametrize("name", ["article_list", "article_list_back", "search"])
def test_statement_returns_as_many_rows_as_a_page_may_have(name):
    assert f"LIMIT {MAX_PAGE_SIZE + 1}" in BY_NAME[name].text


@pytest.mark.parametrize("name", ["search", "answers"])
def test_statement_marks_what_matched_by_the_private_signs(name):
    assert f"StartSel=' || chr({ord(BEGIN)}) || ', StopSel=' || chr({ord(END)})" in BY_NAME[name].text

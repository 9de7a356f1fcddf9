"""The measurements run, count what they report, and leave no data."""

import pytest
from django.core.management import call_command

from tests.benchmarks.command import Command
from tests.benchmarks.work_files import FILE_KINDS
from tests.support.api import nothing_stored


@pytest.mark.no_cover
def test_bench_says_on_what_it_measures_and_leaves_nothing(transactional_db, capsys):
    with nothing_stored():
        call_command(Command(), "--scale", "0.001")
    said = capsys.readouterr().out
    assert "cores" in said
    for name in FILE_KINDS:
        first = "40 records read, 38 created + 0 matched + 2 refused = 40"
        second = "40 records read, 0 created + 38 matched + 2 refused = 40"
        assert f"Library, {name}, first import: {first}" in said
        assert f"Library, {name}, second import: {second}" in said
    assert said.count("2 of 2 named by their line") == len(FILE_KINDS)
    assert "Reminders, 1,000 open reviews, 10 due: claimed in" in said
    assert "the sweep, for 0 people" not in said
    assert "Retractions, a new list: 60 records" in said
    assert said.count("Reading, 1,000 articles, ") == 4
    assert said.count(": 1 query, ") == said.count("x the time of the smallest house")
    assert "Reading, memory: " in said
    assert said.count("Search, ") == 3
    assert "shown: 2 queries, p50" in said
    assert "Signing: 28 queries and 2 statements that frame the transaction" in said
    assert "5 versions approved" in said
    assert "Texts, 20 words with 1 citations: rendering" in said
    assert "Verdicts, carried over: 6 in" in said

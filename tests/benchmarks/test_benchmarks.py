"""The measurements run, count what they report, and leave no data."""

import pytest
from django.core.management import call_command

from tests.benchmarks.command import Command
from tests.support.api import nothing_stored


@pytest.mark.no_cover
def test_bench_says_on_what_it_measures_and_leaves_nothing(transactional_db, capsys):
    with nothing_stored():
        call_command(Command(), "--scale", "0.001")
    said = capsys.readouterr().out
    assert "cores" in said
    for form in ("CSL-JSON", "BibTeX", "RIS", "PubMed (NBIB)"):
        assert f"{form}, second import: 20 records, 0 created, 20 matched, 0 refused" in said
        assert f"{form}, every 20th broken: 20 records, 19 created, 0 matched, 1 refused" in said
    assert said.count("1 of 1 broken ones named by their line") == 4
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

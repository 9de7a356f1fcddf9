"""The quality of answers to readers' questions, on both halves of the evaluation set."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from editorial.models import User
from tests.benchmarks.questions import evaluation
from tests.benchmarks.questions.command import Command
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

PROMISED = {"answered": 0.85, "unrelated": 0.80, "searched": 0.85, "topics": 0.75}
"""The minimum share of correct results in each half."""


def test_evaluation_set_is_what_it_is_said_to_be():
    asked, unrelated = evaluation.questions(), evaluation.unrelated()
    assert (len({one.text for one in asked}), len({one.text for one in unrelated})) == (200, 50)
    assert len({one.slug for one in asked}) == 14
    assert [len(half) for half in evaluation.halves(asked).values()] == [100, 100]


def test_score_keeps_the_promise_on_both_halves_and_leaves_nothing_behind():
    out = StringIO()
    call_command(Command(), "--missed", stdout=out)
    lines = [line.split() for line in out.getvalue().splitlines() if not line.startswith(" ")]
    right = {(line[0], kind): int(line[-4]) / int(line[-2]) for line in lines for kind in PROMISED if kind in line[:3]}
    assert len(right) == len(lines) == 8
    assert {kind for (_, kind), share in right.items() if share < PROMISED[kind]} == set()
    assert "[none]:" in out.getvalue()
    assert not Article.objects.exists()
    assert not User.objects.exclude(username="system").exists()


def test_score_needs_an_empty_database():
    factories.make_user("wanda")
    with pytest.raises(CommandError, match="empty database"):
        call_command(Command())

"""The drawn page and the tables say the same."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.lifecycle import TRANSITIONS
from reviews.lifecycle import TRANSITIONS as OF_REVIEWS
from reviews.management.commands.draw_lifecycle import page


def test_page_in_the_repository_is_up_to_date():
    call_command("draw_lifecycle", "--check")


def test_page_has_every_transition_in_diagram_and_table():
    drawn = page()
    for transitions in (TRANSITIONS, OF_REVIEWS):
        for (before, action), after in transitions.items():
            assert f"    {before.value} --> {after.value}: {action.label.lower()}\n" in drawn
            assert f"| {before.label.lower()} | {action.label.lower()} |" in drawn


def test_page_says_who_acts_and_what_readers_see():
    drawn = page()
    assert "| suspended | retract | editor | retracted | a tombstone with the notice (HTTP 410) |" in drawn
    assert "| revise | writer, editor, the system | every state but draft |" in drawn
    assert "| under review | request changes | editor, the system |" in drawn


def test_drawn_page_passes_the_check_and_a_changed_or_missing_one_does_not(tmp_path):
    file, out = tmp_path / "lifecycle.md", StringIO()
    with pytest.raises(CommandError, match="differs"):
        call_command("draw_lifecycle", "--check", "--file", file)
    call_command("draw_lifecycle", "--file", file)
    call_command("draw_lifecycle", "--check", "--file", file)
    file.write_text(file.read_text().replace("| editor | retracted |", "| writer | retracted |"))
    with pytest.raises(CommandError, match="draw_lifecycle"):
        call_command("draw_lifecycle", "--check", "--file", file, stdout=out)
    assert "-| suspended | retract | writer | retracted |" in out.getvalue()

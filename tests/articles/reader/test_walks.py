"""Walks by chance through the real actions: after each step all that readers can have is true.

`READER_WALKS=200` sends out so many long walks, which then say what they came by.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.reader_states import reachable
from tests.support.reader_walk import Walk, seen, set_stage

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

WALKS = int(os.environ.get("READER_WALKS", "0"))
"""How many long walks; none stands for a few short ones, the same each time."""


def test_readers_are_told_the_truth_wherever_chance_leads(monkeypatch, record_property):
    set_stage(monkeypatch)
    seen.clear()
    walks, steps = (WALKS, 30) if WALKS else (2, 10)
    settings_ = settings(
        max_examples=walks,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if WALKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=settings_)
    assert seen["looks"] >= walks
    if WALKS:
        for name, found in said().items():
            record_property(name, found)


def said() -> dict[str, object]:
    """What long walks came by, for whoever reads the summary."""
    done = {name: found for (kind, name, *_), found in pairs() if kind == "done"}
    states = {name for (kind, name, *_), _ in pairs() if kind == "states"}
    refused = sum(found for (kind, *_), found in pairs() if kind == "refused")
    return {
        "looks": seen["looks"],
        "requests": seen["requests"],
        "verbs": done,
        "refused": refused,
        **{
            f"combinations of {most}": f"{len(states & reachable(most))} of {len(reachable(most))}"
            for most in (1, 2, 3)
        },
    }


def pairs() -> Iterable[tuple[tuple[Any, ...], int]]:
    return [(key, found) for key, found in seen.items() if isinstance(key, tuple)]

"""Walks by chance across all borders: whatever becomes approved may be, by a journal that is kept beside the product.

`BORDER_WALKS=2000` sends out so many walks, which then say what they came by.
"""

import os
from collections.abc import Mapping
from math import ceil
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.border_walk import PASTS, seen, set_stage, with_past

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

WALKS = int(os.environ.get("BORDER_WALKS", "0"))
"""How many long walks; none stands for fifty short ones, the same each time."""

LEAST: Mapping[Any, int] = {
    ("approved by", "sign"): 15,
    ("approved by", "reinstate"): 1,
    ("approved", "after an objection"): 5,
    ("approved", "beside a conflict"): 1,
    ("approved", "by one person with two accounts"): 1,
    ("approved", "with lowered rules"): 1,
    ("done", "set_aside"): 1,
    ("done", "waive"): 1,
    "taken up": 2,
}
"""What fifty walks have to come by at least: a walk that approves nothing proves nothing."""


def test_whatever_becomes_approved_may_be_whichever_borders_chance_crosses(record_property):
    set_stage()
    seen.clear()
    walks, steps = (WALKS, 25) if WALKS else (50, 8)
    settings_ = settings(
        max_examples=ceil(walks / len(PASTS)),
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if WALKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for past in PASTS:
        run_state_machine_as_test(with_past(past), settings=settings_)
    for name, found in said().items():
        record_property(name, found)
    assert seen["walks"] >= walks
    assert [name for name, least in LEAST.items() if seen[name] < least * (walks // 50)] == []


def said() -> dict[str, object]:
    """What walks came by, for whoever reads the summary."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in ("done", "approved by", "approved after")}
    for key, found in seen.items():
        if key[0] in by_kind:
            by_kind[key[0]][key[1]] = found
    refused = sum(found for key, found in seen.items() if key[0] == "refused")
    return {"walks": seen["walks"], "taken up": seen["taken up"], "refused": refused, **by_kind}

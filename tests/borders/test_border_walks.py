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
"""How many long walks over all pasts; none stands for four short ones after each past, the same each time."""

LEAST: Mapping[str, Any] = {
    "confirmed": ("approved", "with lowered rules"),
    "left": "taken up",
    "outvoted": ("approved", "after an objection"),
    "compromised": ("approved", "beside a conflict"),
    "excused": ("done", "waive"),
    "approved": ("done", "set_aside"),
    "suspended": ("approved by", "reinstate"),
}
"""What at least one in four walks after a past has to come by, beside an approval."""


@pytest.mark.parametrize("past", PASTS, ids=lambda past: past.__name__)
def test_whatever_becomes_approved_may_be_whichever_borders_chance_crosses(past, record_property):
    set_stage()
    seen.clear()
    walks, steps = (ceil(WALKS / len(PASTS)), 25) if WALKS else (4, 8)
    settings_ = settings(
        max_examples=walks,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if WALKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(with_past(past), settings=settings_)
    for name, found in said().items():
        record_property(name, found)
    least = {"walks": walks, ("approved by", "sign"): walks // 4, LEAST.get(past.__name__, "walks"): walks // 4}
    assert [name for name, count in least.items() if seen[name] < count] == []


def said() -> dict[str, object]:
    """What walks came by, for whoever reads the summary."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in ("done", "approved by", "approved after")}
    for key, found in seen.items():
        if key[0] in by_kind:
            by_kind[key[0]][key[1]] = found
    refused = sum(found for key, found in seen.items() if key[0] == "refused")
    return {"walks": seen["walks"], "taken up": seen["taken up"], "refused": refused, **by_kind}

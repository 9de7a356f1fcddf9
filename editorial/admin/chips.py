"""Chips: a word or two on a colour. The words say it, the colour only helps.

Each choice of a field has one tone, the same on every page. The apps add theirs to ``TONES`` in ``admin/tones.py``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from editorial.admin.formatting import moment

Tone = Literal["good", "wait", "care", "bad", "overdue", "calm"]
"""A tone is a class in ``admin.css``: ``chip-good`` and so on."""

_TONES = frozenset(get_args(Tone))

TONES: dict[tuple[type[Model], str], Mapping[Any, Tone]] = {}
"""By model and field: the tone of each choice."""


def chip(tone: Tone, words: object) -> SafeString:
    """Return ``words`` as a chip. Raises ValueError for a tone that does not exist: no type checker reads templates."""
    if tone not in _TONES:
        raise ValueError(f"Unknown tone: {tone}")
    return format_html('<span class="chip chip-{}">{}</span>', tone, words)


def choice_chip(record: Any, field: str, words: str = "") -> SafeString:
    """Return the choice that ``record`` has in ``field`` as a chip, in its own words unless others are given."""
    tone = TONES[type(record), field][getattr(record, field)]
    return chip(tone, capfirst(words or getattr(record, f"get_{field}_display")()))


def state_chip(record: object) -> SafeString:
    """Return the state of a record with a life cycle as a chip."""
    return choice_chip(record, "state")


def delivery_chip(
    *, delivered_at: datetime | None, failed_at: datetime | None, is_failing: bool, words: str = "Sent"
) -> SafeString:
    """Return how far a delivery has come: a notice, a mail to a reader or a webhook. ``words`` say it succeeded."""
    if delivered_at:
        return chip("good", f"{words} {moment(delivered_at)}")
    if failed_at:
        return chip("bad", f"Failed {moment(failed_at)}")
    return chip("care", "Failing, will be retried") if is_failing else chip("wait", "Queued")

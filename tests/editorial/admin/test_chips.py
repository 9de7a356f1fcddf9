"""Tones of chips: the same on every page, and each with a colour."""

import re
from typing import get_args

import pytest
from django.template import Context, Template

from editorial.admin.chips import TONES, Tone, choice_chip
from reviews.models import ClaimCheck, Verdict
from tests.support.paths import ROOT

STYLES = ROOT / "config" / "static" / "imprimatur"


def test_choice_is_shown_in_its_words_and_its_tone():
    assert choice_chip(ClaimCheck(verdict="partly"), "verdict") == '<span class="chip chip-care">Partly supports</span>'
    said = choice_chip(ClaimCheck(verdict="partly"), "verdict", "half <true>")
    assert said == '<span class="chip chip-care">Half &lt;true&gt;</span>'


def test_template_with_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="Unknown tone: approved"):
        Template('{% load chips %}{% chip "approved" "Blocking" %}').render(Context())


def test_every_tone_but_the_calm_one_has_a_colour_of_its_own():
    coloured = set(re.findall(r"\.chip-([a-z]+)", (STYLES / "admin.css").read_text()))
    assert coloured == set(get_args(Tone)) - {"calm"}


@pytest.mark.parametrize("verdict", Verdict)
def test_verdict_has_the_same_colour_at_the_desk_and_in_lists(verdict):
    rules = re.findall(r"(.*)\{(.*)\}", (STYLES / "desk.css").read_text())
    pressed = [body for selectors, body in rules if f'.v-{verdict}[aria-pressed="true"]' in selectors]
    at_desk = re.search(r"var\(--([a-z]+)-bg\)", pressed[0])[1] if pressed else "calm"
    assert at_desk == TONES[ClaimCheck, "verdict"][verdict]

"""Chips in templates of the admin."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from editorial.admin import showing

register = template.Library()


@register.simple_tag
def state_chip(record: Any) -> SafeString:
    """The state of a record with a life cycle, as a chip."""
    return showing.state_chip(record)


@register.simple_tag
def chip(tone: str, words: object) -> SafeString:
    """Any words as a chip."""
    return showing.chip(tone, words)

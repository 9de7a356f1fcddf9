"""Chips in templates of the admin."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from editorial.admin import deliveries, showing
from editorial.models import Dispatch

register = template.Library()


@register.simple_tag
def state_chip(record: Any) -> SafeString:
    """The state of a record with a life cycle, as a chip."""
    return showing.state_chip(record)


@register.simple_tag
def chip(tone: str, words: object) -> SafeString:
    """Any words as a chip."""
    return showing.chip(tone, words)


@register.simple_tag
def delivery_chip(dispatch: Dispatch) -> SafeString:
    """How far the delivery of a webhook has come, as a chip."""
    return deliveries.delivery_chip(dispatch)

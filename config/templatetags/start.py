"""The start page asks for its parts itself: the site has to exist before any page can be registered with it."""

from django import template
from django.utils import timezone

from config.start import Part, parts
from editorial.permissions import Somebody

register = template.Library()


@register.simple_tag
def waiting(user: Somebody) -> list[Part]:
    """What waits for ``user`` now."""
    return parts(user, now=timezone.now())

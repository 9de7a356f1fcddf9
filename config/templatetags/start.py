"""A template tag for the sections of the start page.

The admin site cannot import them: its module has to be loaded before pages can be registered with the site.
"""

from django import template
from django.utils import timezone

from config import first_steps
from config.start_page import start_page_sections
from config.start_page_lists import StartPageItem, StartPageSection
from editorial.permissions import AnyUser

register = template.Library()


@register.simple_tag
def waiting(user: AnyUser) -> list[StartPageSection]:
    """Return the sections of the start page for ``user``."""
    return start_page_sections(user, now=timezone.now())


@register.simple_tag
def first_things(user: AnyUser) -> list[StartPageItem]:
    """Return the first things to do for ``user``, if they have just come in."""
    return first_steps.first_steps(user, now=timezone.now())

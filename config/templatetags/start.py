"""A template tag for the sections of the start page.

The admin site cannot import them: its module has to be loaded before pages can be registered with the site.
"""

from django import template
from django.utils import timezone

from config.start_page import start_page_sections
from config.start_page_lists import StartPageSection
from editorial.permissions import AnyUser

register = template.Library()


@register.simple_tag
def waiting(user: AnyUser) -> list[StartPageSection]:
    """Return the sections of the start page for ``user``."""
    return start_page_sections(user, now=timezone.now())

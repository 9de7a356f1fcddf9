"""Forms that stand hundreds of times on one page: written once, then filled in with ids for each record."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from reviews.models import ClaimCheck

register = template.Library()


def place(name: str) -> str:
    """What stands in a stencil where ``filled`` puts the id ``name``. No text of a person is in a stencil."""
    return f"@{name}@"


@register.simple_tag
def filled(stencil: str, **ids: int | None) -> SafeString:
    """``stencil`` with each of ``ids`` in its place, and nothing where there is none."""
    for name, pk in ids.items():
        stencil = stencil.replace(place(name), str(pk or ""))
    return mark_safe(stencil)  # noqa: S308 - a template wrote the stencil, and numbers fill it


@register.simple_tag
def pressed(stencil: str, own: ClaimCheck | None, **ids: int) -> SafeString:
    """As ``filled``, with the button of one's ``own`` verdict pressed."""
    html = filled(stencil, **ids)
    button = f'value="{own.verdict}" aria-pressed=' if own else ""
    return mark_safe(html.replace(f'{button}"false"', f'{button}"true"') if own else html)  # noqa: S308 - as above

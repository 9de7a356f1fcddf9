"""Template tags for the seats of a round in the admin."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial.admin.chips import chip
from reviews.invitations.urls import cancel_path
from reviews.models import Review, Signature
from reviews.permissions import cannot_set_aside
from reviews.rounds.obstacles import cannot_sign

register = template.Library()


@register.simple_tag
def handed_on(review: Review) -> SafeString:
    """Return that a review was handed on because its reviewer left, and to whom; empty if it was not.

    Makes no query if the review was loaded with its ``handed_on``.
    """
    row = getattr(review, "handed_on", None)
    if row is None:
        return SafeString("")
    words = f"Reviewer left: {row.get_cause_display()}"
    return format_html("{} {}", chip("care", words) if row.needs_editor else chip("calm", words), row.outcome)


@register.simple_tag
def empty_seat(review: Review) -> SafeString:
    """Return why the member of an open review cannot sign, with a link to cancel the review; empty if they can."""
    why = cannot_sign(review, on=timezone.now().date())
    if not why:
        return SafeString("")
    return format_html(
        '{} <a href="{}">Cancel the review</a>', chip("overdue", f"Cannot sign: {why}"), cancel_path(review)
    )


@register.simple_tag(takes_context=True)
def sets_aside(context: dict[str, Any], signature: Signature) -> bool:
    """Whether the user may set ``signature`` aside. Makes no query if it was loaded ``with_their_end``."""
    return not cannot_set_aside(context["request"].user, signature)

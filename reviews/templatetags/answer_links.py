"""The answer links of an invitation. They are written into its mail when it is sent, and stored nowhere else."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from reviews.invitations.answer_links import is_good, link_token
from reviews.models import AnswerLink

register = template.Library()


@register.simple_tag
def answer_addresses(link_id: int | None) -> dict[str, str]:
    """Return the URLs to ``accept`` and to ``decline`` with this link; empty if the link is no longer valid."""
    link = AnswerLink.objects.filter(pk=link_id or 0).select_related("review__member__user").first()
    secret = link_token(link) if link and is_good(link, at=timezone.now()) else None
    if secret is None:
        return {}
    return {
        "accept": settings.SITE_URL + reverse("answer-accept", args=[secret]),
        "decline": settings.SITE_URL + reverse("answer-decline", args=[secret]),
    }

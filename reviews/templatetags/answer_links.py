"""The links of an invitation, written into its mail at the moment of sending and nowhere else."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from reviews.answer_links import is_good, token
from reviews.models import AnswerLink

register = template.Library()


@register.simple_tag
def answer_addresses(link_id: int | None) -> dict[str, str]:
    """Where to ``accept`` and to ``decline`` by this link; nothing when it is, by now, not good any more."""
    link = AnswerLink.objects.filter(pk=link_id or 0).select_related("review").first()
    secret = token(link) if link and is_good(link, at=timezone.now()) else None
    if secret is None:
        return {}
    return {
        answer: f"{settings.SITE_URL}{reverse(f'answer-{answer}', args=[secret])}" for answer in ("accept", "decline")
    }

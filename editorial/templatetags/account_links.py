"""The link of an invitation to an account. It is written into its mail when it is sent, and stored nowhere else."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.invitations import invitation_token
from editorial.models import AccountInvitation

register = template.Library()


@register.simple_tag
def account_address(invitation_id: int | None) -> str:
    """Return the URL at which the person chooses a password; empty if the link cannot be used any more."""
    open_ones = AccountInvitation.objects.open().filter(expires_at__gt=timezone.now())
    invitation = open_ones.filter(pk=invitation_id or 0).first()
    token = invitation_token(invitation) if invitation else None
    return settings.SITE_URL + reverse("invitation", args=[token]) if token else ""

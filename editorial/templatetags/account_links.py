"""The links by which people accept an invitation, set a password or confirm an address.

They are written into a mail when it is sent, and stored nowhere.
"""

from allauth.account.models import EmailConfirmationHMAC
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from editorial.accounts import password_links
from editorial.accounts.addresses import wanted
from editorial.accounts.invitations import invitation_token
from editorial.models import AccountInvitation, User

register = template.Library()


@register.simple_tag
def account_address(invitation_id: int | None) -> str:
    """Return the URL at which the person chooses a password; empty if the link cannot be used any more."""
    open_ones = AccountInvitation.objects.open().filter(expires_at__gt=timezone.now())
    invitation = open_ones.filter(pk=invitation_id or 0).first()
    token = invitation_token(invitation) if invitation else None
    return settings.SITE_URL + reverse("invitation", args=[token]) if token else ""


@register.simple_tag
def password_address(account_id: int, asked: int) -> str:
    """Return the URL of the page on which the account's password is set."""
    secret = password_links.token(User.objects.get(pk=account_id), asked=asked)
    return settings.SITE_URL + reverse("account_reset_password_from_key", args=[account_id, asked, secret])


@register.simple_tag
def confirmation_address(address_id: int) -> str:
    """Return the URL of the page on which an address is confirmed."""
    key = EmailConfirmationHMAC(wanted(address_id)).key
    return settings.SITE_URL + reverse("account_confirm_email", args=[key])

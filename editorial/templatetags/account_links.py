"""The links by which people set a password or confirm an address.

They are written into a mail when it is sent, and stored nowhere.
"""

from allauth.account.models import EmailConfirmationHMAC
from django import template
from django.conf import settings
from django.urls import reverse

from editorial.accounts.addresses import wanted
from editorial.accounts.password_links import token
from editorial.models import User

register = template.Library()


@register.simple_tag
def password_address(account_id: int, asked: int) -> str:
    """Return the URL of the page on which the account's password is set."""
    secret = token(User.objects.get(pk=account_id), asked=asked)
    return settings.SITE_URL + reverse("account_reset_password_from_key", args=[account_id, asked, secret])


@register.simple_tag
def confirmation_address(address_id: int) -> str:
    """Return the URL of the page on which an address is confirmed."""
    key = EmailConfirmationHMAC(wanted(address_id)).key
    return settings.SITE_URL + reverse("account_confirm_email", args=[key])

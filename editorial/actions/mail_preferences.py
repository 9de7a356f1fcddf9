"""When people want to receive their mail."""

from datetime import datetime

from django.db import transaction

from editorial.exceptions import Conflict
from editorial.models import MailChoice, User
from editorial.permissions import require


@transaction.atomic
def keep_mail_choice(*, choice: MailChoice, by: User, now: datetime) -> MailChoice:
    """Save a person's mail preferences.

    Raises NotPermitted for another person's preferences, and Conflict when a first choice was saved meanwhile, for
    example in another tab.
    """
    require(by.is_active and choice.user_id == by.pk, "Each person can change only their own mail preferences.")
    if choice.pk is None and MailChoice.objects.filter(user=by).exists():
        raise Conflict("You have chosen already; change that choice.", code="chosen_already")
    return choice.record(by=by, now=now)

"""The first things to do, on the start page of people who have just accepted an invitation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from config.start_page_lists import StartPageItem
from editorial.accounts.second_factor import has_second_factor
from editorial.board.interests import latest_statement
from editorial.models import AccountInvitation, MailChoice, MemberPhoto, User
from editorial.permissions import AnyUser, board_member

JUST_CAME = timedelta(days=30)
"""How long after accepting the invitation the panel is shown."""

MOST = 3


def first_steps(user: AnyUser, *, now: datetime) -> list[StartPageItem]:
    """Return at most three things that ``user`` has not done yet; empty for people who came long ago or hid them."""
    came = AccountInvitation.objects.filter(account=user.pk, accepted_at__gt=now - JUST_CAME, steps_dismissed_at=None)
    if not came.exists():
        return []
    return list(_steps(user))[:MOST]  # type: ignore[arg-type]  # only people with an account were invited


def _steps(user: User) -> Iterator[StartPageItem]:
    member = board_member(user)
    if member and latest_statement(member) is None:
        address = reverse("admin:editorial_boardmember_do", args=[member.pk, "state-interests"])
        yield StartPageItem("Declare your interests", address, note="Required before you accept a review.")
    if not has_second_factor(user):
        note = "Your phone or computer then logs you in and signs, instead of the password."
        yield StartPageItem("Add a passkey", reverse("mfa_add_webauthn"), note=note)
    if member and not MemberPhoto.objects.filter(member=member).exists():
        address = reverse("admin:editorial_boardmember_do", args=[member.pk, "portrait"])
        yield StartPageItem("Upload a portrait", address, note="Shown on the public page of the board.")
    if not MailChoice.objects.filter(user=user).exists():
        address = reverse("admin:editorial_mailchoice_mine")
        yield StartPageItem("Choose when you receive mail", address, note="At once, or once a day or week.")

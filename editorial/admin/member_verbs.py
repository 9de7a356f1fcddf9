"""Verbs on a member's page: declare interests, upload a portrait, renew and revoke the calendar address."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from editorial.actions import keep_portrait, renew_calendar, revoke_calendar, state_interests
from editorial.admin.verbs import Verb, VerbForm
from editorial.board.interests import ITEMS, MAX_ANSWER_LENGTH, latest_statement
from editorial.models import BoardMember, CalendarFeed, Disclosure, DisclosureStatement, MemberPhoto, User


class InterestsForm(VerbForm):
    """One field for each item of the statement, with the latest answer as its initial value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = latest_statement(self.subject)
        for item, words in ITEMS.items():
            self.fields[item] = forms.CharField(
                label=words,
                initial=last.answers.get(item, "") if last else "",
                max_length=MAX_ANSWER_LENGTH,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def reading(self) -> dict[str, Any]:
        disclosures = Disclosure.objects.filter(member=self.subject).held(on=timezone.localdate())
        return {"held": disclosures.select_related("company", "product", "member__user").order_by("pk")}


class PortraitForm(VerbForm):
    photo = forms.FileField(
        label="Picture",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP, at most 10 MB and 40 megapixels. The middle of it is shown, as a square.",
    )


def state(subject: BoardMember, data: Any, *, by: User, now: datetime) -> DisclosureStatement:
    return state_interests(member_id=subject.pk, answers=data, by=by, now=now)


def hand_in(subject: BoardMember, data: Any, *, by: User, now: datetime) -> MemberPhoto:
    return keep_portrait(member_id=subject.pk, picture=data["photo"].read(), by=by, now=now)


def renew(subject: BoardMember, _data: Any, *, by: User, now: datetime) -> CalendarFeed:
    return renew_calendar(member_id=subject.pk, by=by, now=now)


def revoke(subject: BoardMember, _data: Any, *, by: User, now: datetime) -> CalendarFeed:
    return revoke_calendar(member_id=subject.pk, by=by, now=now)


STATE = Verb(
    name="state-interests",
    label="Declare your interests",
    call=state,
    form=InterestsForm,
    explain="List every interest of the last three years, yours and your household's. For each item write “none”, or "
    "with whom, what and since when. Without a statement that is recent enough for the policy, you can neither "
    "accept nor sign.",
    done="Thank you. Your statement is recorded. A later statement replaces it.",
    is_main=True,
    template="admin/editorial/interests.html",
)
PORTRAIT = Verb(
    name="portrait",
    label="Upload a portrait",
    call=hand_in,
    form=PortraitForm,
    explain="It is shown on the public board page while the member is in office and named there. What else the file "
    "carries, such as the place and the camera, is removed.",
    done="Portrait saved.",
)
RENEW_CALENDAR = Verb(
    name="renew-calendar",
    label="New calendar address",
    call=renew,
    explain="You get a secret address for your calendar program, which then shows when your reviews are due. An "
    "earlier address stops working.",
    done="The calendar has a new address. It is below.",
)
REVOKE_CALENDAR = Verb(
    name="revoke-calendar",
    label="Turn off the calendar",
    call=revoke,
    explain="The calendar's address stops working. You can make a new one at any time.",
    done="The calendar is turned off.",
)

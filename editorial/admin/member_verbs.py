"""What is done on a member's page: stating interests, and handing in a portrait."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from editorial.actions import keep_portrait, renew_calendar, revoke_calendar, state_interests
from editorial.admin.verbs import Verb, VerbForm
from editorial.interests import ITEMS, MAX_WORDS, newest_statement
from editorial.models import BoardMember, CalendarFeed, Disclosure, DisclosureStatement, MemberPhoto, User


class InterestsForm(VerbForm):
    """One field for each item, with what was said last time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = newest_statement(self.subject)
        for item, words in ITEMS.items():
            self.fields[item] = forms.CharField(
                label=words,
                initial=last.answers.get(item, "") if last else "",
                max_length=MAX_WORDS,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def reading(self) -> dict[str, Any]:
        held = Disclosure.objects.filter(member=self.subject).held(on=timezone.localdate())
        return {"held": held.select_related("company", "product", "member__user").order_by("pk")}


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
    label="State your interests",
    call=state,
    form=InterestsForm,
    explain="Every interest of the last three years, yours and your household's. At each item say “none”, or with "
    "whom, what and since when. Without a statement young enough for the policy you can neither accept nor sign.",
    done="Stated. Thank you. What you state is kept as it is; a later statement takes its place.",
    is_main=True,
    template="admin/editorial/interests.html",
)
PORTRAIT = Verb(
    name="portrait",
    label="Hand in a portrait",
    call=hand_in,
    form=PortraitForm,
    explain="It is shown on the public board page while the member is in office and named there. What else the file "
    "carries, such as the place and the camera, is removed.",
    done="The portrait is kept.",
)
RENEW_CALENDAR = Verb(
    name="renew-calendar",
    label="New calendar address",
    call=renew,
    explain="You get a secret address under which your calendar program finds when your reviews are due. An address "
    "that you had before finds nothing any more.",
    done="The calendar has a new address. It is below.",
)
REVOKE_CALENDAR = Verb(
    name="revoke-calendar",
    label="Turn the calendar off",
    call=revoke,
    explain="Nobody finds the calendar under its address any more. A new address can be made at any time.",
    done="The calendar is turned off.",
)

"""The verbs of a member's calendar feed: renew its address, and revoke it."""

from editorial.actions import renew_calendar, revoke_calendar
from editorial.verbs.table import Verb

RENEW_CALENDAR = Verb(
    name="renew-calendar",
    action=renew_calendar,
    label="New calendar address",
    explain="You get a secret address for your calendar program, which then shows when your reviews are due. An "
    "earlier address stops working.",
    done="The calendar has a new address. It is below.",
)
REVOKE_CALENDAR = Verb(
    name="revoke-calendar",
    action=revoke_calendar,
    label="Turn off the calendar",
    explain="The calendar's address stops working. You can make a new one at any time.",
    done="The calendar is turned off.",
)

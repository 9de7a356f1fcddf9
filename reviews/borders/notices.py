"""Who gets which notices at each border, by the earlier state of the reviewer's seat."""

from collections.abc import Mapping
from types import MappingProxyType

from reviews.borders.table import Border, NoticeRecipient, NoticesByRecipient


def notices_to(**kinds: str) -> NoticesByRecipient:
    """Return kinds of notices by recipient, from the lower-case name of each recipient."""
    return MappingProxyType({NoticeRecipient(who): frozenset(names.split()) for who, names in kinds.items()})


NOBODY = notices_to()
MERGED = notices_to(reviewer="account_closed", staying="accounts_merged", editors="accounts_merged")
LOWERED = "lowering_proposed lowering_decided"

AT_WORK: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        Border.NEXT_VERSION: notices_to(
            reviewer="review_closed invitation review_confirmed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested submitted review_accepted",
        ),
        Border.SAME_TEXT: notices_to(
            reviewer="review_closed invitation review_confirmed",
            others="review_closed",
            editors="withdrawn submitted review_accepted",
        ),
        Border.CANCEL: notices_to(reviewer="review_cancelled"),
        Border.DECLINE: notices_to(editors="review_declined"),
        Border.LAPSE: notices_to(reviewer="review_closed"),
        Border.RECUSE: notices_to(editors="review_declined"),
        Border.ROUND_ENDED: notices_to(
            reviewer="review_closed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested",
        ),
        Border.RE_INVITATION: notices_to(
            reviewer="review_cancelled invitation review_confirmed", editors="review_accepted"
        ),
        Border.POLICY_PUBLISHED: NOBODY,
        Border.RISK_CHANGED: notices_to(reviewer=LOWERED, others=LOWERED, writers=LOWERED, editors=LOWERED),
        Border.MEMBER_LEFT: notices_to(reviewer="access_ended review_closed", editors="reviews_handed_on"),
        Border.ACCOUNT_DISABLED: notices_to(reviewer="account_closed", editors="reviews_handed_on"),
        Border.ACCOUNT_MERGED: notices_to(
            reviewer="account_closed", staying="accounts_merged invitation", editors="accounts_merged"
        ),
        Border.WORK_COMPLETED: NOBODY,
        Border.WORK_MERGED: NOBODY,
        Border.CHANNEL: NOBODY,
    }
)
"""The reviewer was invited or had accepted, and wrote no objection."""

OBJECTED: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        **AT_WORK,
        Border.NEXT_VERSION: notices_to(
            reviewer="review_closed invitation review_confirmed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested unsigned_objections submitted review_accepted",
        ),
        Border.SAME_TEXT: notices_to(
            reviewer="review_closed invitation review_confirmed",
            others="review_closed",
            editors="withdrawn unsigned_objections submitted review_accepted",
        ),
        Border.CANCEL: notices_to(reviewer="review_cancelled", editors="unsigned_objections"),
        Border.DECLINE: notices_to(editors="review_declined unsigned_objections"),
        Border.LAPSE: notices_to(reviewer="review_closed", editors="unsigned_objections"),
        Border.RECUSE: notices_to(editors="review_declined unsigned_objections"),
        Border.ROUND_ENDED: notices_to(
            reviewer="review_closed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested unsigned_objections",
        ),
        Border.RE_INVITATION: notices_to(
            reviewer="review_cancelled invitation review_confirmed", editors="unsigned_objections review_accepted"
        ),
    }
)
"""The reviewer had accepted and wrote an objection."""

SIGNED: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        **AT_WORK,
        Border.NEXT_VERSION: notices_to(
            reviewer="changes_requested invitation review_confirmed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested submitted review_accepted",
        ),
        Border.SAME_TEXT: notices_to(
            reviewer="withdrawn invitation review_confirmed",
            others="review_closed",
            editors="withdrawn submitted review_accepted",
        ),
        Border.ACCOUNT_DISABLED: notices_to(reviewer="account_closed"),
        Border.ACCOUNT_MERGED: MERGED,
        Border.CANCEL: NOBODY,
        Border.DECLINE: NOBODY,
        Border.LAPSE: NOBODY,
        Border.MEMBER_LEFT: notices_to(reviewer="access_ended"),
        Border.RECUSE: NOBODY,
        Border.ROUND_ENDED: notices_to(
            reviewer="changes_requested",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested",
        ),
        Border.RE_INVITATION: NOBODY,
        Border.RISK_CHANGED: notices_to(
            reviewer=f"{LOWERED} signature_to_confirm", others=LOWERED, writers=LOWERED, editors=LOWERED
        ),
    }
)
"""The reviewer had signed."""

RECUSED: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        **SIGNED,
        Border.NEXT_VERSION: notices_to(
            others="review_closed", writers="changes_requested", editors="changes_requested submitted"
        ),
        Border.SAME_TEXT: notices_to(others="review_closed", editors="withdrawn submitted"),
        Border.ROUND_ENDED: notices_to(
            others="review_closed", writers="changes_requested", editors="changes_requested"
        ),
        Border.RISK_CHANGED: notices_to(others=LOWERED, writers=LOWERED, editors=LOWERED),
    }
)
"""The reviewer had stepped back."""

HINDERED: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        **AT_WORK,
        Border.NEXT_VERSION: notices_to(
            reviewer="review_closed",
            others="review_closed",
            writers="changes_requested",
            editors="changes_requested submitted",
        ),
        Border.SAME_TEXT: notices_to(reviewer="review_closed", others="review_closed", editors="withdrawn submitted"),
        Border.RE_INVITATION: notices_to(reviewer="review_cancelled"),
        Border.ACCOUNT_MERGED: MERGED,
    }
)
"""The reviewer had accepted, and an interest prevents another invitation."""

WROTE: Mapping[Border, NoticesByRecipient] = MappingProxyType(
    {
        **AT_WORK,
        Border.ACCOUNT_DISABLED: notices_to(writers="account_closed"),
        Border.ACCOUNT_MERGED: notices_to(
            writers="account_closed", staying="accounts_merged", editors="accounts_merged"
        ),
        Border.MEMBER_LEFT: notices_to(writers="access_ended"),
    }
)
"""The record is about a writer, beside an accepted review."""

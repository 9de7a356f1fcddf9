"""What happens to invitations, due dates, roles and authorship at each border."""

from collections.abc import Mapping

from reviews.borders.notices import AT_WORK, WROTE
from reviews.borders.table import Border, BorderOutcome, Cell, row

KEPT, STAYS, AGAIN, ENDS = BorderOutcome.UNTOUCHED, BorderOutcome.STAYS, BorderOutcome.ASKED_AGAIN, BorderOutcome.ENDS
NEXT_INVITED = "The next suitable member is invited, if the round needs one."
CLOCK = "the system, when the time is over"

INVITATION: Mapping[Border, Cell] = row(
    AT_WORK,
    {
        Border.NEXT_VERSION: (AGAIN, "It ends with its round. The next version needs a new invitation."),
        Border.SAME_TEXT: (AGAIN, "It ends with its round. The next version needs a new invitation."),
        Border.CANCEL: (ENDS, "Its links no longer work; they say why.", "an editor"),
        Border.DECLINE: (ENDS, "It ends with the member's answer.", "the member"),
        Border.LAPSE: (ENDS, "It ends once the day to answer by is over.", CLOCK),
        Border.RECUSE: (ENDS, "It ends with the member's answer.", "the member"),
        Border.ROUND_ENDED: (ENDS, "It ends with its round.", "an editor"),
        Border.RE_INVITATION: (AGAIN, "The cancelled one stays on record; the new one has days of its own."),
        Border.POLICY_PUBLISHED: (KEPT, "Its dates stay as announced."),
        Border.RISK_CHANGED: (KEPT, "It stays open. The member is notified of the change."),
        Border.MEMBER_LEFT: (ENDS, f"It lapses. {NEXT_INVITED}", "an editor"),
        Border.ACCOUNT_DISABLED: (ENDS, f"It lapses. {NEXT_INVITED}", "an administrator"),
        Border.ACCOUNT_MERGED: (
            ENDS,
            f"It lapses. {NEXT_INVITED} That can be the account that stays.",
            "an administrator",
        ),
        Border.WORK_COMPLETED: (KEPT, "It is about the article."),
        Border.WORK_MERGED: (KEPT, "It is about the article."),
        Border.CHANNEL: (KEPT, "Page, API and the links of the mail show the same state, and answer alike."),
    },
)

DUE_DATE: Mapping[Border, Cell] = row(
    AT_WORK,
    {
        Border.NEXT_VERSION: (AGAIN, "It ends with its review. The new review is due as the policy says."),
        Border.SAME_TEXT: (AGAIN, "It ends with its review. The new review is due as the policy says."),
        Border.CANCEL: (ENDS, "Nothing is due any more. The calendar is updated.", "an editor"),
        Border.DECLINE: (ENDS, "Nothing is due any more.", "the reviewer"),
        Border.LAPSE: (ENDS, "The time is over. The calendar is updated.", CLOCK),
        Border.RECUSE: (ENDS, "Nothing is due any more.", "the reviewer"),
        Border.ROUND_ENDED: (ENDS, "Nothing is due any more. The calendar is updated.", "an editor"),
        Border.RE_INVITATION: (AGAIN, "The new review is due as the policy says."),
        Border.POLICY_PUBLISHED: (KEPT, "It stays as announced."),
        Border.RISK_CHANGED: (KEPT, "It stays as announced."),
        Border.MEMBER_LEFT: (ENDS, "The review lapses; nothing is due any more.", "an editor"),
        Border.ACCOUNT_DISABLED: (ENDS, "The review lapses; nothing is due any more.", "an administrator"),
        Border.ACCOUNT_MERGED: (ENDS, "The review lapses; nothing is due any more.", "an administrator"),
        Border.WORK_COMPLETED: (KEPT, "It is about the review."),
        Border.WORK_MERGED: (KEPT, "It is about the review."),
        Border.CHANNEL: (KEPT, "Page, API and calendar name the same day."),
    },
)

ROLE: Mapping[Border, Cell] = row(
    AT_WORK,
    {
        Border.NEXT_VERSION: (KEPT, "A member of the board may be invited again."),
        Border.SAME_TEXT: (KEPT, "A member of the board may be invited again."),
        Border.CANCEL: (KEPT, "A cancelled review ends no seat on the board."),
        Border.DECLINE: (KEPT, "Declining a review ends no seat on the board."),
        Border.LAPSE: (KEPT, "A review that lapsed ends no seat on the board."),
        Border.RECUSE: (KEPT, "Stepping back ends no seat on the board."),
        Border.ROUND_ENDED: (KEPT, "A round that ended ends no seat on the board."),
        Border.RE_INVITATION: (KEPT, "A member of the board may be invited again."),
        Border.POLICY_PUBLISHED: (KEPT, "A policy changes no roles."),
        Border.RISK_CHANGED: (KEPT, "The risk tier changes no roles."),
        Border.MEMBER_LEFT: (ENDS, "The seat ends with its last day; earlier signatures count.", "an editor"),
        Border.ACCOUNT_DISABLED: (
            ENDS,
            "The person can no longer act; earlier signatures count.",
            "an administrator",
        ),
        Border.ACCOUNT_MERGED: (
            ENDS,
            "The seat of the closed account ends. The other account keeps its own seat.",
            "an administrator",
        ),
        Border.WORK_COMPLETED: (KEPT, "Works change no roles."),
        Border.WORK_MERGED: (KEPT, "Works change no roles."),
        Border.CHANNEL: (KEPT, "Page and API have the same permissions."),
    },
)

AUTHORSHIP: Mapping[Border, Cell] = row(
    WROTE,
    {
        Border.NEXT_VERSION: (
            STAYS,
            "A person who wrote in any version has written in the article and cannot review it.",
        ),
        Border.SAME_TEXT: (
            STAYS,
            "A person who wrote in any version has written in the article and cannot review it.",
        ),
        Border.CANCEL: (STAYS, "It is about the article."),
        Border.DECLINE: (STAYS, "It is about the article."),
        Border.LAPSE: (STAYS, "It is about the article."),
        Border.RECUSE: (STAYS, "It is about the article."),
        Border.ROUND_ENDED: (STAYS, "The writers may answer the comments."),
        Border.RE_INVITATION: (STAYS, "It is about the article."),
        Border.POLICY_PUBLISHED: (KEPT, "A person who wrote in the article cannot review it under any policy."),
        Border.RISK_CHANGED: (KEPT, "A person who wrote in the article cannot review it at any risk tier."),
        Border.MEMBER_LEFT: (STAYS, "It holds. A member who comes back to the board still reviews none of it."),
        Border.ACCOUNT_DISABLED: (STAYS, "The writer stays named, and objections still reach the other writers."),
        Border.ACCOUNT_MERGED: (STAYS, "It holds for every account of the person: none of them reviews the article."),
        Border.WORK_COMPLETED: (KEPT, "It is about the article."),
        Border.WORK_MERGED: (KEPT, "It is about the article."),
        Border.CHANNEL: (KEPT, "Page and API name the same writers."),
    },
)

"""What happens at each border to signatures, and to recusals, interests and waivers."""

from collections.abc import Mapping

from reviews.borders.notices import HINDERED, RECUSED, SIGNED
from reviews.borders.table import Border, BorderOutcome, Cell, row

KEPT, STAYS, AGAIN, ENDS, REFUSED = (
    BorderOutcome.UNTOUCHED,
    BorderOutcome.STAYS,
    BorderOutcome.ASKED_AGAIN,
    BorderOutcome.ENDS,
    BorderOutcome.REFUSED,
)
RECUSAL_REFUSED = "stepped back"
INTEREST_REFUSED = "disclosed an interest that touches this article"

SIGNATURE: Mapping[Border, Cell] = row(
    SIGNED,
    {
        Border.NEXT_VERSION: (
            AGAIN,
            "It stays on record over the text that was signed. The new text needs a new signature.",
        ),
        Border.SAME_TEXT: (
            AGAIN,
            "It stays on record over the version that was signed. The new version needs a new signature.",
        ),
        Border.CANCEL: (
            REFUSED,
            "An editor sets the signature aside instead, with a reason.",
            "while the review is signed",
        ),
        Border.DECLINE: (
            REFUSED,
            "The reviewer withdraws the signature instead, which stays on record.",
            "while the review is signed",
        ),
        Border.LAPSE: (REFUSED, "A signed review never lapses.", "while the review is signed"),
        Border.RECUSE: (
            REFUSED,
            "The reviewer withdraws the signature first, which stays on record.",
            "while the review is signed",
        ),
        Border.ROUND_ENDED: (STAYS, "It stays on record over the text that was signed."),
        Border.RE_INVITATION: (REFUSED, "A person signs a version only once.", "takes part in this round already"),
        Border.POLICY_PUBLISHED: (KEPT, "It counts, and the round is judged by the stricter of the policies."),
        Border.RISK_CHANGED: (
            AGAIN,
            "At a higher tier it counts. When two people let the round be judged by a lower tier, "
            "it counts once its signer confirms it.",
        ),
        Border.MEMBER_LEFT: (STAYS, "It counts: its signer was in office when signing."),
        Border.ACCOUNT_DISABLED: (STAYS, "It counts: its signer was in office when signing."),
        Border.ACCOUNT_MERGED: (STAYS, "It counts, once for each person: where both accounts signed, the earlier one."),
        Border.WORK_COMPLETED: (KEPT, "The version keeps the works as they were signed."),
        Border.WORK_MERGED: (KEPT, "The version keeps the works as they were signed."),
        Border.CHANNEL: (KEPT, "Pages and API show it to the same people. No mail says who decided what."),
    },
)

RECUSAL: Mapping[Border, Cell] = row(
    RECUSED,
    {
        Border.NEXT_VERSION: (REFUSED, "It holds. The member is not invited again without a waiver.", RECUSAL_REFUSED),
        Border.SAME_TEXT: (REFUSED, "It holds. The member is not invited again without a waiver.", RECUSAL_REFUSED),
        Border.CANCEL: (REFUSED, "The review is over.", "while the review is recused"),
        Border.DECLINE: (REFUSED, "The review is over.", "while the review is recused"),
        Border.LAPSE: (REFUSED, "The review is over.", "while the review is recused"),
        Border.RECUSE: (REFUSED, "A recusal is given once.", "while the review is recused"),
        Border.ROUND_ENDED: (STAYS, "It is remembered for the article until a named person withdraws it."),
        Border.RE_INVITATION: (REFUSED, "It holds. The member is not invited again without a waiver.", RECUSAL_REFUSED),
        Border.POLICY_PUBLISHED: (KEPT, "It holds under every policy."),
        Border.RISK_CHANGED: (KEPT, "It holds at every risk tier."),
        Border.MEMBER_LEFT: (STAYS, "It stays on record."),
        Border.ACCOUNT_DISABLED: (STAYS, "It stays on record."),
        Border.ACCOUNT_MERGED: (STAYS, "It holds for every account of the person."),
        Border.WORK_COMPLETED: (KEPT, "It is about the article."),
        Border.WORK_MERGED: (KEPT, "It is about the article."),
        Border.CHANNEL: (KEPT, "Page and API show it to the same people. The mail to the editors quotes its reason."),
    },
)

INTEREST: Mapping[Border, Cell] = row(
    HINDERED,
    {
        Border.NEXT_VERSION: (REFUSED, "It holds. The member is not invited again without a waiver.", INTEREST_REFUSED),
        Border.SAME_TEXT: (REFUSED, "It holds. The member is not invited again without a waiver.", INTEREST_REFUSED),
        Border.CANCEL: (STAYS, "It holds regardless of the review."),
        Border.DECLINE: (STAYS, "It holds regardless of the review."),
        Border.LAPSE: (STAYS, "It holds regardless of the review."),
        Border.RECUSE: (STAYS, "It holds regardless of the review."),
        Border.ROUND_ENDED: (STAYS, "It holds regardless of the review."),
        Border.RE_INVITATION: (
            REFUSED,
            "It holds. The member is not invited again without a waiver.",
            INTEREST_REFUSED,
        ),
        Border.POLICY_PUBLISHED: (KEPT, "It holds. A policy may ask for a new statement of interests."),
        Border.RISK_CHANGED: (KEPT, "It holds at every risk tier."),
        Border.MEMBER_LEFT: (STAYS, "It stays on record."),
        Border.ACCOUNT_DISABLED: (STAYS, "It stays on record."),
        Border.ACCOUNT_MERGED: (STAYS, "It holds for every account of the person."),
        Border.WORK_COMPLETED: (KEPT, "It is about a company or product."),
        Border.WORK_MERGED: (KEPT, "It is about a company or product."),
        Border.CHANNEL: (KEPT, "Pages show it to its member and to editors. The API and mails show none."),
    },
)

WAIVER: Mapping[Border, Cell] = row(
    HINDERED,
    {
        Border.NEXT_VERSION: (
            AGAIN,
            "It covers the round for which it was given. The next invitation needs one of its own.",
            INTEREST_REFUSED,
        ),
        Border.SAME_TEXT: (
            AGAIN,
            "It covers the round for which it was given. The next invitation needs one of its own.",
            INTEREST_REFUSED,
        ),
        Border.CANCEL: (ENDS, "It ends with the review and stays on record.", "an editor"),
        Border.DECLINE: (ENDS, "It ends with the review and stays on record.", "the reviewer"),
        Border.LAPSE: (ENDS, "It ends with the review and stays on record.", "the system, when the time is over"),
        Border.RECUSE: (ENDS, "It ends with the review and stays on record.", "the reviewer"),
        Border.ROUND_ENDED: (ENDS, "It ends with the review and stays on record.", "an editor"),
        Border.RE_INVITATION: (AGAIN, "The new invitation needs a waiver of its own.", INTEREST_REFUSED),
        Border.POLICY_PUBLISHED: (KEPT, "It holds for this review."),
        Border.RISK_CHANGED: (KEPT, "It holds for this review."),
        Border.MEMBER_LEFT: (ENDS, "It ends with the review and stays on record.", "an editor"),
        Border.ACCOUNT_DISABLED: (ENDS, "It ends with the review and stays on record.", "an administrator"),
        Border.ACCOUNT_MERGED: (
            ENDS,
            "It ends with the review and stays on record.",
            "an administrator",
        ),
        Border.WORK_COMPLETED: (KEPT, "It is about a company or product."),
        Border.WORK_MERGED: (KEPT, "It is about a company or product."),
        Border.CHANNEL: (KEPT, "The page of the review and the API show it and its reason to the same people."),
    },
)

"""What happens at each border to comments, verdicts, checklist answers and autosaved text."""

from collections.abc import Mapping

from reviews.borders.notices import AT_WORK, OBJECTED
from reviews.borders.table import Border, BorderOutcome, Cell, row

KEPT, STAYS, CARRIED = BorderOutcome.UNTOUCHED, BorderOutcome.STAYS, BorderOutcome.CARRIED

COMMENT: Mapping[Border, Cell] = row(
    OBJECTED,
    {
        Border.NEXT_VERSION: (
            STAYS,
            "It blocks the next version too. Where its words were changed, a reviewer has to accept the change.",
        ),
        Border.SAME_TEXT: (
            STAYS,
            "It blocks the text again. After changes were requested, pre-flight refuses the same text.",
        ),
        Border.CANCEL: (STAYS, "It still blocks. Editors and writers read it, marked as unsigned."),
        Border.DECLINE: (STAYS, "It still blocks. Editors and writers read it, marked as unsigned."),
        Border.LAPSE: (STAYS, "It still blocks. Editors and writers read it, marked as unsigned."),
        Border.RECUSE: (STAYS, "It still blocks. An editor may rule on it with a reason."),
        Border.ROUND_ENDED: (STAYS, "It blocks every later version until a named person ends it."),
        Border.RE_INVITATION: (STAYS, "It still blocks, and its author reads it at the new desk."),
        Border.POLICY_PUBLISHED: (KEPT, "It blocks under every policy."),
        Border.RISK_CHANGED: (KEPT, "It blocks at every risk tier."),
        Border.MEMBER_LEFT: (STAYS, "It still blocks. An editor may rule on it with a reason."),
        Border.ACCOUNT_DISABLED: (STAYS, "It still blocks. An editor may rule on it with a reason."),
        Border.ACCOUNT_MERGED: (STAYS, "It still blocks, in the name in which it was written."),
        Border.WORK_COMPLETED: (KEPT, "It is about the text."),
        Border.WORK_MERGED: (KEPT, "It is about the text."),
        Border.CHANNEL: (KEPT, "Desk and API show it to the same people. No mail quotes it before it is signed."),
    },
)

VERDICT: Mapping[Border, Cell] = row(
    OBJECTED,
    {
        Border.NEXT_VERSION: (
            CARRIED,
            "A negative one still blocks. Its reviewer finds their verdicts on unchanged "
            "claims at the new desk; a changed claim is to check again.",
        ),
        Border.SAME_TEXT: (
            CARRIED,
            "A negative one still blocks. Its reviewer finds all their verdicts at the new desk.",
        ),
        Border.CANCEL: (
            STAYS,
            "A negative one still blocks, and editors and writers read it. The reviewer is asked once "
            "whether to hand over the rest.",
        ),
        Border.DECLINE: (STAYS, "As when the review is cancelled."),
        Border.LAPSE: (STAYS, "As when the review is cancelled."),
        Border.RECUSE: (STAYS, "As when the review is cancelled."),
        Border.ROUND_ENDED: (STAYS, "As when the review is cancelled."),
        Border.RE_INVITATION: (CARRIED, "The reviewer finds all their verdicts at the new desk."),
        Border.POLICY_PUBLISHED: (
            KEPT,
            "It counts. A policy that asks for a verdict by every reviewer asks for more verdicts.",
        ),
        Border.RISK_CHANGED: (
            KEPT,
            "It counts. A shorter shelf life of the new tier ends it sooner, but never a negative one.",
        ),
        Border.MEMBER_LEFT: (STAYS, "A negative one still blocks. An editor may rule on it with a reason."),
        Border.ACCOUNT_DISABLED: (STAYS, "A negative one still blocks. An editor may rule on it with a reason."),
        Border.ACCOUNT_MERGED: (
            STAYS,
            "A negative one still blocks, in the name in which it was given. "
            "Who comes back with the account that stays finds it there.",
        ),
        Border.WORK_COMPLETED: (KEPT, "A work with fields added is the same work, in the next version too."),
        Border.WORK_MERGED: (KEPT, "A work merged into a fuller record is the same work, in the next version too."),
        Border.CHANNEL: (KEPT, "Desk and API show it to the same people. No mail quotes it before it is signed."),
    },
)

ANSWER: Mapping[Border, Cell] = row(
    AT_WORK,
    {
        Border.NEXT_VERSION: (CARRIED, "The reviewer finds it at the same question."),
        Border.SAME_TEXT: (CARRIED, "The reviewer finds it at the same question."),
        Border.CANCEL: (STAYS, "It stays with the review. A reviewer who comes back finds it."),
        Border.DECLINE: (STAYS, "It stays with the review. A reviewer who comes back finds it."),
        Border.LAPSE: (STAYS, "It stays with the review. A reviewer who comes back finds it."),
        Border.RECUSE: (STAYS, "It stays with the review. A reviewer who comes back finds it."),
        Border.ROUND_ENDED: (STAYS, "It stays with the review. A reviewer who comes back finds it."),
        Border.RE_INVITATION: (CARRIED, "The reviewer finds it at the same question."),
        Border.POLICY_PUBLISHED: (
            CARRIED,
            "It counts for the same question in the same words. Where the words changed, "
            "the question is asked again, with the old answer beside it.",
        ),
        Border.RISK_CHANGED: (KEPT, "The same questions are asked at every risk tier."),
        Border.MEMBER_LEFT: (STAYS, "It stays with the review."),
        Border.ACCOUNT_DISABLED: (STAYS, "It stays with the review."),
        Border.ACCOUNT_MERGED: (
            STAYS,
            "The review lapses. It stays with the review, and is there when the account that stays is invited.",
        ),
        Border.WORK_COMPLETED: (KEPT, "It is about the text as a whole."),
        Border.WORK_MERGED: (KEPT, "It is about the text as a whole."),
        Border.CHANNEL: (KEPT, "Sign page and API show it to the same people. No mail quotes it."),
    },
)

TYPED: Mapping[Border, Cell] = row(
    AT_WORK,
    {
        Border.NEXT_VERSION: (
            CARRIED,
            "It moves to the new desk with its claim. Where the claim is gone it stays at the old one.",
        ),
        Border.SAME_TEXT: (CARRIED, "It moves to the new desk with its claim."),
        Border.CANCEL: (STAYS, "Its author alone still has it. A reviewer who comes back finds it."),
        Border.DECLINE: (STAYS, "Its author alone still has it. A reviewer who comes back finds it."),
        Border.LAPSE: (STAYS, "Its author alone still has it. A reviewer who comes back finds it."),
        Border.RECUSE: (STAYS, "Its author alone still has it. A reviewer who comes back finds it."),
        Border.ROUND_ENDED: (STAYS, "Its author alone still has it. A reviewer who comes back finds it."),
        Border.RE_INVITATION: (CARRIED, "It moves to the new desk."),
        Border.POLICY_PUBLISHED: (KEPT, "It stays in its field, also on the sign page."),
        Border.RISK_CHANGED: (KEPT, "It stays in its field."),
        Border.MEMBER_LEFT: (STAYS, "Its author alone still has it."),
        Border.ACCOUNT_DISABLED: (STAYS, "It is stored for half a year, and only its author can read it."),
        Border.ACCOUNT_MERGED: (
            STAYS,
            "It goes to the account that stays, which finds it when it is invited.",
        ),
        Border.WORK_COMPLETED: (KEPT, "It stays in its field."),
        Border.WORK_MERGED: (KEPT, "It stays in its field."),
        Border.CHANNEL: (
            KEPT,
            "Only its author's own page shows it. The API and mails never do, since it was not sent.",
        ),
    },
)

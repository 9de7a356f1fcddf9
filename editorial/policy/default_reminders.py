"""The default reminders of a new policy. Editors change them in the drafted policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from editorial.models import EditorialPolicy
from editorial.models.reminder_ladder import Consequence, Moment, OffsetUnit, ReminderRecipient, Rung

DAYS, WORKING = OffsetUnit.DAYS, OffsetUnit.WORKING_DAYS
MEMBER, WRITER, EDITOR, CHAIR = (
    ReminderRecipient.MEMBER,
    ReminderRecipient.WRITER,
    ReminderRecipient.EDITOR,
    ReminderRecipient.CHAIR,
)


@dataclass(frozen=True)
class Step:
    """A rung without its policy."""

    moment: Moment
    offset: int
    unit: OffsetUnit
    recipient: ReminderRecipient
    text: str
    consequence: Consequence = Consequence.NONE


INVITED = "Please answer the invitation to review “$about” by $due ($days)."
LAST_DAY = "The invitation to review “$about” is open until today."
SILENT = "$member has not answered the invitation to review “$about”, due on $due."
DUE = "Your review of “$about” is due on $due ($days)."
WAS_DUE = "Your review of “$about” was due on $due ($days). If you need more time, please ask for it."
THEIRS_WAS_DUE = "$member's review of “$about” was due on $due ($days)."
NOBODY = "“$about” was submitted on $due and has no invited reviewer."
NO_REVISION = "Changes of “$about” were requested on $due, and no revision has come since."
NO_ANSWER = "Comments on “$about”, given on $due, wait for your answer."
UNTOUCHED = "Your draft of “$about” was last changed on $due."
LAPSES = "The approval of “$about” lapses on $due ($days)."
LAPSED = "The approval of “$about” lapsed on $due ($days). Readers see a caution since."
LICENCE = "The licence that we have on record for you expires on $due ($days)."
NO_LICENCE = "The licence of $member expired on $due; they cannot sign."
STATE = "Please renew your statement of interests by $due ($days)."
NOT_STATED = "The statement of interests of $member is out of date since $due; they cannot sign."
REPORTED = "A reader's report of a problem in “$about” has to be decided by $due ($days)."
NOT_DECIDED = "A reader's report of a problem in “$about” should have been decided by $due."

LADDER: Sequence[Step] = (
    Step(Moment.ANSWER_DUE, -2, WORKING, MEMBER, INVITED),
    Step(Moment.ANSWER_DUE, 0, WORKING, MEMBER, LAST_DAY),
    Step(Moment.ANSWER_DUE, 1, WORKING, EDITOR, SILENT),
    Step(Moment.ANSWER_DUE, 3, WORKING, EDITOR, SILENT, Consequence.NEXT_MEMBER),
    Step(Moment.REVIEW_DUE, -5, WORKING, MEMBER, DUE),
    Step(Moment.REVIEW_DUE, -1, WORKING, MEMBER, DUE),
    Step(Moment.REVIEW_DUE, 1, WORKING, MEMBER, WAS_DUE),
    Step(Moment.REVIEW_DUE, 3, WORKING, MEMBER, WAS_DUE),
    Step(Moment.REVIEW_DUE, 5, WORKING, EDITOR, THEIRS_WAS_DUE),
    Step(Moment.REVIEW_DUE, 10, WORKING, CHAIR, THEIRS_WAS_DUE),
    Step(Moment.REVIEW_DUE, 20, WORKING, EDITOR, THEIRS_WAS_DUE, Consequence.NEXT_MEMBER),
    Step(Moment.UNASSIGNED, 2, WORKING, EDITOR, NOBODY),
    Step(Moment.UNASSIGNED, 5, WORKING, CHAIR, NOBODY),
    Step(Moment.CHANGES_REQUESTED, 14, DAYS, WRITER, NO_REVISION),
    Step(Moment.CHANGES_REQUESTED, 30, DAYS, WRITER, NO_REVISION),
    Step(Moment.CHANGES_REQUESTED, 45, DAYS, EDITOR, NO_REVISION),
    Step(Moment.COMMENT_UNANSWERED, 7, DAYS, WRITER, NO_ANSWER),
    Step(Moment.DRAFT_UNTOUCHED, 30, DAYS, WRITER, UNTOUCHED),
    Step(Moment.APPROVAL_LAPSES, -90, DAYS, EDITOR, LAPSES, Consequence.RE_REVIEW),
    Step(Moment.APPROVAL_LAPSES, -90, DAYS, WRITER, LAPSES),
    Step(Moment.APPROVAL_LAPSES, -30, DAYS, EDITOR, LAPSES),
    Step(Moment.APPROVAL_LAPSES, 1, DAYS, EDITOR, LAPSED),
    Step(Moment.APPROVAL_LAPSES, 14, DAYS, CHAIR, LAPSED),
    Step(Moment.LICENCE_EXPIRES, -60, DAYS, MEMBER, LICENCE),
    Step(Moment.LICENCE_EXPIRES, -14, DAYS, MEMBER, LICENCE),
    Step(Moment.LICENCE_EXPIRES, 1, DAYS, EDITOR, NO_LICENCE),
    Step(Moment.STATEMENT_EXPIRES, -30, DAYS, MEMBER, STATE),
    Step(Moment.STATEMENT_EXPIRES, -7, DAYS, MEMBER, STATE),
    Step(Moment.STATEMENT_EXPIRES, 1, DAYS, EDITOR, NOT_STATED),
    Step(Moment.REPORT_UNTRIAGED, -1, DAYS, EDITOR, REPORTED),
    Step(Moment.REPORT_UNTRIAGED, 1, DAYS, EDITOR, NOT_DECIDED),
    Step(Moment.REPORT_UNTRIAGED, 3, DAYS, CHAIR, NOT_DECIDED),
)


def rungs_of(policy: EditorialPolicy, *, ladder: Sequence[Step] = LADDER) -> list[Rung]:
    """Return the rungs of ``ladder`` for ``policy``, not saved yet."""
    return [Rung(policy=policy, **vars(step)) for step in ladder]

from reviews.models.accepted_changes import AcceptedChange
from reviews.models.answer_links import AnswerLink
from reviews.models.approval_marks import ApprovalMark
from reviews.models.comments_and_verdicts import (
    CarriedCheck,
    ChecklistAnswer,
    ClaimCheck,
    Comment,
    Resolution,
    Ruling,
    RulingKind,
    Verdict,
)
from reviews.models.handed_on import Departure, HandedOn
from reviews.models.lowerings import Lowering, LoweringOutcome, SignatureConfirmation
from reviews.models.past_findings import FindingKind, PastFinding
from reviews.models.recusals import Recusal
from reviews.models.reminders import Letter, Reminder, ReminderOutcome
from reviews.models.reviews import Review
from reviews.models.signatures import Decision, Signature, SignatureSetAside, SignatureWithdrawal

__all__ = [
    "AcceptedChange",
    "AnswerLink",
    "ApprovalMark",
    "CarriedCheck",
    "ChecklistAnswer",
    "ClaimCheck",
    "Comment",
    "Decision",
    "Departure",
    "FindingKind",
    "HandedOn",
    "Letter",
    "Lowering",
    "LoweringOutcome",
    "PastFinding",
    "Recusal",
    "Reminder",
    "ReminderOutcome",
    "Resolution",
    "Review",
    "Ruling",
    "RulingKind",
    "Signature",
    "SignatureConfirmation",
    "SignatureSetAside",
    "SignatureWithdrawal",
    "Verdict",
]

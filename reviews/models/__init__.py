from reviews.models.reminders import Letter, Outcome, Reminder
from reviews.models.review import Review
from reviews.models.signature import Decision, Signature, SignatureWithdrawal
from reviews.models.work import CarriedCheck, ChecklistAnswer, ClaimCheck, Comment, DeskDraft, Ruling, Verdict

__all__ = [
    "CarriedCheck",
    "ChecklistAnswer",
    "ClaimCheck",
    "Comment",
    "Decision",
    "DeskDraft",
    "Letter",
    "Outcome",
    "Reminder",
    "Review",
    "Ruling",
    "Signature",
    "SignatureWithdrawal",
    "Verdict",
]

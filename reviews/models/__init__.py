from reviews.models.link import AnswerLink
from reviews.models.reminders import Letter, Outcome, Reminder
from reviews.models.review import Review
from reviews.models.signature import Decision, Signature, SignatureWithdrawal
from reviews.models.work import CarriedCheck, ChecklistAnswer, ClaimCheck, Comment, Ruling, Verdict

__all__ = [
    "AnswerLink",
    "CarriedCheck",
    "ChecklistAnswer",
    "ClaimCheck",
    "Comment",
    "Decision",
    "Letter",
    "Outcome",
    "Reminder",
    "Review",
    "Ruling",
    "Signature",
    "SignatureWithdrawal",
    "Verdict",
]

from reviews.models.review import Review
from reviews.models.signature import Decision, Signature, SignatureWithdrawal
from reviews.models.work import CarriedCheck, ChecklistAnswer, ClaimCheck, Comment, Ruling, Verdict

__all__ = [
    "CarriedCheck",
    "ChecklistAnswer",
    "ClaimCheck",
    "Comment",
    "Decision",
    "Review",
    "Ruling",
    "Signature",
    "SignatureWithdrawal",
    "Verdict",
]

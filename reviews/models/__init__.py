from reviews.models.review import Review
from reviews.models.signature import Decision, Signature, SignatureWithdrawal
from reviews.models.work import CarriedCheck, ClaimCheck, Comment, Ruling, Verdict

__all__ = [
    "CarriedCheck",
    "ClaimCheck",
    "Comment",
    "Decision",
    "Review",
    "Ruling",
    "Signature",
    "SignatureWithdrawal",
    "Verdict",
]

from reviews.models.review import Review
from reviews.models.signature import Decision, Signature, SignatureWithdrawal
from reviews.models.work import ClaimCheck, Comment, Verdict

__all__ = [
    "ClaimCheck",
    "Comment",
    "Decision",
    "Review",
    "Signature",
    "SignatureWithdrawal",
    "Verdict",
]

"""The chip tone of each choice of reviews, verdicts, signatures, lowerings and approval marks."""

from editorial.admin.chips import TONES
from editorial.models.policy import ApprovalsBelow
from reviews.lifecycle import State
from reviews.models import (
    ApprovalMark,
    ClaimCheck,
    Decision,
    Lowering,
    LoweringOutcome,
    Review,
    Signature,
    Verdict,
)

TONES[Review, "state"] = {
    State.INVITED: "wait",
    State.ACCEPTED: "good",
    State.SIGNED: "good",
    State.DECLINED: "care",
    State.RECUSED: "care",
    State.CANCELLED: "calm",
    State.LAPSED: "calm",
}
TONES[ClaimCheck, "verdict"] = {
    Verdict.SUPPORTS: "good",
    Verdict.PARTLY: "care",
    Verdict.DOES_NOT_SUPPORT: "bad",
    Verdict.CONTRADICTS: "bad",
    Verdict.COULD_NOT_CHECK: "calm",
}
TONES[Signature, "decision"] = {Decision.APPROVE: "good", Decision.REQUEST_CHANGES: "care"}
TONES[Lowering, "outcome"] = {
    LoweringOutcome.CONFIRMED: "care",
    LoweringOutcome.REFUSED: "bad",
    LoweringOutcome.VOID: "calm",
}
TONES[ApprovalMark, "treatment"] = {
    ApprovalsBelow.STAND: "wait",
    ApprovalsBelow.DATED: "overdue",
    ApprovalsBelow.SUSPENDED: "care",
}

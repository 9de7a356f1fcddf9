"""The tone of each choice of articles, versions, the library and readers' messages, wherever it is shown as a chip."""

from articles.lifecycle import State
from articles.models import Article, LibraryImport, Reference, Reply, RetractionRecord, Triage, Version
from articles.models.reference_imports import ImportState
from articles.models.references import RetractionStatus
from articles.models.retractions import Nature
from editorial.admin.chips import TONES
from editorial.models.policy import RiskTier

TONES[Version, "state"] = {
    State.DRAFT: "calm",
    State.SUBMITTED: "wait",
    State.UNDER_REVIEW: "wait",
    State.CHANGES_REQUESTED: "care",
    State.APPROVED: "good",
    State.SUPERSEDED: "calm",
    State.SUSPENDED: "care",
    State.WITHDRAWN: "calm",
    State.REJECTED: "bad",
    State.RETRACTED: "bad",
}
TONES[Article, "risk"] = {RiskTier.LOW: "calm", RiskTier.MODERATE: "care", RiskTier.HIGH: "bad"}
TONES[LibraryImport, "progress"] = {
    ImportState.QUEUED: "wait",
    ImportState.RUNNING: "wait",
    ImportState.DONE: "good",
    ImportState.FAILED: "bad",
}
TONES[Reference, "retraction"] = {
    RetractionStatus.CLEAR: "good",
    RetractionStatus.UNKNOWN: "wait",
    RetractionStatus.RETRACTED: "bad",
}
TONES[RetractionRecord, "nature"] = {
    Nature.RETRACTION: "bad",
    Nature.CONCERN: "care",
    Nature.CORRECTION: "wait",
    Nature.REINSTATEMENT: "good",
    Nature.UNREADABLE: "care",
}
TONES[Reply, "outcome"] = {
    Reply.Outcome.ANSWERED: "good",
    Reply.Outcome.LINKED: "good",
    Reply.Outcome.DRAFTED: "good",
    Reply.Outcome.DISMISSED: "calm",
}
TONES[Triage, "outcome"] = {Triage.Outcome.UPHELD: "bad", Triage.Outcome.DECLINED: "good"}

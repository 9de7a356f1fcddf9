from editorial.models.answers import StoredAnswer
from editorial.models.board import (
    Absence,
    BoardMember,
    Company,
    Disclosure,
    DisclosureStatement,
    MemberPhoto,
    Product,
    Specialty,
)
from editorial.models.ledger import LedgerChain, LedgerEntry
from editorial.models.notices import Notice
from editorial.models.people import User
from editorial.models.policy import Audience, ChecklistQuestion, EditorialPolicy, PolicyRule, RiskTier
from editorial.models.tracking import TrackedModel, TrackedQuerySet
from editorial.models.unsent import Unsent

__all__ = [
    "Absence",
    "Audience",
    "BoardMember",
    "ChecklistQuestion",
    "Company",
    "Disclosure",
    "DisclosureStatement",
    "EditorialPolicy",
    "LedgerChain",
    "LedgerEntry",
    "MemberPhoto",
    "Notice",
    "PolicyRule",
    "Product",
    "RiskTier",
    "Specialty",
    "StoredAnswer",
    "TrackedModel",
    "TrackedQuerySet",
    "Unsent",
    "User",
]

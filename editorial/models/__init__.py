from editorial.models.answers import StoredAnswer
from editorial.models.board import Absence, BoardMember, Company, Disclosure, Product, Specialty
from editorial.models.ledger import LedgerChain, LedgerEntry
from editorial.models.notices import Notice
from editorial.models.people import User
from editorial.models.policy import Audience, EditorialPolicy, PolicyRule, RiskTier
from editorial.models.tracking import TrackedModel, TrackedQuerySet

__all__ = [
    "Absence",
    "Audience",
    "BoardMember",
    "Company",
    "Disclosure",
    "EditorialPolicy",
    "LedgerChain",
    "LedgerEntry",
    "Notice",
    "PolicyRule",
    "Product",
    "RiskTier",
    "Specialty",
    "StoredAnswer",
    "TrackedModel",
    "TrackedQuerySet",
    "User",
]

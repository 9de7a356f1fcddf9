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
from editorial.models.feeds import CalendarFeed
from editorial.models.ledger import LedgerChain, LedgerEntry
from editorial.models.mail import Delivery, MailChoice, Weekday
from editorial.models.notices import Notice
from editorial.models.people import User
from editorial.models.policy import Audience, ChecklistQuestion, EditorialPolicy, PolicyRule, RiskTier
from editorial.models.tracking import TrackedModel, TrackedQuerySet

__all__ = [
    "Absence",
    "Audience",
    "BoardMember",
    "CalendarFeed",
    "ChecklistQuestion",
    "Company",
    "Delivery",
    "Disclosure",
    "DisclosureStatement",
    "EditorialPolicy",
    "LedgerChain",
    "LedgerEntry",
    "MailChoice",
    "MemberPhoto",
    "Notice",
    "PolicyRule",
    "Product",
    "RiskTier",
    "Specialty",
    "StoredAnswer",
    "TrackedModel",
    "TrackedQuerySet",
    "User",
    "Weekday",
]

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
from editorial.models.ladder import Rung
from editorial.models.ledger import LedgerChain, LedgerEntry
from editorial.models.mail import Delivery, MailChoice, Weekday
from editorial.models.notices import DeliveryEvent, Notice
from editorial.models.people import SecondFactor, User
from editorial.models.policy import Audience, ChecklistQuestion, EditorialPolicy, PolicyRule, RiskTier
from editorial.models.runs import TaskRun
from editorial.models.tracking import TrackedModel, TrackedQuerySet
from editorial.models.unsent import Unsent
from editorial.models.webhooks import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, Message

__all__ = [
    "Absence",
    "Attempt",
    "Audience",
    "BoardMember",
    "CalendarFeed",
    "ChecklistQuestion",
    "Company",
    "Delivery",
    "DeliveryEvent",
    "Disclosure",
    "DisclosureStatement",
    "Dispatch",
    "EditorialPolicy",
    "Endpoint",
    "EndpointHealth",
    "EndpointSecret",
    "LedgerChain",
    "LedgerEntry",
    "MailChoice",
    "MemberPhoto",
    "Message",
    "Notice",
    "PolicyRule",
    "Product",
    "RiskTier",
    "Rung",
    "SecondFactor",
    "Specialty",
    "StoredAnswer",
    "TaskRun",
    "TrackedModel",
    "TrackedQuerySet",
    "Unsent",
    "User",
    "Weekday",
]

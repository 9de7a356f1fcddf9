from editorial.models.account_invitations import AccountInvitation, InvitationState
from editorial.models.account_sessions import AccountSession
from editorial.models.accounts import CacheEntry, User
from editorial.models.api_tokens import ApiToken, Scope
from editorial.models.autosave import Unsent
from editorial.models.board import (
    Absence,
    BoardMember,
    Company,
    Disclosure,
    DisclosureStatement,
    EndedTerm,
    MemberPhoto,
    Product,
    Specialty,
)
from editorial.models.calendar_feeds import CalendarFeed
from editorial.models.checklist import ChecklistQuestion
from editorial.models.field_history import TrackedModel, TrackedQuerySet
from editorial.models.idempotency import StoredAnswer
from editorial.models.ledger import LedgerChain, LedgerEntry
from editorial.models.mail_preferences import Delivery, MailChoice, Weekday
from editorial.models.mail_servers import MailServer
from editorial.models.notices import DeliveryEvent, Notice
from editorial.models.policy import Audience, EditorialPolicy, PolicyRule, RiskTier
from editorial.models.reminder_ladder import Rung
from editorial.models.sweep_failures import SweepFailure, SweepTask
from editorial.models.task_runs import TaskRun
from editorial.models.webhooks import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, Message

__all__ = [
    "Absence",
    "AccountInvitation",
    "AccountSession",
    "ApiToken",
    "Attempt",
    "Audience",
    "BoardMember",
    "CacheEntry",
    "CalendarFeed",
    "ChecklistQuestion",
    "Company",
    "Delivery",
    "DeliveryEvent",
    "Disclosure",
    "DisclosureStatement",
    "Dispatch",
    "EditorialPolicy",
    "EndedTerm",
    "Endpoint",
    "EndpointHealth",
    "EndpointSecret",
    "InvitationState",
    "LedgerChain",
    "LedgerEntry",
    "MailChoice",
    "MailServer",
    "MemberPhoto",
    "Message",
    "Notice",
    "PolicyRule",
    "Product",
    "RiskTier",
    "Rung",
    "Scope",
    "Specialty",
    "StoredAnswer",
    "SweepFailure",
    "SweepTask",
    "TaskRun",
    "TrackedModel",
    "TrackedQuerySet",
    "Unsent",
    "User",
    "Weekday",
]

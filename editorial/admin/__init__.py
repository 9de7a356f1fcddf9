"""The admin: base classes, and the pages of board, policy, accounts, ledger, notices and webhooks."""

from editorial.admin import (
    accounts,
    board,
    invitations,
    ledger_entries,
    mail_preferences,
    mail_queue,
    policy,
    sweep_failures,
    webhook_deliveries,
    webhooks,
)

__all__ = [
    "accounts",
    "board",
    "invitations",
    "ledger_entries",
    "mail_preferences",
    "mail_queue",
    "policy",
    "sweep_failures",
    "webhook_deliveries",
    "webhooks",
]

"""The admin: its ground, and the pages of board, policy, accounts, ledger, notices and webhooks."""

from editorial.admin import board, deliveries, mail, people, policy, post, record, webhooks

__all__ = ["board", "deliveries", "mail", "people", "policy", "post", "record", "webhooks"]

"""The admin: its ground, and the pages of board, policy, accounts, ledger and notices."""

from editorial.admin import board, people, policy, post, record

__all__ = ["board", "people", "policy", "post", "record"]

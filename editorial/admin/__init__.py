"""The admin: its ground, and the pages of board, policy, accounts, ledger and notices."""

from editorial.admin import board, mail, people, policy, post, record

__all__ = ["board", "mail", "people", "policy", "post", "record"]

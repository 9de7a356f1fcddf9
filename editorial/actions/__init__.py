"""The actions on board, policy and accounts: each saves with history and a ledger entry, in one transaction."""

from editorial.actions.accounts import change_password, keep_account, reset_password, send_password_link
from editorial.actions.addresses import ask_to_change_address, change_address
from editorial.actions.board import BoardRecord, keep_board_record, keep_portrait, remove_board_record, state_interests
from editorial.actions.calendar_feeds import renew_calendar, revoke_calendar
from editorial.actions.mail_preferences import keep_mail_choice
from editorial.actions.policy import PolicyRecord, draft_next_policy, keep_policy, publish_policy, remove_policy_row
from editorial.actions.terms import Term, keep_term

__all__ = [
    "BoardRecord",
    "PolicyRecord",
    "Term",
    "ask_to_change_address",
    "change_address",
    "change_password",
    "draft_next_policy",
    "keep_account",
    "keep_board_record",
    "keep_mail_choice",
    "keep_policy",
    "keep_portrait",
    "keep_term",
    "publish_policy",
    "remove_board_record",
    "remove_policy_row",
    "renew_calendar",
    "reset_password",
    "revoke_calendar",
    "send_password_link",
    "state_interests",
]

"""The actions on board, policy and accounts: each saves with history and a ledger entry, in one transaction."""

from editorial.actions.account_sessions import end_other_sessions, end_own_session, log_out_everywhere
from editorial.actions.accounts import change_password, keep_account, reset_password, send_password_link
from editorial.actions.addresses import ask_to_change_address, change_address
from editorial.actions.api_tokens import create_token, revoke_own_token, revoke_token
from editorial.actions.board import BoardRecord, keep_board_record, keep_portrait, remove_board_record, state_interests
from editorial.actions.calendar_feeds import renew_calendar, revoke_calendar
from editorial.actions.invitations import (
    accept_invitation,
    dismiss_first_steps,
    invite_person,
    renew_invitation,
    revoke_invitation,
)
from editorial.actions.mail_preferences import keep_mail_choice
from editorial.actions.orcid import connect_orcid, disconnect_orcid
from editorial.actions.policy import PolicyRecord, draft_next_policy, keep_policy, publish_policy, remove_policy_row
from editorial.actions.terms import Term, keep_term

__all__ = [
    "BoardRecord",
    "PolicyRecord",
    "Term",
    "accept_invitation",
    "ask_to_change_address",
    "change_address",
    "change_password",
    "connect_orcid",
    "create_token",
    "disconnect_orcid",
    "dismiss_first_steps",
    "draft_next_policy",
    "end_other_sessions",
    "end_own_session",
    "invite_person",
    "keep_account",
    "keep_board_record",
    "keep_mail_choice",
    "keep_policy",
    "keep_portrait",
    "keep_term",
    "log_out_everywhere",
    "publish_policy",
    "remove_board_record",
    "remove_policy_row",
    "renew_calendar",
    "renew_invitation",
    "reset_password",
    "revoke_calendar",
    "revoke_invitation",
    "revoke_own_token",
    "revoke_token",
    "send_password_link",
    "state_interests",
]

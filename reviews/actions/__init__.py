"""The actions of reviewing: the only code that changes reviews. Keyword-only, atomic, with ``by`` and ``now``."""

from reviews.actions.answer_links import answer_by_link, revoke_links
from reviews.actions.approvals import classify, mark_approvals, publish_policy, reinstate
from reviews.actions.autosaved import check_once, comment_once
from reviews.actions.bulk import do_to_many
from reviews.actions.checklist import answer_checklist
from reviews.actions.comments_and_verdicts import check_claim, comment, resolve
from reviews.actions.conflict_decisions import set_aside, waive
from reviews.actions.deadlines import extend, lapse, remind
from reviews.actions.invitations import accept, cancel, decline, invite, invite_best
from reviews.actions.lowerings import confirm_lowering, confirm_signature, propose_lowering, refuse_lowering
from reviews.actions.merging_accounts import merge_accounts
from reviews.actions.newcomers import invite_reviewer
from reviews.actions.objections import accept_changed_claim, accept_changed_passage, withdraw_verdict
from reviews.actions.proposals import take_over
from reviews.actions.recusals import recuse, withdraw_recusal
from reviews.actions.replies import answer
from reviews.actions.retractions import follow_retractions
from reviews.actions.rounds import decide_round, reject, request_changes, withdraw
from reviews.actions.rulings import rule
from reviews.actions.signatures import sign, withdraw_signature
from reviews.actions.unsigned_work import hand_over

__all__ = [
    "accept",
    "accept_changed_claim",
    "accept_changed_passage",
    "answer",
    "answer_by_link",
    "answer_checklist",
    "cancel",
    "check_claim",
    "check_once",
    "classify",
    "comment",
    "comment_once",
    "confirm_lowering",
    "confirm_signature",
    "decide_round",
    "decline",
    "do_to_many",
    "extend",
    "follow_retractions",
    "hand_over",
    "invite",
    "invite_best",
    "invite_reviewer",
    "lapse",
    "mark_approvals",
    "merge_accounts",
    "propose_lowering",
    "publish_policy",
    "recuse",
    "refuse_lowering",
    "reinstate",
    "reject",
    "remind",
    "request_changes",
    "resolve",
    "revoke_links",
    "rule",
    "set_aside",
    "sign",
    "take_over",
    "waive",
    "withdraw",
    "withdraw_recusal",
    "withdraw_signature",
    "withdraw_verdict",
]

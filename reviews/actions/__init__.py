"""The verbs of reviewing: the only code that changes reviews. Keyword-only, atomic, ``by`` and ``now`` required."""

from reviews.actions.answering import accept, decline, recuse
from reviews.actions.deadlines import extend, lapse, remind
from reviews.actions.desk import check_once, comment_once
from reviews.actions.inviting import cancel, invite, invite_best
from reviews.actions.linking import answer_by_link, revoke_links
from reviews.actions.many import do_to_many
from reviews.actions.questions import answer_checklist
from reviews.actions.replying import answer
from reviews.actions.retractions import follow_retractions
from reviews.actions.rounds import reject, request_changes, withdraw
from reviews.actions.ruling import rule
from reviews.actions.signing import sign, withdraw_signature
from reviews.actions.taking_over import take_over
from reviews.actions.working import check_claim, comment, resolve

__all__ = [
    "accept",
    "answer",
    "answer_by_link",
    "answer_checklist",
    "cancel",
    "check_claim",
    "check_once",
    "comment",
    "comment_once",
    "decline",
    "do_to_many",
    "extend",
    "follow_retractions",
    "invite",
    "invite_best",
    "lapse",
    "recuse",
    "reject",
    "remind",
    "request_changes",
    "resolve",
    "revoke_links",
    "rule",
    "sign",
    "take_over",
    "withdraw",
    "withdraw_signature",
]

"""Which buttons end an objection, and why a user cannot use them now."""

from editorial.models import User
from editorial.permissions import reads_the_record
from editorial.verbs.table import Verb
from reviews.desk.objections import open_objections
from reviews.lifecycle import State
from reviews.models import ClaimCheck, Comment
from reviews.permissions import cannot_resolve, cannot_rule, is_reviewer, open_review_of
from reviews.verbs.comments_and_verdicts import RESOLVE, RULE
from reviews.verbs.objections import ACCEPT_CLAIM, ACCEPT_PASSAGE, WITHDRAW


def resolving(user: User, comment: Comment) -> dict[str, str]:
    """Return the verbs resolve and accept, each with why ``user`` cannot use it on ``comment``; empty if they can."""
    ended = "The comment is resolved already." if comment.resolved_at else ""
    return {RESOLVE.name: ended or cannot_resolve(user, comment), **_accepting(user, comment, ACCEPT_PASSAGE)}


def ending(user: User, check: ClaimCheck) -> dict[str, str]:
    """Return the verbs withdraw, accept and rule that ``user`` has on a negative verdict, as ``resolving`` does."""
    if not check.is_negative:
        return {}
    ended = "The verdict was ruled on or withdrawn already." if check.ruling else ""
    offered = _accepting(user, check, ACCEPT_CLAIM)
    if is_reviewer(user, check.review):
        is_open = check.review.state == State.ACCEPTED
        at_work = "Your review is open: give another verdict at the desk." if is_open else ""
        offered[WITHDRAW.name] = ended or at_work
    if reads_the_record(user):
        offered[RULE.name] = ended or cannot_rule(user, check)
    return offered


def _accepting(user: User, source: Comment | ClaimCheck, verb: Verb) -> dict[str, str]:
    """Return ``verb``, which accepts a change, for a reviewer of a later version in which the objection is open."""
    review = open_review_of(user, source.review.version.article)
    if review is None or review.version_id == source.review.version_id:
        return {}
    objection = next((candidate for candidate in open_objections(review.version) if candidate.source == source), None)
    if objection is None:
        return {}
    return {verb.name: "Its words are unchanged in the version under review." if objection.stands else ""}

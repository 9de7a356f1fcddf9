"""Invitations to review: editors send and cancel them, members accept and decline them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from articles.actions.approval import require_reason
from articles.announcements import editors
from articles.lifecycle import ACTS, IN_REVIEW, Act, allow
from articles.lifecycle import Action as VersionAction
from articles.lifecycle import State as VersionState
from articles.models import Version
from articles.permissions import has_written
from articles.permissions import require_may as require_may_on_version
from articles.requirements import required, requirements
from articles.transitions import lock as lock_version
from articles.transitions import lock_for as lock_version_for
from articles.transitions import move as move_version
from editorial.accounts.persons import accounts_of
from editorial.exceptions import Conflict, Fault, InvalidTransition, Unacceptable
from editorial.models import BoardMember, EditorialPolicy, SweepTask, User
from editorial.permissions import require
from editorial.policy.requirements import Requirements
from editorial.record.canonical_json import JSONDict
from editorial.record.sweeps import sweep
from reviews.announcements import announce, announce_unsigned, confirm_acceptance
from reviews.desk.carried_over_verdicts import carry_over
from reviews.desk.unsigned_work import restore_unsigned_work
from reviews.invitations import answer_links
from reviews.lifecycle import Action, after
from reviews.models import Review
from reviews.permissions import require_may
from reviews.rounds.decision import decide_if_complete
from reviews.rounds.obstacles import (
    Interest,
    InterestKind,
    interests_of_person,
    interests_touching,
    nothing_to_waive,
    obstacles,
    own_waiver,
    require_one_seat,
    require_unhindered,
)
from reviews.rounds.reviewer_suggestions import choose_reviewers
from reviews.transitions import lock_for, move, record_in_ledger, save_with_history


@transaction.atomic
def invite(*, version_id: int, member_id: int, by: User, now: datetime, message: str = "", waiver: str = "") -> Review:
    """Invite a board member to review a submitted version. The policy sets the due dates of answer and review.

    ``waiver`` is the reason why the member may review despite a conflict of interest: a disclosed interest, a recusal,
    or a cited work of their own. The waiver stays on record. It covers the conflicts known now, not those found later.

    Raises NotPermitted, InvalidTransition, Conflict when the person already takes part in the round with any account,
    and Unacceptable when an obstacle prevents the member from reviewing this article.
    """
    version = lock_version_for(version_id, by=by)
    require_may_on_version(by, Act.INVITE, version.article)
    allow(version.state, Act.INVITE)
    member = _load_member(member_id)
    accounts = accounts_of([member.user_id])
    interests = interests_of_person(interests_touching(version, on=now.date()), sorted(accounts))
    if waiver.strip():
        refuse_waiver(member, interests, accounts=accounts, by=by)
    _refuse_obstacles(member, version, interests=[] if waiver.strip() else interests, now=now)
    _refuse_second_seat(member, version, accounts=accounts)
    waived = interests if waiver.strip() else []
    return _invite(version, member, waived=waived, message=message, waiver=waiver, by=by, now=now)


def _refuse_second_seat(member: BoardMember, version: Version, *, accounts: Collection[int]) -> None:
    """Raise Conflict if the person has a seat in the round, with any of their accounts."""
    seated = Review.objects.live().filter(version=version, member__user__in=accounts).select_related("member__user")
    if seat := seated.order_by("pk").first():
        other = f" with another account, {seat.member.user.username}" if seat.member_id != member.pk else ""
        raise Conflict(f"{member.user} takes part in this round already{other}.", code="already_invited")


@transaction.atomic
def invite_best(*, version_id: int, by: User, now: datetime, message: str = "") -> list[Review]:
    """Invite the smallest and best set of members with whom the round can satisfy the policy.

    Members who already take part are counted. Members with a remark, conflict or obstacle are not invited; an editor
    can invite them one by one.

    Raises NotPermitted, InvalidTransition, Conflict when enough members already take part, and Unacceptable when no
    member is available for a seat.
    """
    version = lock_version_for(version_id, by=by)
    require_may_on_version(by, Act.INVITE, version.article)
    allow(version.state, Act.INVITE)
    choice = choose_reviewers(version, requirements=required(version, at=now), at=now)
    if choice.lacking:
        raise Unacceptable(f"No member is available for {' and '.join(choice.lacking)}.", code="nobody_free")
    if not choice.chosen:
        raise Conflict("Enough members take part already.", code="enough_invited")
    return [_invite(version, candidate.member, message=message, by=by, now=now) for candidate in choice.chosen]


def fill_seats(version: Version, *, now: datetime, always: bool = False) -> list[Review]:
    """Invite available members for the seats that the round lacks, as the system, if the policy says so or ``always``.

    The caller holds the article's lock. Seats for which no member is available are left to the editors, who get a
    notice of every member that leaves.
    """
    rules = requirements(version, at=now)
    if rules is None or not (always or rules.policy.invites_by_itself):
        return []
    return list(_offer(version, requirements=rules, now=now).invited)


@dataclass(frozen=True)
class Offer:
    """Invitations for the seats that a round lacked, and the seats for which no member was available."""

    invited: Sequence[Review] = ()
    lacking: Sequence[str] = ()


def offer_seats(version: Version, *, now: datetime) -> Offer:
    """As ``fill_seats``, whatever the policy says. Returns also for which seats no member was available."""
    return _offer(version, requirements=required(version, at=now), now=now)


def _offer(version: Version, *, requirements: Requirements, now: datetime) -> Offer:
    if version.state not in ACTS[Act.INVITE]:
        return Offer()
    choice, system = choose_reviewers(version, requirements=requirements, at=now), User.objects.system()
    invited = [_invite(version, candidate.member, by=system, now=now) for candidate in choice.chosen]
    return Offer(invited, choice.lacking)


def fill_empty_seats(*, now: datetime) -> list[Review]:
    """As ``fill_seats``, for every version in review, the one that was submitted first first."""
    waiting = Version.objects.filter(state__in=IN_REVIEW).order_by("submitted_at", "pk").values_list("pk", flat=True)
    with sweep(SweepTask.FILL_SEATS, now=now) as run:
        invited = run.each(Version, list(waiting), lambda pk: fill_seats(lock_version(pk), now=now))
    return [review for reviews in invited for review in reviews]


def _invite(
    version: Version,
    member: BoardMember,
    *,
    by: User,
    now: datetime,
    message: str = "",
    waived: Sequence[Interest] = (),
    waiver: str = "",
) -> Review:
    policy = EditorialPolicy.objects.required(at=now)
    respond_by = now + timedelta(days=policy.days_to_respond)
    review = Review(
        version=version,
        member=member,
        message=message.strip(),
        invited_at=now,
        invited_by=by,
        respond_by=respond_by,
        due_at=respond_by + timedelta(days=policy.days_to_review),
        state_changed_at=now,
    )
    particulars = note_waiver(review, waived, reason=waiver.strip(), by=by) if waived else {"waiver": "", "waived": []}
    save_with_history(review, by=by, now=now, reason="invited")
    record_in_ledger(review, action="invite", by=by, now=now, respond_by=respond_by, **particulars)
    answer_links.issue_link(review, now=now)
    announce(review, "invitation", to=[member.user], by=by, now=now)
    return review


def _load_member(member_id: int) -> BoardMember:
    member = BoardMember.objects.select_related("user").filter(pk=member_id).first()
    if member is None:
        fault = Fault("/member", "unknown_member", f"There is no board member {member_id}.")
        raise Unacceptable("The invitation is invalid.", faults=(fault,))
    return member


def refuse_waiver(member: BoardMember, interests: Sequence[Interest], *, accounts: Collection[int], by: User) -> None:
    """Raise NotPermitted for an interest of one's own, and Unacceptable when there is nothing to waive."""
    refusal = own_waiver(accounts, by=by)
    require(not refusal, refusal)
    if detail := nothing_to_waive(member, interests):
        raise Unacceptable(detail, faults=(Fault("/waiver", "nothing_to_waive", detail),))


def note_waiver(review: Review, interests: Sequence[Interest], *, reason: str, by: User) -> JSONDict:
    """Set the waiver of ``interests`` on ``review`` without saving it. Returns the particulars for the ledger."""
    waived = {kind: [interest.source for interest in interests if interest.kind == kind] for kind in InterestKind}
    review.waived_interests = [*review.waived_interests, *waived[InterestKind.DISCLOSED]]
    review.waived_recusals = [*review.waived_recusals, *waived[InterestKind.RECUSED]]
    review.waived_works = [*review.waived_works, *waived[InterestKind.AUTHOR]]
    review.waiver = "\n\n".join(filter(None, [review.waiver, reason]))
    review.waived_by = by
    others = {"waived_recusals": waived[InterestKind.RECUSED], "waived_works": waived[InterestKind.AUTHOR]}
    return {"waiver": reason, "waived": waived[InterestKind.DISCLOSED], **others}


def _refuse_obstacles(member: BoardMember, version: Version, *, interests: Sequence[Interest], now: datetime) -> None:
    wrote = has_written(member.user, version.article)
    faults = tuple(obstacles(member, interests, wrote=wrote, on=now.date()))
    if faults:
        detail = " ".join(fault.detail for fault in faults)
        raise Unacceptable(detail, code=faults[0].code, faults=faults)


@transaction.atomic
def cancel(*, review_id: int, by: User, now: datetime, reason: str = "") -> Review:
    """Cancel an open review and notify the member. Objections in it still bind the article.

    Raises NotPermitted and InvalidTransition.
    """
    review = lock_for(review_id, by=by)
    move(review, Action.CANCEL, by=by, now=now, reason=reason.strip())
    announce(review, "review_cancelled", to=[review.member.user], by=by, now=now)
    announce_unsigned([review], now=now)
    decide_if_complete(review.version, approving=False, now=now)
    return review


@transaction.atomic
def accept(*, review_id: int, by: User, now: datetime, via: str = "") -> Review:
    """Accept the review. The policy sets its due date, counted from today. The first acceptance begins the review.

    Verdicts of earlier versions are carried over to claims that are the same. A member who returns to the round gets
    back their unsigned work.

    Raises NotPermitted, also because of a conflict of interest or an expired licence, InvalidTransition, and Conflict
    when the same person accepted with another account. ``via`` is recorded in the ledger: how the answer arrived, if
    not through the site or the API.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Action.ACCEPT, review)
    after(review.state, Action.ACCEPT)
    if review.version.state not in IN_REVIEW:
        raise InvalidTransition(f"The version is {review.version.get_state_display()}.")
    rules = required(review.version, at=now)
    require_unhindered(review, interests_touching(review.version, on=now.date()), policy=rules.policy, now=now)
    require_one_seat(review)
    review.accepted_at, review.due_at = now, now + timedelta(days=rules.policy.days_to_review)
    move(review, Action.ACCEPT, by=by, now=now, due_at=review.due_at, **_via_particulars(via))
    if review.version.state == VersionState.SUBMITTED:
        move_version(review.version, VersionAction.BEGIN_REVIEW, by=User.objects.system(), now=now)
    carry_over(review.version, requirements=rules, now=now)
    restore_unsigned_work(review, requirements=rules, now=now)
    announce(review, "review_accepted", to=editors(), by=by, now=now)
    confirm_acceptance(review, now=now)
    return review


@transaction.atomic
def decline(*, review_id: int, reason: str, by: User, now: datetime, via: str = "") -> Review:
    """Decline the review, before or after accepting it, with a reason for the editor.

    Raises NotPermitted and InvalidTransition. ``via`` is as in ``accept``.
    """
    review = lock_for(review_id, by=by)
    require_reason(reason)
    move(review, Action.DECLINE, by=by, now=now, reason=reason.strip(), **_via_particulars(via))
    follow_departure(review, by=by, now=now)
    return review


def follow_departure(review: Review, *, by: User, now: datetime) -> None:
    """After a reviewer left a round: notify editors, end the round if no other review is pending, and fill the seat."""
    announce(review, "review_declined", to=editors(), by=by, now=now)
    announce_unsigned([review], now=now)
    decide_if_complete(review.version, approving=False, now=now)
    fill_seats(review.version, now=now)


def _via_particulars(via: str) -> dict[str, str]:
    return {"via": via} if via else {}

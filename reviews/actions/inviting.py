"""The editor's side of a review: inviting a member, and calling it off."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from articles.lifecycle import ACTS, Act, allow
from articles.models import Version
from articles.permissions import has_written
from articles.permissions import require_may as require_may_on_version
from articles.transitions import lock as lock_version
from articles.transitions import lock_for as lock_version_for
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import BoardMember, EditorialPolicy, User
from reviews import answer_links
from reviews.announcements import announce
from reviews.choosing import choose
from reviews.consolidation import consolidate
from reviews.lifecycle import Action
from reviews.models import Review
from reviews.permissions import conflicts, obstacles
from reviews.transitions import lock_for, move, record, tell


@transaction.atomic
def invite(*, version_id: int, member_id: int, by: User, now: datetime, message: str = "", waiver: str = "") -> Review:
    """Invite a board member to review a submitted version; answer and review are due as the policy says.

    ``waiver`` is the reason why the interests that the member disclosed do not stand in the way; it stays on record
    and covers those interests, none that is disclosed later.
    Raises NotPermitted, InvalidTransition, Conflict when the member takes part already, and Unacceptable when
    something keeps the member from reviewing this article.
    """
    version = lock_version_for(version_id, by=by)
    require_may_on_version(by, Act.INVITE, version.article)
    allow(version.state, Act.INVITE)
    member = _member(member_id)
    waived = _waived(member, version, waiver=waiver, now=now)
    _refuse_obstacles(member, version, waived=waived, now=now)
    if Review.objects.live().filter(version=version, member=member).exists():
        raise Conflict(f"{member.user} takes part in this round already.", code="already_invited")
    return _invite(version, member, waived=waived, message=message, waiver=waiver, by=by, now=now)


@transaction.atomic
def invite_best(*, version_id: int, by: User, now: datetime, message: str = "") -> list[Review]:
    """Invite the fewest and best members that let the round satisfy the policy, beside those who take part already.

    Nobody is invited against whom anything speaks; such members are for the editor to invite one by one.
    Raises NotPermitted, InvalidTransition, Conflict when enough take part already, and Unacceptable when some seat
    finds nobody.
    """
    version = lock_version_for(version_id, by=by)
    require_may_on_version(by, Act.INVITE, version.article)
    allow(version.state, Act.INVITE)
    choice = choose(version, policy=EditorialPolicy.objects.required(at=now), at=now)
    if choice.lacking:
        raise Unacceptable(f"Nobody is free for {' and '.join(choice.lacking)}.", code="nobody_free")
    if not choice.chosen:
        raise Conflict("Enough members take part already.", code="enough_invited")
    return [_invite(version, one.member, message=message, by=by, now=now) for one in choice.chosen]


def fill_seats(version: Version, *, now: datetime, always: bool = False) -> list[Review]:
    """Invite, as the system, whom the round lacks and who is free, ``always`` or if the policy invites by itself.

    The caller holds the article's lock. What nobody is free for is left to the editors, who are told of every
    member that leaves.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None or not (always or policy.invites_by_itself) or version.state not in ACTS[Act.INVITE]:
        return []
    choice, system = choose(version, policy=policy, at=now), User.objects.system()
    return [_invite(version, one.member, by=system, now=now) for one in choice.chosen]


@transaction.atomic
def fill_seats_of(*, version_id: int, now: datetime) -> list[Review]:
    """As ``fill_seats``, for a version by its id."""
    return fill_seats(lock_version(version_id), now=now)


def _invite(
    version: Version,
    member: BoardMember,
    *,
    by: User,
    now: datetime,
    message: str = "",
    waived: Sequence[int] = (),
    waiver: str = "",
) -> Review:
    policy = EditorialPolicy.objects.required(at=now)
    respond_by = now + timedelta(days=policy.days_to_respond)
    review = Review(
        version=version,
        member=member,
        message=message.strip(),
        waiver=waiver.strip(),
        waived_interests=list(waived),
        waived_by=by if waived else None,
        invited_at=now,
        invited_by=by,
        respond_by=respond_by,
        due_at=respond_by + timedelta(days=policy.days_to_review),
        state_changed_at=now,
    )
    record(review, by=by, now=now, reason="invited")
    tell(review, action="invite", by=by, now=now, respond_by=respond_by, waiver=review.waiver, waived=list(waived))
    answer_links.issue(review, now=now)
    announce(review, "invitation", to=[member.user], by=by, now=now)
    return review


def _member(member_id: int) -> BoardMember:
    member = BoardMember.objects.select_related("user").filter(pk=member_id).first()
    if member is None:
        fault = Fault("/member", "unknown_member", f"There is no board member {member_id}.")
        raise Unacceptable("Nobody can be invited like this.", faults=(fault,))
    return member


def _waived(member: BoardMember, version: Version, *, waiver: str, now: datetime) -> list[int]:
    """Ids of the interests that ``waiver`` is about; raises Unacceptable when there is nothing to waive."""
    if not waiver.strip():
        return []
    touching = conflicts(member, version.article, on=now.date())
    if not touching:
        fault = Fault("/waiver", "nothing_to_waive", f"{member.user} disclosed no interest that touches this article.")
        raise Unacceptable(fault.detail, faults=(fault,))
    return [disclosure.pk for disclosure in touching]


def _refuse_obstacles(member: BoardMember, version: Version, *, waived: Collection[int], now: datetime) -> None:
    wrote = has_written(member.user, version.article)
    faults = tuple(obstacles(member, version.article, wrote=wrote, on=now.date(), waived=waived))
    if faults:
        detail = " ".join(fault.detail for fault in faults)
        raise Unacceptable(detail, code=faults[0].code, faults=faults)


@transaction.atomic
def cancel(*, review_id: int, by: User, now: datetime, reason: str = "") -> Review:
    """Call an open review off; the member is told."""
    review = lock_for(review_id, by=by)
    move(review, Action.CANCEL, by=by, now=now, reason=reason.strip())
    announce(review, "review_cancelled", to=[review.member.user], by=by, now=now)
    consolidate(review.version, now=now)
    return review

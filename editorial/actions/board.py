"""Actions on the board: its members, their absences and interests, and their portraits."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from editorial.accounts.access import end_access_of_changed_term
from editorial.board.ended_terms import note_ended_term
from editorial.board.interests import answer_faults
from editorial.board.photos import portrait
from editorial.exceptions import NotFound, Unacceptable
from editorial.models import Absence, BoardMember, Disclosure, DisclosureStatement, MemberPhoto, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_editor, require
from editorial.record import ledger
from editorial.record.canonical_json import sha256_hex, timestamp
from editorial.record.field_values import append_values

BoardRecord = BoardMember | Absence | Disclosure


@transaction.atomic
def keep_board_record(*, record: BoardRecord, by: User, now: datetime, reason: str = "") -> BoardRecord:
    """Save a new or changed member, absence or disclosure. A term that begins or ends today ends the member's access.

    An ORCID iD that is typed anew is not authenticated, see ``connect_orcid``.

    Raises NotPermitted unless ``by`` is an editor, or the record is one's own absence or disclosure.
    """
    require(_keeps(by, record), "Only editors change the board; members change their own absences and interests.")
    added = record.pk is None
    before = None
    if isinstance(record, BoardMember):
        before = BoardMember.objects.select_for_update(no_key=True).filter(pk=record.pk).first()
        record.orcid_authenticated_at = _authenticated_at(before, orcid=record.orcid)
    record.record(by=by, now=now, reason=reason)
    append_values(record, verb="added" if added else "changed", by=by, now=now, reason=reason)
    if isinstance(record, BoardMember):
        end_access_of_changed_term(member=record, before=before, by=by, now=now)
        note_ended_term(record, now=now)
    return record


@transaction.atomic
def remove_board_record(*, record: Absence, by: User, now: datetime, reason: str = "") -> None:
    """Remove an absence. Members and disclosures are ended, never removed.

    Raises NotPermitted unless ``by`` is an editor or the member.
    """
    require(_keeps(by, record), "Only editors change the board; members change their own absences and interests.")
    append_values(record, verb="removed", by=by, now=now, reason=reason)
    record.remove(by=by, now=now, reason=reason)


def _authenticated_at(before: BoardMember | None, *, orcid: str) -> datetime | None:
    """Return when the owner of the seat authenticated ``orcid``; only ``connect_orcid`` stores it."""
    return before.orcid_authenticated_at if before and before.orcid == orcid else None


def _keeps(user: User, record: BoardRecord) -> bool:
    own = not isinstance(record, BoardMember) and record.member.user_id == user.pk and user.is_active
    return is_editor(user) or own


@transaction.atomic
def state_interests(*, member_id: int, answers: Mapping[str, str], by: User, now: datetime) -> DisclosureStatement:
    """Record a member's statement of interests: for every item of ``interests.ITEMS`` "none" or a description.

    The statement also stores the ids of the disclosures that the member holds that day. Raises NotPermitted unless
    ``by`` is the member, and Unacceptable with a fault for each item without an answer.
    """
    member = lock_member(member_id)
    require(by.is_active and member.user_id == by.pk, "Only members themselves state their interests.")
    if faults := answer_faults(answers):
        raise Unacceptable("Every item needs an answer.", faults=faults)
    disclosures = Disclosure.objects.filter(member=member).held(on=now.date()).order_by("pk")
    stripped_answers = {item: answer.strip() for item, answer in answers.items()}
    interests = list(disclosures.values_list("pk", flat=True))
    statement = DisclosureStatement.objects.create(
        member=member, answers=stripped_answers, interests=interests, stated_at=now
    )
    payload = {"record": f"boardmember:{member.pk}", "statement": statement.pk, "interests": interests}
    payload["hash"] = sha256_hex(
        ["imprimatur-statement/1", statement.pk, member.pk, stripped_answers, interests, timestamp(now)]
    )
    ledger.append(chain=BOARD_CHAIN, action="interests_stated", by=by, now=now, payload=payload)
    return statement


@transaction.atomic
def keep_portrait(*, member_id: int, picture: bytes, by: User, now: datetime) -> MemberPhoto:
    """Save a member's portrait, made from ``picture``; it replaces the former one.

    Raises NotPermitted unless ``by`` is the member or an editor, and Unacceptable for a file that is no picture or too
    large.
    """
    member = lock_member(member_id)
    own = by.is_active and member.user_id == by.pk
    require(is_editor(by) or own, "Only editors and the member can change a portrait.")
    jpeg = portrait(picture)
    defaults = {"jpeg": jpeg, "sha256": hashlib.sha256(jpeg).hexdigest(), "uploaded_at": now}
    photo, _ = MemberPhoto.objects.update_or_create(member=member, defaults=defaults)
    payload = {"record": f"boardmember:{member.pk}", "portrait": photo.sha256}
    ledger.append(chain=BOARD_CHAIN, action="portrait_changed", by=by, now=now, payload=payload)
    return photo


def lock_member(member_id: int) -> BoardMember:
    """Return the member, locked until the transaction ends. Raises NotFound when there is none."""
    members = BoardMember.objects.select_related("user").select_for_update(no_key=True, of=("self",))
    if member := members.filter(pk=member_id).first():
        return member
    raise NotFound("There is no such member.")

"""The verbs of board and policy. Each saves with history and tells the ledger, in one transaction."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from editorial import feeds, ledger
from editorial.canonical import sha256_hex, timestamp
from editorial.exceptions import Conflict, Fault, InvalidTransition, OutOfSight, Unacceptable
from editorial.interests import unanswered
from editorial.ladder import rungs_of
from editorial.models import (
    Absence,
    Audience,
    BoardMember,
    CalendarFeed,
    ChecklistQuestion,
    Company,
    Disclosure,
    DisclosureStatement,
    EditorialPolicy,
    MailChoice,
    MemberPhoto,
    PolicyRule,
    Product,
    RiskTier,
    Rung,
    Specialty,
    TrackedModel,
    User,
)
from editorial.models.ledger import BOARD_CHAIN, POLICY_CHAIN
from editorial.permissions import is_administrator, is_editor, require
from editorial.portraits import portrait

BoardRecord = BoardMember | Absence | Disclosure
Term = Specialty | Company | Product | Audience
"""What the house speaks of: other records name these."""

PolicyRecord = EditorialPolicy | PolicyRule | ChecklistQuestion | Rung


@transaction.atomic
def keep_board_record(*, record: BoardRecord, by: User, now: datetime, reason: str = "") -> BoardRecord:
    """Save a new or changed member, absence or disclosure. Editors keep them; members their own.

    Raises NotPermitted for anybody else.
    """
    require(_keeps(by, record), "Only editors keep the board; members keep their own absences and interests.")
    added = record.pk is None
    record.record(by=by, now=now, reason=reason)
    _tell_board(record, verb="added" if added else "changed", by=by, now=now, reason=reason)
    return record


@transaction.atomic
def remove_board_record(*, record: Absence, by: User, now: datetime, reason: str = "") -> None:
    """Take back an absence. Members and disclosures are ended, never removed."""
    require(_keeps(by, record), "Only editors keep the board; members keep their own absences and interests.")
    _tell_board(record, verb="removed", by=by, now=now, reason=reason)
    record.remove(by=by, now=now, reason=reason)


def _keeps(user: User, record: BoardRecord) -> bool:
    own = not isinstance(record, BoardMember) and record.member.user_id == user.pk and user.is_active
    return is_editor(user) or own


@transaction.atomic
def state_interests(*, member_id: int, answers: Mapping[str, str], by: User, now: datetime) -> DisclosureStatement:
    """A member's word on every item of ``interests.ITEMS``: "none", or which interest. It names what they disclosed.

    Raises NotPermitted for anybody but the member, and Unacceptable with a fault for each item left out.
    """
    member = _member(member_id)
    require(by.is_active and member.user_id == by.pk, "Only members themselves state their interests.")
    if faults := unanswered(answers):
        raise Unacceptable("Every item wants an answer.", faults=faults)
    held = Disclosure.objects.filter(member=member).held(on=now.date()).order_by("pk")
    said = {item: answer.strip() for item, answer in answers.items()}
    interests = list(held.values_list("pk", flat=True))
    statement = DisclosureStatement.objects.create(member=member, answers=said, interests=interests, stated_at=now)
    payload = {"record": f"boardmember:{member.pk}", "statement": statement.pk, "interests": interests}
    payload["hash"] = sha256_hex(["imprimatur-statement/1", statement.pk, member.pk, said, interests, timestamp(now)])
    ledger.append(chain=BOARD_CHAIN, action="interests_stated", by=by, now=now, payload=payload)
    return statement


@transaction.atomic
def keep_portrait(*, member_id: int, picture: bytes, by: User, now: datetime) -> MemberPhoto:
    """Take a member's portrait, made anew from ``picture``; it replaces the one before. The member's own, or an editor.

    Raises NotPermitted, and Unacceptable for what is no picture or too large a one.
    """
    member = _member(member_id)
    own = by.is_active and member.user_id == by.pk
    require(is_editor(by) or own, "Only editors and the member keep a portrait.")
    jpeg = portrait(picture)
    made = {"jpeg": jpeg, "sha256": hashlib.sha256(jpeg).hexdigest(), "uploaded_at": now}
    photo, _ = MemberPhoto.objects.update_or_create(member=member, defaults=made)
    payload = {"record": f"boardmember:{member.pk}", "portrait": photo.sha256}
    ledger.append(chain=BOARD_CHAIN, action="portrait_changed", by=by, now=now, payload=payload)
    return photo


@transaction.atomic
def renew_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Give a member's calendar an address, or a new one: the one before finds nothing any more.

    Raises NotPermitted for anybody but the member.
    """
    member = _member(member_id)
    require(_is_oneself(by, member), "Only members themselves have the address of their calendar.")
    feed = feeds.give(member, now=now)
    _tell_calendar(feed, verb="renewed", by=by, now=now)
    return feed


@transaction.atomic
def revoke_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Let nobody find a member's calendar any more. The member's own, or an editor (else NotPermitted).

    Raises Conflict when it has no address.
    """
    member = _member(member_id)
    require(is_editor(by) or _is_oneself(by, member), "Only editors and the member turn a calendar off.")
    feed = CalendarFeed.objects.filter(member=member, revoked_at=None).first()
    if feed is None:
        raise Conflict("The calendar has no address.", code="no_calendar")
    feed.revoked_at = now
    feed.save()
    _tell_calendar(feed, verb="revoked", by=by, now=now)
    return feed


def _tell_calendar(feed: CalendarFeed, *, verb: str, by: User, now: datetime) -> None:
    payload = {"record": f"boardmember:{feed.member_id}", "serial": feed.serial}
    ledger.append(chain=BOARD_CHAIN, action=f"calendar_{verb}", by=by, now=now, payload=payload)


def _is_oneself(user: User, member: BoardMember) -> bool:
    return user.is_active and member.user_id == user.pk


def _member(member_id: int) -> BoardMember:
    member = BoardMember.objects.select_related("user").select_for_update(no_key=True, of=("self",))
    if found := member.filter(pk=member_id).first():
        return found
    raise OutOfSight("There is no such member.")


@transaction.atomic
def keep_term(*, term: Term, by: User, now: datetime, reason: str = "") -> Term:
    """Save a new or changed specialty, company, product or audience. Editors only (NotPermitted)."""
    require(is_editor(by), "Only editors keep specialties, companies, products and audiences.")
    added = term.pk is None
    term.record(by=by, now=now, reason=reason)
    _tell_board(term, verb="added" if added else "changed", by=by, now=now, reason=reason)
    return term


def _tell_board(record: BoardRecord | Term, *, verb: str, by: User, now: datetime, reason: str) -> None:
    name = record._meta.model_name
    payload: dict[str, Any] = {"record": f"{name}:{record.pk}", "values": values(record), "reason": reason}
    ledger.append(chain=BOARD_CHAIN, action=f"{name}_{verb}", by=by, now=now, payload=payload)


def values(record: TrackedModel) -> dict[str, Any]:
    """The field values of ``record`` as JSON values: what the ledger keeps of it."""
    return {field.attname: _plain(field.value_from_object(record)) for field in record._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return value if isinstance(value, str | int | bool | list | None) else str(value)


@transaction.atomic
def keep_policy(*, record: PolicyRecord, by: User, now: datetime, reason: str = "") -> PolicyRecord:
    """Save a policy, or a rule, question or rung of one, that is not published yet.

    Raises NotPermitted unless ``by`` is an editor, and InvalidTransition when it was published meanwhile.
    """
    _lock_draft(record.pk if isinstance(record, EditorialPolicy) else record.policy_id, by=by)
    return record.record(by=by, now=now, reason=reason)


@transaction.atomic
def remove_policy_row(*, row: ChecklistQuestion | Rung, by: User, now: datetime, reason: str = "") -> None:
    """Take a question or a rung off a policy that is not published yet. Refuses as ``keep_policy`` does."""
    _lock_draft(row.policy_id, by=by)
    row.remove(by=by, now=now, reason=reason)


def _lock_draft(policy_id: int, *, by: User) -> None:
    require(is_editor(by), "Only editors write the policy.")
    policy = EditorialPolicy.objects.select_for_update(no_key=True).get(pk=policy_id)
    if policy.is_published:
        raise InvalidTransition(f"{policy} is published; a change is a new version.")


@transaction.atomic
def publish_policy(*, policy_id: int, by: User, now: datetime) -> EditorialPolicy:
    """Put a drafted policy in force from ``now`` and freeze it with its rules, questions and ladder.

    Raises NotPermitted unless ``by`` is an editor, InvalidTransition when it is published already and
    Unacceptable when a risk tier has no rule.
    """
    require(is_editor(by), "Only editors publish the policy.")
    policy = EditorialPolicy.objects.select_for_update(no_key=True).get(pk=policy_id)
    if policy.is_published:
        raise InvalidTransition(f"{policy} is in force already; a change is a new version.")
    _refuse_missing_tiers(policy)
    policy.in_force_from, policy.published_by = now, by
    policy.record(by=by, now=now, reason="published")
    rules = [values(rule) for rule in policy.rules.in_order()]
    questions = [values(question) for question in policy.questions.in_order()]
    rungs = [values(rung) for rung in policy.rungs.in_order()]
    payload = {"policy": policy.number, "values": values(policy)}
    payload |= {"rules": rules, "questions": questions, "rungs": rungs}
    ledger.append(chain=POLICY_CHAIN, action="publish_policy", by=by, now=now, payload=payload)
    return policy


def _refuse_missing_tiers(policy: EditorialPolicy) -> None:
    ruled = {rule.risk for rule in policy.rules.all()}
    faults = tuple(
        Fault(f"/rules/{tier}", "missing", f"The policy has no rule for {tier.label.lower()} risk.")
        for tier in RiskTier
        if tier not in ruled
    )
    if faults:
        raise Unacceptable("A policy needs a rule for every risk tier.", faults=faults)


@transaction.atomic
def draft_next_policy(*, by: User, now: datetime) -> EditorialPolicy:
    """A new, unpublished policy: the latest one, its rules, questions and ladder, copied, with the next number.

    The first one begins with the ladder of ``editorial.ladder``.

    Raises NotPermitted unless ``by`` is an editor, and InvalidTransition while an unpublished one exists.
    """
    require(is_editor(by), "Only editors write the policy.")
    if unpublished := EditorialPolicy.objects.filter(in_force_from=None).first():
        raise InvalidTransition(f"Version {unpublished.number} is being written already.")
    highest = EditorialPolicy.objects.aggregate(highest=Max("number"))["highest"] or 0
    latest = EditorialPolicy.objects.filter(number=highest).prefetch_related("rules").first()
    policy = latest or EditorialPolicy(title="Editorial policy")
    parts: list[Any] = _parts(latest) if latest else [*rungs_of(policy)]
    policy.pk, policy.number, policy.in_force_from, policy.published_by = None, highest + 1, None, None
    policy._state.adding = True
    policy.record(by=by, now=now, reason="new version")
    for part in parts:
        part.pk, part.policy_id = None, policy.pk
        part._state.adding = True
        part.record(by=by, now=now, reason="new version")
    return policy


def _parts(policy: EditorialPolicy) -> list[Any]:
    return [*policy.rules.all(), *policy.questions.in_order(), *policy.rungs.in_order()]


@transaction.atomic
def keep_account(*, account: User, by: User, now: datetime, reason: str = "") -> User:
    """Save an account. Administrators only (403): roles are theirs to give."""
    require(is_administrator(by), "Only administrators keep accounts.")
    return account.record(by=by, now=now, reason=reason)


@transaction.atomic
def change_password(*, account: User, password: str, by: User, now: datetime) -> User:
    """Set a password that was found strong enough. One's own, or as an administrator anybody's (else NotPermitted)."""
    require(by == account or is_administrator(by), "Only administrators set the password of somebody else.")
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    account.set_password(password)
    return account.record(by=by, now=now, reason="password changed")


@transaction.atomic
def keep_mail_choice(*, choice: MailChoice, by: User, now: datetime) -> MailChoice:
    """Save how somebody wants their mail: their own choice (else NotPermitted).

    Raises Conflict when a first choice was made already, in another tab, say.
    """
    require(by.is_active and choice.user_id == by.pk, "Everybody chooses for their own mail only.")
    if choice.pk is None and MailChoice.objects.filter(user=by).exists():
        raise Conflict("You have chosen already; change that choice.", code="chosen_already")
    return choice.record(by=by, now=now)

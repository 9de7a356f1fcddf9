"""Comparing reviews, signatures, rulings and carried-over verdicts with the ledger."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from editorial.models import LedgerEntry
from editorial.record.canonical_json import timestamp
from editorial.record.ledger import Break
from reviews.desk.carried_over_verdicts import ACTION as CARRY_OVER
from reviews.lifecycle import State
from reviews.models import (
    AcceptedChange,
    ApprovalMark,
    CarriedCheck,
    ClaimCheck,
    Lowering,
    Recusal,
    Review,
    Ruling,
    Signature,
    SignatureConfirmation,
    SignatureSetAside,
    SignatureWithdrawal,
)
from reviews.models.accepted_changes import accepted_change_hash
from reviews.models.comments_and_verdicts import carried_hash, ruling_hash, verdicts_hash
from reviews.models.lowerings import lowering_hash
from reviews.models.signatures import set_aside_hash, signature_hash

SIGN, WITHDRAW = "review.sign", "review.withdraw_signature"
RULE, WITHDRAW_VERDICT, ACCEPT = "review.rule", "review.withdraw_verdict", "review.accept_change"
SET_ASIDE, RECUSE, WITHDRAW_RECUSAL = "review.set_aside", "review.recuse", "review.withdraw_recusal"
WAIVERS = ("review.invite", "review.waive")
WAIVED = {"waived": "waived_interests", "waived_recusals": "waived_recusals", "waived_works": "waived_works"}
"""Names of waived records: in the ledger, and as fields of a review."""


def find_breaks() -> Iterator[Break]:
    """Yield every difference between the ledger and what was signed, ruled or carried over."""
    yield from _written_once("signature", Signature, actions=(SIGN,), hashed=signature_hash)
    yield from _written_once("ruling", Ruling, actions=(RULE, WITHDRAW_VERDICT), hashed=ruling_hash)
    yield from _written_once("accepted_change", AcceptedChange, actions=(ACCEPT,), hashed=accepted_change_hash)
    yield from _written_once("lowering", Lowering, actions=("propose_lowering",), hashed=lowering_hash)
    yield from _written_once("set_aside", SignatureSetAside, actions=(SET_ASIDE,), hashed=set_aside_hash)
    yield from _lowerings()
    yield from _confirmations()
    yield from _marks()
    yield from _withdrawals()
    yield from _recusals()
    yield from _withdrawn_recusals()
    yield from _waivers()
    yield from _verdicts()
    yield from _carried()
    yield from _states()


def _entries_by_id(actions: Sequence[str], noun: str) -> dict[int, LedgerEntry]:
    """Return the ledger entry about each ``noun`` by its id; the first one if there are several."""
    entries = LedgerEntry.objects.filter(action__in=actions).order_by("-chain", "-sequence")
    return {entry.payload[noun]: entry for entry in entries}


def _written_once(
    noun: str, model: type[Any], *, actions: Sequence[str], hashed: Callable[[Any], str]
) -> Iterator[Break]:
    """Yield rows of ``model`` that are unknown to the ledger, differ from their entry, or are missing."""
    entries, rows = _entries_by_id(actions, noun), model.objects.in_bulk()
    for identity, row in sorted(rows.items()):
        entry = entries.get(identity)
        if entry is None:
            yield Break(f"{noun}:{identity}", 0, f"the ledger does not know this {noun}")
        elif entry.payload[f"{noun}_hash"] != hashed(row):
            yield Break(entry.chain_id, entry.sequence, f"{noun} {identity} is not the one that was given")
    for identity in sorted(entries.keys() - rows.keys()):
        yield Break(entries[identity].chain_id, entries[identity].sequence, f"{noun} {identity} is missing")


def _lowerings() -> Iterator[Break]:
    """Yield lowerings whose decision differs from the ledger."""
    entries = _entries_by_id(["decide_lowering"], "lowering")
    for row in Lowering.objects.order_by("pk"):
        entry = entries.get(row.pk)
        if entry and (entry.payload["outcome"], entry.at, entry.actor_id) != (
            row.outcome,
            row.decided_at,
            row.decided_by_id,
        ):
            yield Break(entry.chain_id, entry.sequence, f"lowering {row.pk} was decided otherwise")
        if entry is None and row.outcome:
            yield Break(f"lowering:{row.pk}", 0, "the ledger does not know of its decision")


def _confirmations() -> Iterator[Break]:
    """Yield signatures whose confirmations differ from the ledger."""
    requests = LedgerEntry.objects.filter(action="review.ask_confirmation").order_by("chain", "sequence")
    confirmations = LedgerEntry.objects.filter(action="review.confirm_signature").order_by("chain", "sequence")
    expected: dict[tuple[int, int], datetime | None] = {
        (entry.payload["signature"], entry.payload["lowering"]): None for entry in requests
    }
    for entry in confirmations:
        expected |= {(entry.payload["signature"], lowering): entry.at for lowering in entry.payload["lowerings"]}
    rows = {(row.signature_id, row.lowering_id): row.confirmed_at for row in SignatureConfirmation.objects.all()}
    for pair in sorted(expected.keys() | rows.keys()):
        if pair not in expected or pair not in rows or expected[pair] != rows[pair]:
            yield Break(f"signature:{pair[0]}", 0, "it is not confirmed as the ledger says")


def _marks() -> Iterator[Break]:
    """Yield approval marks that differ from the ledger."""
    entries, rows = _entries_by_id(["mark_approval"], "mark"), ApprovalMark.objects.select_related("policy").in_bulk()
    for identity in sorted(entries.keys() | rows.keys()):
        entry, row = entries.get(identity), rows.get(identity)
        expected = entry and [entry.payload[name] for name in ("version_id", "policy", "risk", "missing", "treatment")]
        if expected != (row and [row.version_id, row.policy.number, row.risk, row.missing, row.treatment]):
            yield Break(f"mark:{identity}", entry.sequence if entry else 0, "it is not as the ledger says")


def _withdrawals() -> Iterator[Break]:
    entries = _entries_by_id([WITHDRAW], "signature")
    withdrawals = {row.signature_id: row for row in SignatureWithdrawal.objects.all()}
    for identity, row in sorted(withdrawals.items()):
        entry = entries.get(identity)
        if entry is None:
            yield Break(f"signature:{identity}", 0, "the ledger does not know of its withdrawal")
        elif (row.reason, timestamp(row.withdrawn_at)) != (entry.payload["reason"], timestamp(entry.at)):
            yield Break(entry.chain_id, entry.sequence, f"the withdrawal of signature {identity} was changed")
    for identity in sorted(entries.keys() - withdrawals.keys()):
        entry = entries[identity]
        yield Break(entry.chain_id, entry.sequence, f"the withdrawal of signature {identity} is missing")


def _recusals() -> Iterator[Break]:
    """Yield recusals that differ from the ledger, found by review. Older entries have no product and company."""
    entries, rows = _entries_by_id([RECUSE], "review"), {row.review_id: row for row in Recusal.objects.all()}
    for review, row in sorted(rows.items()):
        entry = entries.get(review)
        if entry is None:
            yield Break(f"recusal:{row.pk}", 0, "the ledger does not know this recusal")
        elif not _matches(row, entry):
            yield Break(entry.chain_id, entry.sequence, f"recusal {row.pk} is not the one that was declared")
    for review in sorted(entries.keys() - rows.keys()):
        yield Break(entries[review].chain_id, entries[review].sequence, f"the recusal of review {review} is missing")


def _matches(row: Recusal, entry: LedgerEntry) -> bool:
    """Whether ``entry`` has the same content as the recusal ``row``."""
    fields, payload = (row.reason, row.product_id, row.company_id, timestamp(row.declared_at)), entry.payload
    return fields == (payload["reason"], payload.get("product"), payload.get("company"), timestamp(entry.at))


def _withdrawn_recusals() -> Iterator[Break]:
    entries = _entries_by_id([WITHDRAW_RECUSAL], "recusal")
    for row in Recusal.objects.order_by("pk"):
        entry = entries.get(row.pk)
        ended = (row.withdrawn_because, timestamp(row.withdrawn_at)) if row.withdrawn_at else None
        if ended != ((entry.payload["reason"], timestamp(entry.at)) if entry else None):
            chain, sequence = (entry.chain_id, entry.sequence) if entry else (f"recusal:{row.pk}", 0)
            yield Break(chain, sequence, f"the end of recusal {row.pk} is not as the ledger says")


def _waivers() -> Iterator[Break]:
    """Yield reviews whose waived interests differ from the ledger."""
    expected: dict[int, list[list[int]]] = defaultdict(lambda: [[], [], []])
    last: dict[int, LedgerEntry] = {}
    for entry in LedgerEntry.objects.filter(action__in=WAIVERS).order_by("chain", "sequence"):
        last[entry.payload["review"]] = entry
        for ids, name in zip(expected[entry.payload["review"]], WAIVED, strict=True):
            ids += entry.payload.get(name, [])
    for review in Review.objects.order_by("pk").iterator():
        if [getattr(review, name) for name in WAIVED.values()] != expected[review.pk]:
            last_entry = last.get(review.pk)
            chain, sequence = (last_entry.chain_id, last_entry.sequence) if last_entry else (review.subject, 0)
            yield Break(chain, sequence, f"in review {review.pk} other interests are waived than the ledger says")


def _verdicts() -> Iterator[Break]:
    """Yield signed reviews whose verdicts differ from those signed. Older ledger entries have no hash of verdicts."""
    by_review: dict[int, list[ClaimCheck]] = defaultdict(list)
    for check in ClaimCheck.objects.signed().order_by("pk").iterator():
        by_review[check.review_id].append(check)
    signings = LedgerEntry.objects.filter(action=SIGN, payload__has_key="verdicts_hash")
    last = {entry.payload["review"]: entry for entry in signings.order_by("chain", "sequence")}
    signed = set(Review.objects.filter(state=State.SIGNED).values_list("pk", flat=True))
    for review, entry in sorted(last.items()):
        if review in signed and entry.payload["verdicts_hash"] != verdicts_hash(by_review[review]):
            yield Break(entry.chain_id, entry.sequence, f"review {review} has other verdicts than were signed")


def _carried() -> Iterator[Break]:
    """Yield groups of carried-over verdicts that differ from the ledger. A version and time has one entry."""
    groups: dict[tuple[int, str], list[CarriedCheck]] = defaultdict(list)
    for row in CarriedCheck.objects.select_related("claim__rendition").order_by("pk").iterator():
        groups[row.claim.rendition.version_id, timestamp(row.carried_at)].append(row)
    for entry in LedgerEntry.objects.filter(action=CARRY_OVER).order_by("chain", "sequence"):
        rows = groups.pop((entry.payload["version_id"], timestamp(entry.at)), [])
        if carried_hash(rows) != entry.payload["carried_hash"]:
            number = entry.payload["version"]
            reason = f"verdicts carried over to version {number} are not those that were"
            yield Break(entry.chain_id, entry.sequence, reason)
    for version_id, moment in sorted(groups):
        yield Break(f"version:{version_id}", 0, f"the ledger does not know of verdicts carried over at {moment}")


def _states() -> Iterator[Break]:
    """Yield reviews whose state differs from the last ledger entry."""
    entries = LedgerEntry.objects.filter(action__startswith="review.", payload__has_key="after")
    last = {entry.payload["review"]: entry for entry in entries.order_by("chain", "sequence")}
    for review in Review.objects.order_by("pk").iterator():
        entry = last.get(review.pk)
        state = entry.payload["after"] if entry else State.INVITED.value
        if review.state != state:
            chain, sequence = (entry.chain_id, entry.sequence) if entry else (f"review:{review.pk}", 0)
            yield Break(chain, sequence, f"review {review.pk} is {review.state}, the ledger says {state}")

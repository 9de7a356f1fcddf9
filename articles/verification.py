"""Comparing versions with the ledger: what was submitted, what was approved, and their current states."""

from collections.abc import Iterator

from articles.actions.approval import SHORTEN
from articles.lifecycle import Action, State
from articles.models import Article, Version
from articles.models.versions import EVER_APPROVED
from articles.text.digest import FIRST_EVIDENCE_FORMAT, digest, evidence
from editorial.models import LedgerEntry
from editorial.record.canonical_json import timestamp
from editorial.record.ledger import Break

Entries = list[LedgerEntry]

STRIKE = "strike_reviewer"
"""The ledger's name for the event that a reviewer is no longer named."""


def version_breaks() -> Iterator[Break]:
    """Return every difference between a version and its entries in the ledger."""
    for article in Article.objects.order_by("pk").iterator():
        entries = list(LedgerEntry.objects.filter(chain=article.chain).order_by("sequence"))
        yield from _missing(article, entries)
        for version in article.versions.select_related("article", "policy", "opened_policy").order_by("number"):
            yield from breaks_of(version, [entry for entry in entries if entry.payload.get("version_id") == version.pk])


def _missing(article: Article, entries: Entries) -> Iterator[Break]:
    present = set(article.versions.values_list("pk", flat=True))
    first_entries = {entry.payload["version_id"]: entry for entry in reversed(entries) if "version_id" in entry.payload}
    for version_id in sorted(first_entries.keys() - present):
        yield Break(
            article.chain, first_entries[version_id].sequence, f"version {version_id}, which it speaks of, is missing"
        )


def breaks_of(version: Version, entries: Entries) -> Iterator[Break]:
    """Return the differences between ``version`` and ``entries``, its ledger entries in order."""
    moves = [entry for entry in entries if "after" in entry.payload and not entry.action.startswith("review.")]
    state = moves[-1].payload["after"] if moves else State.DRAFT.value
    sequence = moves[-1].sequence if moves else 0
    if version.state != state:
        yield _break(version, sequence, f"is {version.state}, the ledger says {state}")
    if version.state != State.DRAFT:
        yield from _submission(version, [entry for entry in moves if entry.action == Action.SUBMIT])
    yield from _tiers(version, [entry for entry in entries if "tiers" in entry.payload])
    if version.state in EVER_APPROVED:
        ends = [entry for entry in entries if entry.action in (Action.APPROVE, SHORTEN)]
        struck = [entry for entry in entries if entry.action == STRIKE]
        approvals = [entry for entry in moves if entry.action == Action.APPROVE]
        yield from _approval(version, approvals, ends, struck=struck)


def _submission(version: Version, entries: Entries) -> Iterator[Break]:
    if not entries:
        yield _break(version, 0, "was never submitted according to the ledger")
        return
    payload, sequence = entries[0].payload, entries[0].sequence
    if digest(version) != version.digest:
        yield _break(version, sequence, "has other content than its digest says")
    if payload["digest"] != version.digest:
        yield _break(version, sequence, "has another digest than was submitted")
    if payload["evidence"] not in (evidence(version), evidence(version, form=FIRST_EVIDENCE_FORMAT)):
        yield _break(version, sequence, "has other cited records or claims than were submitted")


def _tiers(version: Version, entries: Entries) -> Iterator[Break]:
    """The version's tiers must be those of its submission, or of the last classification since.

    Ledger entries from before versions had tiers do not name any.
    """
    if entries and entries[-1].payload["tiers"] != version.tiers:
        yield _break(version, entries[-1].sequence, "is judged by the rules of other tiers than the ledger says")
    opened = version.opened_policy.number if version.opened_policy else None
    if entries and entries[0].action == Action.SUBMIT and entries[0].payload["policy"] != opened:
        yield _break(version, entries[0].sequence, "was submitted under another policy than the ledger says")


def _approval(version: Version, entries: Entries, ends: Entries, *, struck: Entries) -> Iterator[Break]:
    """Compare an approval with its entries.

    ``ends`` are the entries with an end of the approval; the last one counts. ``struck`` are the entries after which a
    reviewer, whose signature was set aside, is no longer named.
    """
    if not entries:
        yield _break(version, 0, "was never approved according to the ledger")
        return
    recorded, sequence = {**entries[0].payload, "valid_until": ends[-1].payload["valid_until"]}, entries[0].sequence
    for entry in struck:
        recorded["reviewed_by"], sequence = entry.payload["reviewed_by"], entry.sequence
    present = {
        "policy": version.policy.number if version.policy else None,
        "valid_until": timestamp(version.valid_until) if version.valid_until else None,
        "reviewed_by": version.reviewed_by,
    }
    for name, value in present.items():
        if recorded[name] != value:
            yield _break(version, sequence, f"has another {name} than was approved")
    if version.approved_at != entries[0].at:
        yield _break(version, sequence, "has another moment of approval than the ledger")


def _break(version: Version, sequence: int, reason: str) -> Break:
    return Break(version.article.chain, sequence, f"version {version.number} {reason}")

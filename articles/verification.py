"""Holding versions against the ledger: what was submitted, what was approved, and which state each is in."""

from collections.abc import Iterator

from articles.digest import digest, evidence
from articles.lifecycle import Action, State
from articles.models import Article, Version
from articles.models.version import EVER_APPROVED
from editorial.canonical import timestamp
from editorial.ledger import Break
from editorial.models import LedgerEntry

Entries = list[LedgerEntry]


def breaks() -> Iterator[Break]:
    """Everything in which a version differs from what the ledger was told about it."""
    for article in Article.objects.order_by("pk").iterator():
        entries = list(LedgerEntry.objects.filter(chain=article.chain).order_by("sequence"))
        yield from _missing(article, entries)
        for version in article.versions.select_related("article", "policy").order_by("number"):
            yield from breaks_of(version, [entry for entry in entries if entry.payload.get("version_id") == version.pk])


def _missing(article: Article, entries: Entries) -> Iterator[Break]:
    present = set(article.versions.values_list("pk", flat=True))
    told = {entry.payload["version_id"]: entry for entry in reversed(entries) if "version_id" in entry.payload}
    for version_id in sorted(told.keys() - present):
        yield Break(article.chain, told[version_id].sequence, f"version {version_id}, which it speaks of, is missing")


def breaks_of(version: Version, entries: Entries) -> Iterator[Break]:
    """Where ``version`` differs from ``entries``, those of the ledger about it in their order."""
    moves = [entry for entry in entries if "after" in entry.payload and not entry.action.startswith("review.")]
    state = moves[-1].payload["after"] if moves else State.DRAFT.value
    sequence = moves[-1].sequence if moves else 0
    if version.state != state:
        yield _break(version, sequence, f"is {version.state}, the ledger says {state}")
    if version.state != State.DRAFT:
        yield from _submission(version, [entry for entry in moves if entry.action == Action.SUBMIT])
    if version.state in EVER_APPROVED:
        yield from _approval(version, [entry for entry in moves if entry.action == Action.APPROVE])


def _submission(version: Version, entries: Entries) -> Iterator[Break]:
    if not entries:
        yield _break(version, 0, "was never submitted according to the ledger")
        return
    told, sequence = entries[0].payload, entries[0].sequence
    if digest(version) != version.digest:
        yield _break(version, sequence, "has other content than its digest says")
    if told["digest"] != version.digest:
        yield _break(version, sequence, "has another digest than was submitted")
    if told["evidence"] != evidence(version):
        yield _break(version, sequence, "has other cited records or claims than were submitted")


def _approval(version: Version, entries: Entries) -> Iterator[Break]:
    if not entries:
        yield _break(version, 0, "was never approved according to the ledger")
        return
    told, sequence = entries[0].payload, entries[0].sequence
    present = {
        "policy": version.policy.number if version.policy else None,
        "valid_until": timestamp(version.valid_until) if version.valid_until else None,
        "reviewed_by": version.reviewed_by,
    }
    for name, value in present.items():
        if told[name] != value:
            yield _break(version, sequence, f"has another {name} than was approved")
    if version.approved_at != entries[0].at:
        yield _break(version, sequence, "has another moment of approval than the ledger")


def _break(version: Version, sequence: int, reason: str) -> Break:
    return Break(version.article.chain, sequence, f"version {version.number} {reason}")

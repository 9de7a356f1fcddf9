"""Merging two accounts of one person, with the effects on rounds and approvals."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from articles import actions as articles
from articles.announcements import editors
from articles.lifecycle import State as VersionState
from articles.models import Article, Version
from editorial.accounts import merging
from editorial.accounts.persons import accounts_of
from editorial.mail import notices
from editorial.models import User
from editorial.permissions import is_editor
from reviews.actions.leaving import hand_on, handed_on_lines
from reviews.models import HandedOn, Review, Signature
from reviews.rounds.decision import printed_signer, still_satisfies
from reviews.transitions import lock

ONE_PERSON = "Two signatures turned out to be of one person; the others alone do not satisfy our editorial policy."
"""The reason that readers see."""


@dataclass(frozen=True)
class Consequences:
    """The effects of merging: reviews that end, and versions that both accounts have signed."""

    ends: Sequence[Review]
    signed_twice: Sequence[Version]

    @property
    def approved(self) -> list[Version]:
        """The versions whose approval is suspended unless the other signatures satisfy the policy."""
        return [version for version in self.signed_twice if version.state == VersionState.APPROVED]


def consequences(duplicate: User, account: User | None) -> Consequences:
    """Return the effects of merging ``duplicate`` into ``account``; without ``account``, those known so far."""
    rows = Review.objects.of(duplicate).open().select_related("version__article", "member__user").order_by("pk")
    accounts = accounts_of([duplicate.pk, account.pk] if account else [duplicate.pk])
    return Consequences(list(rows), list(_signed_twice(accounts)))


def _signed_twice(accounts: Collection[int]) -> dict[Version, list[Signature]]:
    """Return the versions with more than one standing signature of these accounts, with all but the earliest."""
    over = Signature.objects.standing().filter(signer__in=accounts, digest=F("review__version__digest"))
    rows = over.select_related("review__version__article")
    by_version: dict[Version, list[Signature]] = defaultdict(list)
    for signature in rows.order_by("review__version__article", "review__version", "signed_at", "pk"):
        by_version[signature.review.version].append(signature)
    return {version: signatures[1:] for version, signatures in by_version.items() if len(signatures) > 1}


@transaction.atomic
def merge_accounts(*, duplicate_id: int, account_id: int, reason: str, by: User, now: datetime) -> User:
    """Close an account in favour of another one of the same person. Returns the remaining account.

    The duplicate can no longer log in, its board seat ends, and its open reviews are handed on. Its past actions keep
    its name and count as the same person's. Where both signed, only the earlier signature counts, and an approval that
    needed both is suspended. Editors are notified.

    Raises NotPermitted, Unacceptable and Conflict, see ``editorial.accounts.merging``.
    """
    duplicate, account = merging.close_duplicate(
        duplicate_id=duplicate_id, account_id=account_id, reason=reason, by=by, now=now
    )
    _lock_articles(duplicate)
    system, effects = User.objects.system(), consequences(duplicate, account)
    handed_on = [hand_on(lock(review.pk), now=now) for review in effects.ends]
    twice = _signed_twice(accounts_of([duplicate.pk]))
    suspended = [version for version, later in twice.items() if _recount(version, later, system=system, now=now)]
    _notify(handed_on, suspended, duplicate=duplicate, account=account, reason=reason.strip(), by=by, now=now)
    return account


def _notify(
    handed_on: Sequence[HandedOn],
    suspended: Sequence[Version],
    *,
    duplicate: User,
    account: User,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    """Notify the editors and the owner. Only editors read who was invited to which round."""
    lines = handed_on_lines(handed_on)
    context = {
        "duplicate": duplicate.username,
        "account": account.username,
        "person": str(account),
        "by": str(by),
        "reason": reason,
        "suspended": [str(version) for version in suspended],
        "path": reverse("admin:editorial_boardmember_changelist"),
    }
    own = [{"version": line["version"], "outcome": "", "objections": 0} for line in lines]
    for user in [user for user in dict.fromkeys([*editors(), account]) if user != by]:
        notices.owe(
            kind="accounts_merged",
            recipients=[user],
            subject=f"user:{duplicate.pk}",
            occasion="merged",
            context={**context, "lines": lines if is_editor(user) else own},
            now=now,
        )
    HandedOn.objects.filter(pk__in=[row.pk for row in handed_on]).update(notified_at=now)


def _lock_articles(duplicate: User) -> None:
    """Lock every article that the duplicate reviews or reviewed, so that no signature decides a round meanwhile."""
    reviewed = Review.objects.of(duplicate).live().values("version__article")
    list(Article.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=reviewed).order_by("pk").only("pk"))


def _recount(version: Version, later: Sequence[Signature], *, system: User, now: datetime) -> bool:
    """Remove the ``later`` signatures of the person from ``version``. Returns whether its approval was suspended."""
    version = Version.objects.select_related("article", "policy").get(pk=version.pk)
    is_lost = version.state == VersionState.APPROVED and not still_satisfies(version, now=now)
    if is_lost:
        version = articles.suspend(version_id=version.pk, reason=ONE_PERSON, by=system, now=now)
    for name in map(printed_signer, later):
        if name in (version.reviewed_by or []):
            articles.strike_reviewer(version, name, by=system, now=now)
    return is_lost

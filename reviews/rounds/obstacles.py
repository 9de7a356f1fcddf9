"""What prevents a member from reviewing an article, or their signature from counting.

Office and licence are checked on invitation, acceptance and signing: a signature stays valid when a licence expires
later. Conflicts of interest are checked again at every decision. PostgreSQL has the same rule
(``imprimatur_obstructed``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices

from articles.library.authors import citations_by_orcid, citations_with_works, numbers_by_author_name
from articles.models import Version
from editorial.board.interests import statement_faults
from editorial.exceptions import Conflict, Fault, NotPermitted
from editorial.models import BoardMember, Disclosure, EditorialPolicy
from editorial.permissions import AnyUser
from reviews.lifecycle import OPEN, State
from reviews.models import Recusal, Review


class InterestKind(TextChoices):
    """Kinds of interest. The values are the error codes of refusals."""

    DISCLOSED = "conflict_of_interest"
    RECUSED = "recused"
    AUTHOR = "author_of_cited_work"


@dataclass(frozen=True)
class Interest:
    """A relation of the owner of ``account`` to an article. ``source`` is the id of the record about it.

    ``words`` follow the member's name in a sentence.
    """

    kind: InterestKind
    source: int
    account: int
    words: str


InterestsByAccount = Mapping[int, list[Interest]]
"""Interests that touch an article, by account."""


def interests_touching(version: Version, *, on: date) -> InterestsByAccount:
    """Return all interests that touch ``version`` or its article on that day, waived or not. Four queries at most."""
    by_account: dict[int, list[Interest]] = {}
    for interest in [*_disclosed_interests(version, on=on), *_recusals(version), *_authored_works(version)]:
        by_account.setdefault(interest.account, []).append(interest)
    return by_account


def _disclosed_interests(version: Version, *, on: date) -> Iterator[Interest]:
    disclosures = Disclosure.objects.held(on=on).filter(company__in=version.article.companies())
    for row in disclosures.select_related("company", "product", "member").order_by("pk"):
        words = f"disclosed an interest that touches this article: {row.nature}, {row.product or row.company}"
        yield Interest(InterestKind.DISCLOSED, row.pk, row.member.user_id, words)


def _recusals(version: Version) -> Iterator[Interest]:
    rows = Recusal.objects.in_force().touching(version.article)
    for row in rows.select_related("member", "article", "product", "company").order_by("pk"):
        words = f"stepped back from {row.about} because of a conflict: {row.reason}"
        yield Interest(InterestKind.RECUSED, row.pk, row.member.user_id, words)


def _authored_works(version: Version) -> Iterator[Interest]:
    works = list(citations_by_orcid(citations_with_works(version)))
    orcids = {orcid for orcid, _ in works}
    authors = BoardMember.objects.filter(orcid__in=orcids).order_by("pk")  # no query where there are no iDs
    for account, own in authors.values_list("user", "orcid"):
        for citation in (citation for orcid, citation in works if orcid == own):
            words = f"is an author of reference {citation.number}, by ORCID iD"
            yield Interest(InterestKind.AUTHOR, citation.reference_id, account, words)


def interests_of_person(interests: InterestsByAccount, accounts: Iterable[int]) -> list[Interest]:
    """Return the ``interests`` of a person, with any of their ``accounts``."""
    return [interest for account in accounts for interest in interests.get(account, ())]


def waived_records(review: Review) -> Mapping[InterestKind, list[int]]:
    """Return the ids of the records that editors waived in ``review``, by kind."""
    return {
        InterestKind.DISCLOSED: review.waived_interests,
        InterestKind.RECUSED: review.waived_recusals,
        InterestKind.AUTHOR: review.waived_works,
    }


def unwaived_interests(review: Review, interests: InterestsByAccount) -> list[Interest]:
    """Return the member's interests, with any account of theirs, that no editor waived in ``review``."""
    covered = waived_records(review)
    return [
        interest
        for interest in interests_of_person(interests, review.accounts)
        if interest.source not in covered[interest.kind]
    ]


def conflicts(review: Review, interests: InterestsByAccount) -> list[str]:
    """Return why a signature in ``review`` does not count at a decision; empty if it counts.

    The text follows the member's name in a sentence. The review comes from ``reviews.transitions``.
    """
    return ["wrote in this article"] * review.wrote + [
        interest.words for interest in unwaived_interests(review, interests)
    ]


def remarks(review: Review) -> list[str]:
    """Return what member and editors should consider, but what prevents nothing. One query."""
    user = review.member.user
    numbers = numbers_by_author_name(citations_with_works(review.version), first=user.first_name, last=user.last_name)
    return [f"{user} {possible_author_words(numbers)}. If so, step back or ask the editor."] if numbers else []


def possible_author_words(numbers: Sequence[int]) -> str:
    """Return the remark about a member with the same name as an author of cited works."""
    works = ", ".join(map(str, numbers))
    return f"may be an author of reference {works}: family name and initial are the same"


def obstacles(member: BoardMember, interests: Iterable[Interest], *, wrote: bool, on: date) -> Iterator[Fault]:
    """Yield everything that prevents ``member`` from reviewing on that day.

    ``wrote`` says whether they have written in the article; ``interests`` are those that are not waived.
    """
    if not member.is_in_office(on=on):
        yield Fault("/member", "not_in_office", f"{member.user} is not in office.")
    if not member.is_licensed(on=on):
        yield Fault("/member", "no_licence", f"No valid licence of {member.user} is on record.")
    if wrote:
        yield Fault("/member", "own_article", f"{member.user} wrote in this article and cannot review it.")
    for interest in interests:
        yield Fault("/member", interest.kind.value, f"{member.user} {interest.words.rstrip('.')}.")


def hindrances(review: Review, interests: InterestsByAccount, *, policy: EditorialPolicy, now: datetime) -> list[Fault]:
    """Return everything that prevents the reviewer from accepting or signing now.

    These are all obstacles, and a missing or outdated statement of interests. An invitation needs no statement: it
    reminds the member of the form. The review comes from ``reviews.transitions``.
    """
    obstructed = obstacles(review.member, unwaived_interests(review, interests), wrote=review.wrote, on=now.date())
    return [*obstructed, *statement_faults(review.member, stated_at=review.stated_at, policy=policy, now=now)]


def require_unhindered(
    review: Review, interests: InterestsByAccount, *, policy: EditorialPolicy, now: datetime
) -> None:
    """Raise NotPermitted (403) if any of the ``hindrances`` applies."""
    if faults := hindrances(review, interests, policy=policy, now=now):
        detail = " ".join(fault.detail for fault in faults)
        raise NotPermitted(detail, code=faults[0].code, faults=tuple(faults))


SEATED = {State.INVITED: (State.ACCEPTED, State.SIGNED), State.ACCEPTED: (State.SIGNED,)}
"""By the state of a review: states of the person's review with another account that block it."""


def require_one_seat(review: Review) -> None:
    """Raise Conflict if the person has the seat with another account, see ``seat_elsewhere``."""
    if fault := seat_elsewhere(review):
        raise Conflict(fault.detail, code=fault.code)


def seat_elsewhere(review: Review) -> Fault | None:
    """Return a fault if the person has the seat with another account. One query if they have several accounts.

    Accounts may be found to belong to one person after both were invited. The first that accepts has the seat. The
    review comes from ``reviews.transitions``.
    """
    if len(review.accounts) == 1 or review.state not in SEATED:
        return None
    others = Review.objects.filter(version=review.version_id, member__user__in=review.accounts).exclude(pk=review.pk)
    seated = others.filter(state__in=SEATED[State(review.state)]).select_related("member__user").order_by("pk").first()
    if seated is None:
        return None
    username = seated.member.user.username
    if review.state == State.INVITED:
        detail = f"You take part in this round already with another account, {username}."
        return Fault("/member", "already_invited", detail)
    detail = f"You have signed in this round already with another account, {username}; one person signs once."
    return Fault("/member", "signed_already", detail)


def cannot_sign(review: Review, *, on: date) -> str:
    """Return why the seat of an open review is empty in effect; empty if it is not.

    It agrees with ``Review.objects.unable``. For many reviews, load them ``with_conflicts`` to avoid a query each.
    """
    if review.state not in OPEN:
        return ""
    if why := review.member.cannot_sign(on=on):
        return why
    read = review if hasattr(review, "is_obstructed") else Review.objects.with_conflicts(on=on).get(pk=review.pk)
    return "conflict of interest" if read.is_obstructed else ""


def cannot_remind(review: Review, *, on: date) -> str:
    """Return why a reminder to the member of an open review is useless; empty if it is useful."""
    user = review.member.user
    if why := cannot_sign(review, on=on):
        return f"{user} cannot sign: {why}. Cancel the review, or resolve this."
    return "" if user.email else f"{user} has no address to send a mail to."


def own_waiver(accounts: Collection[int], *, by: AnyUser) -> str:
    """Return why ``by`` may not waive interests of the person with ``accounts``; empty if they may."""
    return "You cannot waive your own interest; another editor decides about it." if by.pk in accounts else ""


def nothing_to_waive(member: BoardMember, interests: Sequence[Interest]) -> str:
    """Return why there is nothing to waive; empty if there is something."""
    return "" if interests else f"Nothing that has to be waived binds {member.user} to this article."

"""Whom to invite: what speaks for and against each board member, and the best set of reviewers for a round."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Max, Q

from articles.library.authors import citations_with_works, numbers_by_author_name
from articles.models import Article, Authorship, Rendition, Version
from editorial.accounts.persons import Accounts, Person, accounts_of
from editorial.models import Absence, BoardMember, DisclosureStatement, EditorialPolicy
from editorial.policy.requirements import Requirements
from reviews.lifecycle import LIVE, OPEN, State
from reviews.models import Review
from reviews.rounds.obstacles import interests_of_person, interests_touching, possible_author_words


class Median(Aggregate):
    """The median, computed by PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class ReviewerCandidate:
    """A member in office who takes no part in the round yet.

    ``against`` says what prevents an invitation. ``interests`` prevent it too unless an editor waives them.
    ``answered`` is the result of an earlier invitation to this version. ``has_stated`` says whether their statement of
    interests is recent enough. ``may_have_written`` has the numbers of works with an author of their name.
    """

    member: BoardMember
    matching: tuple[str, ...]
    open_reviews: int
    to_sign: timedelta | None
    last_invited: datetime | None
    away_until: date | None
    answered: str
    interests: tuple[str, ...]
    against: tuple[str, ...]
    has_stated: bool
    may_have_written: tuple[int, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether nothing speaks against inviting them without an editor's decision."""
        return not (self.remarks or self.interests or self.against)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an editor should know before inviting them."""
        remarks = []
        if self.open_reviews >= self.member.capacity:
            remarks.append("no capacity left")
        if self.away_until:
            remarks.append(f"away until {self.away_until:%-d %B}")
        if not self.has_stated:
            remarks.append("has to renew their statement of interests before accepting")
        if self.may_have_written:
            remarks.append(possible_author_words(self.may_have_written))
        if self.answered:
            remarks.append(f"was invited to this version before: {self.answered}")
        return tuple(remarks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What decides between candidates: specialty, load, pace, and the last invitation."""
        reasons = [", ".join(self.matching) or "no matching specialty"]
        reasons.append(f"{self.open_reviews} of {self.member.capacity} reviews open")
        if self.to_sign is not None:
            reasons.append(f"signs in {self.to_sign / timedelta(days=1):.0f} days (median)")
        reasons.append(f"last invited {self.last_invited:%-d %B %Y}" if self.last_invited else "never invited yet")
        return tuple(reasons)

    @property
    def words(self) -> str:
        hindrances = [*self.against, *(f"unless waived: {interest}" for interest in self.interests)]
        hindered = f" (cannot be invited: {'; '.join(hindrances)})" if hindrances else ""
        return f"{self.member}: {'; '.join([*self.reasons, *self.remarks])}{hindered}"


@dataclass(frozen=True)
class Choice:
    """Whom to invite so that a round can satisfy the policy, and for which seats nobody was found."""

    chosen: tuple[ReviewerCandidate, ...]
    lacking: tuple[str, ...]


def candidates(version: Version, *, at: datetime) -> list[ReviewerCandidate]:
    """Return all members in office who take no part yet, best first. Fifteen queries, however many they are."""
    article, on = version.article, at.date()
    interests, works, away, pace, stated = (
        interests_touching(version, on=on),
        citations_with_works(version),
        _absence_ends(on),
        _median_times(),
        _members_with_statement(at),
    )
    wrote, answers, seats = _accounts_of_writers(article), _earlier_answers(version), _accounts_in_round(version)
    unsorted = [
        ReviewerCandidate(
            member,
            matching=tuple(code for code in member.specialties if code in article.specialties),
            open_reviews=member.open_reviews,  # type: ignore[attr-defined]
            to_sign=pace.get(member.pk),
            last_invited=member.last_invited,  # type: ignore[attr-defined]
            away_until=away.get(member.pk),
            answered=answers.get(member.pk, ""),
            interests=tuple(interest.words for interest in interests_of_person(interests, member.accounts)),  # type: ignore[attr-defined]
            against=tuple(_exclusions(member, wrote, seats, on=on)),
            has_stated=member.pk in stated,
            may_have_written=tuple(
                numbers_by_author_name(works, first=member.user.first_name, last=member.user.last_name)
            ),
        )
        for member in _available_members(version, on=on)
    ]
    return sorted(unsorted, key=_sort_key)


def _sort_key(candidate: ReviewerCandidate) -> tuple[object, ...]:
    """Sort by who can be invited, then by specialty, load, pace, and the longest time since an invitation."""
    member, last_invited = candidate.member, candidate.last_invited
    return (
        bool(candidate.against or candidate.interests),
        not candidate.is_free,
        -len(candidate.matching),
        candidate.open_reviews / max(member.capacity, 1),
        candidate.to_sign or timedelta.max,
        last_invited.timestamp() if last_invited else 0,
        member.pk,
    )


def choose_reviewers(version: Version, *, requirements: Requirements, at: datetime) -> Choice:
    """Return the fewest and best members with whom the round can satisfy ``requirements``, beside those who take part.

    Only members without anything against them are chosen. Required specialties come first. A member who has not signed
    and no longer can does not count.
    """
    seated = list(_members_in_round(version, on=at.date()))
    uncovered = set(requirements.required_specialties) - {code for member in seated for code in member.specialties}
    free = _one_per_person(candidate for candidate in candidates(version, at=at) if candidate.is_free)
    chosen: list[ReviewerCandidate] = []
    while best := _most_covering(free, uncovered):
        chosen.append(best)
        free.remove(best)
        uncovered -= set(best.member.specialties)
    seats = max(requirements.quorum - len(seated) - len(chosen), 0)
    chosen += free[:seats]
    return Choice(tuple(chosen), tuple(_lacking(uncovered, seats - len(free[:seats]))))


def _members_in_round(version: Version, *, on: date) -> Iterable[BoardMember]:
    """Return the members with a seat, once for each person, without those whose signature was set aside."""
    seats = Review.objects.seated(on=on).filter(version=version).exclude(signatures__set_aside__isnull=False)
    rows = seats.select_related("member").annotate(person=Person("member__user")).order_by("-pk")
    return {review.person: review.member for review in rows}.values()


def _one_per_person(candidates: Iterable[ReviewerCandidate]) -> list[ReviewerCandidate]:
    """Return the best candidate of each person."""
    persons = {candidate.member.accounts[0]: candidate for candidate in reversed([*candidates])}  # type: ignore[attr-defined]
    return list(persons.values())[::-1]


def _most_covering(free: Sequence[ReviewerCandidate], uncovered: set[str]) -> ReviewerCandidate | None:
    covering = [candidate for candidate in free if uncovered & set(candidate.member.specialties)]
    return max(covering, key=lambda candidate: len(uncovered & set(candidate.member.specialties)), default=None)


def _lacking(uncovered: set[str], seats: int) -> Iterator[str]:
    yield from (f"a member from {code}" for code in sorted(uncovered))
    if seats > 0:
        yield f"{seats} more member{'s' if seats > 1 else ''}"


# --- what is known of everybody, a query each -----------------------------------------------------------------------


def _available_members(version: Version, *, on: date) -> Iterator[BoardMember]:
    taking_part = Review.objects.filter(version=version, state__in=LIVE).values("member")
    members = BoardMember.objects.in_office(on=on).exclude(pk__in=taking_part).select_related("user")
    yield from members.annotate(
        open_reviews=Count("reviews", filter=Q(reviews__state__in=OPEN)),
        last_invited=Max("reviews__invited_at"),
        accounts=Accounts("user"),
    ).order_by("pk")


def _exclusions(member: BoardMember, wrote: set[int], seats: set[int], *, on: date) -> Iterator[str]:
    if member.user_id in seats:
        yield "takes part in this round already with another account"
    if member.user_id in wrote:
        yield "wrote in this article"
    if not member.is_licensed(on=on):
        yield "no valid licence on record"


def _accounts_in_round(version: Version) -> set[int]:
    """Return every account of the persons who take part."""
    live = Review.objects.live().filter(version=version)
    return accounts_of(set(live.values_list("member__user", flat=True)))


def _members_with_statement(at: datetime) -> set[int]:
    """Return the members whose statement of interests is recent enough at that moment."""
    policy = EditorialPolicy.objects.published(at=at).first()
    days = policy.disclosures_last_days if policy else 0
    lasting = DisclosureStatement.objects.filter(stated_at__gt=at - timedelta(days=days))
    return set(lasting.values_list("member", flat=True))


def _absence_ends(on: date) -> dict[int, date]:
    days = Absence.objects.filter(first_day__lte=on, last_day__gte=on).order_by("last_day")
    return dict(days.values_list("member", "last_day"))


def _median_times() -> dict[int, timedelta]:
    """Return the median time from invitation to signature, by member."""
    taken = Median(F("state_changed_at") - F("invited_at"), output_field=DurationField())
    signed = Review.objects.filter(state=State.SIGNED).order_by().values("member").annotate(taken=taken)
    return dict(signed.values_list("member", "taken"))


def _earlier_answers(version: Version) -> dict[int, str]:
    ended = Review.objects.filter(version=version).exclude(state__in=LIVE).order_by("pk")
    return {review.member_id: review.get_state_display() for review in ended}


def _accounts_of_writers(article: Article) -> set[int]:
    """Return everyone for whom ``has_written`` is true."""
    authors = Authorship.objects.filter(article=article).values_list("user", flat=True)
    creators = Version.objects.filter(article=article).values_list("created_by", flat=True)
    hands = Rendition.history.filter(version__article=article).values_list("history_user", flat=True).distinct()
    return accounts_of({*authors, *creators, *filter(None, hands)})

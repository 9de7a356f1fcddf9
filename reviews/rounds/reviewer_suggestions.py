"""Whom to invite: every board member with what speaks for and against, and the best set for a round."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Max, Q

from articles.models import Article, Authorship, Rendition, Version
from editorial.models import Absence, BoardMember, Disclosure, DisclosureStatement, EditorialPolicy
from reviews.lifecycle import LIVE, OPEN, State
from reviews.models import Review


class Median(Aggregate):
    """The middle of all values, computed by PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Candidate:
    """A member in office who takes no part in the round yet.

    ``against`` says in words what keeps them from being invited at all; ``interests`` does so unless an editor waives
    them. ``answered`` is what they answered when they were invited to this version before; ``has_stated`` whether their
    word on interests lasts.
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

    @property
    def is_free(self) -> bool:
        """Nothing speaks against inviting them without asking an editor first."""
        return not (self.remarks or self.interests or self.against)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an editor who invites them should have seen."""
        return tuple(_remarks(self))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What decides among several, in words: specialty, load, pace, and when they were last asked."""
        return tuple(_reasons(self))

    @property
    def words(self) -> str:
        hindrances = [*self.against, *(f"disclosed interest, unless waived: {interest}" for interest in self.interests)]
        hindered = f" (cannot be invited: {'; '.join(hindrances)})" if hindrances else ""
        return f"{self.member}: {'; '.join([*self.reasons, *self.remarks])}{hindered}"


@dataclass(frozen=True)
class Choice:
    """Whom to invite so that a round can satisfy the policy, and in words whom nobody was found for."""

    chosen: tuple[Candidate, ...]
    lacking: tuple[str, ...]


def _remarks(candidate: Candidate) -> Iterator[str]:
    if candidate.open_reviews >= candidate.member.capacity:
        yield "no capacity left"
    if candidate.away_until:
        yield f"away until {candidate.away_until:%-d %B}"
    if not candidate.has_stated:
        yield "has to state their interests anew before accepting"
    if candidate.answered:
        yield f"was invited to this version before: {candidate.answered}"


def _reasons(candidate: Candidate) -> Iterator[str]:
    yield ", ".join(candidate.matching) or "no matching specialty"
    yield f"{candidate.open_reviews} of {candidate.member.capacity} reviews open"
    if candidate.to_sign is not None:
        yield f"signs in {candidate.to_sign / timedelta(days=1):.0f} days (median)"
    yield f"last invited {candidate.last_invited:%-d %B %Y}" if candidate.last_invited else "never invited yet"


def candidates(version: Version, *, at: datetime) -> list[Candidate]:
    """Everybody in office who takes no part yet, the best first; ten queries, however many they are."""
    article, on = version.article, at.date()
    interests, away, pace, stated = _interests(article, on=on), _away(on), _pace(), _stated(at)
    wrote, answers = _writers(article), _answers(version)
    found = [
        Candidate(
            member,
            matching=tuple(code for code in member.specialties if code in article.specialties),
            open_reviews=member.open_reviews,  # type: ignore[attr-defined]
            to_sign=pace.get(member.pk),
            last_invited=member.last_invited,  # type: ignore[attr-defined]
            away_until=away.get(member.pk),
            answered=answers.get(member.pk, ""),
            interests=tuple(interests[member.pk]),
            against=tuple(_against(member, wrote, on=on)),
            has_stated=member.pk in stated,
        )
        for member in _members(version, on=on)
    ]
    return sorted(found, key=_rank)


def _rank(candidate: Candidate) -> tuple[object, ...]:
    """Who can come before who cannot; then specialty, share of capacity in use, pace, and who was asked longest ago."""
    member, asked = candidate.member, candidate.last_invited
    return (
        bool(candidate.against or candidate.interests),
        not candidate.is_free,
        -len(candidate.matching),
        candidate.open_reviews / max(member.capacity, 1),
        candidate.to_sign or timedelta.max,
        asked.timestamp() if asked else 0,
        member.pk,
    )


def choose(version: Version, *, policy: EditorialPolicy, at: datetime) -> Choice:
    """The fewest and best members that, with those who take part, can satisfy ``policy`` for ``version``.

    Only members against whom nothing speaks are chosen; required specialties come first.
    """
    rule = policy.rule(version.article.risk)
    seated = [review.member for review in Review.objects.live().filter(version=version).select_related("member")]
    uncovered = set(rule.required_specialties) - {code for member in seated for code in member.specialties}
    free = [candidate for candidate in candidates(version, at=at) if candidate.is_free]
    chosen: list[Candidate] = []
    while best := _most_covering(free, uncovered):
        chosen.append(best)
        free.remove(best)
        uncovered -= set(best.member.specialties)
    seats = max(rule.quorum - len(seated) - len(chosen), 0)
    chosen += free[:seats]
    return Choice(tuple(chosen), tuple(_lacking(uncovered, seats - len(free[:seats]))))


def _most_covering(free: Sequence[Candidate], uncovered: set[str]) -> Candidate | None:
    covering = [candidate for candidate in free if uncovered & set(candidate.member.specialties)]
    return max(covering, key=lambda candidate: len(uncovered & set(candidate.member.specialties)), default=None)


def _lacking(uncovered: set[str], seats: int) -> Iterator[str]:
    yield from (f"a member from {code}" for code in sorted(uncovered))
    if seats > 0:
        yield f"{seats} more member{'s' if seats > 1 else ''}"


# --- what is known of everybody, a query each -----------------------------------------------------------------------


def _members(version: Version, *, on: date) -> Iterator[BoardMember]:
    taking_part = Review.objects.filter(version=version, state__in=LIVE).values("member")
    members = BoardMember.objects.in_office(on=on).exclude(pk__in=taking_part).select_related("user")
    yield from members.annotate(
        open_reviews=Count("reviews", filter=Q(reviews__state__in=OPEN)), last_invited=Max("reviews__invited_at")
    ).order_by("pk")


def _against(member: BoardMember, wrote: set[int], *, on: date) -> Iterator[str]:
    if member.user_id in wrote:
        yield "wrote in this article"
    if not member.is_licensed(on=on):
        yield "no valid licence on record"


def _interests(article: Article, *, on: date) -> dict[int, list[str]]:
    held = Disclosure.objects.held(on=on).filter(company__in=article.companies())
    found: dict[int, list[str]] = defaultdict(list)
    for disclosure in held.select_related("company", "product").order_by("pk"):
        found[disclosure.member_id].append(f"{disclosure.nature}, {disclosure.product or disclosure.company}")
    return found


def _stated(at: datetime) -> set[int]:
    """Members whose word on interests lasts at that moment."""
    policy = EditorialPolicy.objects.published(at=at).first()
    days = policy.disclosures_last_days if policy else 0
    lasting = DisclosureStatement.objects.filter(stated_at__gt=at - timedelta(days=days))
    return set(lasting.values_list("member", flat=True))


def _away(on: date) -> dict[int, date]:
    days = Absence.objects.filter(first_day__lte=on, last_day__gte=on).order_by("last_day")
    return dict(days.values_list("member", "last_day"))


def _pace() -> dict[int, timedelta]:
    """Median time from invitation to signature, by member."""
    taken = Median(F("state_changed_at") - F("invited_at"), output_field=DurationField())
    signed = Review.objects.filter(state=State.SIGNED).order_by().values("member").annotate(taken=taken)
    return dict(signed.values_list("member", "taken"))


def _answers(version: Version) -> dict[int, str]:
    ended = Review.objects.filter(version=version).exclude(state__in=LIVE).order_by("pk")
    return {review.member_id: review.get_state_display() for review in ended}


def _writers(article: Article) -> set[int]:
    """As ``has_written`` says it of one."""
    authors = Authorship.objects.filter(article=article).values_list("user", flat=True)
    creators = Version.objects.filter(article=article).values_list("created_by", flat=True)
    hands = Rendition.history.filter(version__article=article).values_list("history_user", flat=True).distinct()
    return {*authors, *creators, *hands}

"""Whom an editor can invite: each board member with what speaks for and against."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from articles.models import Article, Authorship, Rendition, Version
from editorial.models import Absence, BoardMember, Disclosure
from reviews.lifecycle import LIVE, OPEN
from reviews.models import Review


@dataclass(frozen=True)
class Candidate:
    """A member, the specialties that match, and in words what stands in the way and what else to know."""

    member: BoardMember
    matching: tuple[str, ...]
    against: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def words(self) -> str:
        known = [", ".join(self.matching) if self.matching else "no matching specialty", *self.remarks]
        hindered = f" (cannot be invited: {'; '.join(self.against)})" if self.against else ""
        return f"{self.member}: {'; '.join(known)}{hindered}"


def candidates(version: Version, *, on: date) -> list[Candidate]:
    """Everybody in office who takes no part yet, who matches best first; six queries, however many they are."""
    article = version.article
    members = list(
        BoardMember.objects.in_office(on=on)
        .exclude(pk__in=_taking_part(version))
        .select_related("user")
        .annotate(open_reviews=Count("reviews", filter=Q(reviews__state__in=OPEN)))
        .order_by("user__last_name", "user__first_name", "pk")
    )
    interests, away = _interests(article, on=on), _away(on)
    wrote = _writers(article)
    found = [
        Candidate(
            member,
            matching=tuple(code for code in member.specialties if code in article.specialties),
            against=tuple(_against(member, wrote, interests[member.pk], on=on)),
            remarks=tuple(_remarks(member, away.get(member.pk))),
        )
        for member in members
    ]
    return sorted(found, key=lambda one: (bool(one.against), -len(one.matching)))


def _against(member: BoardMember, wrote: set[int], interests: list[str], *, on: date) -> Iterator[str]:
    if member.user_id in wrote:
        yield "wrote in this article"
    if not member.is_licensed(on=on):
        yield "no valid licence on record"
    for interest in interests:
        yield f"disclosed interest, unless waived: {interest}"


def _remarks(member: BoardMember, last_day: date | None) -> Iterator[str]:
    yield f"{member.open_reviews} of {member.capacity} reviews open"  # type: ignore[attr-defined]
    if last_day:
        yield f"away until {last_day:%-d %B}"


def _interests(article: Article, *, on: date) -> dict[int, list[str]]:
    held = Disclosure.objects.held(on=on).filter(company__in=article.companies())
    found: dict[int, list[str]] = defaultdict(list)
    for disclosure in held.select_related("company", "product").order_by("pk"):
        found[disclosure.member_id].append(f"{disclosure.nature}, {disclosure.product or disclosure.company}")
    return found


def _away(on: date) -> dict[int, date]:
    days = Absence.objects.filter(first_day__lte=on, last_day__gte=on).order_by("last_day")
    return dict(days.values_list("member", "last_day"))


def _writers(article: Article) -> set[int]:
    """As ``has_written`` says it of one."""
    authors = Authorship.objects.filter(article=article).values_list("user", flat=True)
    creators = Version.objects.filter(article=article).values_list("created_by", flat=True)
    hands = Rendition.history.filter(version__article=article).values_list("history_user", flat=True).distinct()
    return {*authors, *creators, *hands}


def _taking_part(version: Version) -> QuerySet:
    return Review.objects.filter(version=version, state__in=LIVE).values("member")

"""The lists on the start page of editors about reviewers: who cannot sign, who left, and what they left open."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString

from articles.lifecycle import IN_REVIEW
from articles.models import Version
from config.start_page_lists import StartPageItem, StartPageList, build_list, limited
from editorial.admin.chips import chip, state_chip
from editorial.admin.formatting import address, short_date
from editorial.permissions import AnyUser
from reviews.admin.reviews import expected
from reviews.desk.closed_accounts import with_objections_of_closed_accounts
from reviews.models import HandedOn, Review
from reviews.rounds.overview import waiting_versions


def about_reviewers(user: AnyUser, now: datetime) -> Iterator[StartPageList]:
    unable = Review.objects.of_unable_members(on=now.date()).filter(version__state__in=IN_REVIEW)
    yield build_list(
        "Reviewers who left the board or have no valid licence",
        limited(unable.select_related("version", "member__user").order_by("due_at", "pk")),
        lambda row: StartPageItem(row.version.question, address(row), str(row.member.user), _cannot_sign(row, now)),
        empty="Every reviewer is on the board and has a valid licence.",
        model=Review,
    )
    yield from _left_open(user, now)
    yield build_list(
        "Overdue reviews",
        limited(Review.objects.overdue(at=now).select_related("version", "member__user").order_by("due_at", "pk")),
        lambda row: StartPageItem(row.version.question, address(row), str(row.member.user), expected(row)),
        empty="No review is overdue.",
        model=Review,
    )
    yield build_list(
        "Conflicts of interest to decide",
        limited(Review.objects.conflicted(at=now).select_related("version", "member__user").order_by("pk")),
        lambda row: StartPageItem(row.version.question, address(row), state_chip(row), str(row.member.user)),
        empty="No reviewer of an open round or a valid approval has a conflict that is not waived.",
        model=Review,
        query="?conflict=open",
    )


def _cannot_sign(review: Review, now: datetime) -> SafeString:
    return chip("overdue", review.member.cannot_sign(on=now.date()).capitalize())


def _left_open(user: AnyUser, now: datetime) -> Iterator[StartPageList]:
    """Yield the reviews in open rounds that were handed on, and the articles with objections of closed accounts."""
    left_open = with_objections_of_closed_accounts(waiting_versions(at=now), seen_by=user)
    later = Review.objects.filter(version=OuterRef("review__version"), invited_at__gt=OuterRef("handed_on_at"))
    handed_on = HandedOn.objects.filter(review__version__state__in=IN_REVIEW).annotate(has_later=Exists(later))
    yield build_list(
        "Reviews handed on because the reviewer left",
        limited(handed_on.select_related("review__version", "review__member__user").order_by("-handed_on_at", "-pk")),
        _handed_on_item,
        empty="No review of an open round was handed on.",
        model=Review,
        query="?state__exact=lapsed",
    )
    yield build_list(
        "Objections of closed accounts",
        limited(left_open.select_related("article")),
        lambda row: StartPageItem(
            row.question,
            f"{address(row)}#objections",
            state_chip(row),
            "Rule on them, or wait for a reviewer to accept changed words: their authors can no longer withdraw them.",
        ),
        empty="No article in progress has an open objection of a closed account.",
        model=Version,
    )


def _handed_on_item(row: Any) -> StartPageItem:
    since = chip("calm", "Invited since") if row.has_later else chip("overdue", "No member available")
    state = since if row.needs_editor else chip("calm", "Handed on")
    note = f"{row.review.member.user}, {row.get_cause_display()} {short_date(row.handed_on_at)}. {row.outcome}"
    return StartPageItem(row.review.version.question, address(row.review.version), state, note)

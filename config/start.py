"""What waits for whom: the parts of the start page. Each is one query and shows a bounded number of rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.admin.readers import to_be_decided
from articles.lifecycle import IN_REVIEW, State
from articles.models import Question, Report, Version
from editorial.admin.showing import address, chip, day, moment, shortened, state_chip
from editorial.admin.webhooks import FAILING
from editorial.interests import lapses_at, newest_statement
from editorial.models import EditorialPolicy, Endpoint, Notice, User
from editorial.permissions import Somebody, board_member, is_administrator, is_editor, is_writer
from reviews.admin.review import desk_address, expected
from reviews.lifecycle import LIVE
from reviews.lifecycle import State as ReviewState
from reviews.models import Review

SHOWN = 15
"""Rows of one list; the list behind it has them all."""

LAPSING = timedelta(days=90)
RENEWAL = timedelta(days=30)
WRITING = (State.DRAFT, State.CHANGES_REQUESTED, *sorted(IN_REVIEW))


@dataclass(frozen=True)
class Item:
    """One line: what it is, where it leads, and one or two words on how it stands."""

    title: str
    address: str
    state: SafeString | str = ""
    note: SafeString | str = ""


@dataclass(frozen=True)
class List:
    """A list with what is said when it is empty. ``more`` is where the rest is, if there is any."""

    title: str
    items: Sequence[Item]
    empty: str
    more: str = ""


@dataclass(frozen=True)
class Part:
    """What waits for one role."""

    title: str
    lists: Sequence[List]
    links: Sequence[tuple[str, str]] = ()


def parts(user: Somebody, *, now: datetime) -> list[Part]:
    """The parts for every role that ``user`` has."""
    return list(_parts(user, now=now))


def _parts(user: Any, *, now: datetime) -> Iterator[Part]:
    if board_member(user):
        yield Part("My reviews", [my_reviews(user), *my_interests(board_member(user), now=now)])
    if is_editor(user):
        boards = [
            ("Rounds", "admin:articles_version_rounds"),
            ("Figures", "admin:articles_version_figures"),
            ("Post room", "admin:editorial_notice_post_room"),
        ]
        links = [(words, reverse(name)) for words, name in boards]
        yield Part("Needs an editor", list(needs_an_editor(now)), links)
    if is_writer(user):
        yield Part("My articles", [my_articles(user)], [("Begin an article", reverse("admin:articles_article_add"))])
    if is_administrator(user):
        room = ("Post room", reverse("admin:editorial_notice_post_room"))
        lists = [failed_notices(), failing_endpoints(), accounts()]
        yield Part("The house", lists, [("Add an account", _add(User)), room])


def _add(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def _list(title: str, rows: Iterable[Any], item: Any, *, empty: str, model: Any, query: str = "") -> List:
    found = list(rows)
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query
    items = [item(row) for row in found[:SHOWN]]
    return List(title, items, empty, where if len(found) > SHOWN else "")


def _some(rows: QuerySet) -> QuerySet:
    return rows[: SHOWN + 1]


# --- board members --------------------------------------------------------------------------------------------------


def my_reviews(user: User) -> List:
    """Open reviews of ``user``, whatever is due first on top."""
    due = Case(When(state=ReviewState.INVITED, then=F("respond_by")), default=F("due_at"))
    rows = Review.objects.of(user).open().select_related("version__article").order_by(due, "pk")
    empty = "Nothing waits for you. When an editor invites you to a review, it is here and in your mail."
    return _list("Waiting for me", _some(rows), _review_item, empty=empty, model=Review)


def _review_item(review: Review) -> Item:
    where = desk_address(review) if review.state == ReviewState.ACCEPTED else address(review)
    return Item(review.version.question, where, state_chip(review), expected(review))


def my_interests(member: Any, *, now: datetime) -> Iterator[List]:
    """The form of interests, from 30 days before the member's last word on them ends."""
    policy = EditorialPolicy.objects.published(at=now).first()
    stated = newest_statement(member)
    stated_at = stated.stated_at if stated else None
    lapse = lapses_at(stated_at, policy=policy) if policy else now + RENEWAL + RENEWAL
    if lapse and lapse > now + RENEWAL:
        return
    missing = lapse is None or lapse <= now
    until = chip("overdue", "Needed before you accept or sign") if missing else chip("suspended", f"Until {day(lapse)}")
    form = reverse("admin:editorial_boardmember_do", args=[member.pk, "state-interests"])
    yield List("Your interests", [Item("State your interests", form, until)], empty="")


# --- editors --------------------------------------------------------------------------------------------------------


def needs_an_editor(now: datetime) -> Iterator[List]:
    versions = Version.objects.select_related("article")
    yield _list(
        "Submitted, nobody invited",
        _some(_uninvited(versions)),
        lambda row: Item(row.question, address(row), state_chip(row), f"since {day(row.submitted_at)}"),
        empty="Every submitted version has reviewers.",
        model=Version,
        query="?state__exact=submitted",
    )
    yield _list(
        "Turned down, nobody asked since",
        _some(_turned_down()),
        lambda row: Item(row.version.question, address(row.version), state_chip(row), str(row.member.user)),
        empty="No invitation was turned down without another since.",
        model=Review,
        query="?state__exact=declined",
    )
    yield _list(
        "Overdue reviews",
        _some(Review.objects.overdue(at=now).select_related("version", "member__user").order_by("due_at", "pk")),
        lambda row: Item(row.version.question, address(row), str(row.member.user), expected(row)),
        empty="Nobody is late.",
        model=Review,
    )
    yield _list(
        "Suspended",
        _some(versions.filter(state=State.SUSPENDED).order_by("state_changed_at", "pk")),
        lambda row: Item(row.question, address(row), state_chip(row), shortened(row.state_reason)),
        empty="No approval is suspended.",
        model=Version,
        query="?state__exact=suspended",
    )
    yield _list(
        "Approvals that lapse within 90 days",
        _some(versions.filter(state=State.APPROVED, valid_until__lte=now + LAPSING).order_by("valid_until", "pk")),
        lambda row: _lapsing_item(row, now),
        empty="No approval lapses soon.",
        model=Version,
        query="?state__exact=approved",
    )
    yield from _from_readers(now)


def _from_readers(now: datetime) -> Iterator[List]:
    policy = EditorialPolicy.objects.published(at=now).first()
    yield _list(
        "Reports by readers, to be decided",
        _some(Report.objects.open().select_related("version").order_by("received_at", "pk")),
        lambda row: _message_item(row, to_be_decided(row, policy=policy, at=now)),
        empty="No report waits for a decision.",
        model=Report,
        query="?decision=open",
    )
    yield _list(
        "Questions by readers, to be answered",
        _some(Question.objects.open().select_related("version").order_by("received_at", "pk")),
        lambda row: _message_item(row, chip("submitted", f"Asked {day(row.received_at)}")),
        empty="No question waits for an answer.",
        model=Question,
        query="?answer=open",
    )


def _uninvited(versions: QuerySet) -> QuerySet:
    live = Review.objects.filter(version=OuterRef("pk"), state__in=LIVE)
    return versions.filter(~Exists(live), state=State.SUBMITTED).order_by("submitted_at", "pk")


def _turned_down() -> QuerySet:
    """Declined or recused in a round that goes on, with no invitation afterwards."""
    later = Review.objects.filter(version=OuterRef("version"), invited_at__gt=OuterRef("state_changed_at"))
    left = Review.objects.filter(state__in=[ReviewState.DECLINED, ReviewState.RECUSED], version__state__in=IN_REVIEW)
    return left.filter(~Exists(later)).select_related("version", "member__user").order_by("state_changed_at", "pk")


def _lapsing_item(version: Any, now: datetime) -> Item:
    lapsed = version.valid_until <= now
    words = f"{'Lapsed' if lapsed else 'Lapses'} {day(version.valid_until)}"
    return Item(version.question, address(version), chip("overdue" if lapsed else "suspended", words))


def _message_item(row: Question | Report, standing: SafeString) -> Item:
    return Item(shortened(row.text, 80), address(row), standing, f"on “{shortened(row.version.question, 60)}”")


# --- writers --------------------------------------------------------------------------------------------------------


def my_articles(user: User) -> List:
    """Versions of ``user``'s articles that are being written or reviewed; what waits for the writer on top."""
    theirs = Case(When(state__in=IN_REVIEW, then=1), default=0)
    rows = Version.objects.filter(article__authorships__user=user.pk, state__in=WRITING)
    newer = Version.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    rows = rows.filter(~Q(state=State.CHANGES_REQUESTED) | ~Exists(newer))
    return _list(
        "Being written or reviewed",
        _some(rows.select_related("article").order_by(theirs, "-updated_at", "pk")),
        lambda row: Item(row.question, address(row), state_chip(row), f"since {day(row.state_changed_at)}"),
        empty="Nothing of yours is being written or reviewed. Begin an article with a question and a first draft.",
        model=Version,
    )


# --- administrators -------------------------------------------------------------------------------------------------


def failed_notices() -> List:
    failed = Q(abandoned_at__isnull=False) | Q(sent_at=None) & ~Q(last_error="")
    return _list(
        "Mails that could not be sent",
        _some(Notice.objects.filter(failed).select_related("recipient").order_by("-owed_at", "-pk")),
        lambda row: Item(
            f"{row.kind.replace('_', ' ').capitalize()} to {row.recipient}",
            address(row),
            chip("rejected", "Given up") if row.abandoned_at else chip("suspended", "Tried again"),
            f"owed {moment(row.owed_at)}",
        ),
        empty="Every mail was sent, or is about to be.",
        model=Notice,
        query="?delivery=failed",
    )


def failing_endpoints() -> List:
    rows = Endpoint.objects.filter(FAILING).select_related("health").order_by("health__failing_since", "pk")
    return _list(
        "Webhooks that fail",
        _some(rows),
        lambda row: Item(str(row), address(row), chip("suspended", f"Since {moment(row.health.failing_since)}")),
        empty="Every front-end took what it was told last.",
        model=Endpoint,
        query="?state=failing",
    )


def accounts() -> List:
    rows = User.objects.filter(is_active=True).order_by("-date_joined", "-pk")
    return _list(
        "Newest accounts",
        rows[:5],
        lambda row: Item(str(row), address(row), "", row.email),
        empty="There are no accounts.",
        model=User,
    )

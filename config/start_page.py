"""The sections of the start page: what is pending for each role. Each list is one query of a limited number of rows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.admin.reports import to_be_decided
from articles.lifecycle import IN_REVIEW, State
from articles.models import DocumentFinding, Question, Report, Version
from config.start_page_failures import unprocessed
from config.start_page_lists import StartPageItem, StartPageList, StartPageSection, build_list, limited
from config.start_page_seats import about_reviewers
from config.start_page_warnings import no_reminders, past_findings
from editorial.admin.chips import chip, state_chip
from editorial.admin.formatting import address, admin_url, moment, short_date, shortened
from editorial.admin.webhooks import FAILING
from editorial.board.interests import lapses_at, latest_statement
from editorial.models import AccountInvitation, EditorialPolicy, Endpoint, Notice, User
from editorial.permissions import AnyUser, board_member, is_administrator, is_editor, is_writer
from reviews.admin.reviews import expected
from reviews.lifecycle import LIVE
from reviews.lifecycle import State as ReviewState
from reviews.models import Review
from reviews.verbs.reviews import desk_address

LAPSING = timedelta(days=90)
FOUND_LATELY = timedelta(days=30)
RENEWAL = timedelta(days=30)
WRITING = (State.DRAFT, State.CHANGES_REQUESTED, *sorted(IN_REVIEW))


def start_page_sections(user: AnyUser, *, now: datetime) -> list[StartPageSection]:
    """Return the sections for every role that ``user`` has."""
    return list(_sections(user, now=now))


def _sections(user: Any, *, now: datetime) -> Iterator[StartPageSection]:
    if board_member(user):
        yield StartPageSection("My reviews", [my_reviews(user), *my_interests(board_member(user), now=now)])
    if is_editor(user):
        pages = [
            ("Rounds", "admin:articles_version_rounds"),
            ("Figures", "admin:articles_version_figures"),
            ("Invite people", "admin:editorial_accountinvitation_changelist"),
            ("Mail queue", "admin:editorial_notice_post_room"),
        ]
        links = [(words, reverse(name)) for words, name in pages]
        lists = [*unprocessed(now), *no_reminders(now), *needs_an_editor(user, now), *past_findings()]
        yield StartPageSection("Editorial tasks", lists, links)
    if is_writer(user):
        yield StartPageSection(
            "My articles", [my_articles(user)], [("Start an article", reverse("admin:articles_article_add"))]
        )
    if is_administrator(user):
        mail_queue = ("Mail queue", reverse("admin:editorial_notice_post_room"))
        invitations = ("Invite people", admin_url(AccountInvitation, "changelist"))
        lists = [failed_notices(), failing_endpoints(), document_findings(now), accounts()]
        yield StartPageSection("Administration", lists, [invitations, mail_queue])


# --- board members --------------------------------------------------------------------------------------------------


def my_reviews(user: User) -> StartPageList:
    """Return the open reviews of ``user``, the earliest due date first."""
    due = Case(When(state=ReviewState.INVITED, then=F("respond_by")), default=F("due_at"))
    rows = Review.objects.of(user).open().select_related("version__article").order_by(due, "pk")
    empty = "You have no open reviews. When an editor invites you, the review appears here and you get a mail."
    return build_list("Open", limited(rows), _review_item, empty=empty, model=Review)


def _review_item(review: Review) -> StartPageItem:
    address_of_review = desk_address(review) if review.state == ReviewState.ACCEPTED else address(review)
    return StartPageItem(review.version.question, address_of_review, state_chip(review), expected(review))


def my_interests(member: Any, *, now: datetime) -> Iterator[StartPageList]:
    """Yield a link to the statement of interests, from 30 days before the member's latest statement expires."""
    policy = EditorialPolicy.objects.published(at=now).first()
    statement = latest_statement(member)
    stated_at = statement.stated_at if statement else None
    lapse = lapses_at(stated_at, policy=policy) if policy else now + RENEWAL + RENEWAL
    if lapse and lapse > now + RENEWAL:
        return
    missing = lapse is None or lapse <= now
    words = "Required before you accept or sign" if missing else f"Until {short_date(lapse)}"
    until = chip("overdue" if missing else "care", words)
    form = reverse("admin:editorial_boardmember_do", args=[member.pk, "state-interests"])
    yield StartPageList("Your interests", [StartPageItem("Declare your interests", form, until)], empty="")


# --- editors --------------------------------------------------------------------------------------------------------


def needs_an_editor(user: AnyUser, now: datetime) -> Iterator[StartPageList]:
    versions = Version.objects.select_related("article")
    yield build_list(
        "Submitted versions without reviewers",
        limited(_without_reviewers(versions)),
        lambda row: StartPageItem(row.question, address(row), state_chip(row), f"since {short_date(row.submitted_at)}"),
        empty="Every submitted version has reviewers.",
        model=Version,
        query="?state__exact=submitted",
    )
    yield build_list(
        "Declined invitations without a replacement",
        limited(_declined_without_replacement()),
        lambda row: StartPageItem(row.version.question, address(row.version), state_chip(row), str(row.member.user)),
        empty="Every declined invitation has a replacement.",
        model=Review,
        query="?state__exact=declined",
    )
    yield from about_reviewers(user, now)
    yield build_list(
        "Suspended",
        limited(versions.filter(state=State.SUSPENDED).order_by("state_changed_at", "pk")),
        lambda row: StartPageItem(row.question, address(row), state_chip(row), shortened(row.state_reason)),
        empty="No approval is suspended.",
        model=Version,
        query="?state__exact=suspended",
    )
    yield build_list(
        "Approvals that lapsed or lapse within 90 days",
        limited(versions.filter(state=State.APPROVED, valid_until__lte=now + LAPSING).order_by("valid_until", "pk")),
        lambda row: _lapsing_item(row, now),
        empty="No approval has lapsed or lapses within 90 days.",
        model=Version,
        query="?state__exact=approved",
    )
    yield from _reader_messages(now)


def _reader_messages(now: datetime) -> Iterator[StartPageList]:
    policy = EditorialPolicy.objects.published(at=now).first()
    yield build_list(
        "Open reports from readers",
        limited(Report.objects.open().select_related("version").order_by("received_at", "pk")),
        lambda row: _message_item(row, to_be_decided(row, policy=policy, at=now)),
        empty="There are no open reports.",
        model=Report,
        query="?decision=open",
    )
    yield build_list(
        "Open questions from readers",
        limited(Question.objects.open().select_related("version").order_by("received_at", "pk")),
        lambda row: _message_item(row, chip("wait", f"Asked {short_date(row.received_at)}")),
        empty="There are no open questions.",
        model=Question,
        query="?answer=open",
    )


def _without_reviewers(versions: QuerySet) -> QuerySet:
    live = Review.objects.filter(version=OuterRef("pk"), state__in=LIVE)
    return versions.filter(~Exists(live), state=State.SUBMITTED).order_by("submitted_at", "pk")


def _declined_without_replacement() -> QuerySet:
    """Return declined and recused reviews of open rounds without a later invitation."""
    later = Review.objects.filter(version=OuterRef("version"), invited_at__gt=OuterRef("state_changed_at"))
    left = Review.objects.filter(state__in=[ReviewState.DECLINED, ReviewState.RECUSED], version__state__in=IN_REVIEW)
    return left.filter(~Exists(later)).select_related("version", "member__user").order_by("state_changed_at", "pk")


def _lapsing_item(version: Any, now: datetime) -> StartPageItem:
    lapsed = version.valid_until <= now
    words = f"{'Lapsed' if lapsed else 'Lapses'} {short_date(version.valid_until)}"
    return StartPageItem(version.question, address(version), chip("overdue" if lapsed else "care", words))


def _message_item(row: Question | Report, status: SafeString) -> StartPageItem:
    return StartPageItem(shortened(row.text, 80), address(row), status, f"on “{shortened(row.version.question, 60)}”")


# --- writers --------------------------------------------------------------------------------------------------------


def my_articles(user: User) -> StartPageList:
    """Return versions of ``user``'s articles that are being written or reviewed; those in review come last."""
    is_with_reviewers = Case(When(state__in=IN_REVIEW, then=1), default=0)
    rows = Version.objects.filter(article__authorships__user=user.pk, state__in=WRITING)
    newer = Version.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    rows = rows.filter(~Q(state=State.CHANGES_REQUESTED) | ~Exists(newer))
    return build_list(
        "In progress",
        limited(rows.select_related("article").order_by(is_with_reviewers, "-updated_at", "pk")),
        lambda row: StartPageItem(
            row.question, address(row), state_chip(row), f"since {short_date(row.state_changed_at)}"
        ),
        empty="You have no drafts and no versions in review. Start an article with a question and a first draft.",
        model=Version,
    )


# --- administrators -------------------------------------------------------------------------------------------------


def failed_notices() -> StartPageList:
    failed = Q(abandoned_at__isnull=False) | Q(sent_at=None) & ~Q(last_error="")
    return build_list(
        "Failed mails",
        limited(Notice.objects.filter(failed).select_related("recipient").order_by("-owed_at", "-pk")),
        lambda row: StartPageItem(
            f"{row.kind.replace('_', ' ').capitalize()} to {row.recipient}",
            address(row),
            chip("bad", "Failed") if row.abandoned_at else chip("care", "Will be retried"),
            f"queued {moment(row.owed_at)}",
        ),
        empty="No mail has failed.",
        model=Notice,
        query="?delivery=failed",
    )


def failing_endpoints() -> StartPageList:
    rows = Endpoint.objects.filter(FAILING).select_related("health").order_by("health__failing_since", "pk")
    return build_list(
        "Failing webhooks",
        limited(rows),
        lambda row: StartPageItem(str(row), address(row), chip("care", f"Since {moment(row.health.failing_since)}")),
        empty="The latest delivery to every endpoint succeeded.",
        model=Endpoint,
        query="?state=failing",
    )


def document_findings(now: datetime) -> StartPageList:
    """Return the stored documents that were found to differ from the record within 30 days. All were mended."""
    return build_list(
        "Documents that differed from the record",
        limited(DocumentFinding.objects.since(now - FOUND_LATELY).select_related("article")),
        _finding_item,
        empty="No document was found to differ from the record in the last 30 days.",
        model=DocumentFinding,
    )


def _finding_item(row: DocumentFinding) -> StartPageItem:
    note = f"{row.difference}, found {moment(row.found_at)}"
    return StartPageItem(str(row), address(row), chip("bad", "Rewritten"), note)


def accounts() -> StartPageList:
    rows = User.objects.filter(is_active=True).order_by("-date_joined", "-pk")
    return build_list(
        "Newest accounts",
        rows[:5],
        lambda row: StartPageItem(str(row), address(row), "", row.email),
        empty="There are no accounts.",
        model=User,
    )

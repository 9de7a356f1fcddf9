"""The editor's side: the board of rounds, what is done to many at once, and figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from articles.interchange.cells import csv_lines
from articles.models import Version
from editorial.admin.ground import HouseAdmin, actor
from editorial.admin.showing import day
from editorial.exceptions import Refusal
from editorial.models import User
from editorial.permissions import is_editor, reads_the_record
from reviews import actions
from reviews.admin.deadlines import DAY, end_of
from reviews.figures import tables
from reviews.models import Review
from reviews.rounds import GOING, Round, Turn, going, rounds

PAGE = 50

HEADINGS = ("Article", "Version", "Question", "State", "Turn", "Since", "Days", "Due", "Overdue", "Signed", "Votes")


class FilterForm(forms.Form):
    """Which rounds to show."""

    turn = forms.ChoiceField(label="Whose turn", required=False, choices=[("", "Anybody's"), *Turn.choices])
    state = forms.ChoiceField(required=False, choices=[("", "Any"), *((one.value, one.label) for one in GOING)])
    late = forms.BooleanField(label="Only overdue", required=False)

    def versions(self, *, at: datetime) -> Any:
        asked = self.cleaned_data if self.is_valid() else {}
        late_at = at if asked.get("late") else None
        return going(turn=asked.get("turn", ""), state=asked.get("state", ""), late_at=late_at)


class BulkForm(forms.Form):
    """What to do to the chosen rounds, each by an action of its own."""

    act = forms.ChoiceField(
        label="With the chosen",
        choices=[
            ("invite_best", "Invite the best set"),
            ("extend", "Give more time"),
            ("remind", "Remind by mail"),
        ],
    )
    due_at = forms.DateField(label="New date", required=False, widget=DAY)
    reason = forms.CharField(required=False, max_length=2000)
    chosen = forms.ModelMultipleChoiceField(
        Version.objects.none(), error_messages={"required": "Choose at least one version."}
    )

    def clean(self) -> dict[str, Any] | None:
        asked = super().clean() or {}
        if asked.get("act") == "extend":
            for name, what in (("due_at", "new date"), ("reason", "reason")):
                if not asked.get(name) and name not in self.errors:
                    self.add_error(name, f"Giving more time needs a {what}.")
        return asked


@dataclass(frozen=True)
class Outcome:
    """What became of one thing that was to be done: ``refusal`` is empty when it was done."""

    version: Version
    words: str
    refusal: str = ""


def carried_out(asked: dict[str, Any], *, by: User, now: datetime) -> Iterator[Outcome]:
    """Do to each chosen version, or to each open review of it, what was asked; one refusal stops nothing else."""
    for version in asked["chosen"]:
        if asked["act"] == "invite_best":
            yield _invited(version, by=by, now=now)
            continue
        reviews = list(Review.objects.open().filter(version=version).select_related("member__user").order_by("pk"))
        if not reviews:
            yield Outcome(version, "", "No review of it is open.")
        for review in reviews:
            yield _nudged(review, version, asked, by=by, now=now)


def _invited(version: Version, *, by: User, now: datetime) -> Outcome:
    def call() -> str:
        found = actions.invite_best(version_id=version.pk, by=by, now=now)
        return f"Invited: {', '.join(str(review.member.user) for review in found)}"

    return _outcome(version, call)


def _nudged(review: Review, version: Version, asked: dict[str, Any], *, by: User, now: datetime) -> Outcome:
    def call() -> str:
        if asked["act"] == "remind":
            actions.remind(review_id=review.pk, by=by, now=now)
            return f"{review.member.user} is reminded."
        due_at = end_of(asked["due_at"])
        actions.extend(review_id=review.pk, due_at=due_at, reason=asked["reason"], by=by, now=now)
        return f"{review.member.user} has time until {day(due_at)}."

    return _outcome(version, call)


def _outcome(version: Version, call: Callable[[], str]) -> Outcome:
    try:
        return Outcome(version, call())
    except Refusal as refusal:
        return Outcome(version, "", refusal.detail)


def csv_answer(name: str, rows: Sequence[Sequence[object]]) -> HttpResponse:
    """``rows`` as a file to download; no cell of it is computed by a spreadsheet."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8", headers=headers)


class RoundPages(HouseAdmin):
    """Adds the board of rounds and the figures to the versions."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("rounds/", wrap(self.rounds_view), name="articles_version_rounds"),
            path("rounds/csv/", wrap(self.rounds_csv_view), name="articles_version_rounds_csv"),
            path("figures/", wrap(self.figures_view), name="articles_version_figures"),
            path("figures/<slug:name>/csv/", wrap(self.figures_csv_view), name="articles_version_figures_csv"),
            *super().get_urls(),
        ]

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/reviews/{name}.html", {**everywhere, **context})

    def rounds_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the rounds; POST, for editors, does one thing to the chosen and reports on each."""
        user, now = actor(request), timezone.now()
        _require_reading(user)
        filters = FilterForm(request.GET)
        page: Any = Paginator(filters.versions(at=now), PAGE).get_page(request.GET.get("page"))
        bulk = BulkForm(request.POST if request.method == "POST" else None)
        bulk.fields["chosen"].queryset = going().select_related("article")  # type: ignore[attr-defined]
        outcomes: list[Outcome] = []
        if request.method == "POST":
            if not is_editor(user):
                raise PermissionDenied("Only editors do this.")
            outcomes = list(carried_out(bulk.cleaned_data, by=user, now=now)) if bulk.is_valid() else []
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "filters": filters,
            "bulk": bulk,
            "outcomes": outcomes,
            "page": page,
            "query": query.urlencode(),
            "chosen": set() if bulk.is_valid() else set(request.POST.getlist("chosen")),
            "rounds": rounds(page.object_list, seen_by=user, at=now),
            "may_act": is_editor(user),
        }
        return self._page(request, "rounds", "Rounds", **context)

    def rounds_csv_view(self, request: HttpRequest) -> HttpResponse:
        """The rounds of the same filters, the first thousand, as CSV."""
        user, now = actor(request), timezone.now()
        _require_reading(user)
        found = rounds(FilterForm(request.GET).versions(at=now)[:1000], seen_by=user, at=now)
        return csv_answer("rounds", [HEADINGS, *map(_cells, found)])

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        _require_reading(actor(request))
        return self._page(request, "figures", "Figures", tables=tables(at=timezone.now()))

    def figures_csv_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """One table of the figures as CSV."""
        _require_reading(actor(request))
        table = next((table for table in tables(at=timezone.now()) if table.name == name), None)
        if table is None:
            raise Http404
        return csv_answer(name, [table.columns, *((bar.label, *bar.cells) for bar in table.rows)])


def _require_reading(user: User) -> None:
    if not reads_the_record(user):
        raise PermissionDenied("Only editors and administrators see the rounds.")


def _cells(one: Round) -> tuple[object, ...]:
    version = one.version
    return (
        version.article.slug,
        version.number,
        version.question,
        version.get_state_display(),
        one.turn.label,
        one.since.isoformat(),
        one.days,
        one.due.isoformat() if one.due else "",
        "yes" if one.is_overdue else "no",
        one.signed,
        "sealed" if one.votes is None else one.votes,
    )

"""Pages for editors: the board of rounds, actions on many rounds at once, and statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html

from articles.library.formats.csv_export import csv_lines
from articles.models import Version
from editorial.admin.formatting import address
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.models import User
from editorial.permissions import is_editor, reads_the_record
from reviews import actions
from reviews.actions.bulk import Bulk
from reviews.rounds.overview import WAITING_STATES, Round, Turn, rounds, waiting_versions
from reviews.rounds.statistics import tables
from reviews.verbs.deadlines import DAY, end_of

PAGE = 50

HEADINGS = ("Article", "Version", "Question", "State", "Turn", "Since", "Days", "Due", "Overdue", "Signed", "Votes")


NEEDED = {
    Bulk.EXTEND: {"due_at": "Extending a deadline needs a new date.", "reason": "Extending a deadline needs a reason."},
    Bulk.CLOSE: {"reason": "The writers need to know what to change: give it as the reason."},
}


class FilterForm(forms.Form):
    """Filters the rounds to show."""

    turn = forms.ChoiceField(label="Waiting for", required=False, choices=[("", "Anyone"), *Turn.choices])
    state = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((one.value, one.label) for one in WAITING_STATES)]
    )
    late = forms.BooleanField(label="Overdue only", required=False)

    def versions(self, *, at: datetime) -> Any:
        filters = self.cleaned_data if self.is_valid() else {}
        return waiting_versions(
            at=at, turn=filters.get("turn", ""), state=filters.get("state", ""), is_late=filters.get("late", False)
        )


class BulkForm(forms.Form):
    """Asks what to do to the selected rounds. Each round gets an action of its own."""

    act = forms.ChoiceField(
        label="With the selected",
        choices=Bulk.choices,
    )
    due_at = forms.DateField(label="New date", required=False, widget=DAY)
    reason = forms.CharField(required=False, max_length=2000)
    chosen = forms.ModelMultipleChoiceField(
        Version.objects.none(), error_messages={"required": "Select at least one version."}
    )

    def clean(self) -> dict[str, Any] | None:
        asked = super().clean() or {}
        for name, words in NEEDED.get(asked.get("act", ""), {}).items():
            if not asked.get(name) and name not in self.errors:
                self.add_error(name, words)
        return asked


def csv_answer(name: str, rows: Sequence[Sequence[object]]) -> HttpResponse:
    """Return ``rows`` as a CSV download, in which a spreadsheet evaluates no cell as a formula."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8", headers=headers)


class RoundPages(BaseAdmin):
    """Adds the board of rounds and the statistics to the pages of versions."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("rounds/", wrap(self.rounds_view), name="articles_version_rounds"),
            path("rounds/csv/", wrap(self.rounds_csv_view), name="articles_version_rounds_csv"),
            path("figures/", wrap(self.figures_view), name="articles_version_figures"),
            path("figures/<slug:name>/csv/", wrap(self.figures_csv_view), name="articles_version_figures_csv"),
            *super().get_urls(),
        ]

    def _page(
        self, request: HttpRequest, name: str, title: str, *, status: int = 200, **context: object
    ) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/reviews/{name}.html", {**everywhere, **context}, status=status)

    def rounds_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the rounds. POST, for editors, applies one action to the selected; the next page shows results."""
        user, now = actor(request), timezone.now()
        _require_reading(user)
        filters = FilterForm(request.GET)
        page: Any = Paginator(filters.versions(at=now), PAGE).get_page(request.GET.get("page"))
        bulk = BulkForm(request.POST if request.method == "POST" else None)
        bulk.fields["chosen"].queryset = waiting_versions(at=now).select_related("article")  # type: ignore[attr-defined]
        if request.method == "POST":
            if not is_editor(user):
                raise PermissionDenied("Only editors do this.")
            if bulk.is_valid():
                _do(request, bulk.cleaned_data, now=now)
                return HttpResponseRedirect(request.get_full_path())
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "filters": filters,
            "bulk": bulk,
            "page": page,
            "query": query.urlencode(),
            "chosen": set(request.POST.getlist("chosen")),
            "rounds": rounds(page.object_list, seen_by=user, at=now),
            "may_act": is_editor(user),
        }
        return self._page(request, "rounds", "Rounds", status=422 if bulk.errors else 200, **context)

    def rounds_csv_view(self, request: HttpRequest) -> HttpResponse:
        """Return the first 1,000 rounds of the same filters as CSV."""
        user, now = actor(request), timezone.now()
        _require_reading(user)
        listed = rounds(FilterForm(request.GET).versions(at=now)[:1000], seen_by=user, at=now)
        return csv_answer("rounds", [HEADINGS, *map(_cells, listed)])

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        _require_reading(actor(request))
        return self._page(request, "figures", "Figures", tables=tables(at=timezone.now()))

    def figures_csv_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Return one table of the statistics as CSV."""
        _require_reading(actor(request))
        table = next((table for table in tables(at=timezone.now()) if table.name == name), None)
        if table is None:
            raise Http404
        return csv_answer(name, [table.columns, *((bar.label, *bar.cells) for bar in table.rows)])


def _require_reading(user: User) -> None:
    if not reads_the_record(user):
        raise PermissionDenied("Only editors and administrators see the rounds.")


def _do(request: HttpRequest, choice: dict[str, Any], *, now: datetime) -> None:
    """Apply the action, and leave a message on each round for the next page, which can be reloaded safely."""
    due_at = end_of(choice["due_at"]) if choice["due_at"] else None
    act = {"act": Bulk(choice["act"]), "due_at": due_at, "reason": choice["reason"]}
    for outcome in actions.do_to_many(versions=choice["chosen"], **act, by=actor(request), now=now):
        level, prefix = (messages.WARNING, "Refused: ") if outcome.refusal else (messages.SUCCESS, "")
        link = (address(outcome.version), outcome.version, prefix, outcome.words or outcome.refusal)
        messages.add_message(request, level, format_html('<a href="{}">{}</a>: {}{}', *link))


def _cells(listed_round: Round) -> tuple[object, ...]:
    version = listed_round.version
    return (
        version.article.slug,
        version.number,
        version.question,
        version.get_state_display(),
        listed_round.turn.label,
        listed_round.since.isoformat(),
        listed_round.days,
        listed_round.due.isoformat() if listed_round.due else "",
        "yes" if listed_round.is_overdue else "no",
        listed_round.signed,
        "sealed" if listed_round.votes is None else listed_round.votes,
    )

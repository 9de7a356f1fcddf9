"""Read-only admin pages of the ledger."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial.admin.history import HistoryPages
from editorial.admin.ledger_on_pages import action_words, entry_details
from editorial.admin.model_admin import BaseAdmin
from editorial.models import LedgerChain, LedgerEntry, User
from editorial.permissions import reads_the_record
from editorial.record import ledger

CHAINS = {"article": "articles", "board": "board", "policy": "policy", "library": "library"}


class ChainFilter(admin.SimpleListFilter):
    """Filters by kind of chain, because there are too many chains to list: one for each article."""

    title = "chain"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(CHAINS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(chain__name__startswith=self.value()) if self.value() in CHAINS else queryset


class LedgerEntryAdmin(HistoryPages, BaseAdmin):
    """The list and pages of ledger entries. ``reviews`` registers a subclass, which hides entries from some people."""

    list_display = ("at", "chain", "sequence", "actor_name", "action_in_words", "words")
    list_display_links = ("at",)
    list_select_related = ("chain",)
    list_filter = (ChainFilter,)
    search_fields = ("=chain__name", "actor_name", "action")
    search_help_text = "A chain by its name (article:12), or a name or an action."
    ordering = ("-at", "-pk")
    fields = (
        ("chain", "sequence", "verification"),
        "at",
        "actor_name",
        "action_in_words",
        "told",
        "previous_hash",
        "hash",
    )
    empty_state = "No ledger entries match. Everything that happens to articles, board and policy is recorded here."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verify_view)
        return [path("verify/<str:chain>/", view, name="editorial_ledgerentry_verify"), *super().get_urls()]

    def verify_view(self, request: HttpRequest, chain: str) -> HttpResponse:
        """Verify a chain from its first entry, and show whether it is intact or at which entry it breaks."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not read the ledger.")
        record = LedgerChain.objects.filter(name=chain).first()
        if record is None:
            raise Http404
        page = {"opts": self.opts, "title": f"Chain {chain}", "chain": record, "broken": ledger.first_break(record)}
        context = {**self.admin_site.each_context(request), **page}
        return TemplateResponse(request, "admin/editorial/ledgerentry/verify.html", context)

    @admin.display(description="action", ordering="action")
    def action_in_words(self, entry: LedgerEntry) -> str:
        return action_words(entry)

    @admin.display(description="in words")
    def words(self, entry: LedgerEntry) -> str:
        return entry_details(entry)

    @admin.display(description="content")
    def told(self, entry: LedgerEntry) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(entry.payload, indent=2, ensure_ascii=False))

    @admin.display(description="chain holds?")
    def verification(self, entry: LedgerEntry) -> SafeString:
        address = reverse("admin:editorial_ledgerentry_verify", args=[entry.chain_id])
        return format_html('<a href="{}">Verify {}</a>', address, entry.chain_id)

"""Past approvals that the current rules would not have allowed, for editors to check."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from editorial.admin.chips import state_chip
from editorial.admin.formatting import link
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import User
from editorial.permissions import reads_the_record
from reviews.models import PastFinding


@admin.register(PastFinding)
class PastFindingAdmin(HistoryPages, BaseAdmin):
    """Read only: nothing was changed automatically. Editors suspend the version, or revise it for another review."""

    list_display = ("about", "state", "kind", "words", "found_at")
    list_select_related = ("version__article",)
    list_filter = ("kind", "version__state")
    search_fields = ("version__article__slug", "version__question", "words")
    ordering = ("-version__approved_at", "pk")
    fields = ("about", "state", "kind", "words", "found_at")
    empty_state = "Every approval that was given before the last upgrade satisfies the rules of today."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("version__article")

    @admin.display(description="approval", ordering="version__article__slug")
    def about(self, finding: PastFinding) -> SafeString:
        return link(finding.version)

    @admin.display(description="state now", ordering="version__state")
    def state(self, finding: PastFinding) -> SafeString:
        return state_chip(finding.version)

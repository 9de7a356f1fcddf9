"""Admin pages of stored documents that differed from the record, for administrators."""

from django.contrib import admin
from django.utils.safestring import SafeString

from articles.models import DocumentFinding
from editorial.admin.formatting import link
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import User
from editorial.permissions import is_administrator


@admin.register(DocumentFinding)
class DocumentFindingAdmin(HistoryPages, BaseAdmin):
    """Read only: the documents were mended. Administrators find out who or what changed them in the database."""

    list_display = ("stored_row", "about", "difference", "written_at", "found_at")
    list_select_related = ("article",)
    search_fields = ("article__slug", "stored_row", "difference")
    search_help_text = "An article, or a part of what differs."
    ordering = ("-found_at", "-pk")
    fields = ("about", "stored_row", "difference", "written_at", "found_at")
    empty_state = "Every stored document that was verified agrees with the record."

    def may_see(self, user: User) -> bool:
        return is_administrator(user)

    @admin.display(description="article", ordering="article__slug")
    def about(self, finding: DocumentFinding) -> SafeString:
        return link(finding.article)

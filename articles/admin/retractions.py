"""Admin of the imported list of retractions. Read only."""

from django.contrib import admin

from articles.models import RetractionList, RetractionRecord
from articles.models.markup import plain_text
from editorial.admin.chips import choice_chip
from editorial.admin.formatting import moment, shortened
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import User
from editorial.permissions import reads_the_record


@admin.register(RetractionList)
class RetractionListAdmin(HistoryPages, BaseAdmin):
    list_display = ("as_of", "rows", "unreadable", "imported", "imported_by")
    list_select_related = ("imported_by",)
    ordering = ("-as_of", "-pk")
    fields = ("as_of", "rows", "unreadable", "imported", "imported_by", "sha256")
    empty_state = "No list of retractions was imported yet, so it is not known whether any work was retracted."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    @admin.display(description="imported", ordering="imported_at")
    def imported(self, retraction_list: RetractionList) -> str:
        return moment(retraction_list.imported_at)


@admin.register(RetractionRecord)
class RetractionRecordAdmin(HistoryPages, BaseAdmin):
    """Public data: every user of the admin may search it."""

    list_display = ("record", "nature_chip", "doi", "pmid", "title_shown", "notice_date")
    list_filter = ("nature",)
    search_fields = ("=record_id", "=doi", "=pmid")
    search_help_text = "A DOI, a PMID or the number of a record."
    ordering = ("-pk",)
    fields = (
        "record",
        "nature_chip",
        "title_in_full",
        "doi",
        "pmid",
        "notice_doi",
        "notice_pmid",
        "notice_date",
        "reasons",
    )
    empty_state = "No matching records. They come with the list of retractions."

    @admin.display(description="record", ordering="record_id")
    def record(self, record: RetractionRecord) -> str:
        return str(record.record_id or "Could not be read")

    @admin.display(description="what happened", ordering="nature")
    def nature_chip(self, record: RetractionRecord) -> str:
        return choice_chip(record, "nature")

    @admin.display(description="title")
    def title_in_full(self, record: RetractionRecord) -> str:
        return plain_text(record.title) or self.empty_value_display

    @admin.display(description="title")
    def title_shown(self, record: RetractionRecord) -> str:
        return shortened(plain_text(record.title)) or self.empty_value_display

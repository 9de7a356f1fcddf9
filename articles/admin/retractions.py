"""The list of retractions, as far as it was imported: read, never written here."""

from django.contrib import admin

from articles.models import RetractionList, RetractionRecord
from articles.models.retraction import Nature
from editorial.admin.ground import HouseAdmin
from editorial.admin.history import HistoryPages
from editorial.admin.showing import chip, moment, shortened
from editorial.models import User
from editorial.permissions import reads_the_record

TONES = {
    Nature.RETRACTION: "rejected",
    Nature.CONCERN: "suspended",
    Nature.CORRECTION: "submitted",
    Nature.REINSTATEMENT: "approved",
    Nature.UNREADABLE: "suspended",
}


@admin.register(RetractionList)
class RetractionListAdmin(HistoryPages, HouseAdmin):
    list_display = ("as_of", "rows", "unreadable", "imported", "imported_by")
    list_select_related = ("imported_by",)
    ordering = ("-as_of", "-pk")
    fields = ("as_of", "rows", "unreadable", "imported", "imported_by", "sha256")
    empty_state = "No list of retractions was imported yet, so nobody knows of any work whether it was retracted."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    @admin.display(description="imported", ordering="imported_at")
    def imported(self, kept: RetractionList) -> str:
        return moment(kept.imported_at)


@admin.register(RetractionRecord)
class RetractionRecordAdmin(HistoryPages, HouseAdmin):
    """Public data: whoever works here may look a work up."""

    list_display = ("record", "nature_chip", "doi", "pmid", "title_shown", "notice_date")
    list_filter = ("nature",)
    search_fields = ("=record_id", "=doi", "=pmid")
    search_help_text = "A DOI, a PMID or the number of a record."
    ordering = ("-pk",)
    fields = ("record", "nature_chip", "title", "doi", "pmid", "notice_doi", "notice_pmid", "notice_date", "reasons")
    empty_state = "No records like this. They come with the list of retractions."

    @admin.display(description="record", ordering="record_id")
    def record(self, record: RetractionRecord) -> str:
        return str(record.record_id or "Could not be read")

    @admin.display(description="what happened", ordering="nature")
    def nature_chip(self, record: RetractionRecord) -> str:
        return chip(TONES[Nature(record.nature)], record.get_nature_display().capitalize())

    @admin.display(description="title")
    def title_shown(self, record: RetractionRecord) -> str:
        return shortened(record.title) or self.empty_value_display

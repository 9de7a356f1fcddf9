"""Filtering and exporting records of the library."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from articles.library.formats.export import export
from articles.library.formats.registry import MEDIA_TYPES, SUFFIXES
from articles.library.matching.duplicates import doubtful_works
from articles.models import Reference
from articles.models.reference_imports import ImportFormat
from editorial.admin.model_admin import BaseAdmin


class RecordFilter(admin.SimpleListFilter):
    """Merged records are shown only on request."""

    title = "record"
    parameter_name = "record"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("alike", "title and year of another one"),
            ("doubtful", "identifiers in doubt"),
            ("merged", "merged into another one"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "merged":
            return queryset.filter(merged_into__isnull=False)
        unmerged = queryset.filter(merged_into=None)
        if self.value() == "doubtful":
            return unmerged.filter(pk__in=doubtful_works().values("pk"))
        if self.value() != "alike":
            return unmerged
        keys = Reference.objects.filter(merged_into=None).exclude(title_key="").values("title_key")
        return unmerged.filter(title_key__in=keys.annotate(times=Count("pk")).filter(times__gt=1).values("title_key"))


class ExportedList(BaseAdmin):
    """Offers the records of a list as a file."""

    change_list_template = "admin/articles/reference/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<slug:form>/", view, name="articles_reference_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"formats": ImportFormat.choices, "imports": True, **(extra_context or {})}
        return super().changelist_view(request, context)

    def export_view(self, request: HttpRequest, form: str) -> StreamingHttpResponse:
        """Return the works in the list, with the same filters, record by record."""
        if form not in MEDIA_TYPES or not self.has_view_permission(request):
            raise Http404
        works = self.get_changelist_instance(request).get_queryset(request).order_by("key", "pk")
        return StreamingHttpResponse(
            export(works.iterator(chunk_size=500), form=form),
            content_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="references.{SUFFIXES[form]}"'},
        )

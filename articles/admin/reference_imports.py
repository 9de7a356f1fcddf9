"""Importing files of works into the library: upload, progress and report."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.actions import request_import
from articles.library.formats.import_report import REMARKED, as_csv, selected
from articles.library.formats.registry import form_of, unfit
from articles.models import ImportedRecord, LibraryImport
from articles.models.reference_imports import ImportFormat, ImportResult
from editorial.admin.chips import choice_chip
from editorial.admin.formatting import address, moment
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.models import User
from editorial.permissions import is_editor, is_writer, reads_the_record

PER_PAGE = 100
REFRESH = "5"
"""Seconds after which the browser reloads the progress. It needs no script."""


class ImportForm(forms.ModelForm):
    """A file and its format, which the ending of its name usually says."""

    file = forms.FileField(help_text="Plain text, at most 20 MiB. Nothing is unpacked.")
    format = forms.ChoiceField(choices=[("", "As the name of the file says"), *ImportFormat.choices], required=False)

    class Meta:
        model = LibraryImport
        fields = ("format",)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if words := unfit(file.read()):
            raise forms.ValidationError(words, code="unfit")
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        if "file" in self.cleaned_data and not self.cleaned_data["format"]:
            self.cleaned_data["format"] = form_of(self.cleaned_data["file"].name)
            if not self.cleaned_data["format"]:
                self.add_error("format", "Choose the format: the name of the file does not say it.")
        return self.cleaned_data


@admin.register(LibraryImport)
class LibraryImportAdmin(HistoryPages, BaseAdmin):
    change_form_template = "admin/articles/libraryimport/change_form.html"
    list_display = (
        "named",
        "format",
        "progress_chip",
        "records",
        "created",
        "matched",
        "refused",
        "remarked",
        "requested_by",
    )
    list_select_related = ("requested_by",)
    list_filter = ("progress", "format")
    search_fields = ("file_name",)
    ordering = ("-pk",)
    fields = (
        "named",
        "read_as",
        "progress_chip",
        "requested_by",
        "finished",
    )
    empty_state = "Nothing was imported yet. Hand in a file of works: CSL-JSON, BibTeX, RIS or PubMed's NBIB."

    def may_see(self, user: User) -> bool:
        return is_writer(user) or reads_the_record(user)

    def may_add(self, user: User) -> bool:
        return is_writer(user) or is_editor(user)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.defer("content")

    def get_fields(self, request: HttpRequest, obj: LibraryImport | None = None) -> Any:
        if obj is None:
            return ("file", "format")
        return (*super().get_fields(request, obj), *(("failure",) if obj.failure else ()))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        options = kwargs if obj else {**kwargs, "form": ImportForm, "fields": ("format",)}
        return super().get_form(request, obj, change, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("named", "read_as", "progress_chip", "finished") if obj else ()

    def save_model(self, request: HttpRequest, obj: LibraryImport, form: Any, change: bool) -> None:  # noqa: FBT001
        file = form.cleaned_data["file"]
        job = request_import(
            form=obj.format, content=file.read(), file_name=file.name, by=actor(request), now=timezone.now()
        )
        obj.pk = job.pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the page that shows the progress."""
        return HttpResponseRedirect(address(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show counts and report, page by page, refused records first. Reloaded until the import is finished."""
        jobs = LibraryImport.objects.defer("content")
        shown = jobs.filter(pk=int(object_id)).first() if object_id.isdecimal() else None
        if shown:
            outcome = request.GET.get("outcome", _first_outcome(shown))
            rows = selected(ImportedRecord.objects.filter(library_import=shown), outcome)
            page = Paginator(rows.select_related("reference").order_by("position"), PER_PAGE)
            extra_context = {
                "page": page.get_page(request.GET.get("p")),
                "outcome": outcome,
                "outcomes": _outcomes(shown),
                **(extra_context or {}),
            }
        response = super().change_view(request, object_id, form_url, extra_context)
        job = getattr(response, "context_data", {}).get("original")
        if isinstance(job, LibraryImport) and job.finished_at is None:
            response["Refresh"] = REFRESH
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.report_view)
        return [path("<int:object_id>/report.csv", view, name="articles_libraryimport_report"), *super().get_urls()]

    def report_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Return the whole report as CSV."""
        job = self.get_object(request, str(object_id)) if self.has_view_permission(request) else None
        if job is None:
            return self.unseen(request, str(object_id))
        headers = {"Content-Disposition": f'attachment; filename="import-{job.pk}.csv"'}
        return StreamingHttpResponse(as_csv(job), content_type="text/csv; charset=utf-8", headers=headers)

    @admin.display(description="file", ordering="file_name")
    def named(self, job: LibraryImport) -> str:
        return str(job)

    @admin.display(description="read as")
    def read_as(self, job: LibraryImport) -> str:
        """Return the format, with the encoding as far as it is known."""
        return ", ".join(filter(None, [job.get_format_display(), job.encoding]))

    @admin.display(description="state", ordering="progress")
    def progress_chip(self, job: LibraryImport) -> SafeString:
        return choice_chip(job, "progress")

    @admin.display(description="finished")
    def finished(self, job: LibraryImport) -> str:
        return moment(job.finished_at)


def _first_outcome(job: LibraryImport) -> str:
    """Return which records are shown first: the refused ones, else those with remarks, else all."""
    return ImportResult.REFUSED if job.refused else REMARKED if job.remarked else ""


def _outcomes(job: LibraryImport) -> list[tuple[str, str, int]]:
    """Return the parts of the report, with their labels and numbers of records."""
    counts = ((outcome.value, str(outcome.label), getattr(job, outcome.value)) for outcome in ImportResult)
    return [("", "all", job.records), *counts, (REMARKED, "with remarks", job.remarked)]

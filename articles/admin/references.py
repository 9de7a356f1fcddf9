"""Admin of the library of works, and of renditions, citations and claims."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.actions import keep_reference
from articles.admin import replacement
from articles.admin.add_work import AddingPages
from articles.admin.reference_export import ExportedList, RecordFilter
from articles.admin.rendered_version import work_links
from articles.admin.work_form import ReferenceForm
from articles.library import vancouver
from articles.library.retractions import check_works
from articles.models import Citation, Claim, Reference, Rendition, Version
from articles.text.claims import context_part_text
from articles.verbs.references import MERGE, REPLACE, SUPERSEDE
from editorial.admin.chips import choice_chip
from editorial.admin.formatting import link, shortened
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin, actor
from editorial.admin.verbs import VerbPages
from editorial.models import User
from editorial.permissions import is_editor, is_writer, reads_the_record


@admin.register(Reference)
class ReferenceAdmin(ExportedList, VerbPages, AddingPages):
    change_form_template = add_form_template = "admin/articles/reference/change_form.html"
    form = ReferenceForm
    list_display = ("key", "title_shown", "kind", "year", "doi", "pmid", "retraction_chip")
    list_filter = (RecordFilter, "kind", "retraction")
    verbs = (MERGE, SUPERSEDE, REPLACE)
    search_fields = ("key", "title__mentions", "=doi", "=pmid")
    search_help_text = "Words of the title, a key, a DOI or a PMID."
    ordering = ("key",)
    fieldsets = (
        (None, {"fields": ("as_printed", "found_at", "retraction_chip", "cited_in", "merged")}),
        ("Record", {"fields": ("kind", "csl", "seen")}),
    )
    readonly_fields = ("as_printed", "found_at", "retraction_chip", "cited_in", "merged")
    empty_state = "The library is empty. Writers add the works that their answers cite: paste a DOI, or fill in a form."

    def may_add(self, user: User) -> bool:
        return is_writer(user) or is_editor(user)

    def may_change(self, user: User, record: Reference | None) -> bool:
        return self.may_add(user) and (record is None or record.merged_into_id is None)

    def offered(self, user: User, record: Reference) -> Mapping[str, str]:
        if record.merged_into_id is not None:
            return {}
        merging = {MERGE.name: "" if is_editor(user) else "Only editors merge records of the library."}
        return {**merging, **replacement.offered(user, record)}

    def get_fieldsets(self, request: HttpRequest, obj: Reference | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("kind", "csl")})]
        fields = ["kind", "csl", *(["seen"] if self.has_change_permission(request, obj) else [])]
        return [self.fieldsets[0], ("Record", {"fields": fields})]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if work := kwargs.get("obj"):
            context["citing"], context["more_citing"] = replacement.citing(work, user=actor(request))
            (context["listed"],) = check_works([work])
        return super().render_change_form(request, context, *args, **kwargs)

    def keep(self, record: Reference, form: Any, *, by: User, now: datetime, reason: str) -> None:
        data = form.cleaned_data
        present = Reference.objects.get(pk=record.pk) if record.pk else None
        kept = keep_reference(csl=data["csl"], kind=data["kind"], reference=present, by=by, now=now)
        record.pk, record.key, record.title = kept.pk, kept.key, kept.title

    @admin.display(description="title", ordering="title")
    def title_shown(self, work: Reference) -> str:
        return shortened(work.plain_title)

    @admin.display(description="as printed")
    def as_printed(self, work: Reference) -> SafeString:
        return vancouver.reference_html(work.csl)

    @admin.display(description="found at")
    def found_at(self, work: Reference) -> SafeString | str:
        links = format_html_join(" · ", '<a href="{1}" rel="noopener noreferrer">{0}</a>', work_links(work.csl))
        return links or "No DOI or PMID is on record."

    @admin.display(description="retraction", ordering="retraction")
    def retraction_chip(self, work: Reference) -> SafeString:
        as_of = f", {work.retraction_as_of:%-d %b %Y}" if work.retraction_as_of else ""
        return choice_chip(work, "retraction", f"{work.get_retraction_display()}{as_of}")

    @admin.display(description="merged into")
    def merged(self, work: Reference) -> SafeString | str:
        return link(work.merged_into, work.merged_into.key) if work.merged_into else self.empty_value_display

    @admin.display(description="cited in")
    def cited_in(self, work: Reference) -> str:
        versions = work.citations.values("version").distinct().count()
        return f"{versions} version{'' if versions == 1 else 's'}" if versions else "No version yet"


class VisibleByVersion(HistoryPages, BaseAdmin):
    """Rows of a version, visible to users who may see the version's record."""

    version_path: str

    def may_see(self, user: User) -> bool:
        return is_writer(user) or reads_the_record(user)

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        if reads_the_record(user):
            return rows
        mine = Version.objects.visible_to(user).filter(pk=OuterRef(self.version_path))
        return rows.filter(Exists(mine))


@admin.register(Rendition)
class RenditionAdmin(VisibleByVersion):
    """Read only: texts are edited on the page of their draft. Shows each text with its history."""

    version_path = "version"
    list_display = ("version_shown", "audience", "is_primary", "summary_shown")
    list_select_related = ("version__article", "audience")
    list_filter = ("is_primary",)
    search_fields = ("version__article__slug", "version__question")
    ordering = ("-pk",)
    fields = ("version_shown", "audience", "is_primary", "summary", "source")
    empty_state = "No texts yet. They are written on the page of a draft."

    @admin.display(description="version", ordering="version__article__slug")
    def version_shown(self, text: Rendition) -> str:
        return str(text.version)

    @admin.display(description="summary")
    def summary_shown(self, text: Rendition) -> str:
        return shortened(text.summary) or self.empty_value_display

    @admin.display(description="text")
    def source(self, text: Rendition) -> SafeString:
        return format_html("<pre>{}</pre>", text.body)


@admin.register(Citation)
class CitationAdmin(VisibleByVersion):
    version_path = "version"
    list_display = ("version_shown", "number", "key", "as_cited")
    list_display_links = ("version_shown", "number")
    list_select_related = ("version__article", "reference")
    search_fields = ("reference__key", "reference__title__mentions", "version__article__slug")
    ordering = ("-version__pk", "number")
    fields = ("version_link", "number", "work_link", "as_cited")
    empty_state = "Nothing is cited yet. Citations are numbered from the texts of a version when it is saved."

    @admin.display(description="version", ordering="version__article__slug")
    def version_shown(self, citation: Citation) -> str:
        return str(citation.version)

    @admin.display(description="version")
    def version_link(self, citation: Citation) -> SafeString:
        return link(citation.version)

    @admin.display(description="key", ordering="reference__key")
    def key(self, citation: Citation) -> str:
        return citation.reference.key

    @admin.display(description="work")
    def work_link(self, citation: Citation) -> SafeString:
        return link(citation.reference)

    @admin.display(description="as cited")
    def as_cited(self, citation: Citation) -> SafeString:
        return vancouver.reference_html(citation.csl)


@admin.register(Claim)
class ClaimAdmin(VisibleByVersion):
    version_path = "rendition__version"
    list_display = ("statement", "version_shown", "audience", "position")
    list_select_related = ("rendition__version__article", "rendition__audience")
    search_fields = ("text", "rendition__version__article__slug")
    ordering = ("-rendition__pk", "position")
    fields = ("text", "version_link", "audience", "position", "stands_in", "works", "fingerprint")
    empty_state = "No claims yet. They are listed from the texts when a version is submitted."

    @admin.display(description="claim", ordering="text")
    def statement(self, claim: Claim) -> str:
        return shortened(claim.text)

    @admin.display(description="version", ordering="rendition__version__article__slug")
    def version_shown(self, claim: Claim) -> str:
        return str(claim.rendition.version)

    @admin.display(description="version")
    def version_link(self, claim: Claim) -> SafeString:
        return link(claim.rendition.version)

    @admin.display(description="audience")
    def audience(self, claim: Claim) -> str:
        return str(claim.rendition.audience)

    @admin.display(description="context")
    def stands_in(self, claim: Claim) -> SafeString | str:
        """What its meaning depends on besides its words."""
        parts = format_html_join(SafeString("<br>"), "{}", ((context_part_text(part),) for part in claim.context_words))
        return parts or "Not known"

    @admin.display(description="works cited at it")
    def works(self, claim: Claim) -> SafeString | str:
        return format_html_join(" · ", "{}", ((link(work, work.key),) for work in claim.references.order_by("key")))

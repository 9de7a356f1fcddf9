"""Admin of versions: writing drafts, reading frozen versions, and their verbs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.actions import edit
from articles.admin.draft_editor import FORM, WritingPages
from articles.admin.edit_conflicts import typed_texts
from articles.admin.preflight import findings
from articles.admin.rendered_version import render_version
from articles.lifecycle import ACTS, Act, State
from articles.models import Claim, Rendition, Version
from articles.permissions import may, offers
from articles.text.comparison.side_by_side import differences
from articles.text.content import Text
from articles.verbs.versions import RETRACT, REVISE, SUBMIT, SUSPEND
from editorial import autosave
from editorial.admin.autosave import autosave_settings
from editorial.admin.chips import choice_chip, state_chip
from editorial.admin.formatting import short_date
from editorial.admin.ledger_on_pages import LedgerPanel
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedForm, TrackedInline
from editorial.admin.verbs import VerbPages
from editorial.exceptions import Refusal
from editorial.http.etags import Expectation
from editorial.models import LedgerEntry, User
from editorial.permissions import is_writer, reads_the_record
from editorial.verbs.table import Verb


class DraftForm(TrackedForm):
    """The question and the listed works. Each text has a form of its own."""

    reason = None  # type: ignore[assignment]
    is_only_shown: ClassVar[bool] = False

    class Meta:
        labels: ClassVar = {"listed": "Works that came with the text"}
        help_texts: ClassVar = {
            "listed": "Keys of the works that the text was imported with. Pre-flight names those that are not cited. "
            "Take a key out if the text does not need that work."
        }

    def is_valid(self) -> bool:
        """A form that is only displayed, such as a preview, is never saved."""
        return super().is_valid() and not self.is_only_shown


class TextForm(forms.ModelForm):
    """One text. ``edit`` validates all texts of a draft together."""

    class Meta:
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 22, "class": "vLargeTextField writing", "spellcheck": "true"}),
        }

    def validate_unique(self) -> None:
        pass

    def as_text(self) -> Text:
        data = self.cleaned_data
        return Text(data["audience"].code, data["summary"], data["body"], data["is_primary"])


class TextFormSet(forms.BaseInlineFormSet):
    """The texts of a draft. Faults found by ``edit`` are shown at the text and field that they name."""

    refusal: Refusal | None = None

    def validate_unique(self) -> None:
        pass

    def kept(self) -> list[Any]:
        """Return the forms that contain a text, in the order in which they are passed to ``edit``."""
        filled_forms = (form for form in self.forms if form.instance.pk or form.has_changed())
        return [form for form in filled_forms if not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def clean(self) -> None:
        super().clean()
        forms_with_text = self.kept()
        for fault in self.refusal.faults if self.refusal else ():
            index, _, name = fault.pointer.removeprefix("/renditions/").partition("/")
            if fault.pointer.startswith("/renditions/") and int(index) < len(forms_with_text):
                forms_with_text[int(index)].add_error(
                    name if name in forms_with_text[int(index)].fields else None, fault.detail
                )


class RenditionInline(admin.StackedInline, TrackedInline):
    """The texts of a draft, one for each audience."""

    model = Rendition
    form = TextForm
    formset = TextFormSet
    belongs_by = "version"
    can_delete = True
    fields = ("audience", "is_primary", "summary", "body")
    verbose_name = "text"
    verbose_name_plural = "texts"
    ordering = ("-is_primary", "audience__position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("audience")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj and obj.renditions.exists() else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.refusal = getattr(request, "refusal", None)
        formset.form.base_fields["audience"].widget.can_view_related = False
        return formset


class VersionAdmin(LedgerPanel, VerbPages, WritingPages):
    """Base of the registered admin. ``reviews`` registers a subclass with verbs for reviews."""

    change_form_template = "admin/articles/version/change_form.html"
    form = DraftForm
    list_display = ("question", "slug", "number", "state_chip", "risk", "submitted", "valid")
    list_select_related = ("article",)
    list_filter = ("state", "article__risk")
    search_fields = ("question", "article__slug")
    search_help_text = "Words of the question or the slug."
    ordering = ("-state_changed_at", "-pk")
    verbs: ClassVar[tuple[Verb, ...]] = (SUBMIT, REVISE, SUSPEND, RETRACT)
    empty_state = "No versions of yours yet. Start an article to see its first draft here."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.visible_to(user)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("article")

    def heading(self, record: Version) -> str:
        return record.question

    def may_see(self, user: User) -> bool:
        return is_writer(user) or reads_the_record(user)

    def may_change(self, user: User, record: Version | None) -> bool:
        if record is None:
            return is_writer(user)
        return State(record.state) in ACTS[Act.EDIT] and may(user, Act.EDIT, record.article)

    def offered(self, user: User, record: Version) -> Mapping[str, str]:
        return {offer.action: "" if offer.allowed else offer.reason for offer in offers(user, record)}

    # --- a draft ----------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Version | None = None) -> list[Any]:
        """Works that came with the text are shown only if there are any."""
        fields = ["question", *(["listed"] if obj and obj.listed else []), "seen"]
        return [(None, {"fields": fields})] if self.has_change_permission(request, obj) else []

    def get_inlines(self, request: HttpRequest, obj: Version | None) -> list[Any]:
        return [RenditionInline] if obj and self.has_change_permission(request, obj) else []

    def token(self, record: Version) -> str:
        return record.etag

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing: the question is saved with the texts, by one action."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        edit(
            version_id=form.instance.pk,
            question=form.cleaned_data["question"],
            listed=form.cleaned_data.get("listed"),
            texts=[kept.as_text() for formset in formsets for kept in formset.kept()],
            expected=Expectation(frozenset({form.cleaned_data["seen"]})),
            by=actor(request),
            now=timezone.now(),
        )
        autosave.forget_form(form.instance, form=FORM, by=actor(request))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list:  # noqa: FBT001, FBT002
        return []

    # --- what is read -----------------------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        version, user = kwargs["obj"], actor(request)
        read = render_version(version)
        texts = [text.rendition for text in read.texts]
        may_edit, is_writing = may(user, Act.EDIT, version.article), self.has_change_permission(request, version)
        typed = autosave_settings(version, user=user) if may_edit else None
        context |= {
            "version": version,
            "state": state_chip(version),
            "before": version_before(version),
            "reading": read,
            "findings": findings(version, texts, now=timezone.now()) if version.state == State.DRAFT else None,
            "claims": Claim.objects.filter(rendition__version=version).count(),
            "is_writing": is_writing,
            "may_edit": may_edit,
            "typed": typed,
            "left": typed_texts(typed["drafts"][FORM]["value"]) if typed and FORM in typed["drafts"] else [],
            "is_valid": version.is_validly_approved(at=timezone.now()),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [path("<path:object_id>/compare/", view, name="articles_version_compare"), *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions of one article side by side: ``?with=<id>``, else the version before."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self.unseen(request, object_id)
        others = version.article.versions.exclude(pk=version.pk).newest_first()
        chosen = request.GET.get("with", "")
        other = others.filter(pk=chosen).first() if chosen.isdecimal() else version_before(version)
        if chosen and other is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What changed",
            "version": version,
            "other": other,
            "others": others,
            "differences": differences(other, version) if other else None,
        }
        return TemplateResponse(request, "admin/articles/version/compare.html", context)

    def ledger_of(self, record: Version) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(chain=record.article.chain, payload__version_id=record.pk)

    def chain_of(self, record: Version) -> str:
        return record.article.chain

    # --- columns ----------------------------------------------------------------------------------------------------

    @admin.display(description="article", ordering="article__slug")
    def slug(self, version: Version) -> str:
        return version.article.slug

    @admin.display(description="state", ordering="state")
    def state_chip(self, version: Version) -> SafeString:
        return state_chip(version)

    @admin.display(description="risk", ordering="article__risk")
    def risk(self, version: Version) -> SafeString:
        return choice_chip(version.article, "risk")

    @admin.display(description="submitted", ordering="submitted_at")
    def submitted(self, version: Version) -> str:
        return short_date(version.submitted_at)

    @admin.display(description="approval lapses", ordering="valid_until")
    def valid(self, version: Version) -> str:
        return short_date(version.valid_until)


def version_before(version: Version) -> Version | None:
    """Return the version that it was revised from, or else the one with the number before."""
    if version.based_on_id:
        return version.based_on
    return version.article.versions.filter(number__lt=version.number).newest_first().first()

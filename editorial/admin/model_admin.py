"""The base classes of all admin pages: who can see and change which records.

Permissions come from the site's own predicates, never from Django's permission rows. No page deletes records or changes
many at once, and history and ledger replace Django's admin log.
"""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from editorial.models import User
from editorial.permissions import works_here


def actor(request: HttpRequest) -> User:
    """Return the person who sent the request; the admin site requires a login."""
    return cast(User, request.user)


class BaseAdmin(admin.ModelAdmin):
    """Read-only pages of a model, unless a subclass allows to add or change. They show only ``visible`` rows."""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    change_form_template = "admin/ground/change_form.html"
    add_form_template = "admin/ground/change_form.html"
    change_list_template = "admin/ground/change_list.html"
    empty_value_display = "-"
    empty_state: ClassVar[str] = "There are no records yet."
    """Shown instead of an empty table: what the list contains, and how records get there."""

    def may_see(self, user: User) -> bool:
        """Return whether ``user`` can open the pages of this model at all; ``visible`` restricts the rows."""
        return works_here(user)

    def may_add(self, _user: User) -> bool:
        return False

    def may_change(self, _user: User, _record: Any) -> bool:
        """Return whether ``user`` may change this record, or, if it is None, at least one record."""
        return False

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        """Return those of ``rows`` that ``user`` may see; all others are a 404 for them."""
        return rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with the plural name of the model as its heading."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def heading(self, record: Any) -> str:
        """Return the heading of the page of ``record``."""
        return str(record)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = kwargs.get("obj")
        heading = {"title": self.heading(record), "subtitle": None} if record else {}
        context |= {**heading, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def unseen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Redirect to the start page with a message, for a record that does not exist or is not visible."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, _opts: Any, _object_id: str) -> HttpResponse:
        """Replace Django's message "Perhaps it was deleted?", which is never true here."""
        messages.warning(request, f"There is no such {self.opts.verbose_name} that you can see.")
        return redirect("admin:index")

    # --- Django's permission methods, in terms of the methods above -------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.visible(super().get_queryset(request), actor(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_see(actor(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add(actor(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change(actor(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _log_nothing(self, *_args: Any) -> None:
        """Do nothing: history and ledger replace Django's admin log."""

    log_addition = log_change = log_deletions = _log_nothing  # type: ignore[assignment]


class LabelledRows(BaseInlineFormSet):
    """Forms in table rows: each field gets an ``aria-label``, because a column heading labels it only visually."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = "a new row" if index is None else f"row {index + 1}"
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}, {row}")


class BaseInline(admin.TabularInline):
    """Inline rows on the page of their record. Whoever may change the record may change its rows."""

    extra = 0
    show_change_link = False
    can_delete = False
    parent_admin: BaseAdmin
    formset: type[BaseInlineFormSet] = LabelledRows

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.can_delete and self.has_add_permission(request, obj)

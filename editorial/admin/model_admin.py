"""The ground under every page of the admin: who sees what, and what no page does.

Who may do what is asked of our own predicates, never of Django's permission rows. Nothing is deleted here, nothing is
done to many records at once, and what happened is told by history and ledger, not by Django's own log.
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
    """Who asks. The site lets nobody in who is not logged in."""
    return cast(User, request.user)


class HouseAdmin(admin.ModelAdmin):
    """Read only until a subclass says who adds or changes; shows what ``visible`` leaves of the rows."""

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
    empty_state: ClassVar[str] = "There is nothing here yet."
    """Said instead of an empty table: what would be here, and how it gets here."""

    def may_see(self, user: User) -> bool:
        """Whether ``user`` has any business with this noun; which rows, ``visible`` says."""
        return works_here(user)

    def may_add(self, _user: User) -> bool:
        return False

    def may_change(self, _user: User, _record: Any) -> bool:
        """Whether ``user`` may change this record, or, when it is None, some record."""
        return False

    def visible(self, rows: QuerySet, user: User) -> QuerySet:  # noqa: ARG002 - subclasses look at the user
        """The part of ``rows`` that ``user`` may see; the rest does not exist for them."""
        return rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Headed by the name of the noun."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def heading(self, record: Any) -> str:
        """What stands above the page of ``record``."""
        return str(record)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = kwargs.get("obj")
        named = {"title": self.heading(record), "subtitle": None} if record else {}
        context |= {**named, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def unseen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The answer for what does not exist, as seen by who asks: back to the start, with a word."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, _opts: Any, _object_id: str) -> HttpResponse:
        """Django asks here. Its own words, "perhaps it was deleted", are never true in this house."""
        messages.warning(request, f"There is no such {self.opts.verbose_name} that you can see.")
        return redirect("admin:index")

    # --- what Django asks, answered from the four above -------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.visible(super().get_queryset(request), actor(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return self.may_see(actor(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add(actor(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change(actor(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def _log_nothing(self, *_args: Any) -> None:
        """History and ledger tell what happened."""

    log_addition = log_change = log_deletions = _log_nothing  # type: ignore[assignment]


class NamedRows(BaseInlineFormSet):
    """Forms in the rows of a table: the heading of a column names its fields to the eye only, here to everybody."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = "a new row" if index is None else f"row {index + 1}"
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}, {row}")


class HouseInline(admin.TabularInline):
    """Rows on the page of the record they belong to; who may touch them is asked of that page."""

    extra = 0
    show_change_link = False
    can_delete = False
    parent_admin: HouseAdmin
    formset: type[BaseInlineFormSet] = NamedRows

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.can_delete and self.has_add_permission(request, obj)

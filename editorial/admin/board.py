"""Admin pages of the board: members with their absences and interests; specialties, companies, products, audiences."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from editorial.actions import keep_board_record, keep_term, remove_board_record
from editorial.admin.calendar_feeds import calendar_address, revoke_obstacle
from editorial.admin.chips import chip
from editorial.admin.fields import OrcidField, SpecialtiesField
from editorial.admin.formatting import moment
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm, TrackedInline
from editorial.admin.verbs import VerbPages
from editorial.board.interests import ITEMS, latest_statement
from editorial.http.sessions import keep_session
from editorial.models import (
    Absence,
    Audience,
    BoardMember,
    Company,
    Disclosure,
    MemberPhoto,
    Product,
    Specialty,
    User,
)
from editorial.permissions import board_member, is_editor, reads_the_record
from editorial.verbs.board import PORTRAIT, STATE_INTERESTS
from editorial.verbs.calendar_feeds import RENEW_CALENDAR, REVOKE_CALENDAR


class BoardAdmin(TrackedAdmin):
    """Saves by the action ``keep_board_record``."""

    def keep(self, record: Any, form: Any, *, by: User, now: datetime, reason: str) -> None:
        keep_board_record(record=record, by=by, now=now, reason=reason)

    def keep_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        keep_board_record(record=row, by=by, now=now, reason=reason)

    def remove_row(self, row: Any, *, by: User, now: datetime, reason: str) -> None:
        remove_board_record(record=row, by=by, now=now, reason=reason)


class AbsenceInline(TrackedInline):
    model = Absence
    belongs_by = "member"
    can_delete = True
    verbose_name_plural = "absences"


class DisclosureInline(TrackedInline):
    model = Disclosure
    belongs_by = "member"
    verbose_name_plural = "disclosed interests"


class MemberForm(TrackedForm):
    specialties = SpecialtiesField()
    orcid = OrcidField(label="ORCID iD", required=False, help_text="As 0000-0002-1825-0097, or its address.")
    user = forms.ModelChoiceField(User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk"))


@admin.register(BoardMember)
class BoardMemberAdmin(VerbPages, BoardAdmin):
    form = MemberForm
    list_display = ("name", "credentials", "specialty_codes", "term", "licence", "capacity", "is_public")
    list_select_related = ("user",)
    list_filter = ("is_public",)
    search_fields = ("user__last_name", "user__first_name", "user__username", "credentials")
    ordering = ("user__last_name", "user__first_name", "pk")
    inlines = (AbsenceInline, DisclosureInline)
    verbs = (STATE_INTERESTS, PORTRAIT, RENEW_CALENDAR, REVOKE_CALENDAR)
    readonly_fields = ("interests", "portrait", "calendar", "orcid_state")
    empty_state = (
        "The board has no members yet. Invite people to the board, or add here members who have an account already."
    )
    fieldsets = (
        (None, {"fields": ("user", "credentials", "specialties", "capacity")}),
        ("Office", {"fields": ("term_from", "term_to", "is_chair", "licence_expires_on")}),
        ("In public", {"fields": ("is_public", "orcid", "orcid_state", "bio", "portrait")}),
        ("Interests", {"fields": ("interests",)}),
    )

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows if reads_the_record(user) else rows.filter(user=user)

    def may_see(self, user: User) -> bool:
        return reads_the_record(user) or board_member(user) is not None

    def may_add(self, user: User) -> bool:
        return is_editor(user)

    def may_change(self, user: User, _record: BoardMember | None) -> bool:
        return is_editor(user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "user") if obj else self.readonly_fields

    def own_fieldsets(self, request: HttpRequest, obj: BoardMember | None) -> list[Any]:
        is_own_page = obj is not None and obj.user_id == actor(request).pk
        calendar = [("Calendar", {"fields": ("calendar",)})] if is_own_page else []
        return [*super().own_fieldsets(request, obj), *calendar]

    def offered(self, user: User, record: BoardMember) -> dict[str, str]:
        is_own_page = record.user_id == user.pk
        refusal = "Only editors and the member can change a portrait."
        return {
            STATE_INTERESTS.name: "" if is_own_page else "Only members themselves state their interests.",
            PORTRAIT.name: "" if is_own_page or is_editor(user) else refusal,
            RENEW_CALENDAR.name: "" if is_own_page else "Only members themselves have the address of their calendar.",
            REVOKE_CALENDAR.name: revoke_obstacle(user, record),
        }

    def save_model(self, request: HttpRequest, obj: BoardMember, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        keep_session(request, obj.user_id)

    @admin.display(description="address")
    def calendar(self, member: BoardMember) -> SafeString | str:
        """Shown only to the member, see ``own_fieldsets``."""
        return calendar_address(member)

    @admin.display(description="stated")
    def interests(self, member: BoardMember) -> SafeString | str:
        statement = latest_statement(member) if member.pk else None
        if statement is None:
            return "Not yet"
        lines = ((words, statement.answers[item]) for item, words in ITEMS.items() if item in statement.answers)
        items = format_html_join("", "<dt>{}</dt><dd>{}</dd>", lines)
        return format_html("{}<dl>{}</dl>", moment(statement.stated_at), items)

    @admin.display(description="authenticated")
    def orcid_state(self, member: BoardMember) -> str:
        if member.orcid_authenticated_at:
            return f"By a log-in at ORCID, {moment(member.orcid_authenticated_at)}. An iD that you type is not."
        return "No. Members connect their iD themselves, on “My account”."

    @admin.display(description="portrait")
    def portrait(self, member: BoardMember) -> SafeString | str:
        photo = MemberPhoto.objects.filter(member=member.pk).defer("jpeg").first()
        if photo is None:
            return "None yet"
        uploaded = f"Handed in {moment(photo.uploaded_at)}"
        if not BoardMember.objects.public(on=timezone.localdate()).filter(pk=member.pk).exists():
            return f"{uploaded}; not shown to the public"
        picture = '<img class="portrait" src="{}" alt="As the public sees it" width="120" height="120"><br>{}'
        return format_html(picture, reverse("pages:portrait", args=[photo.sha256]), uploaded)

    @admin.display(description="member", ordering="user__last_name")
    def name(self, member: BoardMember) -> str:
        return str(member.user)

    @admin.display(description="specialties")
    def specialty_codes(self, member: BoardMember) -> str:
        return ", ".join(member.specialties) or self.empty_value_display

    @admin.display(description="in office", ordering="term_from")
    def term(self, member: BoardMember) -> str:
        if member.is_in_office(on=timezone.localdate()):
            return chip("good", "In office")
        return chip("calm", "Not in office")

    @admin.display(description="licence", ordering="licence_expires_on")
    def licence(self, member: BoardMember) -> str:
        if member.licence_expires_on is None:
            return chip("bad", "Unknown")
        valid = member.is_licensed(on=timezone.localdate())
        words = f"{'until' if valid else 'expired'} {member.licence_expires_on:%-d %b %Y}"
        return words if valid else chip("bad", capfirst(words))


class OwnedAdmin(BoardAdmin):
    """Pages of records that members edit for themselves, and editors for all members."""

    list_select_related: ClassVar[Any] = ("member__user",)
    search_fields: ClassVar[Any] = ("member__user__last_name", "member__user__first_name")

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows if reads_the_record(user) else rows.filter(member__user=user)

    def may_see(self, user: User) -> bool:
        return reads_the_record(user) or board_member(user) is not None

    def may_add(self, user: User) -> bool:
        return is_editor(user) or board_member(user) is not None

    def may_change(self, user: User, record: Any) -> bool:
        own = record is None or record.member.user_id == user.pk
        return is_editor(user) or (own and board_member(user) is not None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "member":
            members = BoardMember.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
            user = actor(request)
            kwargs["queryset"] = members if is_editor(user) else members.filter(user=user)
            kwargs["initial"] = board_member(user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("member",) if obj else ()

    @admin.display(description="member", ordering="member__user__last_name")
    def who(self, record: Any) -> str:
        return str(record.member.user)


@admin.register(Absence)
class AbsenceAdmin(OwnedAdmin):
    list_display = ("who", "first_day", "last_day", "note")
    ordering = ("-last_day", "-pk")
    fields = ("member", "first_day", "last_day", "note")
    empty_state = "No absences. Members enter the days on which they cannot review; editors see them when inviting."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Absence) -> None:
        remove_board_record(record=obj, by=actor(request), now=timezone.now())


@admin.register(Disclosure)
class DisclosureAdmin(OwnedAdmin):
    list_display = ("who", "nature", "company", "product", "held_from", "held_to")
    list_select_related = ("member__user", "company", "product")
    search_fields = ("member__user__last_name", "member__user__first_name", "company__name", "product__name", "nature")
    ordering = ("-held_from", "-pk")
    fields = ("member", "company", "product", "nature", "held_from", "held_to")
    empty_state = (
        "No interests are disclosed. Members enter every company they have ties with; an interest excludes a member "
        "from a review unless an editor waives it with a reason."
    )


class TermAdmin(TrackedAdmin):
    """Pages of terms that other records refer to. Everyone in the admin can see them, editors can change them."""

    def may_add(self, user: User) -> bool:
        return is_editor(user)

    def may_change(self, user: User, _record: object) -> bool:
        return is_editor(user)

    def keep(self, record: Any, form: Any, *, by: User, now: datetime, reason: str) -> None:
        keep_term(term=record, by=by, now=now, reason=reason)


class CodedAdmin(TermAdmin):
    """A term whose code never changes."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(Specialty)
class SpecialtyAdmin(CodedAdmin):
    list_display = ("name", "code")
    search_fields = ("name", "code")
    ordering = ("name", "pk")
    fields = ("name", "code")
    empty_state = "No specialties yet. Articles say which they need and members which they have; add them first."


@admin.register(Company)
class CompanyAdmin(TermAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name",)
    empty_state = "No companies yet. They make products, and members have interests in them."


@admin.register(Product)
class ProductAdmin(TermAdmin):
    list_display = ("name", "manufacturer")
    list_select_related = ("manufacturer",)
    search_fields = ("name", "manufacturer__name")
    ordering = ("name", "pk")
    fields = ("name", "manufacturer")
    empty_state = "No products yet. An article about a medicine names it, so that interests in its maker are found."


@admin.register(Audience)
class AudienceAdmin(CodedAdmin):
    list_display = ("name", "code", "medical_audience_type", "target_grade", "position")
    ordering = ("position", "code")
    fields = ("name", "code", "medical_audience_type", "target_grade", "disclaimer", "position")
    empty_state = "No audiences yet. Every text is written for one; add “Health professional” to begin."

"""Admin pages of invitations to an account: who was invited, and inviting one person or many."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from editorial.accounts.invitation_lists import MOST, Planned
from editorial.accounts.invitations import invited_roles, role_words
from editorial.actions import dismiss_first_steps, invite_person
from editorial.admin.chips import chip
from editorial.admin.formatting import admin_url, moment
from editorial.admin.history import HistoryPages
from editorial.admin.invitation_forms import INVITE_PERSON, PeopleForm
from editorial.admin.model_admin import actor
from editorial.admin.verbs import VerbPages
from editorial.exceptions import Refusal
from editorial.models import AccountInvitation, InvitationState, User
from editorial.permissions import is_administrator, may_invite, reads_the_record
from editorial.verbs.invitations import RENEW, REVOKE

OPEN = (InvitationState.PENDING, InvitationState.EXPIRED)


def invitation_chip(invitation: AccountInvitation, *, at: datetime) -> SafeString:
    """Return the state of ``invitation``, with the moment that matters."""
    chips = {
        InvitationState.PENDING: lambda: chip("wait", f"Until {moment(invitation.expires_at)}"),
        InvitationState.EXPIRED: lambda: chip("care", f"Expired {moment(invitation.expires_at)}"),
        InvitationState.ACCEPTED: lambda: chip("good", f"Accepted {moment(invitation.accepted_at)}"),
        InvitationState.REVOKED: lambda: chip("calm", f"Revoked {moment(invitation.revoked_at)}"),
    }
    return chips[invitation.state(at=at)]()


class StateFilter(admin.SimpleListFilter):
    """Without a choice, the list has the invitations that are not accepted yet."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.label.lower()) for state in InvitationState]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": "pending and expired"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in InvitationState.values:
            return queryset.in_state(self.value(), at=timezone.now())  # type: ignore[attr-defined]
        return queryset.open() if self.value() is None else queryset  # type: ignore[attr-defined]


class InvitingPages(VerbPages):
    """Adds the pages for inviting one person and many, and the button that hides the first things to do."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("invite/", wrap(self.invite_view), name="editorial_accountinvitation_invite"),
            path("invite-many/", wrap(self.invite_many_view), name="editorial_accountinvitation_invite_many"),
            path("hide-first-things/", wrap(self.dismiss_view), name="editorial_accountinvitation_dismiss"),
            *super().get_urls(),
        ]

    def invite_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the form for one person. POST invites them."""
        self.require_inviting(request)
        if request.method == "POST":
            return self.do(request, INVITE_PERSON, None)
        return self.verb_page(request, INVITE_PERSON, None, self.empty_form(request, INVITE_PERSON, None))

    def invite_many_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the form for a list. POST shows what each row would do; with ``act=invite`` it is done.

        A row with a problem is left out. Each person is invited in a transaction of their own.
        """
        self.require_inviting(request)
        sent = request.POST if request.method == "POST" else None
        form = PeopleForm(sent, request.FILES, by=actor(request))
        if not form.is_valid():
            return self.many_page(request, form, status=422 if form.is_bound else 200)
        if request.POST.get("act") != "invite":
            ready = sum(not row.problems for row in form.planned)
            return self.many_page(request, form, planned=form.planned, ready=ready)
        invite_planned(request, form.planned)
        return HttpResponseRedirect(admin_url(self.model, "changelist"))

    def many_page(self, request: HttpRequest, form: PeopleForm, *, status: int = 200, **context: Any) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Invite many people"}
        context |= {"form": form, "most": MOST, "sees_accounts": is_administrator(actor(request))}
        name = "admin/editorial/accountinvitation/invite_many.html"
        return TemplateResponse(request, name, {**everywhere, **context}, status=status)

    def require_inviting(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied("Only editors and administrators invite people.")

    def dismiss_view(self, request: HttpRequest) -> HttpResponse:
        """POST hides the first things to do on the start page of the person who sends it."""
        return require_POST(_dismiss)(request)


def _dismiss(request: HttpRequest) -> HttpResponse:
    dismiss_first_steps(by=actor(request), now=timezone.now())
    return HttpResponseRedirect(reverse("admin:index"))


def invite_planned(request: HttpRequest, planned: list[Planned]) -> None:
    """Invite the people of the rows without a problem; leave messages on them and on who was refused meanwhile."""
    invited = 0
    for row in planned:
        if row.problems:
            continue
        try:
            invite_person(invitee=row.invitee, by=actor(request), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, f"Line {row.line}, {row.invitee}: {refusal.detail}")
        else:
            invited += 1
    left_out = sum(bool(row.problems) for row in planned)
    words = f"{invited} {'person was' if invited == 1 else 'people were'} invited."
    messages.success(request, f"{words} {left_out} left out because of problems." if left_out else words)


@admin.register(AccountInvitation)
class AccountInvitationAdmin(InvitingPages, HistoryPages):
    list_display = ("person", "address", "roles", "state", "invited_by", "sent")
    list_select_related = ("account__board_member", "invited_by")
    list_filter = (StateFilter,)
    search_fields = ("account__last_name", "account__first_name", "account__email")
    ordering = ("-created_at", "-pk")
    fields = ("person", "address", "roles", "state", "invited_by", "sent")
    verbs = (RENEW, REVOKE)
    change_list_template = "admin/editorial/accountinvitation/change_list.html"
    empty_state = "Nobody is invited who has not accepted yet."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.filter(is_replaced=False)

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    def get_fields(self, request: HttpRequest, obj: AccountInvitation | None = None) -> Any:
        """Return what the page shows; to administrators also the account, whose page only they see."""
        return (*self.fields, "account") if is_administrator(actor(request)) else self.fields

    def offered(self, user: User, record: AccountInvitation) -> Mapping[str, str]:
        if record.accepted_at:
            return {}
        may = may_invite(user, invited_roles(record.account))
        refusal = "" if may else "Only administrators do this for people with this role."
        return {RENEW.name: refusal} if record.revoked_at else {RENEW.name: refusal, REVOKE.name: refusal}

    @admin.display(description="person", ordering="account__last_name")
    def person(self, invitation: AccountInvitation) -> str:
        return str(invitation.account)

    @admin.display(description="address", ordering="account__email")
    def address(self, invitation: AccountInvitation) -> str:
        return invitation.account.email

    @admin.display(description="roles")
    def roles(self, invitation: AccountInvitation) -> str:
        return role_words(invitation.account).capitalize()

    @admin.display(description="state", ordering="expires_at")
    def state(self, invitation: AccountInvitation) -> SafeString:
        return invitation_chip(invitation, at=timezone.now())

    @admin.display(description="sent", ordering="created_at")
    def sent(self, invitation: AccountInvitation) -> str:
        return moment(invitation.created_at)

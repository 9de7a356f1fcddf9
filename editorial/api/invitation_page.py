"""The page behind the link of an invitation: the person chooses a password. It changes nothing before a POST."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from editorial.accounts.invitations import find_invitation, role_words
from editorial.actions import accept_invitation
from editorial.http.private_pages import PRIVATE_FORM, private_page
from editorial.http.problems import Problem
from editorial.http.sessions import mark_begin
from editorial.http.throttling import LinkThrottle, require_under_the_rate
from editorial.verbs.accounts import FirstPasswordForm

BACKEND = "editorial.http.log_in.AuthenticationBackend"

TITLES = {
    "accepted_already": "Log in here",
    "link_expired": "This link has expired",
    "link_replaced": "There is a newer link",
    "invitation_revoked": "This invitation was revoked",
    "logged_in": "You are logged in already",
}


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    title = TITLES.get(problem.code, problem.title)
    context = {**admin.site.each_context(request), "title": title, "problem": problem}
    return render(request, "invitation/refused.html", context, status=problem.status)


@private_page(refused, headers=PRIVATE_FORM)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who is invited as what. POST sets the password, and logs the person in.

    404 for a link that was never sent, 403 for a user who is logged in, 409 for an accepted invitation, 410 for an
    expired, revoked or replaced one, 422 for a password that is not accepted.
    """
    require_under_the_rate(request, LinkThrottle())
    now = timezone.now()
    invitation = find_invitation(token, by=request.user, now=now)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, subject=invitation.account)
    if not form.is_valid():
        context: dict[str, Any] = {
            **admin.site.each_context(request),
            "title": "Choose a password",
            "form": form,
            "invitation": invitation,
            "account": invitation.account,
            "roles": role_words(invitation.account),
            "site_name": settings.SITE_NAME,
        }
        return render(request, "invitation/accept.html", context, status=422 if form.is_bound else 200)
    account = accept_invitation(token=token, password=form.cleaned_data["password1"], by=request.user, now=now)
    login(request, account, backend=BACKEND)
    mark_begin(request)
    record_authentication(request, account, method="password", reauthenticated=True)  # it was chosen just now
    return HttpResponseRedirect(reverse("admin:index"))

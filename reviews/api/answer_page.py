"""The page behind the links in an invitation mail: it needs no login, and changes nothing before a POST."""

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from editorial.http.private_pages import private_page, refused_on
from editorial.http.throttling import AddressThrottle, require_under_the_rate
from editorial.models import EditorialPolicy
from editorial.verbs.bodies import MAX_REASON
from reviews import actions
from reviews.allowed_actions import missing_requirements
from reviews.invitations.answer_links import find_link
from reviews.invitations.urls import admin_path
from reviews.lifecycle import Action
from reviews.models import AnswerLink


class AnswerThrottle(AddressThrottle):
    scope = "answer_link"


class AcceptInvitationForm(forms.Form):
    """Nothing but the decision."""


class DeclineInvitationForm(forms.Form):
    reason = forms.CharField(max_length=MAX_REASON, error_messages={"required": "Please say why; a few words will do."})


FORMS: dict[Action, type[forms.Form]] = {Action.ACCEPT: AcceptInvitationForm, Action.DECLINE: DeclineInvitationForm}


@csrf_exempt  # the secret in the address proves more than a form's token, which browsers drop under no-referrer
@private_page(refused_on("answering/refused.html"))
@require_http_methods(["GET", "HEAD", "POST"])
def answer_invitation(request: HttpRequest, token: str, choice: Action) -> HttpResponse:
    """GET shows what is asked and what an answer means. POST accepts or declines as the member of the link.

    404 for a link that was never sent, 403 for another logged-in user, 409 for an answered invitation, 410 for an
    expired or revoked link, 422 for a decline without a reason.
    """
    require_under_the_rate(request, AnswerThrottle())
    now = timezone.now()
    link = find_link(token, by=request.user, now=now)
    form = FORMS[choice](request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = {**page_context(link, now=now), "form": form, "choice": choice.value, "token": token}
        return render(request, "answering/answer.html", page, status=422 if form.is_bound else 200)
    review = actions.answer_by_link(token=token, answer=choice, **form.cleaned_data, by=request.user, now=now)
    done = {"review": review, "choice": choice.value, "address": admin_path(review)}
    return render(request, "answering/done.html", done)


def page_context(link: AnswerLink, *, now: datetime) -> dict[str, object]:
    """Return the review, its due date if accepted now, and what has to be done first."""
    policy = EditorialPolicy.objects.required(at=now)
    due_at = now + timedelta(days=policy.days_to_review)
    lacking = missing_requirements(link.review, now=now)
    return {"review": link.review, "valid_until": link.valid_until, "due_at": due_at, "needed": lacking}

"""The reader's pages. They show the reader's document and nothing else, and work without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from articles import actions, reading
from articles.models import Question, Report
from articles.reading.listing import NEWEST_FIRST
from articles.reading.shown import Shown
from articles.rendering import render as render_markdown
from articles.views.audiences import A_YEAR, COOKIE, HEADER, wished_of_page
from articles.views.message_form import MessageForm
from articles.views.throttling import ReaderPostThrottle
from editorial.exceptions import Gone, OutOfSight
from editorial.http.pagination import KeysetPagination
from editorial.models import Audience, BoardMember, EditorialPolicy, Specialty

MESSAGES: dict[str, Callable[..., Question | Report]] = {"question": actions.ask, "report": actions.report}


class ArticleListPager(KeysetPagination):
    keyset_ordering = NEWEST_FIRST


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The articles that readers may read, page by page."""
    now = timezone.now()
    policy = EditorialPolicy.objects.published(at=now).first()
    pager = ArticleListPager()
    rows = reading.listed(policy=policy, at=now)
    versions = pager.paginate_queryset(rows, Request(request), pager)  # type: ignore[arg-type]  # for its order
    entries = [reading.entry(Shown(version=version, policy=policy, at=now)) for version in versions] if policy else []
    context = {"entries": entries, "next": pager.next, "previous": pager.previous}
    return render(request, "reader/articles.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article for one audience; 410 with the notice once it was retracted."""
    return article_page(request, slug, at=timezone.now())


def article_page(
    request: HttpRequest, slug: str, *, at: datetime, refused: dict[str, MessageForm] | None = None
) -> HttpResponse:
    """The page of an article; 422 with the forms that were ``refused``, errors beside their fields."""
    asked = wished_of_page(request)
    try:
        told, _ = reading.told(slug, audience=asked.audience, lenient=asked.lenient, at=at)
    except Gone:
        return tombstone_page(request, reading.find(slug, at=at))
    forms = {name: MessageForm(auto_id=f"{name}-%s") for name in MESSAGES} | (refused or {})
    context = {"reader": told, "forms": forms, "sent": request.GET.get("sent"), **choice(request, told["audience"])}
    response = render(request, "reader/article.html", context, status=422 if refused else 200)
    patch_vary_headers(response, [HEADER, "Cookie"])
    return response


def choice(request: HttpRequest, audience: dict[str, Any]) -> dict[str, Any]:
    """What a reader can say they are, and which of it counts now: what they asked for, if another text stands in."""
    return {
        "audiences": Audience.objects.order_by("position", "code"),
        "chosen": audience["instead_of"] or audience["code"],
        "is_kept": COOKIE in request.COOKIES,
    }


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep in a cookie which audience a reader says they are, or forget it, and lead back to the article.

    The address there names the audience as well, for browsers that keep no cookies. 422 for one that does not exist.
    """
    code, page = request.POST.get("audience", ""), reverse("pages:article", args=[slug])
    if not code:
        response = redirect(page)
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
    if not Audience.objects.filter(code=code).exists():
        raise reading.unknown_audience(code)
    response = redirect(f"{page}?{urlencode({'audience': code})}")
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, code, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def tombstone_page(request: HttpRequest, shown: Shown) -> HttpResponse:
    """What is left of a retracted article, as 410."""
    return render(request, "reader/tombstone.html", {"tombstone": reading.tombstone(shown)}, status=410)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened to an article, as a reader may know it; of a retracted one too."""
    told = reading.told_history(slug, at=timezone.now())
    return render(request, "reader/history.html", {"history": told})


@require_POST
def message(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Take a question or a report and lead back to the page, which then says thank you.

    What a trap was set for gets the same answer, and nothing is kept.
    """
    throttle, now = ReaderPostThrottle(), timezone.now()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise Throttled(wait=throttle.wait())
    shown = reading.find(slug, at=now)
    if shown.is_retracted:
        return tombstone_page(request, shown)
    form = MessageForm(request.POST, auto_id=f"{kind}-%s")
    if not form.is_valid():
        return article_page(request, slug, at=now, refused={kind: form})
    if not form.is_trapped:
        text, email = form.cleaned_data["text"], form.cleaned_data["email"]
        meant = {"claim": form.cleaned_data["claim"] or None} if kind == "report" else {}
        MESSAGES[kind](article=shown.article, version=shown.version, text=text, email=email, now=now, **meant)
    kept = {"audience": request.GET["audience"]} if "audience" in request.GET else {}
    query = urlencode(kept | {"sent": kind})
    return redirect(f"{reverse('pages:article', args=[slug])}?{query}#{kind}")


@require_safe
def policy(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The policy in force, or the one with this number, with the list of all that were ever in force."""
    published = list(EditorialPolicy.objects.published(at=timezone.now()))
    chosen = [found for found in published if number in (None, found.number)]
    if not chosen:
        raise OutOfSight("There is no such policy.")
    context = {
        "policy": chosen[0],
        "sections": render_markdown(chosen[0].text, numbers={}),
        "published": published,
        "in_force": published[0],
    }
    return render(request, "reader/policy.html", context)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The members of the medical advisory board in office who agreed to be named."""
    names = dict(Specialty.objects.values_list("code", "name"))
    public = BoardMember.objects.public(on=timezone.now().date())
    members = public.select_related("user", "photo").defer("photo__jpeg")
    context = {"members": [(member, [names[code] for code in member.specialties]) for member in members]}
    return render(request, "reader/board.html", context)

"""The readers' pages. They show the readers' document and nothing else, and work without JavaScript.

Each has an ``ETag`` of its content, and sets no cookie.
"""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page, require_POST, require_safe
from rest_framework.request import Request

from articles import actions
from articles import published as reading
from articles.published.article_list import NEWEST_FIRST
from articles.published.visible_version import Shown
from articles.reader.audience_choice import A_YEAR, COOKIE, HEADER, requested_by_page
from articles.reader.message_form import MessageForm, QuestionForm
from articles.reader.questions import keep, offer
from articles.reader.same_origin import own_form
from articles.reader.throttling import ReaderPostThrottle, SearchThrottle
from articles.text.rendering import render as render_markdown
from editorial.exceptions import NotFound, Unacceptable
from editorial.http.pagination import KeysetPagination
from editorial.http.throttling import require_under_the_rate
from editorial.models import Audience, BoardMember, EditorialPolicy, Specialty

FORMS: dict[str, type[MessageForm]] = {"question": QuestionForm, "report": MessageForm}


class ArticleListPager(KeysetPagination):
    keyset_ordering = NEWEST_FIRST


@require_safe
@conditional_page
def articles(request: HttpRequest) -> HttpResponse:
    """List the articles that readers may read, page by page."""
    now = timezone.now()
    policy = EditorialPolicy.objects.published(at=now).first()
    pager = ArticleListPager()
    rows = reading.listed(policy=policy, at=now)
    versions = pager.paginate_queryset(rows, Request(request), pager)  # type: ignore[arg-type]  # for its order
    shown = [Shown(version=version, policy=policy, at=now) for version in versions] if policy else []
    entries = [reading.entry(visible, reading.texts_of(visible.version)) for visible in shown]
    context = {"entries": entries, "next": pager.next, "previous": pager.previous}
    return render(request, "reader/articles.html", context)


@require_safe
@conditional_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article for one audience; 410 with the notice if it was retracted."""
    return article_page(request, slug, at=timezone.now())


def article_page(
    request: HttpRequest,
    slug: str,
    *,
    at: datetime,
    refused: dict[str, MessageForm] | None = None,
    asked: MessageForm | None = None,
    text: str = "",
    exact: bool = False,
) -> HttpResponse:
    """Render the page of an article.

    ``text`` is a question to answer on the page, next to the form ``asked``. Status 422 with the forms that were
    ``refused``, with errors at their fields.
    """
    requested = requested_by_page(request)
    try:
        document, audiences = reading.read_for_page(slug, audience=requested.audience, lenient=requested.lenient, at=at)
    except reading.Retracted as retracted:
        return tombstone_page(request, retracted.shown)
    forms = {name: form(auto_id=f"{name}-%s") for name, form in FORMS.items()} | (refused or {})
    context = {
        "reader": document,
        "at": at,
        "forms": forms | ({"question": asked} if asked else {}),
        "found": offer(text, slug=slug, exact=exact, now=at) if text else None,
        "sent": request.GET.get("sent"),
        "audiences": audiences,
        "chosen": document["audience"]["instead_of"]
        or document["audience"]["code"],  # the requested audience, even if it has no text
        "is_kept": COOKIE in request.COOKIES,
    }
    response = render(request, "reader/article.html", context, status=422 if refused else 200)
    patch_vary_headers(response, [HEADER, "Cookie"])
    return response


@own_form
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
    """The page of a retracted article, as 410."""
    return render(request, "reader/tombstone.html", {"tombstone": reading.tombstone(shown)}, status=410)


@require_safe
@conditional_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The history of an article as readers may see it, also if it was retracted."""
    history_of_article = reading.read_history(slug, at=timezone.now())
    return render(request, "reader/history.html", {"history": history_of_article})


@own_form
@require_POST
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Store a report and redirect to the page, which then says thank you.

    If the honeypot was filled in, the response is the same, and nothing is stored.
    """
    require_under_the_rate(request, ReaderPostThrottle())
    now = timezone.now()
    shown = reading.find(slug, at=now)
    if shown.is_retracted:
        return tombstone_page(request, shown)
    form = MessageForm(request.POST, auto_id="report-%s")
    if not form.is_valid():
        return article_page(request, slug, at=now, refused={"report": form})
    if not form.is_trapped:
        text, email, claim = (form.cleaned_data[name] for name in ("text", "email", "claim"))
        message = {"text": text, "email": email, "claim": claim or None}
        actions.report(article=shown.article, version=shown.version, now=now, **message)
    return thanks(request, slug, kind="report")


@own_form
@require_POST
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Show answers to the question. The second button of the form sends it to the editors."""
    keeps, now = "keep" in request.POST, timezone.now()
    require_under_the_rate(request, ReaderPostThrottle() if keeps else SearchThrottle())
    form = QuestionForm(request.POST, auto_id="question-%s")
    if not form.is_valid():
        return article_page(request, slug, at=now, refused={"question": form})
    sent = {name: form.cleaned_data[name] for name in ("text", "email", "token")}
    if not keeps:
        return article_page(request, slug, at=now, asked=form, text=sent["text"], exact="exact" in request.POST)
    try:
        if not form.is_trapped:
            keep(slug, now=now, **sent)
    except reading.Retracted as retracted:
        return tombstone_page(request, retracted.shown)
    except Unacceptable as refusal:
        form.add_error("text", refusal.detail)
        return article_page(request, slug, at=now, refused={"question": form}, text=sent["text"])
    return thanks(request, slug, kind="question")


def thanks(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Redirect to the page for the same audience, which then says thank you."""
    audience = {"audience": request.GET["audience"]} if "audience" in request.GET else {}
    query = urlencode(audience | {"sent": kind})
    return redirect(f"{reverse('pages:article', args=[slug])}?{query}#{kind}")


@require_safe
@conditional_page
def policy(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The policy in force, or the one with this number, with the list of all that were ever in force."""
    published = list(EditorialPolicy.objects.published(at=timezone.now()))
    chosen = [policy for policy in published if number in (None, policy.number)]
    if not chosen:
        raise NotFound("There is no such policy.")
    context = {
        "policy": chosen[0],
        "sections": render_markdown(chosen[0].text, numbers={}),
        "published": published,
        "in_force": published[0],
    }
    return render(request, "reader/policy.html", context)


@require_safe
@conditional_page
def board(request: HttpRequest) -> HttpResponse:
    """The members of the medical advisory board in office who agreed to be named."""
    names = dict(Specialty.objects.values_list("code", "name"))
    public = BoardMember.objects.public(on=timezone.now().date())
    members = public.select_related("user", "photo").defer("photo__jpeg")
    context = {"members": [(member, [names[code] for code in member.specialties]) for member in members]}
    return render(request, "reader/board.html", context)

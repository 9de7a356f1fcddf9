"""For search engines and feed readers: robots.txt, the sitemap, and the feed of approvals and retractions."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Version
from articles.published import last_modified
from articles.published.dates_and_urls import address
from articles.published.feed_entries import News, indexable, news
from articles.published.visible_version import Shown
from articles.reader.cached_responses import FRESH
from editorial.exceptions import NotFound
from editorial.models import EditorialPolicy

CLOSED = ("admin", "answer", "api", "calendar")
"""First path segments of pages that search engines should not index."""

PAGES = ("pages:articles", "pages:policy", "pages:board")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What robots should not fetch, see RFC 9309, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in CLOSED), "", f"Sitemap: {address('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class HouseSitemap(Sitemap):
    """URLs use the site's own host, whatever host was requested."""

    limit = 10_000

    @cached_property
    def paginator(self) -> Paginator:
        """Counted once."""
        return super().paginator

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class AnswerSitemap(HouseSitemap):
    """Articles that are validly approved at the time of the request; none without a policy."""

    def __init__(self) -> None:
        self.at = timezone.now()
        self.policy = EditorialPolicy.objects.published(at=self.at).first()

    def items(self) -> QuerySet[Version]:
        return indexable(policy=self.policy, at=self.at)

    def location(self, version: Version) -> str:
        return reverse("pages:article", args=[version.article.slug])

    def lastmod(self, version: Version) -> datetime:
        return last_modified(Shown(version=version, policy=cast(EditorialPolicy, self.policy), at=self.at))

    def get_latest_lastmod(self) -> datetime | None:
        """Of all of them, without reading each: a policy that comes into force changes what all of them say."""
        latest = self.items().order_by().aggregate(latest=Max("state_changed_at"))["latest"]
        return latest and max(latest, cast(EditorialPolicy, self.policy).in_force_from)


class PageSitemap(HouseSitemap):
    def items(self) -> Sequence[str]:
        return PAGES

    def location(self, page: str) -> str:
        return reverse(page)


Parts = dict[str, type[Sitemap] | Sitemap]

SITEMAPS: Parts = {"answers": AnswerSitemap, "pages": PageSitemap}


def cacheable(response: HttpResponse) -> HttpResponse:
    """Allow caches to store the response, but require revalidation: an approval may end at any time."""
    del response.headers["Last-Modified"]  # a lapsed approval leaves the list without a newer date
    for name, value in FRESH.items():
        response[name] = value
    return response


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The index of all sitemaps that contain a URL: the schema of sitemaps.org allows no empty ones.

    Django's own index would use the host of the request.
    """
    parts = {"answers": AnswerSitemap(), "pages": PageSitemap()}
    filled = {name: part for name, part in parts.items() if part.paginator.count}
    items = [
        {"location": address("sitemap-part", name) + ("" if page == 1 else f"?p={page}"), "last_mod": latest}
        for name, part in filled.items()
        for latest in [part.get_latest_lastmod()]
        for page in part.paginator.page_range
    ]
    return cacheable(render(request, "sitemap_index.xml", {"sitemaps": items}, content_type="application/xml"))


@require_safe
@conditional_page
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """URLs of one kind; 404 if there is none."""
    response: TemplateResponse = sitemaps.sitemap(request, sitemaps=SITEMAPS, section=section)
    if not (response.context_data or {})["urlset"]:
        raise NotFound("There is nothing to be found by search engines.")
    return cacheable(HttpResponse(response.render().content, headers=response.headers))


class NewsFeed(Feed):
    """Atom (RFC 4287): the latest valid approvals, and the latest retractions."""

    feed_type = Atom1Feed
    subtitle = "Answers to clinical questions that our medical advisory board has approved, or that were retracted."

    def title(self) -> str:
        return f"{settings.SITE_NAME}: approved and retracted"

    def author_name(self) -> str:
        return settings.SITE_NAME

    def link(self) -> str:
        return address("pages:articles")

    def feed_url(self) -> str:
        return address("feed")

    def feed_guid(self) -> str:
        return address("feed")

    def items(self) -> list[News]:
        return news(at=timezone.now())

    def item_title(self, item: News) -> str:
        return item.title

    def item_description(self, item: News) -> str:
        """As HTML, which the feed says it is: what looks like a tag would vanish in a feed reader."""
        return escape(item.words)

    def item_link(self, item: News) -> str:
        return item.url

    def item_guid(self, item: News) -> str:
        return item.name

    def item_pubdate(self, item: News) -> datetime:
        return item.happened_at

    def item_updateddate(self, item: News) -> datetime:
        return item.updated_at


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """The latest news, each item true at the time of the request."""
    return cacheable(NewsFeed()(request))

"""A written document leaves before most layers of the site; nobody can tell by what it lacks."""

import pytest
import time_machine
from django.urls import reverse

from articles.models import Article, Unwritten
from articles.tasks import write_readings
from articles.views.written import ADDRESS
from tests.readers import LATER, SLUG, publish

pytestmark = pytest.mark.django_db

ARTICLE = f"/api/v1/articles/{SLUG}/"


@pytest.fixture
def article(policy):
    with time_machine.travel(LATER, tick=False):
        publish()
        write_readings()
        yield Article.objects.get()


def test_address_of_the_written_document_is_that_of_the_view():
    assert ADDRESS.fullmatch(reverse("reader:article", args=[SLUG]))[1] == SLUG


def test_written_document_bears_the_headers_of_one_that_passed_all_layers(api, article):
    written = api.get(ARTICLE)
    Unwritten.objects.create(article=article)
    told = api.get(ARTICLE)
    of_each = {"X-Request-ID", "Vary", "Content-Security-Policy"}
    assert set(written.headers) - of_each == set(told.headers) - of_each - {"Allow"}
    assert all(written[name] == told[name] for name in set(written.headers) - of_each)
    assert all(written[name] for name in of_each)


def test_unmodified_document_bears_no_length_of_its_own(api, article):
    tag = api.get(ARTICLE)["ETag"]
    answer = api.get(ARTICLE, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.get("Content-Length")) == (304, None)


def test_host_that_is_not_ours_is_refused_a_written_document(api, article):
    assert api.get(ARTICLE, headers={"Host": "elsewhere.example"}).status_code == 400


def test_write_to_the_address_of_a_written_document_reaches_the_view(api, article):
    answer = api.post(ARTICLE, {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")

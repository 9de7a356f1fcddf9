"""Searching what readers are shown: what is found, what never is, and in which order."""

from datetime import timedelta

import pytest
import time_machine

from articles import actions
from articles.lifecycle import State
from articles.models import Passage, Synonym
from tests import api as answers
from tests import factories
from tests.factories import NOW
from tests.readers import HIDDEN, LAPSE, LATER, publish, resubmit, revise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]

SEARCH = "/api/v1/search/"


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def found(api, q, **filters) -> list[dict]:
    answer = api.get(SEARCH, {"q": q, **filters})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def slugs(api, q, **filters) -> list[str]:
    return [hit["slug"] for hit in found(api, q, **filters)]


def test_approved_article_is_found_with_its_passage_and_citation_numbers(api):
    factories.make_version_at(State.APPROVED)
    (hit,) = found(api, "back pain")
    assert (hit["status"], hit["caution"]) == ("approved", None)
    assert "<mark>" in hit["passage"]["html"]

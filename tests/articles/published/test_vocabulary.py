"""What machines are told is written as its vocabularies and schemas say: schema.org, sitemaps.org, RFC 4287."""

from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from articles.lifecycle import State
from articles.models import Version
from tests.support import factories
from tests.support.readers import LATER, publish, told
from tests.support.retraction_lists import make_list, make_record, make_work
from tests.support.schemas import ATOM, atom_faults, misuses, xml_faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://answers.example.org"


# --- schema.org ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.SUSPENDED])
def test_json_ld_uses_each_property_where_and_as_schema_org_says(state):
    ada = factories.make_member("ada")
    ada.orcid = "0000-0002-1825-0097"
    ada.record(by=ada.user, now=LATER, reason="told")
    factories.make_version_at(state)
    assert list(misuses(told()["json_ld"])) == []


def test_json_ld_tells_credentials_and_the_day_of_the_review():
    factories.make_version_at(State.APPROVED)
    page = told()["json_ld"]
    assert page["lastReviewed"] == "2026-03-02"
    held = {"@type": "EducationalOccupationalCredential", "name": "MD, PhD"}
    assert page["reviewedBy"][0]["hasCredential"] == held


def test_member_without_credentials_claims_none():
    factories.make_member("ada", credentials="")
    factories.make_version_at(State.APPROVED)
    assert "hasCredential" not in told()["json_ld"]["reviewedBy"][0]


def test_json_ld_says_which_work_was_retracted(policy):
    make_work("work")
    make_work("standing", DOI="10.1000/standing")
    publish("One [@work]. Another [@standing].")
    make_list()
    make_record()
    page = told()["json_ld"]
    assert [work.get("creativeWorkStatus") for work in page["citation"]] == ["Retracted", None]
    assert list(misuses(page)) == []


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "MedicalWebPage", "lastReviewed": "2026-03-02T09:00:00Z"},
        {"@type": "Person", "lastReviewed": "2026-03-02"},
        {"@type": "MedicalWebPage", "invented": "x"},
        {"@type": "MedicalWebPage", "reviewedBy": {"@type": "MedicalAudience"}},
    ],
)
def test_misuse_is_seen(node):
    assert len(list(misuses(node))) == 1


# --- sitemap and feed ------------------------------------------------------------------------------------------------


def fetched(path: str) -> bytes:
    with time_machine.travel(LATER, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


SCHEMAS = {"/sitemap.xml": "siteindex.xsd", "/sitemap-answers.xml": "sitemap.xsd", "/sitemap-pages.xml": "sitemap.xsd"}


@pytest.mark.parametrize("path", SCHEMAS)
def test_sitemap_is_as_its_schema_says(path):
    factories.make_approved()
    assert xml_faults(fetched(path), SCHEMAS[path]) == []


def test_index_of_the_sitemap_is_as_its_schema_says_while_nothing_is_approved():
    assert xml_faults(fetched("/sitemap.xml"), "siteindex.xsd") == []


def test_feed_is_as_rfc_4287_says():
    assert atom_faults(fetched("/feed.atom")) == []
    factories.make_approved()
    factories.make_version_at(State.RETRACTED, "gone")
    feed = fetched("/feed.atom")
    assert atom_faults(feed) == []
    assert feed.count(b"<entry>") == 2


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("<entry><title>", "<entry><title>x</title><title>"),
        ("</updated>", " or so</updated>"),
        ("author>", "contributor>"),
        ('rel="alternate"', 'rel="related"'),
        ('href="https://', 'href="/'),
        ("<entry>", "<entry></entry><entry>"),
    ],
)
def test_fault_in_a_feed_is_seen(told, instead):
    factories.make_approved()
    feed = fetched("/feed.atom").decode()
    assert told in feed
    assert atom_faults(feed.replace(told, instead).encode())


@pytest.mark.parametrize(("told", "instead"), [("<loc>", "<loc>x</loc><loc>"), ("2026-03-02", "today"), ("url>", "u>")])
def test_fault_in_a_sitemap_is_seen(told, instead):
    factories.make_approved()
    sitemap = fetched("/sitemap-answers.xml").decode()
    assert told in sitemap
    assert xml_faults(sitemap.replace(told, instead).encode(), "sitemap.xsd")


@pytest.mark.parametrize("bad", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_character_that_xml_cannot_hold_harms_nobody(policy, edith, bad):
    publish(question=f"Is{bad}it safe?")
    version = factories.approve(Version.objects.get())
    titles = [title.text for title in ElementTree.fromstring(fetched("/feed.atom")).iter(f"{ATOM}title")]
    assert titles[1] == "Approved: Is it safe?"
    with time_machine.travel(LATER, tick=False):
        review = Client().get(f"/api/v1/articles/{version.article.slug}.fhir.json").json()
    assert ElementTree.fromstring(review["text"]["div"]) is not None

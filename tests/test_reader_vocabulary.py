"""What machines are told is written as its vocabularies and schemas say: schema.org, sitemaps.org, RFC 4287."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from articles.lifecycle import State
from articles.models import Version
from tests import factories
from tests.readers import LATER, publish, told

pytestmark = pytest.mark.django_db

VOCABULARY = json.loads((Path(__file__).parent / "data" / "schema_org.json").read_text())
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
URI = re.compile(r"https?://[^\s<>\"]+")


# --- schema.org ------------------------------------------------------------------------------------------------------


def is_a(kind: str, wanted: str) -> bool:
    return wanted in (kind, *VOCABULARY["types"][kind])


def datatypes(value: Any) -> set[str]:
    """Of which of schema.org's types of data a JSON value is."""
    found = {"Text"}
    for name, read in (("Date", date.fromisoformat), ("DateTime", datetime.fromisoformat)):
        fits = "T" in value if name == "DateTime" else len(value) == len("2026-03-02")
        if fits and re.match(r"\d{4}-", value) and read(value):
            found.add(name)
    return found | ({"URL"} if URI.fullmatch(value) else set())


def misuses(node: dict[str, Any]) -> Iterator[str]:
    kind = node["@type"]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        known = VOCABULARY["properties"].get(name)
        if known is None or not any(is_a(kind, domain) for domain in known["domains"]):
            yield f"{kind} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from misuses(one)
                fits = any(is_a(one["@type"], expected) for expected in known["ranges"])
            else:
                fits = bool(datatypes(one) & set(known["ranges"]))
            if not fits:
                yield f"{name} of {kind} is not {one!r}"


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


def fetched(path: str) -> ElementTree.Element:
    with time_machine.travel(LATER, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def names(element: ElementTree.Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in element]


@pytest.mark.parametrize(
    ("path", "root", "member"),
    [
        ("/sitemap.xml", "sitemapindex", "sitemap"),
        ("/sitemap-answers.xml", "urlset", "url"),
        ("/sitemap-pages.xml", "urlset", "url"),
    ],
)
def test_sitemap_is_as_its_schema_says(path, root, member):
    """sitemap.xsd and siteindex.xsd of sitemaps.org, 0.9: one sequence, addresses of 12 to 2048 characters."""
    factories.make_approved()
    found = fetched(path)
    assert found.tag == f"{SITEMAP}{root}"
    assert set(names(found)) == {member}
    sequence = ["loc", "lastmod", "changefreq", "priority"][: 4 if member == "url" else 2]
    for entry in found:
        assert names(entry) == [name for name in sequence if name in names(entry)]
        assert names(entry)[0] == "loc"
        address, *lastmod = (child.text or "" for child in entry)
        assert URI.fullmatch(address)
        assert 12 <= len(address) <= 2048
        assert all(datetime.fromisoformat(moment) for moment in lastmod)


REQUIRED = {"id", "title", "updated"}
ONCE = REQUIRED | {"subtitle", "summary", "published", "rights", "generator", "icon", "logo", "content", "source"}
OF_ENTRY = {"author", "category", "content", "contributor", "id", "link", "published", "rights", "source"}
OF_ENTRY |= {"summary", "title", "updated"}
OF_FEED = {"author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle"}
OF_FEED |= {"title", "updated", "entry"}


def check_atom(element: ElementTree.Element, allowed: set[str]) -> None:
    """What RFC 4287, sections 4.1.1 and 4.1.2, says of feeds and entries alike, and 3.2 to 3.3 of their parts."""
    children = names(element)
    assert set(children) <= allowed
    assert set(children) >= REQUIRED
    assert not [name for name in ONCE if children.count(name) > 1]
    assert URI.fullmatch(element.findtext(f"{ATOM}id", ""))
    for name in ("updated", "published"):
        for moment in element.findall(f"{ATOM}{name}"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", moment.text or "")
    for link in element.findall(f"{ATOM}link"):
        assert URI.fullmatch(link.get("href", ""))
    relations = [
        (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
    ]
    assert len(relations) == len(set(relations))
    for author in element.findall(f"{ATOM}author"):
        assert names(author).count("name") == 1


def test_feed_is_as_rfc_4287_says():
    factories.make_approved()
    factories.make_version_at(State.RETRACTED, "gone")
    feed = fetched("/feed.atom")
    assert feed.tag == f"{ATOM}feed"
    check_atom(feed, OF_FEED)
    assert feed.findall(f"{ATOM}author") or all(entry.findall(f"{ATOM}author") for entry in feed.iter(f"{ATOM}entry"))
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        check_atom(entry, OF_ENTRY)
        assert entry.findall(f"{ATOM}content") or entry.find(f"{ATOM}link[@rel='alternate']") is not None
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 2


@pytest.mark.parametrize("bad", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_character_that_xml_cannot_hold_harms_nobody(policy, edith, bad):
    publish(question=f"Is{bad}it safe?")
    version = factories.approve(Version.objects.get())
    titles = [title.text for title in fetched("/feed.atom").iter(f"{ATOM}title")]
    assert titles[1] == "Approved: Is it safe?"
    with time_machine.travel(LATER, tick=False):
        review = Client().get(f"/api/v1/articles/{version.article.slug}.fhir.json").json()
    assert ElementTree.fromstring(review["text"]["div"]) is not None

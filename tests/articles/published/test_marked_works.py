"""Sub- and superscripts, italics and entities of a work's record, in each form of an article that shows the work."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from articles import actions as articles
from articles.library.retraction_notices import retraction_reason
from articles.library.retractions import RetractionCheck
from articles.models import Citation, Claim, Reference, RetractionRecord, Version
from editorial.mail import notices
from editorial.models import Notice
from reviews.announcements import announce_ruling
from reviews.models import ClaimCheck, Review, Ruling
from tests.api.test_sight import LATER as WEEKS_LATER
from tests.api.test_sight import addresses, make_world, shown
from tests.api.test_sight import client as client_of
from tests.support import factories
from tests.support.readers import LATER, publish, told
from tests.support.retraction_lists import make_record
from tests.support.verdicts import check

pytestmark = pytest.mark.django_db

TITLE = "CO<sub>2</sub> &amp; 10<sup>9</sup>/L <i>in vivo</i>"
PLAIN, ELEMENTS = "CO₂ & 10⁹/L in vivo", "CO<sub>2</sub> &amp; 10<sup>9</sup>/L <i>in vivo</i>"
ARTICLE = "/api/v1/articles/ivig-back-pain"


@pytest.fixture
def cited(policy):
    factories.make_reference("marked", title=TITLE)
    publish("Yes [@marked].")
    with time_machine.travel(LATER, tick=False):
        yield Reference.objects.get(key="marked")


def test_document_has_each_reference_as_text_and_as_html(cited):
    document = told()
    (work,) = document["references"]
    assert work["text"] == f"Orbach H. {PLAIN}. Clinical Reviews. 2005;29:173-84."
    assert work["html"] == f"Orbach H. {ELEMENTS}. Clinical Reviews. 2005;29:173-84."
    assert document["json_ld"]["citation"][0]["name"] == work["text"]


def test_page_shows_elements(client, cited):
    page = client.get("/articles/ivig-back-pain/").content.decode()
    assert f"Orbach H. {ELEMENTS}. Clinical Reviews." in page
    assert "&lt;sub&gt;" not in page
    assert "&amp;amp;" not in page


@pytest.mark.parametrize("suffix", ["md", "fhir.json"])
def test_other_forms_show_plain_text(client, cited, suffix):
    text = client.get(f"{ARTICLE}.{suffix}").content.decode()
    assert f"Orbach H. {PLAIN}" in unescape(text).replace("\\", "")
    assert "<sub>" not in text


def test_admin_shows_elements_where_it_shows_a_reference(client, cited, edith):
    client.force_login(edith)
    citation = Citation.objects.get()
    for name, key in (("reference", cited.pk), ("citation", citation.pk), ("version", citation.version_id)):
        page = client.get(reverse(f"admin:articles_{name}_change", args=[key])).content.decode()
        assert f"Orbach H. {ELEMENTS}. Clinical Reviews." in page
    assert f">{PLAIN.replace('&', '&amp;')}<" in client.get("/admin/articles/reference/").content.decode()


def test_reason_of_a_retraction_names_the_work_in_plain_text(cited):
    reason = retraction_reason([Citation.objects.get()], {cited.pk: RetractionCheck()})
    assert reason == f"Reference 1, “{PLAIN}”, was retracted."


# --- every page, mail and answer ------------------------------------------------------------------------------------

STORED = "CO<sub>2</sub> &amp; <i>salt</i>"
SHOWN = "CO₂ & salt"
ESCAPED = re.compile(r"&lt;/?(?:sub|i)&gt;|&amp;amp;", re.IGNORECASE)
INPUTS = re.compile(r"<textarea\b[\s\S]*?</textarea>|\bvalue=\"[^\"]*+\"")
"""Where a form has the work's record as it is stored, for experts."""

DATA = {
    "admin:articles_reference_change",
    "admin:articles_reference_history_record",
    "admin:articles_reference_export",
    "admin:editorial_ledgerentry_change",
    "api-reference-export",
}
"""Pages and files that show the record itself as data: what was stored, and when."""


@pytest.fixture
def marked(db):
    """Works with marked titles, and what is told of them: verdicts, objections, a ruling, a successor, a retraction."""
    for key in ("orbach2005", "stiehm2013"):
        factories.make_reference(key, title=f"{STORED} in {key}")
    with time_machine.travel(WEEKS_LATER, tick=False):
        made = make_world()
        version = Version.objects.get(pk=made.version)
        review = Review.objects.get(member__user__username="accepted")
        claim = Claim.objects.filter(rendition__version=version).order_by("position")[0]
        work = claim.references.get()
        check(review, claim, "contradicts", work=work, note="No.", now=WEEKS_LATER)
        make_record(7, doi="10.1000/x", title=STORED)
        successor = factories.make_reference("next2024", title=f"{STORED} again")
        edith = factories.make_user("edith", is_editor=True)
        articles.supersede_work(
            reference_id=work.pk, superseded_by=successor, by=edith, now=WEEKS_LATER, reason="Newer."
        )
        articles.draft_replacements(reference_id=work.pk, rewrite=True, by=edith, now=WEEKS_LATER)
        yield version


def shows_tags(answer: str) -> bool:
    """Whether tags are shown as text: in JSON outside the work's record and HTML, or escaped in a page."""
    if answer.startswith(("{", "[")):
        return any("<sub>" in text or "&amp;" in text for text in texts_in(json.loads(answer)))
    return bool(ESCAPED.search(INPUTS.sub("", answer)))


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for name, inner in value.items() if name not in ("csl", "html") for text in texts_in(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in texts_in(inner))
    elif isinstance(value, str):
        yield value


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["author", "editor", "accepted"])
def test_no_address_shows_tags_as_text_except_where_it_shows_the_record_as_data(marked, name):
    known = client_of(name)
    found = {door for door, address in addresses(name, marked) if shows_tags(shown(known, address))}
    assert found - DATA == set()


def test_answers_with_a_title_have_it_as_plain_text(marked):
    known = client_of("editor")
    work = known.get("/api/v1/references/orbach2005/").json()
    assert (work["title"], work["csl"]["title"]) == (f"{SHOWN} in orbach2005", f"{STORED} in orbach2005")
    assert known.get("/api/v1/references/?title=CO2").json()["results"][0]["title"].startswith(SHOWN)
    picked = client_of("author").get("/admin/articles/version/works/?q=co2").json()["works"]
    assert [one["title"] for one in picked] == [f"{SHOWN} again", f"{SHOWN} in orbach2005", f"{SHOWN} in stiehm2013"]
    review = Review.objects.get(member__user__username="accepted")
    items = client_of("accepted").get(f"/api/v1/reviews/{review.pk}/claims/").json()
    assert f"{SHOWN} in orbach2005" in set(texts_in(items))


def test_lists_are_searched_by_what_the_title_shows(marked):
    known = client_of("editor")
    for typed in ("CO2", "co₂ salt", "CO<sub>2</sub>"):
        assert "next2024" in shown(known, f"/admin/articles/reference/?{urlencode({'q': typed})}")
        assert "orbach2005" in shown(known, f"/admin/articles/citation/?{urlencode({'q': typed})}")
        assert "orbach2005" in shown(known, f"/admin/reviews/claimcheck/?{urlencode({'q': typed})}")
    assert "next2024" not in shown(known, "/admin/articles/reference/?q=CO3")


def test_mails_name_a_work_in_plain_text(marked):
    found = ClaimCheck.objects.get(verdict="contradicts")
    edith = factories.make_user("edith", is_editor=True)
    ruling = Ruling(pk=1, claim_check=found, verdict=found.verdict, reason="A small trial.", ruled_by=edith)
    announce_ruling(ruling, to=[found.review.member.user], by=edith, now=WEEKS_LATER)
    mails = {notice.kind: notices.mail(notice).body for notice in Notice.objects.select_related("recipient")}
    assert {kind for kind, body in mails.items() if "<sub>" in body or "&amp;" in body} == set()
    assert f"The work: {SHOWN} in orbach2005\n" in mails["verdict_ruled_on"]
    assert f"“{SHOWN} in orbach2005” (2005) is superseded by “{SHOWN} again” (2005)." in mails["work_superseded"]


def test_record_of_a_retraction_shows_its_title_as_plain_text(marked):
    record = RetractionRecord.objects.get()
    assert str(record).endswith(SHOWN)
    known = client_of("editor")
    for address in ("", f"{record.pk}/change/"):
        assert SHOWN in unescape(shown(known, f"/admin/articles/retractionrecord/{address}"))

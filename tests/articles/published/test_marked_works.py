"""Sub- and superscripts, italics and entities of a work's record, in each form of an article that shows the work."""

from html import unescape

import pytest
import time_machine
from django.urls import reverse

from articles.library.retraction_notices import retraction_reason
from articles.library.retractions import RetractionCheck
from articles.models import Citation, Reference
from tests.support import factories
from tests.support.readers import LATER, publish, told

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

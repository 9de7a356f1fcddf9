"""The digest: equal for what a reader cannot tell apart, another one for every word, citation and identity."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles import actions as articles
from articles.models import Article, Citation, Reference, Rendition, Version
from articles.models.references import identity, publication_year
from articles.text.content import Text
from articles.text.digest import digest
from editorial.models import Audience
from editorial.record.canonical_json import sha256_hex
from tests.support import factories
from tests.support.factories import BODY, NOW


@pytest.fixture
def draft(db):
    return factories.make_draft()


def edited(draft: Version, body: str = BODY, *, summary: str = "Yes, sometimes.", **more: object) -> str:
    texts = [Text("professional", summary, body, is_primary=True)]
    return digest(articles.edit(version_id=draft.pk, texts=texts, by=draft.created_by, now=NOW, **more))


def test_digest_ignores_what_a_reader_cannot_see(draft):
    same = BODY.replace(". ", ".  ").replace(".  ", ". ").replace("\n", "  \r\n") + "\n \n"
    assert edited(draft, same) == edited(draft, BODY)
    accented = "Café [@orbach2005]."
    assert edited(draft, unicodedata.normalize("NFD", accented)) == edited(draft, accented)


def test_digest_changes_with_every_word_and_citation(draft):
    factories.make_reference("new2020")
    digests = [
        digest(draft),
        edited(draft, BODY.replace("mild", "severe")),
        edited(draft, BODY.replace("; @stiehm2013, p. 12", "")),
        edited(draft, BODY.replace("p. 12", "p. 13")),
        edited(draft, BODY.replace("@stiehm2013", "@new2020")),
        edited(draft, summary="No."),
        edited(draft, question="Does IVIG cause back pain?"),
    ]
    assert len(set(digests)) == len(digests)


def test_digest_changes_with_audience_and_primary_text(draft):
    factories.make_audience("patient")
    texts = [Text("professional", "Yes.", BODY, is_primary=True), Text("patient", "Yes.", BODY)]
    by = draft.created_by
    one = digest(articles.edit(version_id=draft.pk, texts=texts, by=by, now=NOW))
    swapped = [Text("professional", "Yes.", BODY), Text("patient", "Yes.", BODY, is_primary=True)]
    assert digest(articles.edit(version_id=draft.pk, texts=swapped, by=by, now=NOW)) != one


@pytest.mark.parametrize(
    ("field", "value", "same_work"),
    [
        ("title", "title  OF orbach2005", True),
        ("author", [], True),
        ("page", "1-2", True),
        ("title", "Another title", False),
        ("DOI", "10.1000/other", False),
        ("PMID", "12345", False),
        ("container-title", "Another journal", False),
        ("issued", {"date-parts": [[1999]]}, False),
    ],
)
def test_identity_of_a_work_is_in_the_digest_and_its_details_are_not(field, value, same_work):
    work = factories.csl("orbach2005")
    assert (identity({**work, field: value}) == identity(work)) == same_work


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ({"date-parts": [[2005, 12]]}, 2005),
        ({"date-parts": [["1999"]]}, 1999),
        ({"date-parts": [[0]]}, None),
        ({"date-parts": [["soon"]]}, None),
        ({"date-parts": [[]]}, None),
        ({"date-parts": []}, None),
        ({"date-parts": 5}, None),
        ({"raw": "2005"}, None),
        ("2005", None),
        (None, None),
    ],
)
def test_publication_year_is_read_or_unknown(issued, year):
    assert publication_year({"issued": issued}) == year


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


class Frozen:
    """A version as the digest reads it, without a database."""

    def __init__(self, question: str, body: str) -> None:
        self.question = question
        text = Rendition(audience=Audience(code="professional"), summary="Yes.", body=body, is_primary=True)
        work = Citation(number=1, csl=factories.csl("a"), reference=Reference(key="a"))
        self.renditions = type("Rows", (), {"all": lambda _: [text]})()
        self.citations = type("Rows", (), {"all": lambda _: [work]})()


@given(words, words)
@example("one\r\nline\r\r\n", "")
def test_digest_of_two_texts_is_equal_exactly_when_their_normal_forms_are(one, other):
    from_typing = unicodedata.normalize("NFD", one).replace("\r\n", "\n").replace("\n", " \r\n")
    assert digest(Frozen("?", from_typing)) == digest(Frozen("?", one))
    same = digest(Frozen(one, "x")) == digest(Frozen(other, "x"))
    assert same == (digest(Frozen("?", one)) == digest(Frozen("?", other)))


@given(st.dictionaries(st.sampled_from(["title", "container-title", "DOI", "PMID", "volume"]), words), st.randoms())
def test_identity_of_a_work_does_not_depend_on_order_space_or_unicode_form(csl, shuffle):
    turned = shuffle.sample(sorted(csl.items()), len(csl))
    spaced = {"title", "container-title"}
    typed = {name: f"  {unicodedata.normalize('NFD', text)}\n" if name in spaced else text for name, text in turned}
    assert sha256_hex(identity(typed)) == sha256_hex(identity(csl))


def test_words_of_a_row_are_what_people_call_it(draft):
    assert str(draft) == "ivig-back-pain, version 1"
    assert str(draft.renditions.get()) == "ivig-back-pain, version 1, for Professional"
    assert str(draft.citations.get(number=1)) == "[1] orbach2005"
    assert str(Article.objects.get()) == "ivig-back-pain"

"""New articles over HTTP, and how articles are classified."""

import pytest

from articles.models import Article
from tests.support import factories
from tests.support.api import client, nothing_stored, refused

URL = "/api/v1/articles/"
TEXT = {"audience": "professional", "summary": "Yes.", "body": "It can [@orbach2005].", "primary": True}


@pytest.fixture(autouse=True)
def library(db) -> None:
    factories.make_texts()
    factories.make_specialty("immunology")


def new(**fields) -> dict:
    return {"slug": "ivig", "question": "Can IVIG cause back pain?", "renditions": [TEXT], **fields}


def test_article_is_created_with_its_first_draft(wanda):
    product = factories.make_product()
    response = client(wanda).post(URL, new(risk="high", specialties=["immunology"], products=[product.pk]))
    article = Article.objects.get()
    draft = article.versions.get()
    assert response.status_code == 201
    assert (response["Location"], response["ETag"]) == (f"/api/v1/versions/{draft.pk}/", draft.etag)
    assert (response.json()["article"], response.json()["state"]) == ("ivig", "draft")
    assert (article.risk, article.specialties, list(article.products.all())) == ("high", ["immunology"], [product])
    assert list(article.authors.all()) == [wanda]


def test_article_needs_no_text_yet(wanda):
    body = {"slug": "ivig", "question": "Can IVIG cause back pain?"}
    assert client(wanda).post(URL, body).json()["renditions"] == []


def test_article_by_an_editor_names_its_authors(edith, wanda, walter):
    client(edith).post(URL, new(authors=["walter", "wanda", "walter"]))
    assert [row.user for row in Article.objects.get().authorships.order_by("position")] == [walter, wanda]


def test_article_in_the_name_of_another_is_not_permitted_to_writers(wanda, walter):
    with nothing_stored():
        refused(client(wanda).post(URL, new(authors=["walter"])), 403)


def test_article_with_a_slug_that_is_taken_conflicts(wanda):
    client(wanda).post(URL, new())
    with nothing_stored():
        refused(client(wanda).post(URL, new()), 409, code="slug_taken")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("slug", "two words", "/slug"),
        ("slug", None, "/slug"),
        ("question", "", "/question"),
        ("question", "x" * 301, "/question"),
        ("risk", "extreme", "/risk"),
        ("specialties", ["astrology"], "/specialties/0"),
        ("specialties", "immunology", "/specialties"),
        ("products", [10**9], "/products/0"),
        ("products", [1.5], "/products/0"),
        ("products", [2**63], "/products/0"),
        ("renditions", {}, "/renditions"),
        ("renditions", [None], "/renditions/0"),
        ("renditions", [{**TEXT, "primary": False}], "/renditions"),
        ("renditions", [{**TEXT, "audience": "martians"}], "/renditions/0/audience"),
        ("renditions", [{**TEXT, "html": "<p>"}], "/renditions/0/html"),
        ("renditions", [TEXT, TEXT], "/renditions/1/audience"),
        ("renditions", [TEXT] * 21, "/renditions"),
        ("authors", ["nobody"], "/authors/0"),
        ("state", "approved", "/state"),
    ],
)
def test_article_that_does_not_do_names_the_field(field, value, pointer, wanda):
    with nothing_stored():
        refused(client(wanda).post(URL, new(**{field: value})), 422, pointer=pointer)


def test_author_who_does_not_write_is_named(edith):
    with nothing_stored():
        refused(client(edith).post(URL, new(authors=["edith"])), 422, pointer="/authors")


def test_article_replayed_with_its_key_is_created_once(wanda):
    answers = [client(wanda).post(URL, new(), headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Article.objects.count() == 1


def test_list_is_read_without_an_account_and_asks_nobody_who_they_are(api):
    response = api.get(URL, headers={"Authorization": "Token of nobody"})
    assert response.status_code == 200
    assert "Cookie" not in response["Vary"]


# --- classification -------------------------------------------------------------------------------------------------


def classify(article: Article, by, **fields):
    body = {"risk": "high", "specialties": ["immunology"], "products": [], **fields}
    return client(by).put(
        f"{URL}{article.slug}/classification/", body, headers={"If-Match": article.classification_etag()}
    )


def test_classification_is_set_whole_and_read_back(wanda):
    article, product = factories.make_draft().article, factories.make_product()
    response = classify(article, wanda, products=[product.pk, product.pk])
    shown = client(wanda).get(f"{URL}{article.slug}/classification/")
    assert response.status_code == shown.status_code == 200
    assert shown.json() == response.json() == {"risk": "high", "specialties": ["immunology"], "products": [product.pk]}
    assert shown["ETag"] == response["ETag"] == Article.objects.get().classification_etag()


def test_classification_by_the_writer_after_submission_is_not_permitted(wanda, policy):
    article = factories.make_submitted().article
    with nothing_stored():
        refused(classify(article, wanda), 403)


def test_classification_out_of_sight_is_not_found(walter):
    refused(classify(factories.make_draft().article, walter), 404)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [("risk", None, "/risk"), ("specialties", ["astrology"], "/specialties/0"), ("slug", "other", "/slug")],
)
def test_classification_that_does_not_do_names_the_field(field, value, pointer, wanda):
    article = factories.make_draft().article
    with nothing_stored():
        refused(classify(article, wanda, **{field: value}), 422, pointer=pointer)


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": "x"}, 400), ({"If-Match": '"x"'}, 412)])
def test_classification_without_the_present_tag_is_refused(headers, status, wanda):
    slug = factories.make_draft().article.slug
    body = {"risk": "high", "specialties": [], "products": []}
    with nothing_stored():
        refused(client(wanda).put(f"{URL}{slug}/classification/", body, headers=headers), status)


def test_classification_read_again_with_its_tag_is_not_sent_again(wanda):
    article = factories.make_draft().article
    headers = {"If-None-Match": article.classification_etag()}
    response = client(wanda).get(f"{URL}{article.slug}/classification/", headers=headers)
    assert (response.status_code, response["ETag"]) == (304, article.classification_etag())

"""Whatever is changed in stored documents, lists, histories and passages is found; what is true is not."""

import gzip

import pytest
from django.db import connection, transaction

from articles import actions
from articles.lifecycle import State
from articles.models import Article, Document, DocumentFinding, ListEntry, Passage, Unwritten
from articles.published import document_cache
from articles.published.document_format import DOCUMENT_FORMAT
from articles.published.document_verification import compare
from editorial.models import User
from tests.support import factories
from tests.support.factories import BODY, NOW
from tests.support.readers import LAPSE, LATER, SLUG, publish

LONG = BODY + "\n## Dose\n\n" + "A dose of two grams for each kilogram is usual in adults [@orbach2005]. " * 12
NEWER = f"1:0:{DOCUMENT_FORMAT + 1}/00000000/1"


def make_articles():
    """An approved article for two audiences, a submitted one, a retracted one and a draft."""
    for audience in ("patient", "student"):
        factories.make_audience(audience)
    factories.make_policy(fallbacks={"student": "patient"})
    publish(LONG, codes=["patient"])
    version = Article.objects.get().versions.get()
    edith = factories.make_user("edith", is_editor=True)
    product = factories.make_product().pk
    classified = actions.Classification(risk="moderate", specialties=["immunology"], products=[product])
    factories.make_specialty()
    actions.classify(article_id=version.article_id, classification=classified, reason="x", by=edith, now=NOW)
    factories.approve(version)
    factories.make_submitted("second")
    factories.make_version_at(State.RETRACTED, "third")
    factories.make_draft("fourth")
    write_all()


def write_all(now=LATER):
    for article_id in Article.objects.order_by("pk").values_list("pk", flat=True):
        document_cache.write(article_id=article_id, now=now)


@pytest.fixture(scope="module")
def articles(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        make_articles()
        yield
        transaction.set_rollback(True)


def found(at=LATER):
    rows = [one for article in Article.objects.order_by("pk") for one in compare(article, at=at).differences]
    return [f"{one.article.slug}: {one.stored_row}: {one.difference}" for one in rows]


def tamper(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount >= 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_untouched_rows_are_true(articles, db):
    assert found() == []
    assert all(compare(article, at=LATER).is_complete for article in Article.objects.all())


A = f"(SELECT id FROM articles_article WHERE slug = '{SLUG}')"
SECOND, FOURTH = (f"(SELECT id FROM articles_article WHERE slug = '{slug}')" for slug in ("second", "fourth"))
PATIENT = f"WHERE slug = '{SLUG}' AND audience = 'patient'"
ENTRY, PAST = f"WHERE article_id = {A}", f"WHERE slug = '{SLUG}'"
OF_VERSION = f"version_id = (SELECT id FROM articles_version WHERE article_id = {A})"
AUDIENCE = "audience_id = (SELECT id FROM editorial_audience WHERE code = '{}')"
PASSAGE = f"WHERE {OF_VERSION} AND {AUDIENCE.format('patient')} AND position = 1"
FORGED = gzip.compress(b'{"question": "Take it all."}', mtime=0).hex()

DOCUMENT, LIST, HISTORY = f"{SLUG}: document for patient", f"{SLUG}: list entry", f"{SLUG}: history"
PASSAGES = f"{SLUG}: passages of version 1 for patient"
MISSING, UNEXPECTED = "is missing", "should not exist"

TAMPERED = {
    f"UPDATE articles_document SET gzipped = '\\x{FORGED}' {PATIENT}": [f"{DOCUMENT}: content"],
    f"UPDATE articles_document SET gzipped = 'junk' {PATIENT}": [f"{DOCUMENT}: content"],
    f"UPDATE articles_document SET etag = '\"x\"' {PATIENT}": [f"{DOCUMENT}: entity tag"],
    f"UPDATE articles_document SET stands_in_for = '{{}}' {PATIENT}": [f"{DOCUMENT}: stands in for"],
    f"UPDATE articles_document SET is_primary = true {PATIENT}": [f"{DOCUMENT}: is primary"],
    f"UPDATE articles_document SET last_modified = now() {PATIENT}": [f"{DOCUMENT}: last modified"],
    f"UPDATE articles_document SET lapses_at = '2999-01-01' {PATIENT}": [f"{DOCUMENT}: lapses at"],
    f"UPDATE articles_document SET ground = 'x' {PATIENT}": [f"{DOCUMENT}: policy, list or code"],
    f"UPDATE articles_document SET audience = 'carer' {PATIENT}": [
        f"{SLUG}: document for carer: {UNEXPECTED}",
        f"{DOCUMENT}: {MISSING}",
    ],
    f"UPDATE articles_document SET slug = 'other' {PATIENT}": [
        f"{DOCUMENT}: {MISSING}",
        f"{DOCUMENT} at “other”: {UNEXPECTED}",
    ],
    f"UPDATE articles_document SET article_id = {SECOND} {PATIENT}": [
        f"{DOCUMENT}: {MISSING}",
        f"second: document for patient at “{SLUG}”: {UNEXPECTED}",
    ],
    f"DELETE FROM articles_document {PATIENT}": [f"{DOCUMENT}: {MISSING}"],
    f"""INSERT INTO articles_document (article_id, slug, audience, stands_in_for, is_primary, ground, etag,
        last_modified, gzipped) SELECT {FOURTH}, 'fourth', audience, '{{}}', true, ground, etag, last_modified, gzipped
        FROM articles_document {PATIENT}""": [f"fourth: document for patient: {UNEXPECTED}"],
    f"UPDATE articles_listentry SET told = '{{}}' {ENTRY}": [f"{LIST}: content"],
    f"UPDATE articles_listentry SET status = 'submitted' {ENTRY}": [f"{LIST}: status"],
    f"UPDATE articles_listentry SET audiences = '{{}}' {ENTRY}": [f"{LIST}: audiences"],
    f"UPDATE articles_listentry SET specialties = '{{x}}' {ENTRY}": [f"{LIST}: specialties"],
    f"UPDATE articles_listentry SET products = '{{}}' {ENTRY}": [f"{LIST}: products"],
    f"UPDATE articles_listentry SET works = '{{1}}' {ENTRY}": [f"{LIST}: works"],
    f"UPDATE articles_listentry SET last_reviewed = now() {ENTRY}": [f"{LIST}: last reviewed"],
    f"UPDATE articles_listentry SET lapses_at = '2999-01-01' {ENTRY}": [f"{LIST}: lapses at"],
    f"DELETE FROM articles_listentry {ENTRY}": [f"{LIST}: {MISSING}"],
    f"""INSERT INTO articles_listentry (version_id, article_id, ground, status, audiences, specialties, products, works,
        told) SELECT (SELECT id FROM articles_version WHERE article_id = {FOURTH}), {FOURTH}, ground, status, audiences,
        specialties, products, works, told FROM articles_listentry {ENTRY}""": [f"fourth: list entry: {UNEXPECTED}"],
    f"UPDATE articles_past SET told = '{{}}' {PAST}": [f"{HISTORY}: content"],
    f"UPDATE articles_past SET slug = 'other' {PAST}": [f"{HISTORY}: slug"],
    f"DELETE FROM articles_past {PAST}": [f"{HISTORY}: {MISSING}"],
    f"UPDATE articles_past SET article_id = {FOURTH} {PAST}": [
        f"{HISTORY}: {MISSING}",
        f"fourth: history: {UNEXPECTED}",
    ],
    f"UPDATE articles_passage SET text = 'Take it all.' {PASSAGE}": [f"{PASSAGES}: text"],
    f"UPDATE articles_passage SET heading = 'x' {PASSAGE}": [f"{PASSAGES}: heading"],
    f"UPDATE articles_passage SET section = 'x' {PASSAGE}": [f"{PASSAGES}: section"],
    f"UPDATE articles_passage SET numbers = '{{}}' {PASSAGE}": [f"{PASSAGES}: numbers"],
    f"UPDATE articles_passage SET search = 'cure' {PASSAGE}": [f"{PASSAGES}: search vector"],
    f"UPDATE articles_passage SET approved_until = '2999-01-01' {PASSAGE}": [f"{PASSAGES}: approved until"],
    f"UPDATE articles_passage SET approved_until = NULL {PASSAGE}": [f"{PASSAGES}: approved until"],
    f"UPDATE articles_passage SET code = 'x' {PASSAGE}": [f"{PASSAGES}: code"],
    f"UPDATE articles_passage SET position = 99 {PASSAGE}": [f"{PASSAGES}: {MISSING}, {UNEXPECTED}"],
    f"DELETE FROM articles_passage {PASSAGE}": [f"{PASSAGES}: {MISSING}"],
    f"DELETE FROM articles_passage WHERE {OF_VERSION}": [
        f"{PASSAGES}: {MISSING}",
        f"{SLUG}: passages of version 1 for professional: {MISSING}",
    ],
    f"""UPDATE articles_passage SET approved_until = '2999-01-01'
        WHERE version_id = (SELECT id FROM articles_version WHERE article_id = {SECOND})""": [
        "second: passages of version 1 for professional: approved until"
    ],
    f"""UPDATE articles_passage SET version_id = (SELECT id FROM articles_version WHERE article_id = {FOURTH})
        {PASSAGE}""": [
        f"{PASSAGES}: {MISSING}",
        f"fourth: passages of version 1 for patient: {UNEXPECTED}",
    ],
}
"""What is changed in the database, and what is found then."""


@pytest.mark.parametrize("sql", TAMPERED, ids=lambda sql: " ".join(sql.split())[:70])
def test_changed_row_is_found_and_mended(articles, db, sql):
    tamper(sql)
    assert sorted(found()) == sorted(TAMPERED[sql])
    mended = 0
    for article in Article.objects.order_by("pk"):
        differences = compare(article, at=LATER).differences
        actions.mend_documents(differences=differences, by=User.objects.system(), now=LATER)
        mended += len(differences)
    assert found() == []
    assert all(compare(article, at=LATER).is_complete for article in Article.objects.all())
    assert DocumentFinding.objects.count() == mended >= 1


# --- rows that readers are not given --------------------------------------------------------------------------------


@pytest.fixture
def article(articles, db):
    return Article.objects.get(slug=SLUG)


def result(article, at=LATER):
    verified = compare(article, at=at)
    return [f"{one.stored_row}: {one.difference}" for one in verified.differences], verified.is_complete


def test_article_that_waits_to_be_written_is_left_out(article):
    tamper(f"UPDATE articles_document SET etag = 'x' {PATIENT}")
    Unwritten.objects.create(article=article)
    assert result(article) == ([], False)


def test_lapsed_rows_are_left_out_and_true_again_when_written(article):
    assert result(article, at=LAPSE) == ([], False)
    document_cache.write(article_id=article.pk, now=LAPSE)
    assert set(Passage.objects.filter(version__article=article).values_list("approved_until", flat=True)) == {None}
    assert result(article, at=LAPSE) == ([], True)


@pytest.mark.parametrize("other", [NEWER, "1:0:0123456789abcdef"])
def test_rows_of_other_code_are_left_out(article, other):
    Document.objects.update(ground=other, etag="x")
    ListEntry.objects.update(ground=other)
    Passage.objects.update(code=other.split(":")[2])
    tamper(f"UPDATE articles_past SET ground = '{other}'")
    assert result(article) == ([], False)


def test_article_cannot_hide_behind_a_list_entry_of_newer_code(article):
    ListEntry.objects.update(ground=NEWER)
    tamper(f"UPDATE articles_document SET etag = 'x' {PATIENT}")
    tamper(f"UPDATE articles_passage SET text = 'x' {PASSAGE}")
    expected = ["document for patient: entity tag", "passages of version 1 for patient: text"]
    assert result(article) == (expected, False)


def test_passages_of_newer_code_in_an_article_of_this_code_are_left_out(article):
    Passage.objects.update(code=NEWER.split(":")[2])
    assert result(article) == ([], True)


def test_search_vectors_of_a_long_text_are_computed_in_several_queries(article, monkeypatch):
    monkeypatch.setattr("articles.published.document_verification.AT_ONCE", 2)
    assert result(article) == ([], True)
    tamper(f"UPDATE articles_passage SET search = 'cure' {PASSAGE}")
    assert result(article) == (["passages of version 1 for patient: search vector"], True)


def test_difference_says_when_the_rows_were_written(article):
    tamper(f"UPDATE articles_document SET etag = 'x' {PATIENT}")
    (one,) = compare(article, at=LATER).differences
    assert str(one) == f"{SLUG}: document for patient: entity tag (written 2026-03-03T09:00:00Z)"
    ListEntry.objects.update(written_at=None)
    (one,) = compare(article, at=LATER).differences
    assert str(one).endswith("(written at an unknown time)")

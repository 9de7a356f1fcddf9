"""Stored documents are verified article by article, and what differs is logged, recorded and mended."""

from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from articles import actions
from articles.models import Article, Document, DocumentFinding, DocumentWalk, ListEntry, Passage, Unwritten
from articles.published.document_verification import verify
from articles.tasks import verify_documents, write_documents
from editorial.exceptions import NotPermitted
from editorial.models import Message, SweepFailure, SweepTask, User
from tests.faults.test_concurrency import held_by_somebody_else
from tests.support import factories
from tests.support.readers import publish
from tests.support.webhook_endpoints import make_endpoint

SLUGS = ("a0", "a1", "a2")


@pytest.fixture
def site(transactional_db, policy):
    """Three articles whose documents are written."""
    for slug in SLUGS:
        publish(slug=slug)
    write_documents()
    return {article.slug: article for article in Article.objects.all()}


def verified(limit=2, **act):
    known = {"by": User.objects.system(), "now": timezone.now()} | act
    return [one.article.slug for one in actions.verify_documents(limit=limit, **known)]


# --- the walk -------------------------------------------------------------------------------------------------------


def test_articles_are_verified_in_turn_and_then_again(site):
    seen = []
    for _ in range(4):
        Document.objects.update(etag="x")
        seen.append(verified())
    assert seen == [["a0", "a1"], ["a2"], ["a0", "a1"], ["a2"]]
    walk = DocumentWalk.objects.get()
    assert (walk.verified, str(walk)) == (6, "verified 6 times")
    assert timezone.now() - walk.completed_at < timedelta(minutes=5)


def test_task_finds_nothing_on_an_untouched_site(site):
    assert verify_documents() == 0
    assert not DocumentFinding.objects.exists()


def test_article_that_cannot_be_verified_does_not_stop_the_others(site):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        of_version = [site["a0"].versions.get().pk]
        cursor.execute("UPDATE articles_citation SET csl = '[]' WHERE version_id = %s", of_version)
        cursor.execute("SET session_replication_role = origin")
    Document.objects.filter(slug="a1").update(etag="x")
    assert verified() == ["a1"]
    assert SweepFailure.objects.get(task=SweepTask.VERIFY_DOCUMENTS).subject_id == site["a0"].pk


def test_only_the_system_verifies_and_mends(site, edith):
    with pytest.raises(NotPermitted):
        verified(by=edith)
    with pytest.raises(NotPermitted):
        actions.mend_documents(differences=[], by=edith, now=timezone.now())


# --- what becomes of a difference -----------------------------------------------------------------------------------


def test_difference_is_logged_recorded_and_mended(site, api, caplog):
    true = api.get("/api/v1/articles/a1/").json()
    Document.objects.filter(slug="a1").update(etag='"x"', gzipped=Document.objects.get(slug="a0").gzipped)
    assert api.get("/api/v1/articles/a1/").json()["slug"] == "a0"
    assert verify_documents() == 1
    assert api.get("/api/v1/articles/a1/").json() == true
    finding = DocumentFinding.objects.get()
    assert (str(finding), finding.difference) == ("a1: document for professional", "content, entity tag")
    assert finding.written_at is not None
    assert "differs from the record. a1: document for professional: content, entity tag" in caplog.text
    assert verify_documents() == 0


def test_front_ends_are_notified_of_a_document_that_reads_otherwise_again(site):
    make_endpoint()
    known = set(Message.objects.values_list("pk", flat=True))
    Document.objects.filter(slug="a1").update(etag='"x"')
    verify_documents()
    (message,) = Message.objects.exclude(pk__in=known)
    assert (message.event, message.subject) == ("article.updated", site["a1"].versions.get().subject)


def test_document_that_cannot_be_read_is_mended(site, api):
    true = api.get("/api/v1/articles/a1/").json()
    Document.objects.filter(slug="a1").update(etag='"x"', gzipped=b"junk")
    assert [verify_documents(), verify_documents()] == [1, 0]
    assert api.get("/api/v1/articles/a1/").json() == true


def test_article_that_somebody_works_on_is_given_from_the_record_until_it_is_written(site, api):
    true = api.get("/api/v1/articles/a1/").json()
    Document.objects.filter(slug="a1").update(gzipped=Document.objects.get(slug="a0").gzipped)
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute("SELECT FROM articles_article WHERE slug = 'a1' FOR NO KEY UPDATE")
        assert verify_documents() == 1
        assert api.get("/api/v1/articles/a1/").json() == true
        assert Unwritten.objects.get().article == site["a1"]
    assert [write_documents(), verify_documents()] == [1, 0]


def test_findings_are_kept_as_they_are(site):
    Document.objects.filter(slug="a1").update(etag='"x"')
    verify_documents()
    with pytest.raises(IntegrityError):
        DocumentFinding.objects.update(stored_row="x")


def test_start_page_of_administrators_shows_what_was_found_lately(site, client):
    client.force_login(factories.make_user("root", is_superuser=True))
    assert "No document was found to differ" in client.get("/admin/").content.decode()
    Document.objects.filter(slug="a1").update(etag='"x"')
    verify_documents()
    page = client.get("/admin/").content.decode()
    assert ("a1: document for professional" in page, "entity tag, found" in page) == (True, True)
    old = {"stored_row": "history", "difference": "content", "found_at": timezone.now() - timedelta(days=31)}
    DocumentFinding.objects.create(article=site["a2"], **old)
    assert "a2: history" not in client.get("/admin/").content.decode()
    client.force_login(factories.make_user("edith", is_editor=True))
    assert "a1: document for professional" not in client.get("/admin/").content.decode()


# --- changes meanwhile ----------------------------------------------------------------------------------------------

DISCLAIMER = "UPDATE editorial_audience SET disclaimer = 'Ask your doctor.'"


def test_change_that_is_not_committed_is_no_difference(site):
    article_id, now = site["a0"].pk, timezone.now()
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute(DISCLAIMER)
        assert verify(article_id, at=now).differences == []
    assert verify(article_id, at=now).differences == []
    assert not verify(article_id, at=now).is_complete


def test_change_that_is_committed_and_written_meanwhile_is_no_difference(site):
    """The change comes after the marks were read, and the document is rewritten before it is read."""
    changes = [DISCLAIMER]

    def somebody_changes_it(execute, sql, params, many, context):
        if "articles_document" in sql and changes:
            with psycopg.connect(**held_by_somebody_else()) as other:
                other.execute(changes.pop())
                other.execute("UPDATE articles_document SET etag = 'as it was written since'")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(somebody_changes_it):
        result = verify(site["a0"].pk, at=timezone.now())
    assert (result.differences, result.is_complete, changes) == ([], True, [])


# --- the command ----------------------------------------------------------------------------------------------------


def command(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_documents", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), err.getvalue()


def test_command_on_an_untouched_site_says_how_much_was_verified(site):
    Unwritten.objects.create(article=site["a0"])
    assert command() == ("", "Articles: 3; of these, waiting to be written: 1.\n")


def test_command_names_every_difference_and_changes_nothing(site):
    Document.objects.filter(slug="a1").update(etag="x")
    ListEntry.objects.filter(article__slug="a2").update(told="{}", written_at=None)
    for _ in range(2):
        out, error = command()
        first, second = out.splitlines()
        assert first.startswith("a1: document for professional: entity tag (written 20")
        assert second == "a2: list entry: content (written at an unknown time)"
        assert error == "Stored rows that differ from the record: 2."
    assert not DocumentFinding.objects.exists()


def test_command_mends_if_it_is_told_to(site):
    Passage.objects.filter(version__article__slug="a1").update(text="x")
    assert command("--mend")[1] == "Stored rows that differ from the record: 1."
    assert command()[1] == "Articles: 3; of these, waiting to be written: 0.\n"
    assert DocumentFinding.objects.get().stored_row == "passages of version 1 for professional"

"""What was written beforehand says what the record says, and is not given out for a moment longer than it is true."""

import gzip
from contextlib import ExitStack
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import actions
from articles.lifecycle import State
from articles.models import Article, Document, ListEntry, Past, Reference, Unwritten
from articles.published import document_cache, uncached
from articles.published.media_types import FORMATS
from articles.tasks import write_documents
from editorial.models import Audience, Product
from reviews.actions import withdraw
from tests.faults.test_concurrency import held_by_somebody_else
from tests.support import factories, retraction_lists
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, SLUG, publish, revise

pytestmark = pytest.mark.django_db

LIST = "/api/v1/articles/"
ARTICLE = f"{LIST}{SLUG}/"
HISTORY = f"{ARTICLE}history/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def asked(api, address: str, **headers: str) -> tuple[int, object]:
    """How many queries an answer took, and the answer."""
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(address, headers=headers)
    return len(queries), answer


def told(answer) -> tuple[object, ...]:
    return answer.status_code, answer.json(), answer.headers.get("ETag"), answer.headers.get("Last-Modified")


def from_the_record(api, address: str) -> tuple[object, ...]:
    """The answer as if nothing had been written."""
    with transaction.atomic():
        Document.objects.all().delete()
        ListEntry.objects.all().delete()
        Past.objects.all().delete()
        answer = told(api.get(address))
        transaction.set_rollback(True)
    return answer


def assert_true(api, *, is_written: bool) -> None:
    """Document, list and history say what the record says, whether or not they are written for the moment."""
    for address in (ARTICLE, LIST, HISTORY):
        cost, answer = asked(api, address)
        assert told(answer) == from_the_record(api, address)
        assert (cost == 1) == is_written


# --- they say the same -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED])
def test_written_document_and_list_say_what_the_record_says(api, state):
    factories.make_version_at(state)
    write_documents()
    assert_true(api, is_written=True)


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN, State.REJECTED, State.RETRACTED])
def test_nothing_is_written_of_what_is_not_shown(api, state):
    factories.make_version_at(state)
    document_cache.mark_all()
    write_documents()
    assert not Document.objects.exists()
    assert set(ListEntry.objects.values_list("told", flat=True)) <= {""}
    assert not Unwritten.objects.exists()
    assert api.get(ARTICLE).status_code in (404, 410)


def test_history_of_a_retracted_article_is_written_too(api):
    factories.make_version_at(State.RETRACTED)
    cost, recorded = asked(api, HISTORY)
    write_documents()
    assert cost > 1
    assert str(Past.objects.get()) == SLUG
    assert asked(api, HISTORY)[0] == 1
    assert api.get(HISTORY).json() == recorded.json()
    assert api.get(f"/articles/{SLUG}/history/").status_code == 200


@pytest.mark.parametrize("state", HIDDEN)
def test_no_history_is_written_of_what_was_never_public(api, state):
    factories.make_version_at(state)
    document_cache.mark_all()
    write_documents()
    assert not Past.objects.exists()
    assert api.get(HISTORY).status_code == 404


def test_decided_report_is_told_in_the_history_at_once(api, approved):
    kept = actions.report(article=approved.article, version=approved, text="Wrong.", email="", now=LATER)
    assert_true(api, is_written=True)
    editor = factories.make_user("edith", is_editor=True)
    actions.decline_report(report_id=kept.pk, by=editor, now=LATER, reason="It is right.")
    assert api.get(HISTORY).json()["events"][0]["kind"] == "report_declined"
    assert_true(api, is_written=False)
    write_documents()
    assert_true(api, is_written=True)


@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize("make", [factories.make_approved, factories.make_submitted, factories.make_retracted])
def test_every_page_and_answer_for_readers_asks_at_most_three_queries(api, client, policy, make, is_written):
    factories.make_audience("patient")
    make()
    if is_written:
        write_documents()
    page, plain = f"/articles/{SLUG}/", f"{LIST}{SLUG}"
    forms = [f"{plain}.{suffix}" for suffix in FORMATS]
    pages = ["/", page, f"{page}?audience=patient", f"{page}history/", "/policy/", "/policy/1/", "/board/"]
    others = ["/feed.atom", "/sitemap.xml", "/robots.txt", LIST, f"{LIST}?status=approved", f"{LIST}?fields=slug"]
    rest = [ARTICLE, f"{ARTICLE}?audience=patient", f"{ARTICLE}?fields=slug", HISTORY, f"{LIST}nothing/"]
    costs = {address: asked(api, address)[0] for address in (*pages, *others, *rest, *forms)}
    doors = {f"{page}question/": client, f"{page}question/?audience=patient": client, f"{ARTICLE}questions/": api}
    for address, door in doors.items():
        with CaptureQueriesContext(connection) as queries:
            assert door.post(address, {"text": "Can IVIG cause back pain?"}).status_code in (200, 410)
        costs[address] = len(queries) - (0 if is_written else 2)  # the article's page, and those that answer
    assert {address: cost for address, cost in costs.items() if cost > 3} == {}


def test_each_audience_has_its_own_document(api, policy):
    publish(codes=["patient"])
    write_documents()
    for query in ("", "?audience=professional", "?audience=patient"):
        cost, answer = asked(api, ARTICLE + query)
        assert (cost, told(answer)) == (1, from_the_record(api, ARTICLE + query))


def test_list_tells_the_summary_of_the_primary_text_and_audiences_in_order_written_or_not(api, policy):
    publish(codes=["patient"])
    for _ in range(2):  # first from the record, then as it was written
        (entry,) = api.get(LIST).json()["results"]
        assert entry["summary"] == "Yes."
        assert [audience["code"] for audience in entry["audiences"]] == ["professional", "patient"]
        write_documents()
    assert asked(api, LIST)[0] == 1


def test_audience_without_a_text_gets_the_primary_one_with_a_note(api, policy):
    publish(codes=["patient"])
    factories.make_audience("student")
    write_documents()
    cost, answer = asked(api, f"{ARTICLE}?audience=student")
    assert answer.json()["audience_note"].startswith("There is no text for “Student” yet")
    assert (cost, told(answer)) == (1, from_the_record(api, f"{ARTICLE}?audience=student"))


def test_audience_that_does_not_exist_is_refused(api, policy):
    publish()
    write_documents()
    for address in (ARTICLE, f"{LIST}{SLUG}.md", f"/articles/{SLUG}/"):
        answer = api.get(f"{address}?audience=nobody")
        assert answer.status_code == 422
    assert api.get(f"{ARTICLE}?audience=nobody").json()["code"] == "unknown_audience"


def test_draft_beside_an_approved_text_is_not_written_and_marks_nothing(api):
    version = factories.make_version_at(State.APPROVED)
    write_documents()
    revise(version, question="Secret?")
    assert not Unwritten.objects.exists()
    assert_true(api, is_written=True)
    assert b"Secret" not in api.get(ARTICLE).content


# --- they are not given out longer than they are true ----------------------------------------------------------------


@pytest.fixture
def approved(api):
    version = factories.make_version_at(State.APPROVED)
    write_documents()
    assert_true(api, is_written=True)
    return version


def suspend(version):
    edith = factories.make_user("edith", is_editor=True)
    actions.suspend(version_id=version.pk, reason="A safety report.", by=edith, now=NOW)


def reword_disclaimer(_version):
    audience = Audience.objects.get(code="professional")
    audience.disclaimer = "Not advice."
    audience.record(by=factories.make_user("edith"), now=NOW)


def reword_disclaimer_in_sql(_version):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE editorial_audience SET disclaimer = 'Not advice.'")


def find_a_work_retracted(_version):
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=factories.make_user("edith"), now=NOW)


def reclassify(version):
    edith = factories.make_user("edith", is_editor=True)
    classification = actions.Classification(risk="low", specialties=[], products=[factories.make_product().pk])
    actions.classify(
        article_id=version.article_id, classification=classification, reason="Harmless.", by=edith, now=NOW
    )


@pytest.mark.parametrize(
    "change", [suspend, reword_disclaimer, reword_disclaimer_in_sql, find_a_work_retracted, reclassify]
)
def test_change_is_told_by_the_next_answer_and_written_by_the_next_task(api, approved, change):
    change(approved)
    assert_true(api, is_written=False)
    assert write_documents() == 1
    assert_true(api, is_written=True)


def test_retraction_is_told_by_the_next_answer(api, approved):
    edith = factories.make_user("edith", is_editor=True)
    actions.retract(version_id=approved.pk, reason="Wrong.", by=edith, now=NOW)
    tag = api.get(ARTICLE).headers.get("ETag", '"none"')
    assert api.get(ARTICLE, headers={"If-None-Match": tag}).status_code == 410
    assert api.get(LIST).json()["results"] == []


def test_lapse_is_told_by_the_clock_alone(api, approved, clock):
    tag = api.get(ARTICLE)["ETag"]
    clock.move_to(LAPSE - timedelta(seconds=1))
    assert api.get(ARTICLE, headers={"If-None-Match": tag}).status_code == 304
    clock.move_to(LAPSE)
    answer = api.get(ARTICLE, headers={"If-None-Match": tag})
    assert answer.json()["review"]["caution"]
    assert api.get(LIST).json()["results"][0]["status"] == "under_review"
    assert_true(api, is_written=False)
    write_documents()
    assert_true(api, is_written=True)


def test_policy_that_comes_into_force_is_told_by_the_clock_alone(api, clock):
    factories.make_version_at(State.UNDER_REVIEW)
    write_documents()
    factories.make_policy(number=2, in_force_from=LATER + timedelta(days=1), caution="Beware.")
    assert_true(api, is_written=True)
    clock.shift(timedelta(days=1))
    assert api.get(ARTICLE).json()["review"]["caution"].startswith("Beware.")
    assert_true(api, is_written=False)
    write_documents()
    assert_true(api, is_written=True)


def test_article_that_only_a_new_policy_shows_is_in_the_list(api, clock):
    factories.make_policy(number=1, show_pending=False)
    publish()
    write_documents()
    assert api.get(LIST).json()["results"] == []
    factories.make_policy(number=2, in_force_from=LATER + timedelta(days=1))
    clock.shift(timedelta(days=1))
    factories.make_version_at(State.APPROVED, "another")
    for _ in range(2):  # first from the record, then as it was written
        assert {row["slug"] for row in api.get(LIST).json()["results"]} == {SLUG, "another"}
        write_documents()
    assert asked(api, LIST)[0] == 1


def test_new_list_of_retractions_is_told_by_the_next_answer(api, approved):
    retraction_lists.make_list(LATER.date())
    assert_true(api, is_written=False)
    write_documents()
    assert_true(api, is_written=True)


def test_merged_works_are_one_work_to_the_marks(api, approved):
    other = factories.make_reference("other2001")
    write_documents()
    cited = Reference.objects.get(key="orbach2005")
    edith = factories.make_user("edith", is_editor=True)
    actions.merge_references(winner_id=other.pk, loser_id=cited.pk, by=edith, now=NOW, reason="The same.")
    write_documents()
    assert not Unwritten.objects.exists()
    find_retracted = Reference.objects.get(pk=other.pk)
    find_retracted.retraction, find_retracted.retraction_as_of = "retracted", NOW.date()
    find_retracted.record(by=edith, now=NOW)
    assert Unwritten.objects.filter(article=approved.article_id).exists()


def test_what_another_site_or_other_code_wrote_is_not_given_out(api, approved, settings):
    settings.SITE_URL = "https://elsewhere.example"
    assert_true(api, is_written=False)
    assert api.get(ARTICLE).json()["html"].startswith("https://elsewhere.example/")


def test_product_that_is_renamed_is_found_by_its_new_name(api, approved):
    reclassify(approved)
    product = Product.objects.get()
    product.name = "Octagam"
    product.record(by=factories.make_user("edith"), now=NOW)
    write_documents()
    assert asked(api, f"{LIST}?product=OCTAGAM")[0] == 1
    assert len(api.get(f"{LIST}?product=OCTAGAM").json()["results"]) == 1
    assert api.get(f"{LIST}?product=Privigen").json()["results"] == []


def test_what_is_written_says_what_it_is_of(approved):
    Unwritten.objects.create(article=approved.article)
    rows = [Document.objects.get(), ListEntry.objects.get(), Unwritten.objects.get()]
    assert [str(row) for row in rows] == [f"{SLUG}, for professional", f"{SLUG}, version 1", SLUG]


# --- writing ---------------------------------------------------------------------------------------------------------


def test_nothing_is_behind_once_all_is_written(approved):
    assert write_documents() == 0


def test_task_goes_on_while_there_is_more(monkeypatch, api, policy):
    for number in range(3):
        publish(slug=f"a{number}")
    monkeypatch.setattr("articles.tasks.READINGS_A_RUN", 2)
    with transaction.atomic():
        assert write_documents() == 2
    assert ListEntry.objects.count() >= 2


def test_command_writes_all_anew(approved, capsys):
    call_command("write_documents")
    call_command("write_documents", all=True)
    assert capsys.readouterr().out == "Rewritten: 0\nRewritten: 1\n"


@pytest.mark.django_db(transaction=True)
def test_change_while_a_document_is_written_keeps_its_mark(policy):
    publish()
    article = Article.objects.get()

    def somebody_changes_a_work(execute, sql, params, many, context):
        if sql.startswith('DELETE FROM "articles_unwritten"'):
            with psycopg.connect(**held_by_somebody_else()) as other:
                other.execute("UPDATE articles_reference SET retraction_as_of = '2026-03-01'")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(somebody_changes_a_work):
        assert document_cache.write(article_id=article.pk, now=timezone.now())
    assert Unwritten.objects.filter(article=article).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE articles_reference SET retraction = 'retracted', retraction_as_of = '2026-03-01'",
        "UPDATE editorial_audience SET disclaimer = 'Ask your doctor.'",
    ],
)
def test_text_that_was_submitted_while_something_it_tells_was_being_changed_is_not_told_as_before(api, policy, change):
    draft = factories.make_draft()
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute(change)
        actions.submit(version_id=draft.pk, by=draft.created_by, now=NOW)
        write_documents()
    assert_true(api, is_written=False)
    write_documents()
    assert_true(api, is_written=True)


@pytest.mark.django_db(transaction=True)
def test_article_that_somebody_works_on_is_left_for_later(policy):
    publish()
    article = Article.objects.get()
    with psycopg.connect(**held_by_somebody_else()) as other:
        other.execute("SELECT FROM articles_article WHERE id = %s FOR NO KEY UPDATE", [article.pk])
        assert document_cache.write(article_id=article.pk, now=timezone.now()) is None
    assert document_cache.write(article_id=article.pk, now=timezone.now())


# --- the bytes -------------------------------------------------------------------------------------------------------


def test_document_is_sent_compressed_to_who_takes_that(api, approved):
    plain = api.get(ARTICLE)
    for accepted in ("gzip", "br, gzip;q=0.5", "GZIP ; q=1.0, *"):
        answer = api.get(ARTICLE, headers={"Accept-Encoding": accepted})
        assert answer["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.content) == plain.content
        assert answer["Vary"] == "Accept, Audience-Preference, Accept-Encoding"
        assert answer["ETag"] == plain["ETag"][:-1] + '-gzip"'
    for refused in ("identity", "gzip;q=0", "br"):
        assert api.get(ARTICLE, headers={"Accept-Encoding": refused}).content == plain.content


def test_reader_who_has_it_is_told_so_in_either_form(api, approved):
    tag = api.get(ARTICLE)["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', tag[:-1] + '-gzip"'):
        cost, answer = asked(api, ARTICLE, **{"If-None-Match": known, "Accept-Encoding": "gzip"})
        assert (cost, answer.status_code, answer.content) == (1, 304, b"")
        assert answer["ETag"] == tag[:-1] + '-gzip"'
    assert api.get(ARTICLE, headers={"If-None-Match": '"other"'}).status_code == 200
    assert api.get(ARTICLE, headers={"If-None-Match": "*"}).status_code == 304


def test_head_is_as_get_without_the_text(client, approved):
    got, head = client.get(ARTICLE), client.head(ARTICLE)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])


@pytest.mark.parametrize("accepted", ["application/json;q=0.5", "text/html, */*"])
def test_weighed_header_is_left_to_the_frame(api, approved, accepted):
    cost, answer = asked(api, ARTICLE, Accept=accepted)
    assert (cost, answer.status_code) == (1, 200)
    assert told(answer) == from_the_record(api, ARTICLE)


# --- parts -----------------------------------------------------------------------------------------------------------


def test_reader_can_ask_for_some_members_only(api, approved):
    cost, answer = asked(api, f"{ARTICLE}?fields=slug,review")
    assert (cost, set(answer.json())) == (1, {"slug", "review"})
    assert answer["ETag"] != api.get(ARTICLE)["ETag"]
    (row,) = api.get(f"{LIST}?fields=slug,status").json()["results"]
    assert row == {"slug": SLUG, "status": "approved"}


@pytest.mark.parametrize("address", [ARTICLE, LIST])
def test_member_that_does_not_exist_is_refused(api, approved, address):
    answer = api.get(f"{address}?fields=slug,secret")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_field")


# --- the list --------------------------------------------------------------------------------------------------------

FILTERS = {
    "specialty": ("immunology", "cardiology"),
    "audience": ("patient", "student"),
    "status": ("approved", "submitted"),
    "cites": ("10.1385/CRIAI:29:3:173", "10.1000/none"),
    "product": ("privigen", "Octagam"),
    "reviewed_since": ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00%2B00:30"),
}
"""Of each filter a value that fits the article, and one that does not."""


@pytest.fixture
def classified(api, policy):
    factories.make_reference("orbach2005", DOI="10.1385/criai:29:3:173")
    factories.make_specialty()
    publish(codes=["patient"])
    version = Article.objects.get().versions.get()
    edith = factories.make_user("edith", is_editor=True)
    classification = actions.Classification(
        risk="moderate", specialties=["immunology"], products=[factories.make_product().pk]
    )
    actions.classify(
        article_id=version.article_id, classification=classification, reason="Harmless.", by=edith, now=NOW
    )
    return factories.approve(version)


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("is_written", [True, False])
def test_list_is_filtered_alike_written_or_not(api, classified, name, is_written):
    if is_written:
        write_documents()
    fitting, other = FILTERS[name]
    found = api.get(f"{LIST}?{name}={fitting}").json()["results"]
    assert [row["slug"] for row in found] == ["ivig-back-pain"]
    assert api.get(f"{LIST}?{name}={other}").json()["results"] == []


@pytest.mark.parametrize("sent", ["yesterday", "2026-03-02T09:00:00", "2026-02-30T09:00:00Z"])
def test_moment_that_cannot_be_read_is_refused(api, sent):
    answer = api.get(f"{LIST}?reviewed_since={sent}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reviewed_since")


def test_pages_follow_each_other_whether_they_are_written_or_not(api, policy):
    for number in range(5):
        publish(slug=f"a{number}")
    write_documents()
    first = api.get(f"{LIST}?page_size=2")
    Unwritten.objects.create(article=Article.objects.earliest("pk"))
    second = api.get(first.json()["next"])
    Unwritten.objects.all().delete()
    cost, third = asked(api, second.json()["next"])
    assert [row["slug"] for page in (first, second, third) for row in page.json()["results"]] == [
        f"a{number}" for number in reversed(range(5))
    ]
    assert cost == 1
    assert 'rel="next"' in first["Link"]
    assert third["Link"] == f'<{third.json()["previous"]}>; rel="prev"'


def test_article_that_went_from_the_public_leaves_the_list(api, policy):
    publish()
    write_documents()
    version = Article.objects.get().versions.get()
    withdraw(version_id=version.pk, by=factories.make_user("wanda"), now=NOW, reason="Not yet.")
    assert api.get(LIST).json()["results"] == []
    write_documents()
    assert asked(api, LIST)[1].json()["results"] == []


# --- limits of what is built in a request -----------------------------------------------------------------------------


@pytest.fixture
def stored(policy) -> None:
    """An article whose document is stored, and one whose document is not."""
    factories.make_version_at(State.APPROVED)
    write_documents()
    factories.make_version_at(State.APPROVED, "another")


def test_reader_waits_for_no_more_than_two_documents_that_are_built(api, stored, monkeypatch):
    monkeypatch.setattr(uncached, "PATIENCE", 0.01)
    with ExitStack() as stack:
        for _ in range(uncached.MOST_AT_ONCE):
            stack.enter_context(uncached._turn())
        refused = api.get(f"{LIST}another/")
        assert (refused.status_code, refused["Retry-After"], refused.json()["code"]) == (503, "5", "being_prepared")
        assert api.get(ARTICLE).status_code == 200
    assert api.get(f"{LIST}another/").status_code == 200


def test_text_from_before_the_limit_is_built_by_a_worker_only(api, client, stored, monkeypatch):
    monkeypatch.setattr("articles.text.content.MAX_BODY", 3)
    refused = api.get(f"{LIST}another/")
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "This page is being prepared." in client.get("/articles/another/").text
    write_documents()
    assert api.get(f"{LIST}another/").status_code == 200

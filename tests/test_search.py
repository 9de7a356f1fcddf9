"""Searching what readers are shown at the moment of asking."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command

from articles import actions
from articles.lifecycle import State
from articles.models import KnownWord, Passage, Synonym
from articles.searching import plain
from articles.searching.finding import parts
from articles.searching.terms import Terms, terms
from editorial.exceptions import NotPermitted, Unacceptable
from tests import factories
from tests.api import client, refused
from tests.factories import NOW
from tests.readers import HIDDEN, LAPSE, LATER, publish, revise

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/search/"


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def found(query, **sent):
    answer = client().get(SEARCH, {"q": query, **sent})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def slugs(query, **sent):
    return [result["slug"] for result in found(query, **sent)]


def text_of(passage):
    return "".join(part["text"] for part in passage["parts"])


# --- what is searched -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [*HIDDEN, State.RETRACTED])
def test_what_readers_are_not_shown_is_not_found(state):
    factories.make_version_at(state)
    assert found("back pain") == []


@pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_REVIEW, State.APPROVED, State.SUSPENDED])
def test_what_readers_are_shown_is_found_with_its_status(state):
    factories.make_version_at(state)
    (result,) = found("back pain")
    assert result["slug"] == "ivig-back-pain"
    assert (result["status"] == "approved") is (state == State.APPROVED)


def test_the_version_before_is_found_while_a_newer_one_is_a_draft_or_in_review():
    version = factories.make_version_at(State.APPROVED)
    draft = revise(version)
    assert found("back pain")[0]["question"] == version.question
    actions.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW)
    assert [result["question"] for result in found("back pain")] == [version.question]


def test_an_approval_past_its_shelf_life_is_told_as_lapsed():
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE, tick=False):
        (result,) = found("back pain")
    assert result["status"] == "under_review"
    assert "lapsed" in result["statement"]


def test_while_no_policy_is_in_force_nothing_is_found(policy):
    factories.make_submitted()
    with time_machine.travel(datetime(2019, 1, 1, tzinfo=UTC), tick=False):
        assert found("back pain") == []


def test_pending_texts_are_not_found_where_the_policy_hides_them():
    factories.make_policy(show_pending=False)
    factories.make_submitted()
    assert found("back pain") == []


# --- how it is found ------------------------------------------------------------------------------------------------


def test_passages_carry_their_citation_numbers_and_mark_what_matched():
    factories.make_version_at(State.APPROVED)
    (result,) = found("mild")
    words = [part["text"] for part in result["passages"][0]["parts"] if part["is_match"]]
    assert words == ["mild"]
    assert text_of(result["passages"][0]).endswith("It is mild [1, 2].")


@pytest.mark.parametrize("typed", ["globul immunoglo", "imunoglobulin", "immunoglobuline", "IMMUNOGLOBULÍN"])
def test_beginnings_misspellings_and_accents_find_the_word(typed):
    factories.make_version_at(State.APPROVED)
    assert slugs(typed.split()[-1]) == ["ivig-back-pain"]


def test_synonyms_find_each_other_in_several_words(edith):
    factories.make_version_at(State.APPROVED)
    assert slugs("dorsal ache") == []
    synonym = Synonym(terms=["dorsal ache", "back pain", " back  pain "])
    actions.keep_synonym(synonym=synonym, by=edith, now=NOW, reason="Readers say so.")
    assert slugs("a dorsal ache mild") == ["ivig-back-pain"]
    assert synonym.terms == ["dorsal ache", "back pain"]
    assert synonym.history.get().history_change_reason == "Readers say so."


def test_synonyms_are_kept_by_editors_and_are_two_or_more(edith, wanda):
    with pytest.raises(NotPermitted):
        actions.keep_synonym(synonym=Synonym(terms=["a", "b"]), by=wanda, now=NOW)
    with pytest.raises(Unacceptable):
        actions.keep_synonym(synonym=Synonym(terms=["a", "?!"]), by=edith, now=NOW)


def test_editor_keeps_synonyms_in_the_admin(client, edith):
    client.force_login(edith)
    client.post("/admin/articles/synonym/add/", {"terms": "heart attack,myocardial infarction"})
    assert str(Synonym.objects.get()) == "heart attack = myocardial infarction"


def test_approved_comes_before_what_fits_as_well(policy):
    factories.make_version_at(State.APPROVED, "older")
    factories.make_version_at(State.SUBMITTED, "newer")
    assert slugs("immunoglobulin") == ["older", "newer"]


def test_filters_leave_what_fits_them(policy):
    factories.make_version_at(State.APPROVED)
    publish(slug="for-patients", codes=["patient"])
    assert slugs("back", status="submitted") == ["for-patients"]
    assert slugs("back", audience="patient") == ["for-patients"]
    assert slugs("back", specialty="cardiology") == []


def test_pages_are_linked_and_miss_nothing(policy):
    for number in range(5):
        publish(slug=f"a-{number}")
    first = client().get(SEARCH, {"q": "back", "page_size": 2})
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    pages, address = [], f"{SEARCH}?q=back&page_size=2"
    while address:
        page = client().get(address).json()
        pages += [result["slug"] for result in page["results"]]
        address = page["next"]
    assert sorted(pages) == [f"a-{number}" for number in range(5)]


@pytest.mark.parametrize("number", [1, 3])
def test_three_queries_whatever_is_found(policy, django_assert_num_queries, number):
    for each in range(number):
        publish(slug=f"a-{each}")
    with django_assert_num_queries(3):
        assert len(found("back")) == number


# --- what is typed --------------------------------------------------------------------------------------------------

HOSTILE = ["' OR 1=1 --", "a & | ! ( <-> :*", "\\'; DROP TABLE x;", "%_[^]*$", "<script>", "&&&", "'''", "the", "𝔘𝔫𝔦"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_operators_are_words_or_nothing(typed):
    factories.make_version_at(State.APPROVED)
    assert client().get(SEARCH, {"q": typed}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "x" * 10_000}, "q"),
        ({"q": "x", "status": "rejected"}, "status"),
        ({"q": "x", "audience": "no code"}, "audience"),
        ({"q": "x", "specialty": "x" * 51}, "specialty"),
        ({"q": "x", "cursor": "forged"}, "cursor"),
        ({"q": "x", "page_size": "0"}, "page_size"),
    ],
)
def test_what_does_not_do_is_refused_by_name(sent, name):
    refused(client().get(SEARCH, sent), 422, pointer=f"/{name}")


def test_nul_is_refused():
    assert client().get(f"{SEARCH}?q=a%00b").status_code in (400, 422)


def test_cursor_of_another_search_is_refused(policy):
    for number in range(2):
        publish(slug=f"a-{number}")
    address = client().get(SEARCH, {"q": "back", "page_size": 1}).json()["next"]
    refused(client().get(address.replace("q=back", "q=pain")), 422, pointer="/cursor")


def test_a_query_without_words_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not terms("?!")
    assert Terms((("a", "heart attack"),)).tsquery() == "('a':* | 'heart attack')"


# --- passages -------------------------------------------------------------------------------------------------------


def test_markup_is_no_part_of_a_passage_and_nothing_of_it_is_trusted():
    body = "## <b>Head</b>\n\nOne *two*\nthree [@a; @b, p. 1] [@c].\n\n| x | y |\n|---|---|\n| 1 [@b] |  |\n"
    rows = plain.passages(body, numbers={"a": 1, "b": 2})
    assert [(row.heading, row.text) for row in rows] == [
        ("<b>Head</b>", "One two three [1, 2]."),
        ("<b>Head</b>", "x | y"),
        ("<b>Head</b>", "1 [2]"),
    ]


def test_parts_join_to_the_text():
    assert list(parts("a \x02b\x03\x02c\x03 <d>")) == [
        {"text": "a ", "is_match": False},
        {"text": "b", "is_match": True},
        {"text": "c", "is_match": True},
        {"text": " <d>", "is_match": False},
    ]


def test_command_writes_the_same_passages_anew_and_none_of_drafts(capsys):
    factories.make_version_at(State.APPROVED)
    factories.make_draft("other")
    before = list(Passage.objects.order_by("pk").values_list("version", "text", "words"))
    Passage.objects.all().delete()
    KnownWord.objects.all().delete()
    call_command("write_passages")
    assert list(Passage.objects.order_by("pk").values_list("version", "text", "words")) == before
    assert "1 versions" in capsys.readouterr().out
    assert str(Passage.objects.earliest("pk")) == "Yes, sometimes."
    assert str(KnownWord.objects.get(word="immunoglobulin")) == "immunoglobulin"

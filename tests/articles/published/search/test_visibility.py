"""Search says what is so at this moment, written or not; and nothing that is hidden tells how a word is spelt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from articles import actions
from articles.lifecycle import State
from articles.models import ListEntry, Passage, Synonym, Version, Word
from articles.published import document_cache
from articles.published.search.indexing import FINDABLE
from articles.published.search.query_parser import read
from articles.tasks import write_documents
from reviews import actions as reviews
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, answers_to, publish, revise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

SEARCH = "/api/v1/search/"
QUESTION = "Can immunoglobulin cause back pain?"
SPELT, MISSPELT = "immunoglobulin", "imunoglobuline"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@contextmanager
def right_after(words: str, do: Callable[[], None]) -> Iterator[None]:
    """Has something done as soon as a statement with these ``words`` was answered, as another process may do it."""
    waiting = [do]

    def answered(execute, sql, *rest):
        result = execute(sql, *rest)
        if words in str(sql) and waiting:
            waiting.pop()()
        return result

    with connection.execute_wrapper(answered):
        yield
    assert not waiting


def found(api, q: str = SPELT) -> list[tuple[str, str, bool]]:
    hits = api.get(SEARCH, {"q": q}).json()["results"]
    return [(hit["slug"], hit["status"], hit["caution"] is None) for hit in hits]


def taken_for(typed: str = MISSPELT, at=LATER) -> tuple[str, ...]:
    (unit,) = read(typed, at=at).units
    return unit.near


def act(verb, version, **said) -> None:
    verb(version_id=version.pk, by=factories.make_user("edith", is_editor=True), now=NOW, reason="Because.", **said)


def rewrite(version):
    """Hand in a newer version, in which the word that the others have is another one."""
    draft = revise(version, question="Does unobtainium cause back pain?")
    wanda = factories.make_user("wanda")
    texts = [factories.Text("professional", "No.", "Unobtainium does not [@orbach2005].\n", is_primary=True)]
    actions.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    return actions.submit(version_id=draft.pk, by=wanda, now=NOW)


def hide_pending(_version=None) -> None:
    factories.make_policy(number=2, show_pending=False)


# --- how it stands ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["written", "unwritten"])
def write(request):
    """Has everything written, or nothing: the answer is the same."""
    return write_documents if request.param else lambda: 0


APPROVED, CAUTIONED = [("ivig-back-pain", "approved", True)], [("ivig-back-pain", "under_review", False)]


@pytest.mark.parametrize(
    ("state", "change", "expected"),
    [
        (State.SUBMITTED, factories.approve, APPROVED),
        (State.APPROVED, lambda version: act(actions.suspend, version), CAUTIONED),
        (State.SUSPENDED, lambda version: act(actions.reinstate, version), APPROVED),
        (State.APPROVED, lambda version: act(actions.retract, version), []),
        (State.UNDER_REVIEW, lambda version: act(reviews.withdraw, version), []),
        (State.SUBMITTED, lambda version: act(reviews.reject, version), []),
        (State.UNDER_REVIEW, hide_pending, []),
        (State.APPROVED, hide_pending, APPROVED),
    ],
)
def test_change_is_told_by_the_next_search_and_the_next_question(api, write, state, change, expected):
    version = factories.make_version_at(state)
    write()
    assert found(api) != expected or change is hide_pending
    change(version)
    assert found(api) == expected
    assert [answer["status"] for answer in answers_to(QUESTION, at=LATER)] == ["approved"] * (expected == APPROVED)
    write()
    assert found(api) == expected


def supersede(version) -> None:
    factories.approve(rewrite(version))


@pytest.mark.parametrize(
    "change",
    [lambda version: act(actions.suspend, version), lambda version: act(actions.retract, version), supersede],
    ids=["suspended", "retracted", "superseded"],
)
def test_approval_that_ends_while_a_question_is_answered_is_not_offered(api, write, change):
    version = factories.make_version_at(State.APPROVED)
    publish(slug="hpv")
    write()
    with right_after("weighed AS MATERIALIZED", lambda: change(version)):
        asked = api.post("/api/v1/articles/hpv/questions/", {"text": QUESTION})
    assert asked.status_code == 200
    told_before = ["approved"] if write is write_documents else []
    assert [answer["status"] for answer in asked.json()["answers"]] == told_before


def test_newer_version_is_found_as_soon_as_it_is_approved_and_the_older_one_no_more(api, write):
    newer = rewrite(factories.make_version_at(State.APPROVED))
    write()
    assert (found(api), found(api, "unobtainium")) == (APPROVED, [])
    factories.approve(newer)
    assert (found(api), found(api, "unobtainium")) == ([], APPROVED)
    assert answers_to("Does unobtainium cause back pain?", at=LATER)[0]["question"] == newer.question


def test_lapse_is_told_by_the_clock_alone(api, write, clock):
    factories.make_version_at(State.APPROVED)
    write()
    clock.move_to(LAPSE - timedelta(seconds=1))
    assert (found(api), len(answers_to(QUESTION, at=LAPSE - timedelta(seconds=1)))) == (APPROVED, 1)
    clock.move_to(LAPSE)
    assert (found(api), answers_to(QUESTION, at=LAPSE)) == (CAUTIONED, [])


def test_pending_text_is_found_as_soon_as_a_policy_shows_it(api, write, clock):
    factories.make_policy(number=1, show_pending=False)
    publish()
    factories.make_policy(number=2, in_force_from=LATER + timedelta(days=1))
    write()
    assert found(api) == []
    clock.shift(timedelta(days=1))
    assert found(api) == [("ivig-back-pain", "submitted", False)]


# --- how a word is spelt ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SUSPENDED]
)
def test_misspelt_word_is_taken_for_one_that_readers_are_shown(state):
    factories.make_version_at(state)
    write_documents()
    assert taken_for() == (SPELT,)


@pytest.mark.parametrize("state", [*HIDDEN, State.RETRACTED])
def test_misspelt_word_is_not_taken_for_one_that_is_hidden(state):
    factories.make_version_at(state)
    document_cache.mark_all()
    write_documents()
    assert (taken_for(), Word.objects.count()) == ((), 0)


@pytest.mark.parametrize(
    ("state", "hide"),
    [
        (State.UNDER_REVIEW, lambda version: act(reviews.withdraw, version)),
        (State.UNDER_REVIEW, lambda version: act(reviews.reject, version)),
        (State.UNDER_REVIEW, hide_pending),
        (State.APPROVED, lambda version: act(actions.retract, version)),
        (State.APPROVED, lambda version: factories.approve(rewrite(version))),
        (State.CHANGES_REQUESTED, rewrite),
    ],
)
def test_word_does_not_count_from_the_moment_at_which_its_text_is_hidden(state, hide):
    version = factories.make_version_at(state)
    write_documents()
    assert taken_for() == (SPELT,)
    hide(version)
    assert taken_for() == ()
    write_documents()
    assert (taken_for(), Word.objects.filter(word=SPELT).exists()) == ((), False)


def test_word_of_a_draft_or_of_a_version_in_review_behind_an_approved_one_does_not_count():
    version = factories.make_version_at(State.APPROVED)
    draft = revise(version, question="Does unobtainium cause back pain?")
    write_documents()
    assert taken_for("unobtanium") == ()
    actions.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW)
    write_documents()
    assert (taken_for("unobtanium"), taken_for()) == ((), (SPELT,))


def test_word_that_only_a_hidden_text_has_is_as_unknown_as_one_that_nobody_wrote():
    version = factories.make_version_at(State.APPROVED)
    draft = revise(version, question=f"Does {MISSPELT} cause back pain?")
    actions.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW)
    write_documents()
    assert taken_for() == (SPELT,)


def test_beginning_of_a_word_stands_for_those_that_readers_are_shown(policy):
    publish("Immunoglobulin, an immunoglobulin [@orbach2005].\n")
    write_documents()

    def begun(typed: str) -> list[tuple[str, ...]]:
        return [unit.begun for unit in read(typed, at=LATER, is_being_typed=True).units]

    assert begun("immuno") == begun("IMMUNOG") == [("immunoglobulin",)]
    assert begun("immuno immunoglobulin") == [(), ()]
    assert begun("im") == [()]
    hide_pending()
    assert begun("immuno") == [()]


def test_word_is_remembered_with_a_few_texts_and_as_long_as_one_of_them_is_shown(monkeypatch, policy):
    monkeypatch.setattr("articles.published.search.indexing.WITNESSES", 2)
    for number in range(3):
        publish(slug=f"a-{number}")
    write_documents()
    witnesses = Version.objects.filter(pk__in=Word.objects.filter(word=SPELT).values("version"))
    assert witnesses.count() == 2
    act(reviews.withdraw, witnesses.first())
    assert taken_for() == (SPELT,)


def test_no_more_than_a_few_words_of_a_text_are_taken_for_others(policy):
    publish()
    write_documents()
    units = read(" ".join(f"imunoglobuli{letter}" for letter in "abcdefghij"), at=LATER).units
    assert [unit.near for unit in units] == [(SPELT,)] * 6 + [()] * 4


def test_words_of_synonyms_count_while_these_are_in_use(edith):
    synonym = Synonym(terms="heart attack\nmyocardial infarction")
    actions.keep_synonym(synonym=synonym, by=edith, now=NOW)
    assert taken_for("myocardail") == ("myocardial",)
    synonym.is_used = False
    actions.keep_synonym(synonym=synonym, by=edith, now=NOW)
    assert (taken_for("myocardail"), Word.objects.count()) == ((), 0)


def test_word_is_of_one_version_or_of_one_synonym():
    with pytest.raises(IntegrityError), transaction.atomic():
        Word.objects.create(word="nobody")


# --- how it is written -----------------------------------------------------------------------------------------------

KEPT = ("version", "audience", "position", "section", "heading", "text", "numbers", "search")


def passages() -> list[tuple]:
    return list(Passage.objects.order_by("version", "audience", "position").values_list(*KEPT))


def test_house_without_passages_or_with_those_of_other_code_has_them_written_with_its_documents(policy):
    publish("| a | b |\n|---|---|\n| Willow [@orbach2005] | Bark |\n\n- one [@stiehm2013]\n- two [@orbach2005]\n")
    before = passages()
    assert [row[5] for row in before] == ["Yes.", "Willow [1] | Bark", "one [2]", "two [1]"]
    write_documents()
    Passage.objects.filter(position=2).delete()
    Passage.objects.update(code="older", text="As older code wrote it.")
    ListEntry.objects.update(ground="older")
    assert write_documents() == 1
    assert passages() == before
    Passage.objects.all().delete()
    Word.objects.all().delete()
    ListEntry.objects.update(ground="older")
    assert write_documents() == 1
    assert (passages(), taken_for("wilow")) == (before, ("willow",))


def test_command_writes_passages_anew_that_nothing_calls_old(policy, capsys):
    publish()
    before = passages()
    Passage.objects.filter(position=1).delete()
    call_command("write_documents", all=True)
    assert passages() == before


def test_passages_that_stand_are_left_as_they_are(policy):
    publish()
    before = set(Passage.objects.values_list("pk", flat=True))
    assert write_documents() == 1
    assert set(Passage.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_passages_know_until_when_the_approval_of_their_version_counts(state):
    factories.make_version_at(state)
    assert approvals() == {version.pk: {approval(version)} for version in Version.objects.all()}
    Passage.objects.all().delete()
    ListEntry.objects.update(ground="older")
    write_documents()
    assert approvals() == {version.pk: {approval(version)} for version in Version.objects.filter(state__in=FINDABLE)}


def approvals() -> dict[int, set]:
    """Of each version what its passages say."""
    found: dict[int, set] = {}
    for version, until in Passage.objects.values_list("version", "approved_until"):
        found.setdefault(version, set()).add(until)
    return found


def approval(version):
    return version.valid_until if version.state == State.APPROVED else None


def test_approval_that_lapsed_is_noted_when_its_article_is_written(api, clock):
    version = factories.make_version_at(State.APPROVED)
    write_documents()
    assert approvals() == {version.pk: {version.valid_until}}
    clock.move_to(LAPSE)
    lapsed = found(api)
    assert lapsed == [(version.article.slug, "under_review", False)]
    write_documents()
    assert (approvals(), found(api)) == ({version.pk: {None}}, lapsed)


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN, State.RETRACTED, State.SUPERSEDED])
def test_passages_of_what_readers_are_never_shown_again_are_put_away(state):
    version = factories.make_version_at(state)
    assert Passage.objects.filter(version=version).exists()
    write_documents()
    assert not Passage.objects.filter(version=version).exists()

"""Searching what readers are shown: what is found, what never is, and in which order."""

import re

import pytest
import time_machine

from articles import actions
from articles.lifecycle import State
from articles.models import Passage, Synonym, Version, Word
from articles.published.search import indexing, ranking
from articles.published.search.ranking import parts
from articles.tasks import write_documents
from editorial.exceptions import NotPermitted, Unacceptable
from editorial.models import EditorialPolicy
from tests.support import factories
from tests.support.api import refused
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, publish, revise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

SEARCH = "/api/v1/search/"


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def found(api, q, **filters) -> list[dict]:
    answer = api.get(SEARCH, {"q": q, **filters})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def slugs(api, q, **filters) -> list[str]:
    return [hit["slug"] for hit in found(api, q, **filters)]


def keep_synonym(terms: str, **fields) -> Synonym:
    editor = factories.make_user("edith", is_editor=True)
    return actions.keep_synonym(synonym=Synonym(terms=terms, **fields), by=editor, now=NOW)


# --- what is found, and what never is -------------------------------------------------------------------------------


def test_approved_article_is_found_with_its_passage_and_citation_numbers(api):
    factories.make_version_at(State.APPROVED)
    (hit,) = found(api, "mild")
    assert (hit["slug"], hit["status"], hit["caution"]) == ("ivig-back-pain", "approved", None)
    passage = hit["passage"]
    assert passage["citations"]
    assert f"[{passage['citations'][0]}" in "".join(part["text"] for part in passage["parts"])
    assert any(part["match"] for part in passage["parts"])


@pytest.mark.parametrize("state", [*HIDDEN, State.RETRACTED])
def test_text_that_readers_are_not_shown_is_not_found(api, state):
    factories.make_version_at(state)
    assert found(api, "back pain") == []


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.SUBMITTED, "submitted"),
        (State.UNDER_REVIEW, "under_review"),
        (State.CHANGES_REQUESTED, "under_review"),
        (State.SUSPENDED, "under_review"),
    ],
)
def test_text_that_is_not_approved_is_found_with_its_caution(api, state, status):
    factories.make_version_at(state)
    (hit,) = found(api, "back pain")
    assert hit["status"] == status
    assert hit["caution"]
    assert slugs(api, "back pain", status=status) == ["ivig-back-pain"]
    assert slugs(api, "back pain", status="approved") == []


def test_words_of_a_draft_or_of_a_version_in_review_behind_an_approved_one_are_not_found(api):
    version = factories.make_version_at(State.APPROVED)
    revise(version, question="Does unobtainium cause back pain?")
    assert slugs(api, "unobtainium") == []
    resubmitted = actions.submit(
        version_id=version.article.versions.latest("number").pk, by=factories.make_user("wanda"), now=NOW
    )
    assert Passage.objects.filter(version=resubmitted).exists()
    assert slugs(api, "unobtainium") == []


def test_newest_approved_version_is_found_and_the_superseded_one_is_not(api):
    factories.make_version_at(State.SUPERSEDED)
    (hit,) = found(api, "low back pain")
    assert hit["question"] == "Can IVIG cause low back pain?"


def test_approval_lapses_by_the_clock_in_what_is_found(api):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE, tick=False):
        (hit,) = found(api, "back pain")
        assert (hit["status"], slugs(api, "back pain", status="approved")) == ("under_review", [])
        assert hit["caution"]


def test_pending_texts_are_not_found_under_a_policy_that_hides_them(api):
    factories.make_policy(show_pending=False)
    publish()
    assert found(api, "why") == found(api, "yes") == []


def test_nothing_is_found_without_a_policy(api):
    assert not EditorialPolicy.objects.exists()
    assert found(api, "back pain") == []


def test_question_itself_is_found_with_the_summary(api, policy):
    publish(question="Does turmeric heal?")
    (hit,) = found(api, "turmeric")
    assert hit["passage"]["html"] == "Yes."
    assert hit["passage"]["page"] == hit["html"]


# --- how words are read ---------------------------------------------------------------------------------------------


@pytest.fixture
def gout(policy):
    factories.make_specialty("rheumatology")
    body = "Colchicine eases an acute naïve gout flare and myocardial infarction pain [@orbach2005].\n"
    publish(body, slug="gout", question="What eases gout?", codes=["patient"])
    write_documents()


@pytest.mark.parametrize(
    "typed",
    [
        "colchicine",
        "COLCHICINE!",
        "flares",
        "colch",
        "colchicin",
        "cholchicine",
        "naive",
        "naïve",
        "gout what",
        "flare inf",
    ],
)
def test_form_beginning_misspelling_and_accent_find_the_word(api, gout, typed):
    assert slugs(api, typed) == ["gout"]


@pytest.mark.parametrize("typed", ["xylophone", "the", "!!!", "colchicine NOT gouty xylophone", "gout -colchicine"])
def test_signs_are_no_operators_and_words_that_nobody_wrote_find_nothing_alone(api, gout, typed):
    assert slugs(api, typed) == (["gout"] if "colchicine" in typed else [])


def test_synonyms_find_each_other_until_an_editor_takes_them_out_of_use(api, gout):
    assert slugs(api, "heart attack") == []
    synonym = keep_synonym("heart  attack\nmyocardial infarction\nloss of heart")
    assert slugs(api, "heart attack") == slugs(api, "hart attacks") == slugs(api, "loss of heart") == ["gout"]
    synonym.is_used = False
    actions.keep_synonym(synonym=synonym, by=factories.make_user("edith"), now=NOW)
    assert slugs(api, "heart attack") == []
    assert [row.terms.splitlines()[0] for row in synonym.history.all()] == ["heart attack", "heart attack"]


def test_words_that_stand_together_in_one_passage_come_before_any_of_them(api, gout):
    publish("Gout and nothing else [@orbach2005].\n", slug="other", question="Which other?")
    assert slugs(api, "colchicine gout") == ["gout"]
    assert slugs(api, "colchicine xylophone") == ["gout"]


def test_approved_article_with_some_of_the_words_is_not_hidden_by_a_pending_one_with_all(api):
    factories.make_version_at(State.APPROVED, slug="approved")
    publish("Willow bark eases back pain [@orbach2005].\n", slug="pending")
    publish("Willow grows by the water [@orbach2005].\n", slug="other")
    assert set(slugs(api, "willow back pain")) == {"approved", "pending"}
    assert slugs(api, "willow back pain", status="approved") == ["approved"]
    assert slugs(api, "willow back pain", status="submitted") == ["pending"]


def test_pending_article_with_some_of_the_words_is_left_out_where_an_approved_one_has_all(api):
    factories.make_version_at(State.APPROVED, slug="approved")
    publish("Intravenous willow [@orbach2005].\n", slug="pending")
    assert slugs(api, "intravenous immunoglobulin") == ["approved"]
    assert slugs(api, "intravenous immunoglobulin", status="submitted") == ["pending"]


def test_approved_article_comes_before_one_that_fits_as_well(api):
    factories.make_version_at(State.APPROVED, slug="first")
    factories.make_version_at(State.SUBMITTED, slug="second")
    assert slugs(api, "back pain") == ["first", "second"]


def cap_candidates(monkeypatch, *, at: int) -> None:
    capped = ranking.SEARCH.replace("LIMIT 200\n", f"LIMIT {at}\n").replace("count(*) < 200", f"count(*) < {at}")
    assert "200\n" not in capped
    monkeypatch.setattr(ranking, "SEARCH", capped)


def test_candidates_are_capped_before_they_are_ranked_and_approved_ones_come_first(api, monkeypatch):
    for slug in ("second", "third"):
        factories.make_version_at(State.SUBMITTED, slug=slug)
    factories.make_version_at(State.APPROVED)
    assert slugs(api, "pain") == ["ivig-back-pain", "third", "second"]
    cap_candidates(monkeypatch, at=1)
    assert slugs(api, "pain") == ["ivig-back-pain"]
    assert len(slugs(api, "pain", status="submitted")) == 1


@pytest.mark.parametrize("state", [State.APPROVED, State.SUBMITTED])
def test_article_about_a_word_is_found_however_many_passages_mention_it(api, policy, state, monkeypatch):
    publish("\n\n".join(f"Willow {number} [@orbach2005]." for number in range(9)), slug="many")
    cap_candidates(monkeypatch, at=2)
    publish(slug="about", question="Does willow heal?")
    for version in Version.objects.all() if state == State.APPROVED else ():
        factories.approve(version)
    publish("\n\n".join(f"Bark {number} [@orbach2005]." for number in range(99)), slug="others")
    assert set(slugs(api, "willow")) == {"about", "many"}


@pytest.mark.parametrize("state", State)
def test_word_is_found_in_the_same_articles_whether_it_is_rare_or_common(api, state, policy):
    factories.make_version_at(state, slug="one")
    found_as_common = slugs(api, "intravenous")
    publish("\n\n".join(f"Willow {number} [@orbach2005]." for number in range(50)), slug="many")
    assert slugs(api, "intravenous") == found_as_common
    assert slugs(api, "willow") == ["many"]
    assert set(slugs(api, "intravenous xylophone willow")) == {*found_as_common, "many"}


# --- filters, pages, refusals ---------------------------------------------------------------------------------------


def test_filters_by_audience_and_specialty(api, gout):
    (hit,) = found(api, "colchicine", audience="patient")
    assert (hit["audience"]["code"], hit["html"].partition("?")[2]) == ("patient", "audience=patient")
    assert found(api, "colchicine", specialty="rheumatology") == []


@pytest.mark.parametrize("name", ["status", "specialty", "audience"])
def test_filter_that_is_not_known_is_refused(api, gout, name):
    refused(api.get(SEARCH, {"q": "gout", name: "<nowhere>"}), 422, pointer=f"/{name}")


@pytest.mark.parametrize("typed", ["", "   ", "x" * 301, "word " * 2000])
def test_nothing_and_too_much_are_refused(api, typed):
    refused(api.get(SEARCH, {"q": typed}), 422, pointer="/q")


@pytest.mark.parametrize(
    "typed",
    ["'", "' OR 1=1; --", "a & | ! (", "a:*", "<->", "\\", "%", "%s {0}", "[", "(?:", "*" * 300, "ö" * 300, "x " * 150],
)
def test_metacharacters_are_words_or_nothing(api, gout, typed):
    found(api, typed)


def test_nul_is_refused_at_the_edge(api):
    refused(api.get(f"{SEARCH}?q=%00"), 400)


def test_pages_are_turned_there_and_back_by_the_same_search_alone(api, policy):
    for number in range(5):
        publish(slug=f"a-{number}", question="Which willow?")
    first = api.get(SEARCH, {"q": "willow", "page_size": 2}).json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    seen = [hit["slug"] for page in (first, second, third) for hit in page["results"]]
    assert (sorted(seen), third["next"], first["previous"]) == ([f"a-{n}" for n in range(5)], None, None)
    assert api.get(third["previous"]).json()["results"] == second["results"]
    assert api.get(second["previous"]).json()["results"] == first["results"]
    other = first["next"].replace("q=willow", "q=the")
    refused(api.get(other), 422, pointer="/cursor")
    refused(api.get(SEARCH, {"q": "willow", "cursor": "forged"}), 422, pointer="/cursor")


@pytest.mark.parametrize("number", [1, 30])
def test_search_takes_two_queries_however_much_is_found(api, policy, client, number, django_assert_num_queries):
    for count in range(number):
        publish(slug=f"a-{count}", question="Which willow?")
    with django_assert_num_queries(2):
        assert len(found(api, "willow bark xylophone", page_size=50)) == number
    with django_assert_num_queries(2):
        assert client.get("/search/", {"q": "willow bark xylophone", "audience": "professional"}).status_code == 200


def test_searches_beyond_the_rate_are_refused(api, policy, settings):
    statuses = {api.get(SEARCH, {"q": "a1"}).status_code for _ in range(121)}
    assert statuses == {200, 429}


# --- what is shown of it --------------------------------------------------------------------------------------------


def test_what_is_found_is_escaped_wherever_it_is_shown(api, client, policy):
    body = "A `<script>alert(1)</script>` willow & \ue000bark\ue001 <b>bold</b> [@orbach2005].\n"
    publish(body, question="Is <img src=x onerror=alert(2)> a willow?")
    (hit,) = found(api, "willow bark")
    assert "&lt;script&gt;" in hit["passage"]["html"]
    assert "<mark>willow</mark> &amp;" in hit["passage"]["html"]
    page = client.get("/search/", {"q": "willow <script>alert(3)</script>"}).content.decode()
    assert "<mark>willow</mark>" in page
    assert [bad for bad in ("<script>alert", "<img src=x", "<b>bold") if bad in page + hit["passage"]["html"]] == []


def test_snippet_is_parted_where_it_matched():
    assert list(parts("a \ue000b\ue001 c \ue000d\ue001")) == [("a ", False), ("b", True), (" c ", False), ("d", True)]
    assert list(parts("")) == []


def test_page_asks_shows_and_says_that_nothing_was_found(client, policy):
    for number in range(21):
        publish(slug=f"a-{number}", question="Which willow?")
    assert 'name="q"' in client.get("/search/").content.decode()
    first = client.get("/search/", {"q": "willow"}).content.decode()
    assert "not yet reviewed" in first
    assert "More matches" in first
    assert "Nothing was found" in client.get("/search/", {"q": "xylophone"}).content.decode()
    assert "Nothing was found" in client.get("/search/", {"q": "the"}).content.decode()
    too_long = client.get("/search/", {"q": "x" * 301})
    assert (too_long.status_code, "At most 300 characters" in too_long.content.decode()) == (422, True)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_page_shows_the_caution_with_a_passage_that_is_not_approved(api, client, state):
    factories.make_version_at(state)
    (hit,) = found(api, "back pain")
    page = client.get("/search/", {"q": "back pain"}).content.decode()
    assert ('class="caution"' in page) is (hit["caution"] is not None) is (state != State.APPROVED)
    assert (hit["caution"] or "") in page


@pytest.mark.parametrize("audience", ["professional", "patient"])
def test_page_leads_to_the_text_that_was_found_whoever_the_reader_is(client, policy, audience):
    factories.make_texts()
    texts = [
        factories.Text("professional", "Yes.", "## Bark\n\nWillow [@orbach2005].\n", is_primary=True),
        factories.Text(factories.make_audience("patient").code, "Yes.", "Birch [@orbach2005].\n"),
    ]
    wanda = factories.make_user("wanda", is_writer=True)
    new = actions.NewArticle(slug="trees", question="Which tree?", texts=texts)
    actions.submit(version_id=actions.create(new=new, by=wanda, now=NOW).pk, by=wanda, now=NOW)
    client.cookies["audience"] = audience
    page = client.get("/search/", {"q": "willow"}).content.decode()
    (place,) = re.findall(r'<h2><a href="http://[^/]*([^"#]*)', page)
    assert 'id="s-bark"' in client.get(place).content.decode()


def test_passages_stand_where_the_page_has_their_section(api, policy):
    publish("## One thing\n\nWillow [@orbach2005].\n\n## Two\n\n### Deeper\n\nAlder [@stiehm2013].\n")
    (hit,) = found(api, "alder")
    assert (hit["passage"]["heading"], hit["passage"]["citations"]) == ("Two: Deeper", [2])
    assert hit["passage"]["page"].endswith("/articles/ivig-back-pain/?audience=professional#s-two")


# --- what search is kept by -----------------------------------------------------------------------------------------


NUMBERS = {"orbach2005": 1, "stiehm2013": 2, "third": 3}


def test_long_paragraph_is_parted_between_sentences_with_their_numbers():
    sentence = "Willow bark was compared with a placebo in a trial of many people for a week {} [@orbach2005]. "
    body = "".join(sentence.format(count) for count in range(12)) + "\n"
    texts = [piece.text for piece in indexing.pieces(body, numbers=NUMBERS)]
    assert len(texts) > 1
    assert all(len(text) <= 600 and text.endswith("[1].") for text in texts)


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("A\u200b b [@none] ~~c~~.\n", [("", "A b ~~c~~.", ())]),
        ("| a | b |\n|---|---|\n| Willow [@stiehm2013] | |\n", [("", "Willow [2]", (2,))]),
        ("| a |\n|---|\n| |\n", []),
        (
            "## One\n\nx [@orbach2005; @stiehm2013]\n\n### Two\n\ny\n",
            [("One", "x [1,2]", (1, 2)), ("One: Two", "y", ())],
        ),
        ("x [@third; @stiehm2013] [@orbach2005].\n", [("", "x [1\u20133].", (1, 2, 3))]),
        ("x [@third; @orbach2005] `[2\u20139999]`\n", [("", "x [1,3] [2\u20139999]", (1, 2, 3))]),
        ("- one\n- two\n  - three\n", [("", "one", ()), ("", "two", ()), ("", "three", ())]),
    ],
)
def test_passages_are_paragraphs_items_and_rows_under_their_headings(body, pieces):
    found = [(piece.heading, piece.text, piece.numbers) for piece in indexing.pieces(body, numbers=NUMBERS)]
    assert found == pieces


@pytest.mark.parametrize(
    "terms",
    ["", "one", "one\nONE", "one\n!!!\ntwo", "a\nb", "one\n" + "x" * 101, "\n".join(f"term {n}" for n in range(21))],
)
def test_synonyms_that_do_not_do_are_refused(edith, terms):
    with pytest.raises(Unacceptable):
        actions.keep_synonym(synonym=Synonym(terms=terms), by=edith, now=NOW)


def test_synonyms_are_kept_by_editors(wanda):
    with pytest.raises(NotPermitted):
        actions.keep_synonym(synonym=Synonym(terms="one\ntwo"), by=wanda, now=NOW)


def test_synonyms_are_added_and_changed_in_the_admin(client, edith):
    client.force_login(edith)
    add = "/admin/articles/synonym/add/"
    assert client.post(add, {"terms": "one", "is_used": "on"}).status_code == 200
    assert client.post(add, {"terms": "one\ntwo", "is_used": "on"}).status_code == 302
    synonym = Synonym.objects.get()
    assert (str(synonym), synonym.stems) == ("one = two", ["one", "two"])
    assert "one = two" in client.get("/admin/articles/synonym/").content.decode()


def test_rows_say_what_they_are(policy):
    publish()
    write_documents()
    assert str(Passage.objects.get(position=0)) == "Yes."
    assert str(Word.objects.get(word="mild")) == "mild"

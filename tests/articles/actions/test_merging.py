"""Two records of one work made one."""

import pytest

from articles import actions
from articles.actions import merge_references
from articles.library.matching.duplicates import possible_duplicates
from articles.models import Reference, Version
from editorial.exceptions import Conflict, NotFound, NotPermitted
from editorial.models import LedgerEntry
from editorial.record import ledger, seals
from tests.support import factories
from tests.support.api import client, nothing_stored, refused
from tests.support.factories import NOW


def merge(loser: Reference, winner: Reference, by) -> Reference:
    return merge_references(loser_id=loser.pk, winner_id=winner.pk, by=by, now=NOW, reason="The same.")


def stiehm() -> Reference:
    return Reference.objects.get(key="stiehm2013")


def test_merge_hands_over_identifiers_that_the_winner_lacks_and_keeps_the_others(edith):
    loser = factories.make_reference("a2005", DOI="10.1000/a", PMID="11", PMCID="PMC7")
    winner = factories.make_reference("b2005", DOI="10.1000/b")
    done = merge(loser, winner, edith)
    loser.refresh_from_db()
    assert (done.doi, done.pmid, done.pmcid, done.csl["PMID"]) == ("10.1000/b", "11", "PMC7", "11")
    assert (loser.doi, loser.pmid, loser.merged_into, loser.csl["PMID"]) == ("10.1000/a", None, winner, "11")
    assert LedgerEntry.objects.get(action="merge_references").payload["into"] == "b2005"
    assert list(seals.breaks_in_history_of(Reference)) == list(ledger.chain_breaks()) == []


def test_merge_edits_drafts_and_leaves_what_was_submitted(policy, edith, wanda):
    frozen = factories.make_submitted("frozen")
    draft = factories.make_draft("draft")
    winner = factories.make_reference("orbach2005a")
    merge(Reference.objects.get(key="orbach2005"), winner, edith)
    text = draft.renditions.get()
    assert "[@orbach2005a]" in text.body
    assert "[@orbach2005a; @stiehm2013, p. 12]" in text.body
    assert text.history.latest().history_user == edith
    assert sorted(draft.citations.values_list("reference__key", flat=True)) == ["orbach2005a", "stiehm2013"]
    assert sorted(frozen.citations.values_list("reference__key", flat=True)) == ["orbach2005", "stiehm2013"]
    assert Version.objects.get(pk=draft.pk).revision == draft.revision + 1


def test_version_that_cites_a_merged_record_is_revised_citing_the_one_that_stands(policy, edith, wanda):
    frozen = factories.make_submitted()
    merge(Reference.objects.get(key="orbach2005"), stiehm(), edith)
    factories.reviews.withdraw(version_id=frozen.pk, by=wanda, now=NOW)
    draft = actions.revise(version_id=frozen.pk, by=wanda, now=NOW)
    assert draft.renditions.get().body.endswith("pain [@stiehm2013]. It is mild [@stiehm2013; @stiehm2013, p. 12].")


def test_merged_record_that_is_cited_anew_is_refused_at_submission_and_names_the_winner(policy, edith, wanda):
    draft, loser = factories.make_draft(), Reference.objects.get(key="orbach2005")
    merge(loser, stiehm(), edith)
    body = {"renditions": [{"audience": "professional", "primary": True, "summary": "So.", "body": "[@orbach2005]"}]}
    at, tag = f"/api/v1/versions/{draft.pk}/", {"If-Match": factories.reread(draft).etag}
    assert client(wanda).patch(at, body, headers=tag).status_code == 200
    with nothing_stored():
        problem = refused(client(wanda).post(f"{at}submit/"), 422, code="preflight", pointer="/citations/0")
    assert problem["errors"][0]["code"] == "merged_work"
    assert "[@stiehm2013]" in problem["errors"][0]["detail"]


def test_merged_record_is_not_corrected_and_names_the_winner(edith, wanda):
    factories.make_texts()
    loser = Reference.objects.get(key="orbach2005")
    merge(loser, stiehm(), edith)
    with nothing_stored():
        loser.refresh_from_db()
        at, tag = "/api/v1/references/orbach2005/", {"If-Match": loser.etag}
        answer = client(wanda).put(at, {"csl": factories.csl("orbach2005")}, headers=tag)
        assert "stiehm2013" in refused(answer, 409, code="reference_merged")["detail"]
        answer = client(wanda).post("/api/v1/references/", {"csl": factories.csl("orbach2005")})
        assert "stiehm2013" in refused(answer, 409)["errors"][0]["detail"]


def test_merge_of_the_winner_leads_earlier_losers_on_and_makes_no_chain(edith):
    one, two, three = (factories.make_reference(key) for key in ("one", "two", "three"))
    merge(one, two, edith)
    merge(two, three, edith)
    assert set(Reference.objects.filter(merged_into=three)) == {one, two}


def test_merge_into_itself_into_a_merged_one_and_of_a_merged_one_is_refused(edith):
    one, two, three = (factories.make_reference(key) for key in ("one", "two", "three"))
    merge(one, two, edith)
    with nothing_stored():
        for loser, winner in ((two, two), (two, one), (one, three)):
            with pytest.raises(Conflict):
                merge(loser, winner, edith)


def test_merge_is_for_editors_and_of_works_that_are_there(edith, wanda):
    one, two = (factories.make_reference(key) for key in ("one", "two"))
    with nothing_stored():
        with pytest.raises(NotPermitted):
            merge(one, two, wanda)
        with pytest.raises(NotFound):
            merge_references(loser_id=one.pk, winner_id=0, by=edith, now=NOW)


def test_merge_over_http_answers_with_the_winner_and_hides_the_loser_from_lists(edith):
    for key in ("one", "two"):
        factories.make_reference(key)
    answer = client(edith).post("/api/v1/references/one/merge/", {"into": "two"})
    assert (answer.status_code, answer.json()["key"]) == (200, "two")
    at = "/api/v1/references/"
    found = {query: [row["key"] for row in client(edith).get(at + query).json()["results"]] for query in QUERIES}
    assert list(found.values()) == [["two"], ["two"], ["one"]]
    assert client(edith).get("/api/v1/references/one/").json()["merged_into"] == "two"
    refused(client(edith).post("/api/v1/references/one/merge/", {"into": "nothing"}), 422, pointer="/into")


QUERIES = ("", "?merged=false", "?merged=true")


def test_possible_duplicates_share_title_and_year_and_nothing_tells_them_apart(edith):
    same = {"title": "On IVIG"}
    factories.make_reference("a", **same, DOI="10.1000/a")
    factories.make_reference("b", title="On: ivig!", PMID="7")
    factories.make_reference("c", **same, DOI="10.1000/c", volume="30")
    factories.make_reference("d", **same, author=[{"literal": "Others"}])
    factories.make_reference("e", **same, issued={"date-parts": [[2006]]})
    factories.make_reference("f", **same, volume="30")
    assert [[work.key for work in group] for group in possible_duplicates()] == [["a", "b"], ["c", "f"]]
    listed = client(edith).get("/api/v1/references/duplicates/").json()["results"]
    assert listed[0] == {
        "title": "On IVIG",
        "year": 2005,
        "keys": ["a", "b"],
        "speaks_for": ["title", "first author", "year", "journal or book", "volume", "pages"],
        "speaks_against": [],
        "relation": "",
    }


def test_works_with_two_dois_and_preprints_are_offered_with_what_speaks_against(edith):
    title = {"title": "A made-up trial of nothing"}
    factories.make_reference("a", **title, DOI="10.1000/a")
    factories.make_reference("b", **title, DOI="10.1000/b")
    factories.make_reference("c", **title, DOI="10.1101/2020.01.01.20000001", **{"container-title": "medRxiv"})
    factories.make_reference("d", title="Ein erfundener Versuch", DOI="10.1000/d", page="9")
    factories.make_reference("e", title="An invented attempt of others", page="9", author=[{"family": "Orbach"}])
    listed = client(edith).get("/api/v1/references/duplicates/").json()["results"]
    assert [(row["keys"], row["speaks_against"], row["relation"]) for row in listed] == [
        (["a", "b", "c"], ["DOI", "journal or book", "nature"], "preprint"),
        (["d", "e"], ["title"], ""),
    ]

"""What a reviewer is shown of the claims: what to check, what was carried over from whom, what changed for them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions as articles
from articles.models import Reference, Version
from articles.text.content import Text
from reviews import actions as reviews
from reviews.desk import changed_claims
from reviews.desk.claims import ClaimChecklist, claim_checklist
from reviews.lifecycle import State
from reviews.models import Review
from tests.support import factories
from tests.support.api import client, refused
from tests.support.factories import NOW
from tests.support.verdicts import body, check, check_all, claims_of, sent, signed

LATER = NOW + timedelta(days=30)


def shown(review: Review, *, by=None, now=LATER) -> ClaimChecklist:
    review = Review.objects.select_related("version__article", "member__user").get(pk=review.pk)
    return claim_checklist(review, user=by or review.member.user, now=now)


def outline(review: Review, **how) -> list[tuple[str, str, bool]]:
    """Each claim's text, state, and whether it changed since the reviewer signed."""
    return [(item.claim.text, item.state.value, item.has_changed) for item in shown(review, **how).items]


def counts(review: Review, **how) -> tuple[int, ...]:
    found = shown(review, **how).summary
    return found.to_check, found.checked, found.carried, found.blocking, found.changed


@pytest.fixture
def first(db) -> Version:
    """Approved by Ada and Ben, who each checked both claims."""
    factories.make_policy(claim_checks="one")
    version = sent(FIRST)
    for username in ("ada", "ben"):
        signed(version, username)
    return factories.reread(version)


FIRST = "Pain is common [@orbach2005]. Rash is mild [@stiehm2013].\n"
REWORDED = "Rash is mild [@stiehm2013]. Pain is very common [@orbach2005].\n"


def test_new_reviewer_finds_everything_new_and_what_is_to_check_first(first):
    review = factories.make_accepted(sent(REWORDED, after=first), "cleo", now=LATER)
    assert outline(review) == [("Pain is very common.", "to_check", True), ("Rash is mild.", "carried", True)]
    assert counts(review) == (1, 0, 1, 0, 2)
    assert shown(review).since is None


def test_reviewer_finds_what_changed_since_their_own_signature_first_with_the_text_before(first):
    review = factories.make_accepted(sent(REWORDED, after=first), now=LATER)
    assert outline(review) == [("Pain is very common.", "to_check", True), ("Rash is mild.", "carried", False)]
    assert [item.before for item in shown(review).items] == ["Pain is common.", None]
    check_all(review, only={1}, now=LATER)
    assert counts(review) == (0, 1, 1, 0, 1)


def test_change_is_told_against_the_version_that_the_reviewer_signed_not_the_last_one(first, wanda):
    second = sent(REWORDED, after=first)
    for username in ("ben", "cleo"):
        signed(second, username, now=LATER)
    third = sent(REWORDED.replace("mild", "quite mild"), after=factories.reread(second))
    mine, other = (factories.make_accepted(third, name, now=LATER) for name in ("ada", "ben"))
    assert [item.before for item in shown(mine).items] == ["Rash is mild.", "Pain is common."]
    assert [(item.has_changed, item.before) for item in shown(other).items] == [(True, "Rash is mild."), (False, None)]


def test_claim_with_another_work_has_changed_though_its_words_have_not(first, wanda):
    work = Reference.objects.get(key="stiehm2013")
    articles.keep_reference(csl={**work.csl, "title": "Another"}, reference=work, by=wanda, now=NOW)
    review = factories.make_accepted(sent(None, after=first), now=LATER)
    (item, _) = shown(review).items
    assert (item.claim.text, item.before, item.state) == ("Rash is mild.", "Rash is mild.", "to_check")


def test_claim_unlike_any_before_or_for_another_audience_has_none_before(first, wanda):
    factories.make_audience("patient", position=2)
    draft = articles.revise(version_id=first.pk, by=wanda, now=NOW)
    patient = Text("patient", "Yes.", "Pain is common, we know [@orbach2005].\n")
    texts = [*factories.make_texts("Doses vary by weight, see the label [@orbach2005].\n"), patient]
    articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    review = factories.make_accepted(draft, now=LATER)
    assert [(item.has_changed, item.before) for item in shown(review).items] == [(True, None), (True, None)]


def test_no_text_before_is_told_where_too_much_changed_to_compare(first, monkeypatch):
    review = factories.make_accepted(sent(REWORDED, after=first), now=LATER)
    monkeypatch.setattr(changed_claims, "MAX_PAIRS", 0)
    assert [item.before for item in shown(review).items] == [None, None]


def test_carried_verdict_names_from_whom_as_signed_and_when(first):
    ada = factories.make_member("ada")
    ada.credentials = "Professor"
    ada.save()
    review = factories.make_accepted(sent(None, after=first), "cleo", now=LATER)
    voices = shown(review).items[0].works[0].voices
    assert [(voice.name, voice.credentials) for voice in voices] == [
        ("Ada Example", "MD, PhD"),
        ("Ben Example", "MD, PhD"),
    ]
    assert {(voice.verdict.check.checked_at, voice.verdict.carried_at) for voice in voices} == {(NOW, LATER)}


def test_under_every_only_ones_own_verdicts_spare_the_work(db):
    factories.make_policy(quorum=1, claim_checks="every")
    first = sent()
    signed(first)
    second = sent(None, after=factories.reread(first))
    mine, other = (factories.make_accepted(second, name, now=LATER) for name in ("ada", "ben"))
    assert (counts(mine), counts(other)) == ((0, 0, 2, 0, 0), (2, 0, 0, 0, 2))


def test_carried_verdict_that_lapsed_is_shown_and_to_check_again(first):
    review = factories.make_accepted(sent(None, after=first), "cleo", now=LATER)
    later = NOW + timedelta(days=400)
    assert counts(review, now=later) == (2, 0, 0, 0, 2)
    (voice, *_) = shown(review, now=later).items[0].works[0].voices
    assert voice.verdict.lapse == "expired"


def test_blocking_verdict_is_counted(policy):
    version = sent()
    signed(version, verdict="contradicts", decision="request_changes")
    review = factories.make_accepted(sent(None, after=factories.reread(version)), "cleo", now=LATER)
    assert counts(review) == (0, 0, 2, 2, 2)


def test_verdict_given_again_replaces_ones_carried_one(first):
    review = factories.make_accepted(sent(None, after=first), now=LATER)
    check(review, claims_of(review.version)[0], "could_not_check", now=LATER)
    (item, _) = shown(review).items
    (work,) = item.works
    assert (item.state, work.own.verdict) == ("carried", "could_not_check")
    assert [voice.name for voice in work.voices] == ["Ada Example", "Ben Example"]


def test_verdicts_of_a_review_that_its_member_left_are_theirs_again_in_the_next(policy, ada):
    review = factories.make_accepted(sent())
    check_all(review)
    reviews.decline(review_id=review.pk, reason="No time.", by=ada, now=NOW)
    again = factories.make_accepted(review.version)
    assert counts(again) == (0, 2, 0, 0, 2)


def test_verdicts_of_this_round_are_sealed_until_one_has_signed(policy, ben, edith):
    version = sent()
    mine, other = factories.make_accepted(version), factories.make_accepted(version, "ben")
    check_all(mine)
    assert counts(mine, by=edith) == (2, 0, 0, 0, 2)
    factories.sign(mine, "request_changes")
    assert counts(mine, by=edith) == (0, 2, 0, 0, 2)
    assert shown(other).items[0].works[0].voices == []
    factories.sign(other, "request_changes")
    assert [voice.name for voice in shown(other).items[0].works[0].voices] == ["Ada Example"]


def test_without_a_policy_nothing_that_was_carried_counts(first):
    review = factories.make_accepted(sent(None, after=first), "cleo", now=LATER)
    assert counts(review, now=NOW - timedelta(days=9999)) == (2, 0, 0, 0, 2)


# --- over HTTP --------------------------------------------------------------------------------------------------------


def address(review: Review) -> str:
    return f"/api/v1/reviews/{review.pk}/claims/"


def test_claims_of_a_review_are_answered_with_summary_works_and_verdicts(first, edith):
    review = factories.make_accepted(sent(REWORDED, after=first), now=LATER)
    check(review, claims_of(review.version)[1], "contradicts", quote="rare", locator="p. 2", note="No.", now=LATER)
    answer = client(review.member.user).get(address(review)).json()
    assert (answer["rule"], answer["signed_version"]) == ("one", 1)
    assert answer["summary"] == {
        "claims": 2,
        "to_check": 0,
        "look_again": 0,
        "checked": 1,
        "carried": 1,
        "blocking": 1,
        "changed": 1,
    }
    changed, kept = answer["claims"]
    assert (changed["text"], changed["before"], changed["blocking"]) == (
        "Pain is very common.",
        "Pain is common.",
        True,
    )
    assert (changed["changed_since_my_signature"], kept["changed_since_my_signature"]) == (True, False)
    (voice,) = changed["works"][0]["verdicts"]
    assert (voice["quote"], voice["locator"], voice["note"]) == ("rare", "p. 2", "No.")
    assert (voice["own"], voice["carried_at"], voice["lapse"], voice["ruling"]) == (True, None, "", None)
    own = kept["works"][0]["verdicts"][0]
    assert (own["name"], own["credentials"], own["version"], own["own"]) == ("Ada Example", "MD, PhD", 1, True)


def test_ruling_over_http_shows_with_the_verdict_and_where_it_is_carried_over_to(policy, edith, cleo):
    version = sent()
    review = signed(version, verdict="contradicts", decision="request_changes")
    found = review.claim_checks.order_by("pk")[0]
    answer = client(edith).post(f"/api/v1/claim-checks/{found.pk}/rule/", {"reason": "A small trial."}).json()
    assert (answer["id"], answer["verdict"]) == (found.pk, "contradicts")
    assert (answer["ruling"]["reason"], answer["ruling"]["ruled_by"]) == ("A small trial.", "Edith Example")
    refused(client(edith).post(f"/api/v1/claim-checks/{found.pk}/rule/", {"reason": "Again."}), 409)
    refused(client(edith).post(f"/api/v1/claim-checks/{found.pk}/rule/", {}), 422, pointer="/reason")
    again = factories.make_accepted(sent(None, after=factories.reread(version)), "cleo")
    works = [item["works"][0]["verdicts"] for item in client(cleo).get(address(again)).json()["claims"]]
    assert [(voice["blocking"], bool(voice["ruling"])) for (voice,) in works] == [(False, True), (True, False)]


def test_claims_of_a_review_that_its_member_left_are_shown_to_editors_only(edith):
    review = factories.make_review_at(State.DECLINED)
    refused(client(review.member.user).get(address(review)), 404)
    assert client(edith).get(address(review)).status_code == 200


def test_queries_are_the_same_for_1_3_and_30_claims_and_verdicts(db, cleo):
    factories.make_policy(quorum=1)
    counted = []
    for count in (1, 3, 30):
        text = body({number: f"work{number}" for number in range(count + 1)})
        version = sent(text, slug=f"slug-{count}")
        signed(version)
        second = sent(text.replace("Statement", "The statement", 1), after=factories.reread(version))
        for username in ("ada", "cleo"):
            review = factories.make_accepted(second, username)
        check_all(review, only={0})
        with CaptureQueriesContext(connection) as queries:
            assert client(cleo).get(address(review)).json()["summary"]["carried"] == count
        counted.append(len(queries))
    assert len(set(counted)) == 1
